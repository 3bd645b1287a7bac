//! Controllers over a real API server, in virtual time.

mod daemonset;
mod deployment;
mod housekeeping;
mod job;
mod replicaset;
mod statefulset;
mod support;
