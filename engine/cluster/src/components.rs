//! Starts what runs in a cluster: controllers, scheduler, and on every node a runtime and a kubelet.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::rc::Rc;

use addons::Addons;
use api::core::v1::{ConfigMap, Node, Secret, ServiceAccount};
use apimachinery::meta::v1::ListOptions;
use apiserver::ApiServer;
use client::{Change, Client, Informers};
use controllers::ControllerManager;
use kubelet::{ClientApi, ConfigKind, Kubelet, KubeletConfig, Storage};
use network::{Fabric, IpRange, Netns, NetnsConfig};
use os::Programs;
use runtime::{Registry, Runtime, RuntimeConfig};
use scheduler::Scheduler;
use sim::Sim;
use view::Pull;

use crate::faults::{Faults, Parts};
use crate::node::RunningNode;
use crate::read_model::{Waiting, Work};
use crate::traces::Traces;
use crate::views::{ContainerWork, instant};

/// The network of the nodes: 172.18.0.1 is the workstation's, the nodes' addresses follow.
const NODE_NETWORK: [u8; 2] = [172, 18];

/// Everything that runs. Dropping it ends the subscriptions.
pub(crate) struct Components {
    nodes: Vec<RunningNode>,
    workstation: Netns,
    faults: Faults,
    addons: Addons,
    informers: Informers,
}

impl Components {
    /// Starts everything, with nodes `node-1` to `node-N`.
    pub(crate) fn start(sim: &Sim, client: &Client, nodes: u16) -> Self {
        let informers = Informers::new(client);
        let controllers = ControllerManager::start(client, &informers);
        let scheduler = Scheduler::start(client, &informers);
        let fabric = Fabric::new(sim);
        cluster_network::start(&fabric, &informers);
        let addons = Addons::new(client, &informers, &fabric);
        let registry = Rc::<Registry>::default();
        let storage = Rc::<Storage>::default();
        let programs = Programs::new();
        shell::register(&programs);
        net_tools::register(&programs);
        Registry::register_programs(&programs);
        let join = |ip: Ipv4Addr, name: &str| {
            fabric.join(NetnsConfig {
                ip,
                node: name.into(),
                owner: name.into(),
            })
        };
        let workstation = join(node_address(0), "workstation");
        let nodes = (1..=nodes).map(|number| {
            let name = format!("node-{number}");
            let ip = node_address(number);
            let runtime = Runtime::new(
                sim,
                RuntimeConfig {
                    node: name.as_str().into(),
                    pod_cidr: pod_range(number),
                    host: join(ip, &name),
                    registry: Rc::clone(&registry),
                    programs: programs.clone(),
                },
            );
            let client = client.from_elsewhere();
            let api = Rc::new(ClientApi::new(&client, &name));
            let tasks = sim.group();
            let kubelet = Kubelet::new(
                &tasks,
                KubeletConfig {
                    cluster_dns: Some(cluster_network::CLUSTER_DNS),
                    ..KubeletConfig::new(&name, ip)
                },
                api,
                runtime,
                Rc::clone(&storage),
            );
            let way = client.reach().way().clone();
            let node = RunningNode::start(kubelet, tasks, way, ip, &informers);
            client.register_node(&name, Rc::new(node.clone()));
            node
        });
        let nodes: Vec<RunningNode> = nodes.collect();
        follow_config(&informers, &nodes);
        let faults = Faults::new(Parts {
            sim: sim.clone(),
            server: client.reach().server().clone(),
            informers: informers.clone(),
            nodes: nodes.clone(),
            registry,
            fabric,
            controllers,
            scheduler,
        });
        Self {
            nodes,
            workstation,
            faults,
            addons,
            informers,
        }
    }

    /// What is broken on purpose.
    pub(crate) fn faults(&self) -> &Faults {
        &self.faults
    }

    /// The workstation's place in the network.
    pub(crate) fn workstation(&self) -> &Netns {
        &self.workstation
    }

    /// Collects the requests between pods from now on.
    pub(crate) fn trace_requests(&self) -> Rc<Traces> {
        let traces = Traces::new(&self.informers);
        self.workstation.fabric().set_observer(traces.clone());
        traces
    }

    /// What can be installed.
    pub(crate) fn addons(&self) -> &Addons {
        &self.addons
    }

    /// What the kubelets do for the containers of pods that are not all up: pulls and back-offs.
    pub(crate) fn work(&self, pods: Waiting<'_>) -> Work {
        let mut work = Work::new();
        for pod in pods {
            let node = self
                .nodes
                .iter()
                .find(|node| node.name() == pod.spec.node_name.as_str());
            let Some(node) = node else { continue };
            let names = pod
                .spec
                .init_containers
                .iter()
                .chain(&pod.spec.containers)
                .map(|c| c.name.as_str());
            let waiting = names.filter_map(|name| {
                let progress = node.kubelet().progress(&pod.metadata.uid, name);
                let pull = progress.pull.map(|pull| Pull {
                    started: instant(pull.began),
                    ends: instant(pull.done),
                    bytes: pull.size,
                });
                let retry = progress.retry.map(instant);
                (pull.is_some() || retry.is_some())
                    .then(|| (name.to_owned(), ContainerWork { pull, retry }))
            });
            let waiting: BTreeMap<String, ContainerWork> = waiting.collect();
            if !waiting.is_empty() {
                work.insert(pod.metadata.uid.to_string(), waiting);
            }
        }
        work
    }
}

/// Tells the kubelets of config maps and secrets that have changed.
fn follow_config(informers: &Informers, nodes: &[RunningNode]) {
    let all = nodes.to_vec();
    informers.of::<ConfigMap>().on_change(move |change| {
        if let Change::Updated { new, .. } = change {
            let meta = &new.metadata;
            for node in &all {
                node.config_changed(ConfigKind::ConfigMap, &meta.namespace, &meta.name);
            }
        }
    });
    let all = nodes.to_vec();
    informers.of::<Secret>().on_change(move |change| {
        if let Change::Updated { new, .. } = change {
            let meta = &new.metadata;
            for node in &all {
                node.config_changed(ConfigKind::Secret, &meta.namespace, &meta.name);
            }
        }
    });
}

/// The address of node `number`; 0 is the workstation.
fn node_address(number: u16) -> Ipv4Addr {
    let [high, low] = (number + 1).to_be_bytes();
    let [a, b] = NODE_NETWORK;
    Ipv4Addr::new(a, b, high, low)
}

/// The addresses of the pods on node `number`: 10.244.0.0/24 for the first.
fn pod_range(number: u16) -> IpRange {
    let [high, low] = (number - 1).to_be_bytes();
    // More than 256 nodes go on in the next block of 10.0.0.0/8.
    let text = format!(
        "10.{}.{low}.0/24",
        244_u16.wrapping_add(u16::from(high)) % 256
    );
    text.parse()
        .unwrap_or_else(|_| unreachable!("{text} is a range"))
}

/// Whether the cluster has come up: every node is ready and the default service account exists, so that pods can be made.
pub(crate) fn is_up(server: &ApiServer, nodes: u16) -> bool {
    let client = Client::new(server.clone());
    let Ok(found) = client.list::<Node>("", &ListOptions::default()) else {
        return false;
    };
    let ready = |node: &Rc<Node>| {
        node.status
            .conditions
            .iter()
            .any(|c| c.type_ == "Ready" && c.status == "True")
            && node.spec.taints.is_empty()
    };
    found.items.len() == usize::from(nodes)
        && found.items.iter().all(ready)
        && client.get::<ServiceAccount>("default", "default").is_ok()
}
