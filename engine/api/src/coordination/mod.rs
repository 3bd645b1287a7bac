//! The API group `coordination.k8s.io`.

pub mod v1;
