//! A pod's containers: what is to be done about them, and doing it (upstream's `pkg/kubelet/kuberuntime`).

mod actions;
mod init_actions;
mod kill;
mod restart;
mod restart_all;
mod round;
mod start;

pub(crate) use actions::{Kill, KillReason, PodActions};
pub(crate) use kill::all_containers;
pub(crate) use restart::{is_restartable_init, restarts_after, should_restart};
pub(crate) use restart_all::{could_restart_all, is_restarting_all};
pub(crate) use round::{StartError, crash_key};
