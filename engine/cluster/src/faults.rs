//! Faults: breaking things on purpose, and healing them again.
//!
//! There is one list of what is broken. After every change of it [`Faults::reconcile`] works out what every part should
//! be like, and turns the parts' own switches: a node's power, its kubelet's tasks, the ways of the network, the
//! registry, the control plane. So two faults of one part do not get into each other's way, whichever is healed first.
//!
//! What follows from a fault is the business of whoever it happens to: nothing here writes a status or an event.

mod command;

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::time::Duration;

use api::core::v1::Pod;
use client::{Informers, Lister, Switch};
use controllers::ControllerManager;
use kubelet::Pressure;
use network::{Fabric, Link, Links};
use os::Signal;
use runtime::{PullSpeed, Registry};
use scheduler::Scheduler;
use sim::{Sim, Time};
use view::{ActiveFault, Fault, FaultKind, FaultTarget};

pub(crate) use self::command::register;
use crate::fleet::Nodes;
use crate::node::{Broken, RunningNode};
use crate::views::instant;

/// How long a machine takes from power to its kubelet.
const BOOT: Duration = Duration::from_secs(10);
/// How long after the API server controllers and scheduler are back: they had given up, and are started again.
const CONTROL_PLANE: Duration = Duration::from_secs(10);
/// As many faults as there can be at one time.
const MOST: usize = 100;
/// The clock cannot jump further than this.
const LONGEST_JUMP: u32 = 366 * 24 * 3600;

/// The parts that can break.
pub(crate) struct Parts {
    pub(crate) sim: Sim,
    pub(crate) server: Switch,
    pub(crate) informers: Informers,
    pub(crate) nodes: Nodes,
    pub(crate) registry: Rc<Registry>,
    pub(crate) fabric: Fabric,
    pub(crate) controllers: ControllerManager,
    pub(crate) scheduler: Scheduler,
}

/// What is broken. Cloning gives the same.
#[derive(Clone)]
pub struct Faults(Rc<Inner>);

struct Inner {
    parts: Parts,
    pods: Lister<Pod>,
    active: RefCell<Vec<Active>>,
    last_id: Cell<u32>,
    version: Cell<u64>,
    /// Nodes that boot, and the control plane (an empty name) that comes back: until when.
    delays: RefCell<BTreeMap<String, Time>>,
}

#[derive(Clone)]
struct Active {
    id: u32,
    fault: Fault,
    since: Time,
    until: Option<Time>,
    /// The node and id of the container that hangs.
    container: Option<(String, Rc<str>)>,
}

/// A container that a fault is put into.
struct Found {
    node: RunningNode,
    id: Rc<str>,
    /// `namespace/pod/container`
    name: String,
}

impl Faults {
    pub(crate) fn new(parts: Parts) -> Self {
        Self(Rc::new(Inner {
            pods: parts.informers.lister(),
            parts,
            active: RefCell::default(),
            last_id: Cell::new(0),
            version: Cell::new(0),
            delays: RefCell::default(),
        }))
    }

    /// Breaks something. The fault's id, if it lasts.
    ///
    /// # Errors
    /// Words about a target that is not there, or an amount that makes no sense.
    pub fn inject(&self, mut fault: Fault) -> Result<Option<u32>, String> {
        let info = fault.kind.info();
        let mut container = None;
        match info.target {
            FaultTarget::Cluster if !fault.target.is_empty() => {
                return Err(format!("{} is not put into anything", info.name));
            }
            FaultTarget::Cluster => {}
            FaultTarget::Node => drop(self.node(&fault.target)?),
            FaultTarget::Container => {
                let found = self.container(&fault.target)?;
                fault.target.clone_from(&found.name);
                container = Some(found);
            }
            FaultTarget::Network => self.way(&mut fault)?,
        }
        check_amount(&fault)?;
        match fault.kind {
            FaultKind::ContainerKill => {
                if let Some(found) = container {
                    let runtime = found.node.kubelet().runtime();
                    runtime.signal(&found.id, Signal::KILL);
                }
                return Ok(None);
            }
            FaultKind::ClockJump => {
                let seconds = u64::from(fault.amount());
                self.0.parts.sim.jump(Duration::from_secs(seconds));
                return Ok(None);
            }
            _ => {}
        }
        if self.0.active.borrow().len() >= MOST {
            return Err(format!("there are {MOST} faults already"));
        }
        self.heal_if(|known| known.fault.kind == fault.kind && known.fault.target == fault.target);
        let id = self.0.last_id.get() + 1;
        self.0.last_id.set(id);
        let since = self.0.parts.sim.now();
        let until = fault
            .seconds
            .map(|seconds| since + Duration::from_secs(seconds.into()));
        if let Some(found) = &container {
            found
                .node
                .kubelet()
                .runtime()
                .signal(&found.id, Signal::STOP);
        }
        self.0.active.borrow_mut().push(Active {
            id,
            fault,
            since,
            until,
            container: container.map(|found| (found.node.name().to_owned(), found.id)),
        });
        if let Some(until) = until {
            let faults = self.clone();
            self.0.parts.sim.spawn("fault heals", async move {
                faults.0.parts.sim.sleep_until(until).await;
                faults.heal(id);
            });
        }
        self.changed();
        Ok(Some(id))
    }

