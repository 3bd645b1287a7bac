//! The API group `node.k8s.io`.

pub mod v1;
