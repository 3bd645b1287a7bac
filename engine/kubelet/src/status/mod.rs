//! Pod status: made from the runtime's state, kept, and told to the API server (upstream's `pkg/kubelet/status` and
//! `kubelet_pods.go`).

mod conditions;
mod containers;
mod generate;
mod manager;
mod phase;
mod probed;

pub(crate) use containers::{VANISHED, ephemeral_as_container};
pub(crate) use generate::{StatusInput, WaitingReason, generate_api_pod_status};
pub(crate) use manager::StatusManager;
