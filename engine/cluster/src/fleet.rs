//! The nodes of a cluster, and how one more is made.

use std::cell::{OnceCell, RefCell};
use std::collections::BTreeSet;
use std::net::Ipv4Addr;
use std::rc::Rc;

use apimachinery::Str;
use client::{Client, Informers};
use kubelet::{ClientApi, Kubelet, KubeletConfig, Storage};
use network::{Fabric, IpRange, Netns, NetnsConfig};
use os::Programs;
use runtime::{Registry, Runtime, RuntimeConfig};
use sim::Sim;

use crate::node::RunningNode;

/// The network of the nodes: 172.18.0.1 is the workstation's, the nodes' addresses follow.
const NODE_NETWORK: [u8; 2] = [172, 18];

/// What names of nodes begin with, but for clusters beside the first.
pub(crate) const NODES: &str = "node-";

/// Nodes by name, in the order in which they joined. Cloning gives the same ones.
#[derive(Clone, Default)]
pub(crate) struct Nodes(Rc<RefCell<Vec<RunningNode>>>, Moved);

/// The UIDs of pods for which a kubelet began or ended something, if somebody wants to know.
#[derive(Clone, Default)]
struct Moved(Rc<RefCell<Option<BTreeSet<Str>>>>);

impl Nodes {
    /// All of them.
    pub(crate) fn all(&self) -> Vec<RunningNode> {
        self.0.borrow().clone()
    }

    /// The pods for which a kubelet has begun or ended something since the last call: none at the first one.
    pub(crate) fn take_moved(&self) -> BTreeSet<Str> {
        let moved = self.1.0.borrow_mut().replace(BTreeSet::new());
        moved.unwrap_or_default()
    }

    /// The one of that name.
    pub(crate) fn find(&self, name: &str) -> Option<RunningNode> {
        let nodes = self.0.borrow();
        let is = |node: &&RunningNode| node.name() == name;
        // They join in the order of their numbers, and there may be thousands.
        let number = name
            .rsplit('-')
            .next()
            .and_then(|end| end.parse::<usize>().ok());
        let at = number.and_then(|number| nodes.get(number.checked_sub(1)?));
        at.filter(is).or_else(|| nodes.iter().find(is)).cloned()
    }
}

/// What nodes are made from.
pub(crate) struct Fleet {
    pub(crate) sim: Sim,
    pub(crate) client: Client,
    pub(crate) informers: Informers,
    pub(crate) fabric: Fabric,
    pub(crate) registry: Rc<Registry>,
    pub(crate) storage: Rc<Storage>,
    /// The programs of containers.
    pub(crate) programs: Programs,
    pub(crate) nodes: Nodes,
    /// What the nodes' names begin with.
    pub(crate) prefix: &'static str,
    /// Who wants to know of the node whose whole disk a pod is to see.
    pub(crate) root_observer: Rc<OnceCell<RootObserver>>,
}

/// Told a node's number.
pub(crate) type RootObserver = Box<dyn Fn(u16)>;

impl Fleet {
    /// A machine's place in the network.
    pub(crate) fn join(&self, ip: Ipv4Addr, name: &str) -> Netns {
        self.fabric.join(NetnsConfig {
            ip,
            node: name.into(),
            owner: name.into(),
        })
    }

    /// Starts the agent of node `number` on a machine that is in the network already.
    pub(crate) fn start(&self, number: u16, host: Netns) -> RunningNode {
        let name = format!("{}{number}", self.prefix);
        let ip = node_address(number);
        let runtime = Runtime::new(
            &self.sim,
            RuntimeConfig {
                node: name.as_str().into(),
                pod_cidr: parsed(&pod_range(number)),
                host,
                registry: Rc::clone(&self.registry),
                programs: self.programs.clone(),
            },
        );
        let client = self.client.from_elsewhere();
        let api = Rc::new(ClientApi::new(&client, &name));
        let tasks = self.sim.group();
        let kubelet = Kubelet::new(
            &tasks,
            KubeletConfig {
                cluster_dns: Some(cluster_network::CLUSTER_DNS),
                pod_range: pod_range(number).into(),
                ..KubeletConfig::new(&name, ip)
            },
            api,
            runtime,
            Rc::clone(&self.storage),
        );
        let way = client.reach().way().clone();
        let moved = self.nodes.1.clone();
        kubelet.set_progress_observer(move |uid| {
            if let Some(moved) = &mut *moved.0.borrow_mut() {
                moved.insert(uid.into());
            }
        });
        let observer = Rc::clone(&self.root_observer);
        kubelet.set_root_observer(move || {
            if let Some(observer) = observer.get() {
                observer(number);
            }
        });
        let node = RunningNode::start(kubelet, tasks, way, ip, &self.informers);
        client.register_node(&name, Rc::new(node.clone()));
        self.nodes.0.borrow_mut().push(node.clone());
        node
    }
}

/// The name of node `number`.
pub(crate) fn node_name(number: u16) -> String {
    format!("{NODES}{number}")
}

/// The address of node `number`; 0 is the workstation.
pub(crate) fn node_address(number: u16) -> Ipv4Addr {
    let [high, low] = (number + 1).to_be_bytes();
    let [a, b] = NODE_NETWORK;
    Ipv4Addr::new(a, b, high, low)
}

/// The addresses of the pods on node `number`: 10.244.0.0/24 for the first.
fn pod_range(number: u16) -> String {
    let [high, low] = (number - 1).to_be_bytes();
    // More than 256 nodes go on in the next block of 10.0.0.0/8.
    format!(
        "10.{}.{low}.0/24",
        244_u16.wrapping_add(u16::from(high)) % 256
    )
}

fn parsed(text: &str) -> IpRange {
    text.parse()
        .unwrap_or_else(|_| unreachable!("{text} is a range"))
}
