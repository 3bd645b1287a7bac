//! Starts jobs when their time has come (`pkg/controller/cronjob`).
//!
//! A key is looked at when the cron job or one of its jobs changes, and a moment after the next time of its schedule.

mod history;
mod schedule;

use std::rc::Rc;
use std::time::Duration;

use api::batch::v1::{CronJob, CronJobStatus, Job};
use api::core::v1::ObjectReference;
use apimachinery::meta::v1::ObjectMeta;
use apimachinery::{Status, Time};
use client::events::{EventRecorder, NORMAL, WARNING};
use client::{Change, Client, Delete, Lister, NamespacedName, WorkQueue};

use crate::common::{claim, controller_ref};
use crate::context::Context;
use crate::job::finished;
use crate::worker;

const SCHEDULED_AT: &str = "batch.kubernetes.io/cronjob-scheduled-timestamp";
/// How long after the time of the schedule the controller looks, so that the time has surely come.
const DELTA: Duration = Duration::from_millis(100);

struct Controller {
    client: Client,
    recorder: EventRecorder,
    queue: WorkQueue<NamespacedName>,
    cron_jobs: Lister<CronJob>,
    jobs: Lister<Job>,
}

pub(crate) fn start(context: &Context) {
    let queue: WorkQueue<NamespacedName> = WorkQueue::new(context.sim());
    let informers = context.informers();
    let (cron_jobs, jobs) = (informers.of::<CronJob>(), informers.of::<Job>());
    claim::index(&jobs);
    cron_jobs.on_change(worker::enqueue(&queue));
    let q = queue.clone();
    jobs.on_change(move |change: &Change<'_, Job>| {
        let meta = &change.object().metadata;
        if let Some(owner) = meta.controller().filter(|owner| owner.kind == "CronJob") {
            q.add(NamespacedName::new(
                meta.namespace.clone(),
                owner.name.clone(),
            ));
        }
    });
    let client = context.client("cronjob-controller");
    let controller = Controller {
        recorder: EventRecorder::new(&client, "cronjob-controller", ""),
        client,
        queue: queue.clone(),
        cron_jobs: cron_jobs.lister(),
        jobs: jobs.lister(),
    };
    let name = "cronjob-controller";
    worker::run(context, name, queue, move |key| controller.sync(key));
}

impl Controller {
    fn sync(&self, key: &NamespacedName) -> Result<(), Status> {
        let Some(cron_job) = self.cron_jobs.by_key(key) else {
            return Ok(());
        };
        let jobs = claim::controlled_by(&self.jobs, &cron_job.metadata.uid);
        let mut status = (*cron_job.status).clone();
        let result = self.sync_status(&cron_job, &jobs, &mut status);
        self.clean_up(&cron_job, &jobs, &mut status);
        if status != *cron_job.status {
            let mut updated = (*cron_job).clone();
            updated.status = status.into();
            worker::ignore_not_found(self.client.update_status(updated))?;
        }
        if let Some(delay) = result? {
            self.queue.add_after(key.clone(), delay);
        }
        Ok(())
    }

    /// Brings the status up to date and starts what is due; when to look again.
    fn sync_status(
        &self,
        cron_job: &Rc<CronJob>,
        jobs: &[Rc<Job>],
        status: &mut CronJobStatus,
    ) -> Result<Option<Duration>, Status> {
        self.see_jobs(cron_job, jobs, status);
        if cron_job.metadata.is_deleting() || cron_job.spec.suspend == Some(true) {
            return Ok(None);
        }
        let due = match schedule::Due::of(cron_job, self.client.now()) {
            Ok(due) => due,
            Err(trouble) => {
                // The next change of the object may help; nothing else will.
                self.recorder
                    .event(&**cron_job, WARNING, trouble.reason, &trouble.message);
                return Ok(None);
            }
        };
        if due.too_many {
            let text = "too many missed start times. Set or decrease .spec.startingDeadlineSeconds or check clock skew";
            self.recorder
                .event(&**cron_job, WARNING, "TooManyMissedTimes", text);
        }
        let micros = self.client.sim().now().as_micros();
        let again = due.next.map(|next| {
            let left = next.unix().saturating_mul(1_000_000).saturating_sub(micros);
            Duration::from_micros(u64::try_from(left).unwrap_or(0)) + DELTA
        });
        if let Some(time) = due.time {
            self.start_job(cron_job, time, status)?;
        }
        Ok(again)
    }

