//! Starts what runs in a cluster: controllers, scheduler, and on every node a runtime and a kubelet.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use addons::Addons;
use api::core::v1::{ConfigMap, Node, Secret, ServiceAccount};
use apimachinery::Str;
use apimachinery::meta::v1::ListOptions;
use apiserver::ApiServer;
use client::{Change, Client, Informers};
use controllers::ControllerManager;
use kubelet::{ConfigKind, Storage};
use network::{Fabric, Netns};
use os::Programs;
use runtime::Registry;
use scheduler::Scheduler;
use sim::Sim;
use view::Pull;

use crate::faults::{Faults, Parts};
use crate::fleet::{Fleet, Nodes, node_address};
use crate::hosts::Hosts;
use crate::read_model::{Waiting, Work};
use crate::traces::Traces;
use crate::traffic::Traffic;
use crate::views::{ContainerWork, instant};

/// Everything that runs. Dropping it ends the subscriptions.
pub(crate) struct Components {
    nodes: Nodes,
    workstation: Netns,
    traffic: Traffic,
    faults: Faults,
    addons: Addons,
    informers: Informers,
    hosts: Hosts,
    scheduler: Scheduler,
}

impl Components {
    /// Starts everything, with as many nodes, whose names begin with `prefix`.
    pub(crate) fn start(sim: &Sim, client: &Client, nodes: u16, prefix: &'static str) -> Self {
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
        let fleet = Fleet {
            sim: sim.clone(),
            client: client.clone(),
            informers: informers.clone(),
            fabric: fabric.clone(),
            registry: Rc::clone(&registry),
            storage,
            programs,
            nodes: Nodes::default(),
            prefix,
            root_observer: Rc::default(),
        };
        let workstation = fleet.join(node_address(0), "workstation");
        for number in 1..=nodes {
            let host = fleet.join(node_address(number), &format!("{prefix}{number}"));
            fleet.start(number, host);
        }
        let nodes = fleet.nodes.clone();
        follow_config(&informers, &nodes);
        // The last address of the nodes' network, which no node ever gets.
        let outside = fleet.join(node_address(u16::MAX - 2), "traffic");
        let traffic = Traffic::new(sim, client, outside);
        let faults = Faults::new(Parts {
            sim: sim.clone(),
            server: client.reach().server().clone(),
            informers: informers.clone(),
            nodes: nodes.clone(),
            registry,
            fabric,
            controllers,
            scheduler: scheduler.clone(),
        });
        let hosts = Hosts::new(fleet, faults.clone());
        Self {
            nodes,
            workstation,
            faults,
            addons,
            informers,
            hosts,
            traffic,
            scheduler,
        }
    }

    /// The machines behind the nodes.
    pub(crate) fn hosts(&self) -> &Hosts {
        &self.hosts
    }

    /// What is sent to the cluster's services.
    pub(crate) fn traffic(&self) -> &Traffic {
        &self.traffic
    }

    /// What is broken on purpose.
    pub(crate) fn faults(&self) -> &Faults {
        &self.faults
    }

    /// The scheduler.
    pub(crate) fn scheduler(&self) -> &Scheduler {
        &self.scheduler
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

    /// The pods for which a kubelet has begun or ended something since the last call: none at the first one.
    pub(crate) fn take_moved(&self) -> BTreeSet<Str> {
        self.nodes.take_moved()
    }

    /// What the kubelets do for the containers of pods that are not all up: pulls and back-offs.
    pub(crate) fn work(&self, pods: Waiting<'_>) -> Work {
        let mut work = Work::new();
        for pod in pods {
            let node = self.nodes.find(pod.spec.node_name.as_str());
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
fn follow_config(informers: &Informers, nodes: &Nodes) {
    let all = nodes.clone();
    informers.of::<ConfigMap>().on_change(move |change| {
        if let Change::Updated { new, .. } = change {
            let meta = &new.metadata;
            for node in all.all() {
                node.config_changed(ConfigKind::ConfigMap, &meta.namespace, &meta.name);
            }
        }
    });
    let all = nodes.clone();
    informers.of::<Secret>().on_change(move |change| {
        if let Change::Updated { new, .. } = change {
            let meta = &new.metadata;
            for node in all.all() {
                node.config_changed(ConfigKind::Secret, &meta.namespace, &meta.name);
            }
        }
    });
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
