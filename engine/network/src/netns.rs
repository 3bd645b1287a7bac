//! A network namespace: an address, the ports something listens on, and the way out.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, VecDeque};
use std::fmt;
use std::future::poll_fn;
use std::net::Ipv4Addr;
use std::rc::{Rc, Weak};
use std::task::{Poll, Waker};
use std::time::Duration;

use crate::link::Place;
use crate::observe::{Trail, Way};
use crate::{Attempt, Fabric, HostAddr, Link, Outcome, Route, Seen, Stream};

/// Connections that wait to be accepted; more are refused.
const BACKLOG: usize = 128;

/// How long a connection attempt lasts when nothing answers: Linux's six SYN retransmissions.
const SYN_TIMEOUT: Duration = Duration::from_secs(127);

/// How long until a lost SYN is sent again, the first time; then twice as long.
const SYN_RETRY: Duration = Duration::from_secs(1);

/// How long it takes until an address that nobody has turns out to be unreachable.
const ARP_TIMEOUT: Duration = Duration::from_millis(3070);

/// What a namespace is and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NetnsConfig {
    /// Its address.
    pub ip: Ipv4Addr,
    /// The node it is on; the workstation has a name of its own here.
    pub node: Rc<str>,
    /// Whose it is, for traces and policies: `namespace/pod`, or the node's name.
    pub owner: Rc<str>,
}

/// A network namespace. Cloning gives the same one; it leaves the network with [`Netns::close`].
#[derive(Clone)]
pub struct Netns(Rc<Inner>);

pub(crate) struct Inner {
    fabric: Fabric,
    config: NetnsConfig,
    ports: RefCell<BTreeMap<u16, Rc<Queue>>>,
    next_port: Cell<u16>,
    up: Cell<bool>,
}

/// Connections that came in on a port.
#[derive(Default)]
struct Queue {
    /// Only reachable from within the namespace.
    local_only: bool,
    waiting: RefCell<VecDeque<(Stream, HostAddr)>>,
    acceptor: RefCell<Option<Waker>>,
}

/// The port is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AddrInUse;

/// Why a connection could not be made; its text is what programs print.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConnectError {
    /// The host is there, and nothing listens on the port.
    Refused,
    /// Nobody has that address.
    NoRoute,
    /// Nothing answered: the packets were lost or dropped on their way.
    TimedOut,
    /// The namespace has no way out (any more).
    NetworkDown,
}

impl fmt::Display for ConnectError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Refused => "Connection refused",
            Self::NoRoute => "No route to host",
            Self::TimedOut => "Connection timed out",
            Self::NetworkDown => "Network is unreachable",
        })
    }
}

impl std::error::Error for ConnectError {}

impl Netns {
    pub(crate) fn new(fabric: Fabric, config: NetnsConfig) -> Self {
        Self(Rc::new(Inner {
            fabric,
            config,
            ports: RefCell::default(),
            next_port: Cell::new(32768),
            up: Cell::new(true),
        }))
    }

    pub(crate) fn downgrade(&self) -> Weak<Inner> {
        Rc::downgrade(&self.0)
    }

    pub(crate) fn upgrade(weak: &Weak<Inner>) -> Option<Self> {
        weak.upgrade().map(Self)
    }

    /// Its address.
    pub fn ip(&self) -> Ipv4Addr {
        self.0.config.ip
    }

    /// The node it is on.
    pub fn node(&self) -> &Rc<str> {
        &self.0.config.node
    }

    /// Whose it is.
    pub fn owner(&self) -> &Rc<str> {
        &self.0.config.owner
    }

    pub(crate) fn place(&self) -> Place {
        Place {
            node: Rc::clone(self.node()),
            owner: Rc::clone(self.owner()),
        }
    }

    /// The network it belongs to.
    pub fn fabric(&self) -> &Fabric {
        &self.0.fabric
    }

    /// Takes it off the network: nothing reaches it or leaves it any more, and its listeners get nothing.
    pub fn close(&self) {
        if self.0.up.replace(false) {
            self.0.fabric.remove(self);
            self.0.ports.borrow_mut().clear();
        }
    }