    /// Starts the job of a time, if nothing speaks against it.
    fn start_job(
        &self,
        cron_job: &Rc<CronJob>,
        time: Time,
        status: &mut CronJobStatus,
    ) -> Result<(), Status> {
        let spec = &cron_job.spec;
        let late = spec
            .starting_deadline_seconds
            .is_some_and(|deadline| time.unix() + deadline < self.client.now().unix());
        if late {
            let text = format!(
                "Missed scheduled time to start a job: {}",
                schedule::rfc1123z(time)
            );
            self.recorder
                .event(&**cron_job, WARNING, "MissSchedule", &text);
            return Ok(());
        }
        let name = format!("{}-{}", cron_job.metadata.name, time.unix() / 60);
        let started = status.active.iter().any(|job| job.name == name)
            || status.last_schedule_time == Some(time);
        if started {
            return Ok(());
        }
        if spec.concurrency_policy == "Forbid" && !status.active.is_empty() {
            let text = "Not starting job because prior execution is running and concurrency policy is Forbid";
            self.recorder
                .event(&**cron_job, NORMAL, "JobAlreadyActive", text);
            return Ok(());
        }
        if spec.concurrency_policy == "Replace" {
            for active in std::mem::take(&mut status.active) {
                if let Some(job) = self.jobs.get(&active.namespace, &active.name) {
                    self.delete(cron_job, &job, status)?;
                }
            }
        }
        match self.client.create(job_of(cron_job, name, time)) {
            Ok(job) => {
                let text = format!("Created job {}", job.metadata.name);
                self.recorder
                    .event(&**cron_job, NORMAL, "SuccessfulCreate", &text);
                status.active.push(reference_to(&job));
                status.last_schedule_time = Some(time);
                Ok(())
            }
            Err(error) if error.is_already_exists() => {
                status.last_schedule_time = Some(time);
                Ok(())
            }
            Err(error) => {
                let text = format!("Error creating job: {}", error.message);
                self.recorder
                    .event(&**cron_job, WARNING, "FailedCreate", &text);
                Err(error)
            }
        }
    }

    fn delete(
        &self,
        cron_job: &Rc<CronJob>,
        job: &Job,
        status: &mut CronJobStatus,
    ) -> Result<(), Status> {
        let meta = &job.metadata;
        let delete = Delete::default().propagation("Background");
        match self
            .client
            .delete::<Job>(&meta.namespace, &meta.name, &delete)
        {
            Ok(_) => {}
            Err(error) if error.is_not_found() => {}
            Err(error) => {
                let text = format!("Deleted job: {}", error.message);
                self.recorder
                    .event(&**cron_job, WARNING, "FailedDelete", &text);
                return Err(error);
            }
        }
        status.active.retain(|active| active.uid != meta.uid);
        let text = format!("Deleted job {}", meta.name);
        self.recorder
            .event(&**cron_job, NORMAL, "SuccessfulDelete", &text);
        Ok(())
    }

    /// Notes which jobs are still running and which have ended.
    fn see_jobs(&self, cron_job: &Rc<CronJob>, jobs: &[Rc<Job>], status: &mut CronJobStatus) {
        let event = |type_, reason, text: String| {
            self.recorder.event(&**cron_job, type_, reason, &text);
        };
        for job in jobs {
            let meta = &job.metadata;
            let known = status
                .active
                .iter()
                .position(|active| active.uid == meta.uid);
            match (known, finished(job)) {
                (None, None) => {
                    let text = format!(
                        "Saw a job that the controller did not create or forgot: {}",
                        meta.name
                    );
                    event(WARNING, "UnexpectedJob", text);
                }
                (Some(index), Some(condition)) => {
                    let text = format!(
                        "Saw completed job: {}, condition: {}",
                        meta.name, condition.type_
                    );
                    status.active.remove(index);
                    event(NORMAL, "SawCompletedJob", text);
                }
                _ => {}
            }
            let ended = job.status.completion_time.filter(|_| is_complete(job));
            if ended.is_some() && status.last_successful_time < ended {
                status.last_successful_time = ended;
            }
        }
        let there =
            |active: &ObjectReference| jobs.iter().any(|job| job.metadata.uid == active.uid);
        let (left, missing) = std::mem::take(&mut status.active)
            .into_iter()
            .partition(|active| {
                there(active)
                    || self
                        .client
                        .get::<Job>(&active.namespace, &active.name)
                        .is_ok()
            });
        status.active = left;
        let missing: Vec<ObjectReference> = missing;
        for job in missing {
            let text = format!("Active job went missing: {}", job.name);
            event(NORMAL, "MissingJob", text);
        }
    }
}

fn is_complete(job: &Job) -> bool {
    finished(job).is_some_and(|condition| condition.type_ == "Complete")
}

/// The job of a cron job for a time.
fn job_of(cron_job: &CronJob, name: String, time: Time) -> Job {
    let template = &cron_job.spec.job_template;
    let mut annotations = template.metadata.annotations.clone();
    let zone = schedule::zone_of(cron_job);
    annotations.insert(SCHEDULED_AT, schedule::rfc3339_in(time, zone));
    Job {
        metadata: ObjectMeta {
            namespace: cron_job.metadata.namespace.clone(),
            name: name.into(),
            labels: template.metadata.labels.clone(),
            annotations,
            owner_references: vec![controller_ref(cron_job)],
            ..ObjectMeta::default()
        },
        spec: template.spec.clone().into(),
        ..Job::default()
    }
}

fn reference_to(job: &Job) -> ObjectReference {
    client::events::reference(job)
}
