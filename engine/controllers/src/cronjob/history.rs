//! Deletes the oldest of the jobs that have ended.

use std::rc::Rc;

use api::batch::v1::{CronJob, CronJobStatus, Job};

use super::{Controller, is_complete};
use crate::job::finished;

impl Controller {
    /// Keeps as many ended jobs as the cron job says. Those that cannot be deleted stay for the next time.
    pub(super) fn clean_up(
        &self,
        cron_job: &Rc<CronJob>,
        jobs: &[Rc<Job>],
        status: &mut CronJobStatus,
    ) {
        let spec = &cron_job.spec;
        let ended = jobs.iter().filter(|job| finished(job).is_some());
        let (complete, failed): (Vec<_>, Vec<_>) = ended.partition(|job| is_complete(job));
        let lists = [
            (complete, spec.successful_jobs_history_limit),
            (failed, spec.failed_jobs_history_limit),
        ];
        for (mut jobs, limit) in lists {
            let Some(limit) = limit else { continue };
            let limit = usize::try_from(limit).unwrap_or(0);
            jobs.sort_by_key(|job| (job.status.start_time, job.metadata.name.clone()));
            let surplus = jobs.len().saturating_sub(limit);
            for job in jobs.into_iter().take(surplus) {
                if !job.metadata.is_deleting() {
                    let _: Result<(), _> = self.delete(cron_job, job, status);
                }
            }
        }
    }
}