    /// Listens on `port` of all addresses.
    pub fn listen(&self, port: u16) -> Result<Listener, AddrInUse> {
        self.bind(port, false)
    }

    /// Listens on `port` of the loopback address only.
    pub fn listen_local(&self, port: u16) -> Result<Listener, AddrInUse> {
        self.bind(port, true)
    }

    fn bind(&self, port: u16, local_only: bool) -> Result<Listener, AddrInUse> {
        let port = if port == 0 { self.free_port() } else { port };
        let mut ports = self.0.ports.borrow_mut();
        if ports.contains_key(&port) {
            return Err(AddrInUse);
        }
        let queue = Rc::new(Queue {
            local_only,
            ..Queue::default()
        });
        ports.insert(port, Rc::clone(&queue));
        Ok(Listener {
            netns: self.clone(),
            port,
            queue,
        })
    }

    /// The ports that something listens on, ascending.
    pub fn ports(&self) -> Vec<u16> {
        self.0.ports.borrow().keys().copied().collect()
    }

    /// The ports that something listens on, ascending, each with whether it does so on the loopback address only.
    pub fn listening(&self) -> Vec<(u16, bool)> {
        let ports = self.0.ports.borrow();
        ports
            .iter()
            .map(|(port, queue)| (*port, queue.local_only))
            .collect()
    }

    /// The next port for an outgoing connection.
    fn free_port(&self) -> u16 {
        let port = self.0.next_port.get();
        let next = if port >= 60999 { 32768 } else { port + 1 };
        self.0.next_port.set(next);
        port
    }

    /// Connects to an address of this namespace, of another one, or of a service.
    pub async fn connect(&self, to: HostAddr) -> Result<Stream, ConnectError> {
        let fabric = &self.0.fabric;
        let own = to.ip.is_loopback() || to.ip == self.ip();
        let Some(observer) = fabric.observer().filter(|_| !own) else {
            return self.reach(to, &Way::default()).await;
        };
        let (way, began) = (Way::default(), fabric.sim().now());
        let mut reached = self.reach(to, &way).await;
        let there = fabric.find(way.endpoint.get().unwrap_or(to).ip);
        let id = fabric.next_attempt();
        observer.saw(Seen::Attempt(Attempt {
            id,
            from: Rc::clone(self.owner()),
            from_node: Rc::clone(self.node()),
            asked: to,
            endpoint: way.endpoint.get(),
            to: there.as_ref().map(|there| Rc::clone(there.owner())),
            to_node: there.as_ref().map(|there| Rc::clone(there.node())),
            began,
            ended: fabric.sim().now(),
            outcome: way.outcome(reached.as_ref().err().copied()),
        }));
        if let Ok(stream) = &mut reached {
            stream.set_trail(Trail { observer, id });
        }
        reached
    }

    /// The connection itself; `way` notes what is learned on it.
    async fn reach(&self, to: HostAddr, way: &Way) -> Result<Stream, ConnectError> {
        let sim = self.0.fabric.sim().clone();
        if !self.0.up.get() {
            return Err(ConnectError::NetworkDown);
        }
        let forwarded = self.0.fabric.host_port(to);
        if forwarded.is_none() && (to.ip.is_loopback() || to.ip == self.ip()) {
            return self.arrive(self, to.port, Duration::ZERO);
        }
        let to = forwarded.unwrap_or(to);
        let to = match self.0.fabric.route(self, to) {
            Route::Direct => to,
            Route::Via(endpoint) => {
                way.endpoint.set(Some(endpoint));
                endpoint
            }
            Route::Reject => {
                way.why.set(Some(Outcome::NoEndpoints));
                return Err(ConnectError::Refused);
            }
            Route::Drop => {
                sim.sleep(SYN_TIMEOUT).await;
                return Err(ConnectError::TimedOut);
            }
        };
        let Some(there) = self.0.fabric.find(to.ip) else {
            return Err(self.nobody_there(to.ip).await);
        };
        let link = self.0.fabric.link(&self.place(), &there.place());
        let denied = !link.cut && !self.0.fabric.allows(self, &there, to.port);
        if denied {
            way.why.set(Some(Outcome::Denied));
        }
        if link.cut || denied {
            sim.sleep(SYN_TIMEOUT).await;
            return Err(ConnectError::TimedOut);
        }
        let mut wait = SYN_RETRY;
        while self.0.fabric.is_lost(link) {
            sim.sleep(wait).await;
            wait *= 2;
            if wait > SYN_TIMEOUT {
                return Err(ConnectError::TimedOut);
            }
        }
        sim.sleep(link.latency).await;
        let answer = self.arrive(&there, to.port, link.latency);
        sim.sleep(link.latency).await;
        answer
    }

