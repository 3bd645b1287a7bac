//! `batch/v1`: cron job types. Fields, names and rules as in Kubernetes v1.36; no behaviour.
//!
//! @generated from upstream's type declarations.

use super::JobTemplateSpec;
use crate::core::v1::ObjectReference;
use crate::meta::v1::ObjectMeta;
use apimachinery::{Shared, Str, Time};

apimachinery::api_struct! {
    /// The kind `CronJob` of `batch/v1`.
    pub struct CronJob("v1.CronJob", kind "batch/v1" "CronJob") {
        metadata: ObjectMeta = "metadata" omitempty,
        spec: Shared<CronJobSpec> = "spec" omitempty,
        status: Shared<CronJobStatus> = "status" omitempty,
    }

    /// Part of the `batch/v1` API.
    pub struct CronJobSpec("v1.CronJobSpec") {
        schedule: Str = "schedule",
        time_zone: Option<Str> = "timeZone" omitempty,
        starting_deadline_seconds: Option<i64> = "startingDeadlineSeconds" omitempty,
        concurrency_policy: Str = "concurrencyPolicy" omitempty go("v1.ConcurrencyPolicy"),
        suspend: Option<bool> = "suspend" omitempty,
        job_template: JobTemplateSpec = "jobTemplate",
        successful_jobs_history_limit: Option<i32> = "successfulJobsHistoryLimit" omitempty,
        failed_jobs_history_limit: Option<i32> = "failedJobsHistoryLimit" omitempty,
    }

    /// Part of the `batch/v1` API.
    pub struct CronJobStatus("v1.CronJobStatus") {
        active: Vec<ObjectReference> = "active" omitempty atomic,
        last_schedule_time: Option<Time> = "lastScheduleTime" omitempty,
        last_successful_time: Option<Time> = "lastSuccessfulTime" omitempty,
    }
}

apimachinery::api_kind! {
    CronJob { "batch" "v1" "batch/v1", cronjobs cronjob [cj] true ["all"] }
}
