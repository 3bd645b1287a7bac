//! The API group `metrics.k8s.io`.

pub mod v1beta1;
