//! Controllers over a real API server, in virtual time.

mod daemonset;
mod deployment;
mod endpoints;
mod housekeeping;
mod job;
mod replicaset;
mod statefulset;
mod support;
