//! Registering the node and telling how it is.

use std::time::Duration;

use api::core::v1::{
    ContainerImage, DaemonEndpoint, Node, NodeAddress, NodeCondition, NodeDaemonEndpoints,
    NodeFeatures, NodeRuntimeHandler, NodeRuntimeHandlerFeatures, NodeSpec, NodeStatus,
    NodeSystemInfo,
};
use apimachinery::{Shared, Str, Time};
use sim::futures_util::future::{Either, select};

use super::Pressure;
use crate::clock::api_time;
use crate::config::VERSION;
use crate::kubelet::Kubelet;

/// How often a status that has not changed is told.
const REPORT: Duration = Duration::from_secs(300);
/// How long a change may go untold that is not urgent.
const UPDATE: Duration = Duration::from_secs(10);
/// How long until the API server is tried again.
const RETRY: Duration = Duration::from_millis(400);
/// How long a kubelet takes until it is ready.
const WARM_UP: Duration = Duration::from_secs(5);
/// What a kubelet of this version can do and an older one cannot, as far as that is switched on.
const DECLARED: [&str; 4] = [
    "ExtendWebSocketsToKubelet",
    "InPlacePodLevelResourcesVerticalScaling",
    "InPlacePodVerticalScalingInitContainers",
    "RestartAllContainersOnContainerExits",
];
/// Images that the status tells.
const MAX_IMAGES: usize = 50;

impl Kubelet {
    /// Makes the node short of something, or not any more.
    pub fn set_pressure(&self, pressure: Pressure) {
        if self.node_state().pressure.replace(pressure) != pressure {
            self.wake_eviction();
            self.wake_image_gc();
        }
    }

    /// Something about the node has changed that is to be told at once.
    pub(crate) fn tell_node_soon(&self) {
        self.node_state().changed.notify();
    }

    /// Something about the node has changed that is not urgent, such as its images.
    pub(crate) fn node_changed(&self) {
        self.node_state().stale.set(true);
        self.node_state().changed.notify();
    }

    /// Registers the node and tells its status, when it changes and every five minutes. Never ends.
    pub(crate) async fn run_node_status(self) {
        *self.node_state().since.borrow_mut() = Some(self.sim().now());
        loop {
            let told = self.tell_node_status();
            let wait = if told {
                self.until_next_report()
            } else {
                RETRY
            };
            let changed = std::pin::pin!(self.node_state().changed.notified());
            if let Either::Left(_) = select(changed, self.sim().sleep(wait)).await
                && self.node_state().stale.take()
            {
                self.sim().sleep(UPDATE).await;
            }
        }
    }

    /// Another one for each start of the machine.
    pub(crate) fn boot_id(&self) -> String {
        let boots = self.node_state().boots.get();
        let number = if boots == 0 {
            String::new()
        } else {
            boots.to_string()
        };
        sim::Rng::new(0, &format!("boot{number}/{}", self.config().node)).uuid()
    }

    fn is_warm(&self) -> bool {
        let since = *self.node_state().since.borrow();
        since.is_none_or(|since| self.sim().now() >= since + WARM_UP)
    }

    fn until_next_report(&self) -> Duration {
        if !self.is_warm() {
            return WARM_UP;
        }
        let now = self.sim().now();
        let due = self.node_state().reported.get().unwrap_or(now) + REPORT;
        due.since(now).max(Duration::from_secs(1))
    }

    /// Tells the status if it has changed or has not been told for long. False if it has to be tried again.
    fn tell_node_status(&self) -> bool {
        let name = self.config().node.as_ref();
        let node = match self.api().node(name) {
            Ok(node) => node,
            Err(error) if error.code == 404 && self.node_state().registered.get() => {
                self.node_state().reported.set(Some(self.sim().now()));
                return true;
            }
            Err(error) if error.code == 404 => match self.api().create_node(self.initial_node()) {
                Ok(node) => node,
                Err(_) => return false,
            },
            Err(_) => return false,
        };
        self.node_state().registered.set(true);
        let now = self.sim().now();
        let reported = self.node_state().reported.get();
        let status = self.node_status(&node.status, api_time(now));
        let due = reported.is_none_or(|reported| now >= reported + REPORT);
        if !due && is_same(&status, &node.status) {
            return true;
        }
        self.tell_condition_events(&node.status, &status);
        let mut changed = (*node).clone();
        changed.status = Shared::new(status);
        if self.api().update_node_status(changed).is_err() {
            return false;
        }
        self.node_state().reported.set(Some(now));
        true
    }

    fn initial_node(&self) -> Node {
        let name: Str = self.config().node.as_ref().into();
        let mut node = Node::default();
        node.metadata.name = name.clone();
        for (key, value) in [
            ("beta.kubernetes.io/arch", "amd64"),
            ("beta.kubernetes.io/os", "linux"),
            ("kubernetes.io/arch", "amd64"),
            ("kubernetes.io/hostname", &name),
            ("kubernetes.io/os", "linux"),
        ] {
            node.metadata.labels.insert(key, value);
        }
        for (key, value) in self.config().labels.iter() {
            node.metadata.labels.insert(key.clone(), value.clone());
        }
        node.metadata.annotations.insert(
            "volumes.kubernetes.io/controller-managed-attach-detach",
            "true",
        );
        let pod_range = &self.config().pod_range;
        if !pod_range.is_empty() {
            node.spec = Shared::new(NodeSpec {
                pod_cidr: pod_range.clone(),
                pod_cidrs: vec![pod_range.clone()],
                ..NodeSpec::default()
            });
        }
        node.status =
            Shared::new(self.node_status(&NodeStatus::default(), api_time(self.sim().now())));
        node
    }