    /// Heals the fault of this id; whether there was one.
    pub fn heal(&self, id: u32) -> bool {
        let healed = self.heal_if(|known| known.id == id);
        if healed {
            self.changed();
        }
        healed
    }

    /// Heals everything.
    pub fn heal_all(&self) {
        if self.heal_if(|_| true) {
            self.changed();
        }
    }

    /// What is broken, oldest first.
    pub fn list(&self) -> Vec<ActiveFault> {
        self.forget_ended_containers();
        let active = self.0.active.borrow();
        let shown = active.iter().map(|known| ActiveFault {
            id: known.id,
            fault: known.fault.clone(),
            since: instant(known.since),
            until: known.until.map(instant),
        });
        shown.collect()
    }

    /// Grows with every change of the list.
    pub(crate) fn version(&self) -> u64 {
        self.forget_ended_containers();
        self.0.version.get()
    }

    /// Takes faults off the list. What lasts after them, such as a boot, begins.
    fn heal_if(&self, is_meant: impl Fn(&Active) -> bool) -> bool {
        let healed: Vec<Active> = {
            let mut active = self.0.active.borrow_mut();
            let (healed, rest) = active.drain(..).partition(|known| is_meant(known));
            *active = rest;
            healed
        };
        for known in &healed {
            match known.fault.kind {
                FaultKind::NodeDown => self.delay(&known.fault.target, BOOT),
                FaultKind::ApiserverStopped => self.delay("", CONTROL_PLANE),
                _ => {}
            }
            if let Some((node, id)) = &known.container
                && let Ok(node) = self.node(node)
            {
                node.kubelet().runtime().signal(id, Signal::CONT);
            }
        }
        !healed.is_empty()
    }

    /// A container that hung and was started again does not hang any more.
    fn forget_ended_containers(&self) {
        let ended = |known: &Active| {
            known.container.as_ref().is_some_and(|(node, id)| {
                let node = self.node(node);
                node.is_ok_and(|node| !node.kubelet().runtime().is_running(id))
            })
        };
        let before = self.0.active.borrow().len();
        self.0.active.borrow_mut().retain(|known| !ended(known));
        if self.0.active.borrow().len() != before {
            self.0.version.set(self.0.version.get() + 1);
        }
    }

    /// Whether a component of the control plane runs.
    pub(crate) fn is_up(&self, component: &str) -> bool {
        let stopped = match component {
            "controller-manager" => FaultKind::ControllerManagerStopped,
            "scheduler" => FaultKind::SchedulerStopped,
            _ => return true,
        };
        let active = self.0.active.borrow();
        !active.iter().any(|known| known.fault.kind == stopped)
    }

    /// Something stays as it is for a while.
    fn delay(&self, name: &str, time: Duration) {
        let until = self.0.parts.sim.now() + time;
        self.0.delays.borrow_mut().insert(name.to_owned(), until);
        let faults = self.clone();
        self.0.parts.sim.spawn("recovery", async move {
            faults.0.parts.sim.sleep_until(until).await;
            faults.reconcile();
        });
    }

    fn changed(&self) {
        self.0.version.set(self.0.version.get() + 1);
        self.reconcile();
    }

    /// Makes every part what the list says.
    fn reconcile(&self) {
        let parts = &self.0.parts;
        let now = parts.sim.now();
        self.0.delays.borrow_mut().retain(|_, until| *until > now);
        let active = self.0.active.borrow().clone();
        let has = |kind: FaultKind| active.iter().any(|known| known.fault.kind == kind);
        let amount = |kind: FaultKind| {
            let mut all = active.iter().rev();
            all.find(|known| known.fault.kind == kind)
                .map(|known| known.fault.amount())
        };
        let server_off = has(FaultKind::ApiserverStopped);
        parts.server.set_off(server_off);
        let headless = server_off || self.0.delays.borrow().contains_key("");
        if headless || has(FaultKind::ControllerManagerStopped) {
            parts.controllers.pause();
        } else {
            parts.controllers.resume();
        }
        if headless || has(FaultKind::SchedulerStopped) {
            parts.scheduler.pause();
        } else {
            parts.scheduler.resume();
        }
        parts.registry.set_down(has(FaultKind::FailingRegistry));
        parts.registry.set_slow(
            amount(FaultKind::SlowRegistry)
                .map(|kib| PullSpeed::BytesPerSecond(u64::from(kib) << 10)),
        );
        self.set_ways(&active);
        for node in parts.nodes.all() {
            let name = node.name();
            let here = |kind: FaultKind| {
                active
                    .iter()
                    .any(|known| known.fault.kind == kind && known.fault.target == name)
            };
            node.kubelet().set_pressure(Pressure {
                memory: here(FaultKind::MemoryPressure),
                disk: here(FaultKind::DiskPressure),
                pid: false,
            });
            let broken = Broken {
                down: here(FaultKind::NodeDown) || self.0.delays.borrow().contains_key(name),
                cut: here(FaultKind::NetworkCut),
                stopped: here(FaultKind::KubeletStopped),
            };
            node.set_broken(broken, &parts.informers);
        }
    }

