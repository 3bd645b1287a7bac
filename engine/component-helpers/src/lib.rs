//! What several components compute from API objects in the same way (`k8s.io/component-helpers`, `pkg/api/v1/pod`).
//!
//! The scheduler, the kubelet and the controllers must agree on how much a pod asks for, which taints it tolerates,
//! which nodes its affinity allows, when it is ready, when a schedule is due, and what counts against a quota. They never import each other; they agree here.
//!
//! Only functions from objects to values: no clients, no clocks, no state.

pub mod cron;
pub mod csi;
pub mod pod;
pub mod qos;
pub mod quota;
pub mod requests;
pub mod resource;
pub mod selector;
pub mod taints;
pub mod zones;
