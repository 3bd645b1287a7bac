//! A node of the cluster: its kubelet, what can be wrong with it, and its door for the API server.

use std::cell::{Cell, RefCell};
use std::net::Ipv4Addr;
use std::rc::Rc;

use api::core::v1::{Pod, PodLogOptions};
use apimachinery::{Status, Str};
use client::node::{ContainerUsage, ExecRequest, LogStream, NodeApi, Session};
use client::{Informers, Subscription, Switch};
use kubelet::{ConfigKind, Kubelet};
use sim::Sim;

/// What is wrong with a node.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Broken {
    /// It has no power.
    pub(crate) down: bool,
    /// Its network is cut.
    pub(crate) cut: bool,
    /// Its kubelet is stopped.
    pub(crate) stopped: bool,
}

impl Broken {
    fn kubelet_runs(self) -> bool {
        !self.down && !self.stopped
    }

    fn is_reached(self) -> bool {
        !self.down && !self.cut
    }
}

/// A node with its agent. Cloning gives the same one.
#[derive(Clone)]
pub(crate) struct RunningNode(Rc<Inner>);

struct Inner {
    kubelet: Kubelet,
    /// The kubelet's tasks.
    tasks: Sim,
    /// Its way to the API server.
    way: Switch,
    ip: Ipv4Addr,
    follows: RefCell<Option<Subscription>>,
    broken: Cell<Broken>,
}

impl RunningNode {
    /// Starts the kubelet.
    pub(crate) fn start(
        kubelet: Kubelet,
        tasks: Sim,
        way: Switch,
        ip: Ipv4Addr,
        informers: &Informers,
    ) -> Self {
        kubelet.start();
        let follows = kubelet.follow(informers);
        Self(Rc::new(Inner {
            kubelet,
            tasks,
            way,
            ip,
            follows: RefCell::new(Some(follows)),
            broken: Cell::default(),
        }))
    }

    /// Its agent.
    pub(crate) fn kubelet(&self) -> &Kubelet {
        &self.0.kubelet
    }

    /// Its name.
    pub(crate) fn name(&self) -> &str {
        &self.0.kubelet.config().node
    }

    /// Tells its kubelet of a config map or secret that has changed. One that does not hear now looks anew when it is back:
    /// see [`Kubelet::is_back`].
    pub(crate) fn config_changed(&self, kind: ConfigKind, namespace: &str, name: &str) {
        if self.0.follows.borrow().is_some() {
            self.0.kubelet.config_changed(kind, namespace, name);
        }
    }

    /// Breaks or heals it.
    pub(crate) fn set_broken(&self, want: Broken, informers: &Informers) {
        let had = self.0.broken.replace(want);
        if had == want {
            return;
        }
        let kubelet = &self.0.kubelet;
        self.0.way.set_off(!want.is_reached());
        if want.down && !had.down {
            kubelet.runtime().power_off();
        }
        let hears = want.kubelet_runs() && want.is_reached();
        if !hears {
            self.0.follows.take();
        }
        if had.kubelet_runs() && !want.kubelet_runs() {
            self.0.tasks.freeze();
        }
        if had.down && !want.down {
            kubelet.runtime().power_on();
        }
        if want.kubelet_runs() && !had.kubelet_runs() {
            self.0.tasks.thaw();
            kubelet.restarted(had.down);
        }
        if want.is_reached() && !had.is_reached() {
            kubelet.is_back();
        }
        if hears && self.0.follows.borrow().is_none() {
            let follows = kubelet.follow(informers);
            *self.0.follows.borrow_mut() = Some(follows);
        }
    }

    /// Why nobody gets to the machine, if so.
    pub(crate) fn no_way(&self) -> Option<&'static str> {
        let broken = self.0.broken.get();
        match (broken.down, broken.cut) {
            (true, _) => Some("No route to host"),
            (_, true) => Some("Connection timed out"),
            _ => None,
        }
    }

    /// What the API server hears when it calls the kubelet and nobody answers.
    fn refusal(&self) -> Option<String> {
        let broken = self.0.broken.get();
        let why = if broken.down {
            "connect: no route to host"
        } else if broken.cut {
            "i/o timeout"
        } else if broken.stopped {
            "connect: connection refused"
        } else {
            return None;
        };
        Some(format!("dial tcp {}:10250: {why}", self.0.ip))
    }

    fn check(&self) -> Result<(), Status> {
        match self.refusal() {
            None => Ok(()),
            Some(why) => Err(plain(&format!("error dialing backend: {why}"))),
        }
    }
}

/// An error that is no answer of the API: `Error from server: …`.
fn plain(message: &str) -> Status {
    Status {
        message: message.into(),
        reason: Str::new(),
        details: None,
        ..Status::internal_error("")
    }
}

/// The query of the kubelet's URL for a log.
fn log_query(options: &PodLogOptions) -> String {
    let mut query = Vec::new();
    if options.follow {
        query.push("follow=true".to_owned());
    }
    if options.previous {
        query.push("previous=true".to_owned());
    }
    if let Some(lines) = options.tail_lines {
        query.push(format!("tailLines={lines}"));
    }
    if options.timestamps {
        query.push("timestamps=true".to_owned());
    }
    if query.is_empty() {
        return String::new();
    }
    format!("?{}", query.join("&"))
}

impl NodeApi for RunningNode {
    fn logs(
        &self,
        pod: &Rc<Pod>,
        container: &str,
        options: &PodLogOptions,
    ) -> Result<LogStream, Status> {
        if let Some(why) = self.refusal() {
            let (ip, meta, query) = (self.0.ip, &pod.metadata, log_query(options));
            return Err(plain(&format!(
                "Get \"https://{ip}:10250/containerLogs/{}/{}/{container}{query}\": {why}",
                meta.namespace, meta.name
            )));
        }
        self.0.kubelet.logs(pod, container, options)
    }

    fn exec(&self, pod: &Rc<Pod>, request: &ExecRequest) -> Result<Session, Status> {
        self.check()?;
        self.0.kubelet.exec(pod, request)
    }

    fn attach(&self, pod: &Rc<Pod>, request: &ExecRequest) -> Result<Session, Status> {
        self.check()?;
        self.0.kubelet.attach(pod, request)
    }

    fn port_forward(&self, pod: &Rc<Pod>, port: u16) -> Result<Session, Status> {
        self.check()?;
        self.0.kubelet.port_forward(pod, port)
    }

    fn usage(&self) -> Option<Vec<ContainerUsage>> {
        self.check().ok()?;
        self.0.kubelet.usage()
    }
}