    /// What is wrong with the network.
    fn set_ways(&self, active: &[Active]) {
        let mut ways: BTreeMap<&str, Link> = BTreeMap::new();
        for known in active {
            let fault = &known.fault;
            let target = match fault.target.as_str() {
                "" => Links::ALL_PODS,
                target => target,
            };
            match fault.kind {
                FaultKind::NodeDown | FaultKind::NetworkCut => {
                    ways.entry(target).or_default().cut = true;
                }
                FaultKind::PacketLoss => {
                    let percent = u8::try_from(fault.amount()).unwrap_or(100);
                    ways.entry(target).or_default().loss = percent;
                }
                FaultKind::Latency => {
                    let latency = Duration::from_millis(fault.amount().into());
                    ways.entry(target).or_default().latency = latency;
                }
                _ => {}
            }
        }
        let delays = self.0.delays.borrow();
        for node in delays.keys().filter(|name| !name.is_empty()) {
            ways.entry(node).or_default().cut = true;
        }
        self.0.parts.fabric.with_links(|links| {
            links.clear_faults();
            for (name, link) in ways {
                links.set_fault(name, Some(link));
            }
        });
    }

    fn node(&self, name: &str) -> Result<RunningNode, String> {
        let nodes = &self.0.parts.nodes;
        nodes.find(name).ok_or_else(|| match name {
            "" => "a node must be named".to_owned(),
            name => format!("there is no node \"{name}\""),
        })
    }

    /// Puts the target of a fault of the network into its full form.
    fn way(&self, fault: &mut Fault) -> Result<(), String> {
        if fault.target.is_empty() || self.node(&fault.target).is_ok() {
            return Ok(());
        }
        let pod = self.pod(&fault.target)?;
        fault.target = format!("{}/{}", pod.metadata.namespace, pod.metadata.name);
        Ok(())
    }

    /// The pod that `pod` or `namespace/pod` means; a `*` at the end stands for the rest of the name of the first such.
    fn pod(&self, target: &str) -> Result<Rc<Pod>, String> {
        if target.is_empty() {
            return Err("a pod must be named".to_owned());
        }
        let (namespace, name) = target.split_once('/').unwrap_or(("default", target));
        let found = match name.strip_suffix('*') {
            None => self.0.pods.get(namespace, name),
            Some(start) => self.0.pods.in_namespace(namespace).into_iter().find(|pod| {
                pod.metadata.name.starts_with(start) && pod.metadata.deletion_timestamp.is_none()
            }),
        };
        found.ok_or_else(|| format!("there is no pod \"{name}\" in namespace \"{namespace}\""))
    }

    /// The running container that `pod`, `namespace/pod` or `namespace/pod/container` means.
    fn container(&self, target: &str) -> Result<Found, String> {
        let parts: Vec<&str> = target.splitn(3, '/').collect();
        let (pod, wanted) = match parts[..] {
            [namespace, pod, container] => (format!("{namespace}/{pod}"), Some(container)),
            _ => (target.to_owned(), None),
        };
        let pod = self.pod(&pod)?;
        let meta = &pod.metadata;
        let spec = &pod.spec;
        let all: BTreeSet<&str> = spec
            .containers
            .iter()
            .chain(&spec.init_containers)
            .map(|container| container.name.as_str())
            .collect();
        let first = spec.containers.first().map(|first| first.name.as_str());
        let name = match (wanted, first) {
            (Some(wanted), _) if !all.contains(wanted) => {
                return Err(format!(
                    "there is no container \"{wanted}\" in pod \"{}\"",
                    meta.name
                ));
            }
            (Some(wanted), _) => wanted,
            (None, first) => first.unwrap_or_default(),
        };
        let not_running = || format!("container \"{name}\" of pod \"{}\" does not run", meta.name);
        let node = self.node(&spec.node_name).map_err(|_| not_running())?;
        let runtime = node.kubelet().runtime();
        let id = runtime.running_container(&meta.uid, name);
        Ok(Found {
            node: node.clone(),
            id: id.ok_or_else(not_running)?,
            name: format!("{}/{}/{name}", meta.namespace, meta.name),
        })
    }
}

/// Whether the amount makes sense.
fn check_amount(fault: &Fault) -> Result<(), String> {
    let info = fault.kind.info();
    let (unit, _) = info.amount;
    if fault.amount.is_some() && unit.is_empty() {
        return Err(format!("{} has no amount", info.name));
    }
    let most = match fault.kind {
        FaultKind::PacketLoss => 100,
        FaultKind::Latency => 60_000,
        FaultKind::ClockJump => LONGEST_JUMP,
        _ => u32::MAX,
    };
    let amount = fault.amount();
    if amount > most {
        return Err(format!("{amount} {unit} is too much; {most} is the most"));
    }
    let once = matches!(fault.kind, FaultKind::ContainerKill | FaultKind::ClockJump);
    if once && fault.seconds.is_some() {
        return Err(format!("{} happens once and does not last", info.name));
    }
    Ok(())
}
