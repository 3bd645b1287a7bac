//! The API group `flowcontrol.apiserver.k8s.io`.

pub mod v1;
