//! The API group `apidiscovery.k8s.io`.

pub mod v2;
