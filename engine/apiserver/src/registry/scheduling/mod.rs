//! The group `scheduling.k8s.io`.

pub(super) mod priorityclass;
