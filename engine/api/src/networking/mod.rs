//! The API group `networking.k8s.io`.

pub mod v1;
