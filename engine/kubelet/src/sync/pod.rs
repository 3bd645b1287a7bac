//! Making a pod's containers what its spec says.

use std::rc::Rc;

use api::core::v1::{POD_FAILED, POD_SUCCEEDED, Pod, PodStatus};

use super::{SyncError, Synced};
use crate::kubelet::Kubelet;
use crate::pod_workers::Update;
use crate::status::{StatusInput, WaitingReason, generate_api_pod_status};

impl Kubelet {
    /// One round: tells the status, waits for volumes, starts and stops containers.
    pub(crate) async fn sync_pod(
        &self,
        update: &Update,
        runtime: &Rc<runtime::PodStatus>,
    ) -> Result<Synced, SyncError> {
        let pod = &update.pod;
        self.finish_resize(pod, runtime);
        let status = self.generate_status(pod, runtime, false);
        let ended = status.phase == POD_SUCCEEDED || status.phase == POD_FAILED;
        self.set_pod_status(pod, status);
        if ended {
            return Ok(Synced {
                terminal: true,
                acted: false,
            });
        }
        self.refresh_volumes(pod);
        self.wait_for_volumes(pod, &update.cancel).await?;
        self.probe_pod(pod);
        self.warn_of_missing_pull_secrets(pod);
        let round = self.run_containers(pod, runtime).await;
        self.keep_reasons(pod, &round);
        match round.error() {
            Some(error) => Err(error),
            None => Ok(Synced {
                terminal: false,
                acted: round.acted(),
            }),
        }
    }

    /// The pod's status as of now.
    pub(crate) fn generate_status(
        &self,
        pod: &Pod,
        runtime: &runtime::PodStatus,
        terminal: bool,
    ) -> PodStatus {
        let uid = pod.metadata.uid.as_str();
        let old = self.last_status(uid);
        let host_ip = self.config().ip.to_string();
        let input = StatusInput {
            pod,
            runtime,
            old: old.as_deref().unwrap_or(&pod.status),
            terminal,
            past_deadline: self.is_past_deadline(pod),
            host_ip: &host_ip,
            waiting_reason: &|name| self.waiting_reason(uid, name),
            actuated: &|name| self.actuated(uid, name),
            resizing: self.resize_conditions(uid),
            probed: &|name, container| self.started_and_ready(uid, name, container),
        };
        let mut status = generate_api_pod_status(&input);
        let overrides = self
            .workers()
            .look(uid, |worker| worker.status_overrides())
            .unwrap_or_default();
        for change in overrides {
            change(&mut status);
        }
        status
    }

    /// Why a container could not be started the last time.
    fn waiting_reason(&self, uid: &str, name: &str) -> Option<WaitingReason> {
        self.reasons().borrow().get(uid)?.get(name).cloned()
    }
}
