//! What people install into a cluster beside Kubernetes itself, as stand-ins that run beside the control plane:
//!
//! | add-on | stands for | gives |
//! |---|---|---|
//! | `metrics-server` | metrics-server | `metrics.k8s.io`: `kubectl top`, autoscaling by CPU and memory |
//! | `load-balancer` | MetalLB, or a cloud's | an address for services of type `LoadBalancer` |
//! | `ingress` | ingress-nginx | a default `IngressClass`, and a proxy that does what Ingresses say |
//!
//! A fresh cluster has none of them, as one made by kubeadm or kind has none: `addons enable NAME` on the workstation is the
//! playground's own way to get one, modelled on minikube's.
//!
//! They know the cluster through the API alone. Not here: autoscaling (a controller), and how bytes travel.

mod command;
mod ingress;
mod load_balancer;
mod metrics_server;

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::rc::Rc;

use client::{Client, Informers};
use network::Fabric;

pub use command::register;
pub use ingress::HOSTS as INGRESS_NAME_SERVER;

/// The addresses that load balancers give away: the end of the nodes' network, as people set MetalLB up for kind. The first
/// is the ingress controller's.
const POOL: [u8; 3] = [172, 18, 255];
const POOL_FIRST: u8 = 200;
const POOL_LAST: u8 = 250;

fn pool(last: u8) -> Ipv4Addr {
    let [a, b, c] = POOL;
    Ipv4Addr::new(a, b, c, last)
}

/// An add-on.
struct Addon {
    name: &'static str,
    about: &'static str,
    start: fn(&Addons, &Switch),
}

const ALL: &[Addon] = &[
    Addon {
        name: "ingress",
        about: "routes HTTP by host and path as Ingresses say (stands for ingress-nginx)",
        start: ingress::start,
    },
    Addon {
        name: "load-balancer",
        about: "gives Services of type LoadBalancer an address (stands for MetalLB)",
        start: load_balancer::start,
    },
    Addon {
        name: "metrics-server",
        about: "measures what pods and nodes use: kubectl top, autoscaling",
        start: metrics_server::start,
    },
];

/// Whether an add-on still runs. Cloning gives the same one.
#[derive(Clone, Default)]
pub(crate) struct Switch(Rc<SwitchState>);

/// What happens when an add-on is disabled.
type Ending = Box<dyn FnOnce()>;

#[derive(Default)]
struct SwitchState {
    off: Cell<bool>,
    endings: RefCell<Vec<Ending>>,
}

impl Switch {
    pub(crate) fn is_on(&self) -> bool {
        !self.0.off.get()
    }

    pub(crate) fn at_end(&self, ending: impl FnOnce() + 'static) {
        self.0.endings.borrow_mut().push(Box::new(ending));
    }

    fn turn_off(&self) {
        self.0.off.set(true);
        let endings = self.0.endings.take();
        endings.into_iter().for_each(|ending| ending());
    }
}

/// The add-ons of a cluster. Cloning gives the same ones.
#[derive(Clone)]
pub struct Addons(Rc<Inner>);

struct Inner {
    client: Client,
    informers: Informers,
    fabric: Fabric,
    names: Rc<ingress::Names>,
    running: RefCell<BTreeMap<&'static str, Switch>>,
}

/// There is no add-on of that name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoSuchAddon(pub String);

impl std::fmt::Display for NoSuchAddon {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let names: Vec<&str> = ALL.iter().map(|addon| addon.name).collect();
        write!(f, "no add-on {:?}: there are {}", self.0, names.join(", "))
    }
}

impl std::error::Error for NoSuchAddon {}

impl Addons {
    /// None of them runs yet.
    pub fn new(client: &Client, informers: &Informers, fabric: &Fabric) -> Self {
        let names = Rc::<ingress::Names>::default();
        fabric.set_name_server(ingress::HOSTS, names.clone());
        Self(Rc::new(Inner {
            names,
            client: client.clone(),
            informers: informers.clone(),
            fabric: fabric.clone(),
            running: RefCell::default(),
        }))
    }

    /// Every add-on: its name, what it is, whether it runs.
    pub fn list(&self) -> impl Iterator<Item = (&'static str, &'static str, bool)> {
        let running = self.0.running.borrow().clone();
        ALL.iter()
            .map(move |addon| (addon.name, addon.about, running.contains_key(addon.name)))
    }

    /// Starts an add-on; whether it did not run before.
    ///
    /// # Errors
    /// When there is none of that name.
    pub fn enable(&self, name: &str) -> Result<bool, NoSuchAddon> {
        let addon = find(name)?;
        if self.0.running.borrow().contains_key(addon.name) {
            return Ok(false);
        }
        let switch = Switch::default();
        self.0
            .running
            .borrow_mut()
            .insert(addon.name, switch.clone());
        (addon.start)(self, &switch);
        Ok(true)
    }

    /// Stops an add-on; whether it ran. What it has written stays.
    ///
    /// # Errors
    /// When there is none of that name.
    pub fn disable(&self, name: &str) -> Result<bool, NoSuchAddon> {
        let addon = find(name)?;
        let running = self.0.running.borrow_mut().remove(addon.name);
        if let Some(switch) = &running {
            switch.turn_off();
        }
        Ok(running.is_some())
    }

    fn client(&self) -> &Client {
        &self.0.client
    }

    fn informers(&self) -> &Informers {
        &self.0.informers
    }

    fn names(&self) -> &Rc<ingress::Names> {
        &self.0.names
    }

    fn fabric(&self) -> &Fabric {
        &self.0.fabric
    }
}

fn find(name: &str) -> Result<&'static Addon, NoSuchAddon> {
    let found = ALL.iter().find(|addon| addon.name == name);
    found.ok_or_else(|| NoSuchAddon(name.to_owned()))
}
