//! What the kubelet answers to the API server: logs, programs run in containers, forwarded ports.

mod logs;
mod session;

use std::rc::Rc;

use api::core::v1::{Pod, PodLogOptions};
use apimachinery::Status;
use client::node::{ContainerUsage, ExecRequest, LogStream, NodeApi, Session};
use runtime::ContainerState;

use crate::kubelet::Kubelet;

impl NodeApi for Kubelet {
    fn logs(
        &self,
        pod: &Rc<Pod>,
        container: &str,
        options: &PodLogOptions,
    ) -> Result<LogStream, Status> {
        self.container_logs(&self.behind_mirror(pod), container, options)
    }

    fn exec(&self, pod: &Rc<Pod>, request: &ExecRequest) -> Result<Session, Status> {
        self.exec_session(&self.behind_mirror(pod), request)
    }

    fn attach(&self, pod: &Rc<Pod>, request: &ExecRequest) -> Result<Session, Status> {
        self.attach_session(&self.behind_mirror(pod), request)
    }

    fn port_forward(&self, pod: &Rc<Pod>, port: u16) -> Result<Session, Status> {
        self.port_forward_session(&self.behind_mirror(pod), port)
    }

    fn usage(&self) -> Option<Vec<ContainerUsage>> {
        let mut all = Vec::new();
        for (uid, pod) in &*self.pods().borrow() {
            for container in self.runtime().pod_status(uid).containers {
                if container.state != ContainerState::Running {
                    continue;
                }
                let Some((cpu, memory)) = self.runtime().usage(&container.id) else {
                    continue;
                };
                all.push(ContainerUsage {
                    namespace: pod.metadata.namespace.clone(),
                    pod: pod.metadata.name.clone(),
                    container: (&*container.name).into(),
                    started: container.started_at,
                    cpu,
                    memory,
                });
            }
        }
        Some(all)
    }
}
