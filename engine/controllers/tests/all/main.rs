//! Controllers over a real API server, in virtual time.

mod deployment;
mod housekeeping;
mod replicaset;
mod support;