    /// Sends an echo request (ICMP) to an address: how long the answer took, or `None` after `wait`.
    pub async fn echo(&self, ip: Ipv4Addr, wait: Duration) -> Option<Duration> {
        let sim = self.0.fabric.sim().clone();
        let there = if ip.is_loopback() {
            Some(self.clone())
        } else {
            self.0.fabric.find(ip)
        };
        let there = there.filter(|_| self.0.up.get());
        let link = there.map(|there| self.0.fabric.link(&self.place(), &there.place()));
        let passes =
            |link: &Link| !link.cut && link.latency * 2 < wait && !self.0.fabric.is_lost(*link);
        match link.filter(passes) {
            Some(link) => {
                sim.sleep(link.latency * 2).await;
                Some(link.latency * 2)
            }
            None => {
                sim.sleep(wait).await;
                None
            }
        }
    }

    /// Puts a connection into the queue of a port of `there`.
    fn arrive(&self, there: &Self, port: u16, latency: Duration) -> Result<Stream, ConnectError> {
        let queue = there.0.ports.borrow().get(&port).cloned();
        let local = Rc::ptr_eq(&self.0, &there.0);
        let Some(queue) = queue.filter(|queue| local || !queue.local_only) else {
            return Err(ConnectError::Refused);
        };
        if queue.waiting.borrow().len() >= BACKLOG {
            return Err(ConnectError::Refused);
        }
        let (here, far) = if local {
            Stream::pair(self.0.fabric.sim(), latency)
        } else {
            let (fabric, from, to) = (self.0.fabric.clone(), self.place(), there.place());
            let delay = move || fabric.delay(fabric.link(&from, &to));
            Stream::pair_over(self.0.fabric.sim(), Rc::new(delay))
        };
        let peer = HostAddr::new(self.ip(), self.free_port());
        queue.waiting.borrow_mut().push_back((far, peer));
        let acceptor = queue.acceptor.borrow_mut().take();
        if let Some(waker) = acceptor {
            waker.wake();
        }
        Ok(here)
    }

    /// What becomes of packets to an address that no namespace has.
    async fn nobody_there(&self, ip: Ipv4Addr) -> ConnectError {
        let (wait, error) = if self.0.fabric.is_inside(ip) {
            (ARP_TIMEOUT, ConnectError::NoRoute)
        } else {
            (SYN_TIMEOUT, ConnectError::TimedOut)
        };
        self.0.fabric.sim().sleep(wait).await;
        error
    }
}

/// A port on which connections are taken. Dropping it frees the port.
pub struct Listener {
    netns: Netns,
    port: u16,
    queue: Rc<Queue>,
}

impl Listener {
    /// The port.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The next connection and where it comes from.
    pub async fn accept(&self) -> (Stream, HostAddr) {
        poll_fn(|cx| {
            if let Some(connection) = self.queue.waiting.borrow_mut().pop_front() {
                return Poll::Ready(connection);
            }
            *self.queue.acceptor.borrow_mut() = Some(cx.waker().clone());
            Poll::Pending
        })
        .await
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        let mut ports = self.netns.0.ports.borrow_mut();
        if ports
            .get(&self.port)
            .is_some_and(|queue| Rc::ptr_eq(queue, &self.queue))
        {
            ports.remove(&self.port);
        }
        drop(ports);
        // Connections nobody accepted are closed, outside of any borrow.
        let waiting = std::mem::take(&mut *self.queue.waiting.borrow_mut());
        drop(waiting);
    }
}
