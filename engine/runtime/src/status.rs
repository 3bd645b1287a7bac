//! What the runtime tells of sandboxes and containers.

use std::rc::Rc;

use sim::Time;

/// What a container is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ContainerState {
    /// Made, not started yet.
    Created,
    /// Its first process runs.
    Running,
    /// Its first process has ended.
    Exited,
}

/// A container's state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContainerStatus {
    /// Its id, 64 hexadecimal digits.
    pub id: Rc<str>,
    /// Its name in the pod.
    pub name: Rc<str>,
    /// How often it was started before.
    pub attempt: u32,
    /// What it is doing.
    pub state: ContainerState,
    /// When it was made.
    pub created_at: Time,
    /// When it was started; the epoch if it never was.
    pub started_at: Time,
    /// When it ended.
    pub finished_at: Option<Time>,
    /// How it ended.
    pub exit_code: i32,
    /// Why it ended: `Completed`, `Error`, `OOMKilled`, `StartError`.
    pub reason: &'static str,
    /// Its last words, or why it could not start.
    pub message: Rc<str>,
    /// Its image as it was asked for: `docker.io/library/nginx:latest`.
    pub image: Rc<str>,
    /// Its image by content: `docker.io/library/nginx@sha256:…`.
    pub image_ref: Rc<str>,
    /// The kubelet's fingerprint of the spec it was made from.
    pub hash: u64,
    /// Who runs it: user, group, groups.
    pub user: (u32, u32, Rc<[u32]>),
}

/// A sandbox's state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SandboxStatus {
    /// Its id.
    pub id: Rc<str>,
    /// How many sandboxes the pod has had before.
    pub attempt: u32,
    /// It has its network and can take containers.
    pub ready: bool,
    /// When it was made.
    pub created_at: Time,
    /// The pod's address; empty for a pod in the node's network.
    pub ip: Option<std::net::Ipv4Addr>,
}

/// All that the runtime knows of a pod.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PodStatus {
    /// Its sandboxes, the newest first.
    pub sandboxes: Vec<SandboxStatus>,
    /// Its containers, the newest first.
    pub containers: Vec<ContainerStatus>,
}

impl PodStatus {
    /// The newest container of that name.
    pub fn container(&self, name: &str) -> Option<&ContainerStatus> {
        self.containers
            .iter()
            .find(|container| &*container.name == name)
    }

    /// Whether any container runs.
    pub fn any_running(&self) -> bool {
        self.containers
            .iter()
            .any(|container| container.state == ContainerState::Running)
    }

    /// Whether the newest sandbox is ready.
    pub fn sandbox_ready(&self) -> bool {
        self.sandboxes.first().is_some_and(|sandbox| sandbox.ready)
    }
}
