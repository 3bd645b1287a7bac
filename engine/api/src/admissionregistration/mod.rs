//! The API group `admissionregistration.k8s.io`.

pub mod v1;
