//! What the kubelet answers to the API server: logs, programs run in containers, forwarded ports.

mod logs;
mod session;

use std::rc::Rc;

use api::core::v1::{Pod, PodLogOptions};
use apimachinery::Status;
use client::node::{ExecRequest, LogStream, NodeApi, Session};

use crate::kubelet::Kubelet;

impl NodeApi for Kubelet {
    fn logs(
        &self,
        pod: &Rc<Pod>,
        container: &str,
        options: &PodLogOptions,
    ) -> Result<LogStream, Status> {
        self.container_logs(pod, container, options)
    }

    fn exec(&self, pod: &Rc<Pod>, request: &ExecRequest) -> Result<Session, Status> {
        self.exec_session(pod, request)
    }

    fn attach(&self, pod: &Rc<Pod>, request: &ExecRequest) -> Result<Session, Status> {
        self.attach_session(pod, request)
    }

    fn port_forward(&self, pod: &Rc<Pod>, port: u16) -> Result<Session, Status> {
        self.port_forward_session(pod, port)
    }
}
