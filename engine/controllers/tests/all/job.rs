//! Jobs, and what deletes them afterwards.

use api::batch::v1::{
    Job, PodFailurePolicy, PodFailurePolicyOnExitCodesRequirement, PodFailurePolicyRule,
};
use api::core::v1::Pod;
use apimachinery::meta::v1::ObjectMeta;
use client::Delete;

use crate::support::Cluster;

const CONTROLLERS: &[&str] = &[
    "job-controller",
    "ttl-after-finished-controller",
    "garbage-collector-controller",
];

fn job(name: &str, completions: i32, parallelism: i32) -> Job {
    let mut job = Job {
        metadata: ObjectMeta::named("default", name),
        ..Job::default()
    };
    job.spec.completions = Some(completions);
    job.spec.parallelism = Some(parallelism);
    job.spec.template.spec = Cluster::pod("x").spec;
    job.spec.template.spec.restart_policy = "Never".into();
    job
}

fn conditions(cluster: &Cluster, name: &str) -> Vec<(String, String, String)> {
    let job: Job = cluster.get(name);
    let conditions = job.status.conditions.iter();
    conditions
        .map(|c| {
            assert_eq!(c.status, "True");
            (
                c.type_.to_string(),
                c.reason.to_string(),
                c.message.to_string(),
            )
        })
        .collect()
}

/// The names of the pods that have not ended.
fn active(cluster: &Cluster) -> Vec<String> {
    let pods = cluster.list::<Pod>("default");
    pods.iter()
        .filter(|pod| component_helpers::pod::is_active(pod))
        .map(|pod| pod.metadata.name.to_string())
        .collect()
}

fn count(cluster: &Cluster, name: &str) -> (i32, i32, i32) {
    let status = cluster.get::<Job>(name).status;
    (status.active, status.succeeded, status.failed)
}

#[test]
fn a_job_runs_to_completion() {
    let cluster = Cluster::new(CONTROLLERS);
    cluster.create(job("work", 3, 2));
    let first = active(&cluster);
    assert_eq!(first.len(), 2);
    let pod: Pod = cluster.get(&first[0]);
    assert_eq!(
        pod.metadata.finalizers,
        ["batch.kubernetes.io/job-tracking"]
    );
    assert_eq!(pod.metadata.generate_name, "work-");
    assert_eq!(count(&cluster, "work"), (2, 0, 0));
    cluster.end_pod(&first[0], 0);
    // Changes of pods are looked at together, a second later.
    assert_eq!(active(&cluster).len(), 1);
    cluster.wait(1.0);
    assert_eq!(count(&cluster, "work"), (2, 1, 0));
    assert!(cluster.get::<Pod>(&first[0]).metadata.finalizers.is_empty());
    for pod in active(&cluster) {
        cluster.end_pod(&pod, 0);
    }
    cluster.wait(1.0);
    assert_eq!(count(&cluster, "work"), (0, 3, 0));
    let reason = "CompletionsReached".to_owned();
    let message = "Reached expected number of succeeded pods".to_owned();
    assert_eq!(
        conditions(&cluster, "work"),
        [
            (
                "SuccessCriteriaMet".to_owned(),
                reason.clone(),
                message.clone()
            ),
            ("Complete".to_owned(), reason, message),
        ]
    );
    let done: Job = cluster.get("work");
    assert!(done.status.completion_time.is_some());
    let events = cluster.events();
    assert_eq!(
        events.last().unwrap(),
        "Normal Job/work Completed: Job completed"
    );
    assert_eq!(
        events
            .iter()
            .filter(|e| e.contains("SuccessfulCreate: Created pod: work-"))
            .count(),
        3
    );
}

#[test]
fn a_deleted_job_lets_go_of_its_pods() {
    let cluster = Cluster::new(CONTROLLERS);
    cluster.create(job("work", 1, 1));
    let pod = active(&cluster).remove(0);
    let background = Delete::default().propagation("Background");
    cluster.delete::<Job>("work", &background);
    cluster.wait(1.0);
    let left: Option<Pod> = cluster.find(&pod);
    let held = left.is_some_and(|pod| !pod.metadata.finalizers.is_empty());
    assert!(!held, "nobody counts it any more");
}

#[test]
fn failures_are_retried_later_and_later() {
    let cluster = Cluster::new(CONTROLLERS);
    let mut fails = job("bad", 1, 1);
    fails.spec.backoff_limit = Some(2);
    cluster.create(fails);
    for wait in [10.0, 20.0] {
        let pods = active(&cluster);
        assert_eq!(pods.len(), 1);
        cluster.end_pod(&pods[0], 1);
        cluster.wait(wait - 1.0);
        assert!(active(&cluster).is_empty(), "back-off of {wait} s");
        cluster.wait(1.5);
    }
    cluster.end_pod(&active(&cluster)[0], 1);
    cluster.wait(1.0);
    assert_eq!(count(&cluster, "bad"), (0, 0, 3));
    let reason = "BackoffLimitExceeded".to_owned();
    let message = "Job has reached the specified backoff limit".to_owned();
    assert_eq!(
        conditions(&cluster, "bad"),
        [
            ("FailureTarget".to_owned(), reason.clone(), message.clone()),
            ("Failed".to_owned(), reason, message),
        ]
    );
    assert_eq!(
        cluster.events().last().unwrap(),
        "Warning Job/bad BackoffLimitExceeded: Job has reached the specified backoff limit"
    );
}