    fn node_status(&self, old: &NodeStatus, now: Time) -> NodeStatus {
        let config = self.config();
        NodeStatus {
            capacity: config.capacity.clone(),
            allocatable: config.capacity.clone(),
            conditions: self.node_conditions(old, now),
            addresses: vec![
                NodeAddress {
                    type_: "InternalIP".into(),
                    address: config.ip.to_string().into(),
                },
                NodeAddress {
                    type_: "Hostname".into(),
                    address: config.node.as_ref().into(),
                },
            ],
            daemon_endpoints: NodeDaemonEndpoints {
                kubelet_endpoint: DaemonEndpoint { port: 10250 },
            },
            node_info: NodeSystemInfo {
                boot_id: self.boot_id().into(),
                ..system_info(&config.node)
            },
            images: self.node_images(),
            runtime_handlers: vec![runtime_handler("")],
            features: Some(
                NodeFeatures {
                    supplemental_groups_policy: Some(true),
                }
                .into(),
            ),
            declared_features: DECLARED.into_iter().map(Str::from).collect(),
            volumes_in_use: self.volumes_in_use(),
            volumes_attached: old.volumes_attached.clone(),
            ..NodeStatus::default()
        }
    }

    fn node_conditions(&self, old: &NodeStatus, now: Time) -> Vec<NodeCondition> {
        let Pressure { memory, disk, pid } = self.pressure();
        let ready = if self.is_warm() {
            (
                "Ready",
                true,
                "KubeletReady",
                "kubelet is posting ready status",
            )
        } else {
            (
                "Ready",
                false,
                "KubeletNotReady",
                "container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady \
                 message:Network plugin returns error: cni plugin not initialized",
            )
        };
        let pick =
            |bad: bool,
             if_bad: (&'static str, &'static str),
             else_: (&'static str, &'static str)| { if bad { if_bad } else { else_ } };
        let memory_text = pick(
            memory,
            (
                "KubeletHasInsufficientMemory",
                "kubelet has insufficient memory available",
            ),
            (
                "KubeletHasSufficientMemory",
                "kubelet has sufficient memory available",
            ),
        );
        let disk_text = pick(
            disk,
            ("KubeletHasDiskPressure", "kubelet has disk pressure"),
            ("KubeletHasNoDiskPressure", "kubelet has no disk pressure"),
        );
        let pid_text = pick(
            pid,
            (
                "KubeletHasInsufficientPID",
                "kubelet has insufficient PID available",
            ),
            (
                "KubeletHasSufficientPID",
                "kubelet has sufficient PID available",
            ),
        );
        let own = [
            ("MemoryPressure", memory, memory_text.0, memory_text.1),
            ("DiskPressure", disk, disk_text.0, disk_text.1),
            ("PIDPressure", pid, pid_text.0, pid_text.1),
            ready,
        ];
        let others = old
            .conditions
            .iter()
            .filter(|known| !own.iter().any(|(type_, ..)| known.type_ == *type_));
        let made = own.iter().map(|(type_, status, reason, message)| {
            let status: Str = if *status { "True" } else { "False" }.into();
            let before = old
                .conditions
                .iter()
                .find(|known| known.type_ == *type_ && known.status == status);
            NodeCondition {
                type_: (*type_).into(),
                last_transition_time: before.map_or(now, |known| known.last_transition_time),
                status,
                last_heartbeat_time: now,
                reason: (*reason).into(),
                message: (*message).into(),
            }
        });
        others.cloned().chain(made).collect()
    }

    /// The largest images on the node.
    fn node_images(&self) -> Vec<ContainerImage> {
        let mut images: Vec<_> = self
            .runtime()
            .images()
            .into_iter()
            .map(|local| ContainerImage {
                names: vec![
                    (&*local.image.by_digest).into(),
                    (&*local.image.name).into(),
                ],
                size_bytes: i64::try_from(local.image.image.size).unwrap_or(i64::MAX),
            })
            .collect();
        images.sort_by(|a, b| b.size_bytes.cmp(&a.size_bytes).then(a.names.cmp(&b.names)));
        images.truncate(MAX_IMAGES);
        images
    }
}

fn runtime_handler(name: &str) -> NodeRuntimeHandler {
    NodeRuntimeHandler {
        name: name.into(),
        features: Some(
            NodeRuntimeHandlerFeatures {
                recursive_read_only_mounts: Some(true),
                user_namespaces: Some(true),
            }
            .into(),
        ),
    }
}

/// What the machine says of itself. Its ids depend on its name alone.
fn system_info(node: &str) -> NodeSystemInfo {
    let uuid = |what: &str| sim::Rng::new(0, &format!("{what}/{node}")).uuid();
    NodeSystemInfo {
        machine_id: uuid("machine").replace('-', "").into(),
        system_uuid: uuid("system").into(),
        kernel_version: "6.1.0-37-amd64".into(),
        os_image: "Debian GNU/Linux 12 (bookworm)".into(),
        container_runtime_version: format!("containerd://{}", runtime::CONTAINERD_VERSION).into(),
        kubelet_version: VERSION.into(),
        operating_system: "linux".into(),
        architecture: "amd64".into(),
        ..NodeSystemInfo::default()
    }
}

/// Whether two statuses differ in nothing but their heartbeats.
fn is_same(new: &NodeStatus, old: &NodeStatus) -> bool {
    let without_heartbeats = |status: &NodeStatus| {
        let mut status = status.clone();
        for condition in &mut status.conditions {
            condition.last_heartbeat_time = Time::ZERO;
        }
        status
    };
    without_heartbeats(new) == without_heartbeats(old)
}
