//! The API group `apiregistration.k8s.io`.

pub mod v1;