#[test]
fn a_deadline_ends_a_job() {
    let cluster = Cluster::new(CONTROLLERS);
    let mut late = job("late", 1, 1);
    late.spec.active_deadline_seconds = Some(30);
    cluster.create(late);
    cluster.wait(29.0);
    assert_eq!(active(&cluster).len(), 1);
    cluster.wait(4.0);
    assert!(active(&cluster).is_empty());
    assert_eq!(
        cluster.events().last().unwrap(),
        "Warning Job/late DeadlineExceeded: Job was active longer than specified deadline"
    );
}

#[test]
fn a_job_can_be_suspended_and_resumed() {
    let cluster = Cluster::new(CONTROLLERS);
    let mut paused = job("paused", 1, 1);
    paused.spec.suspend = Some(true);
    cluster.create(paused);
    assert!(active(&cluster).is_empty());
    assert!(cluster.get::<Job>("paused").status.start_time.is_none());
    let suspend = |value| {
        let change = |job: &mut Job| job.spec.suspend = Some(value);
        cluster
            .client
            .patch::<Job>("default", "paused", change)
            .unwrap();
        cluster.wait(1.0);
    };
    suspend(false);
    assert_eq!(active(&cluster).len(), 1);
    assert!(cluster.get::<Job>("paused").status.start_time.is_some());
    suspend(true);
    assert!(active(&cluster).is_empty());
    let events = cluster.events();
    for reason in ["Suspended: Job suspended", "Resumed: Job resumed"] {
        assert!(
            events.contains(&format!("Normal Job/paused {reason}")),
            "{events:?}"
        );
    }
}

#[test]
fn indexed_pods_have_numbers() {
    let cluster = Cluster::new(CONTROLLERS);
    let mut indexed = job("idx", 4, 3);
    indexed.spec.completion_mode = Some("Indexed".into());
    cluster.create(indexed);
    let mut pods = active(&cluster);
    pods.sort();
    assert_eq!(pods.len(), 3);
    for (i, name) in pods.iter().enumerate() {
        assert!(name.starts_with(&format!("idx-{i}-")), "{name}");
        let pod: Pod = cluster.get(name);
        let label = pod
            .metadata
            .labels
            .get("batch.kubernetes.io/job-completion-index");
        assert_eq!(label.map(|l| l.to_string()), Some(i.to_string()));
        assert_eq!(pod.spec.hostname, format!("idx-{i}"));
        assert!(
            pod.spec.containers[0]
                .env
                .iter()
                .any(|e| e.name == "JOB_COMPLETION_INDEX")
        );
    }
    for i in [0, 2] {
        cluster.end_pod(&pods[i], 0);
    }
    cluster.wait(1.0);
    assert_eq!(cluster.get::<Job>("idx").status.completed_indexes, "0,2");
    for pod in active(&cluster) {
        cluster.end_pod(&pod, 0);
    }
    cluster.wait(1.0);
    let done: Job = cluster.get("idx");
    assert_eq!(done.status.completed_indexes, "0-3");
    assert_eq!(done.status.succeeded, 4);
    assert_eq!(conditions(&cluster, "idx").len(), 2);
}

#[test]
fn a_failure_policy_may_end_a_job_at_once() {
    let cluster = Cluster::new(CONTROLLERS);
    let mut picky = job("picky", 2, 2);
    let codes = PodFailurePolicyOnExitCodesRequirement {
        operator: "In".into(),
        values: vec![42],
        ..PodFailurePolicyOnExitCodesRequirement::default()
    };
    let rule = PodFailurePolicyRule {
        action: "FailJob".into(),
        on_exit_codes: Some(codes.into()),
        ..PodFailurePolicyRule::default()
    };
    picky.spec.pod_failure_policy = Some(PodFailurePolicy { rules: vec![rule] }.into());
    cluster.create(picky);
    let pods = active(&cluster);
    cluster.end_pod(&pods[0], 42);
    cluster.wait(3.0);
    assert!(active(&cluster).is_empty());
    assert_eq!(
        cluster.events().last().unwrap(),
        &format!(
            "Warning Job/picky PodFailurePolicy: Container c for pod default/{} failed with exit code 42 matching \
             FailJob rule at index 0",
            pods[0]
        )
    );
}

#[test]
fn an_ended_job_goes_when_its_time_has_come() {
    let cluster = Cluster::new(CONTROLLERS);
    let mut brief = job("brief", 1, 1);
    brief.spec.ttl_seconds_after_finished = Some(20);
    cluster.create(brief);
    cluster.end_pod(&active(&cluster)[0], 0);
    cluster.wait(15.0);
    assert!(cluster.find::<Job>("brief").is_some());
    cluster.wait(7.0);
    assert!(cluster.find::<Job>("brief").is_none());
    assert!(cluster.names::<Pod>("default").is_empty());
}
