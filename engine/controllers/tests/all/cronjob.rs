//! Cron jobs.

use api::batch::v1::{CronJob, Job};
use api::core::v1::Pod;
use apimachinery::meta::v1::ObjectMeta;

use crate::support::Cluster;

const CONTROLLERS: &[&str] = &[
    "cronjob-controller",
    "job-controller",
    "garbage-collector-controller",
];

fn cron_job(policy: &str) -> CronJob {
    let mut cron_job = CronJob {
        metadata: ObjectMeta::named("default", "tick"),
        ..CronJob::default()
    };
    cron_job.spec.schedule = "* * * * *".into();
    cron_job.spec.concurrency_policy = policy.into();
    let template = &mut cron_job.spec.job_template.spec.template.spec;
    *template = Cluster::pod("x").spec;
    template.restart_policy = "Never".into();
    cron_job
}

/// The tests begin 20 s after a full minute.
fn to_the_minute(cluster: &Cluster) {
    cluster.wait(40.2);
}

fn end_all(cluster: &Cluster) {
    for name in cluster.names::<Pod>("default") {
        let pod: Pod = cluster.get(&name);
        if pod.status.phase != "Succeeded" {
            cluster.end_pod(&name, 0);
        }
    }
    cluster.wait(2.0);
}

#[test]
fn jobs_are_started_every_minute_and_old_ones_go() {
    let cluster = Cluster::new(CONTROLLERS);
    cluster.create(cron_job("Allow"));
    assert!(cluster.names::<Job>("default").is_empty());
    to_the_minute(&cluster);
    let jobs = cluster.names::<Job>("default");
    assert_eq!(jobs, ["tick-28333334"]);
    let status = cluster.get::<CronJob>("tick").status;
    assert_eq!(status.active[0].name, jobs[0]);
    assert_eq!(status.last_schedule_time.unwrap().unix(), 28_333_334 * 60);
    end_all(&cluster);
    let status = cluster.get::<CronJob>("tick").status;
    assert!(status.active.is_empty() && status.last_successful_time.is_some());
    let events = cluster.events();
    let cron: Vec<&String> = events.iter().filter(|e| e.contains("CronJob")).collect();
    assert_eq!(
        cron,
        [
            "Normal CronJob/tick SuccessfulCreate: Created job tick-28333334",
            "Normal CronJob/tick SawCompletedJob: Saw completed job: tick-28333334, condition: Complete",
        ]
    );
    for _ in 0..4 {
        cluster.wait(58.0);
        end_all(&cluster);
    }
    // Three is the default limit.
    let jobs = cluster.names::<Job>("default");
    assert_eq!(jobs, ["tick-28333336", "tick-28333337", "tick-28333338"]);
}

#[test]
fn a_job_that_still_runs_can_stand_in_the_way_or_give_way() {
    let cluster = Cluster::new(CONTROLLERS);
    cluster.create(cron_job("Forbid"));
    to_the_minute(&cluster);
    cluster.wait(60.0);
    assert_eq!(cluster.names::<Job>("default"), ["tick-28333334"]);
    assert!(
        cluster
            .events()
            .iter()
            .any(|e| e.contains("JobAlreadyActive"))
    );
    let replace = |cron_job: &mut CronJob| cron_job.spec.concurrency_policy = "Replace".into();
    cluster
        .client
        .patch::<CronJob>("default", "tick", replace)
        .unwrap();
    cluster.wait(60.0);
    let jobs = cluster.names::<Job>("default");
    assert_eq!(jobs.len(), 1, "{jobs:?}");
    assert_ne!(jobs[0], "tick-28333334");
}

#[test]
fn a_suspended_cron_job_starts_nothing() {
    let cluster = Cluster::new(CONTROLLERS);
    let mut suspended = cron_job("Allow");
    suspended.spec.suspend = Some(true);
    cluster.create(suspended);
    cluster.wait(600.0);
    assert!(cluster.names::<Job>("default").is_empty());
    let resume = |cron_job: &mut CronJob| cron_job.spec.suspend = None;
    cluster
        .client
        .patch::<CronJob>("default", "tick", resume)
        .unwrap();
    cluster.settle();
    // Only the latest of the missed times is made up for.
    assert_eq!(cluster.names::<Job>("default").len(), 1);
}
