//! Controllers over a real API server, in virtual time.

mod certificates;
mod cronjob;
mod daemonset;
mod deployment;
mod endpoints;
mod housekeeping;
mod job;
mod podautoscaler;
mod policies;
mod replicaset;
mod statefulset;
mod storage;
mod support;
