//! The network as a whole: which namespace has which address, and what decides over a connection on its way.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::rc::{Rc, Weak};
use std::time::Duration;

use sim::{Rng, Sim};

use crate::link::Place;
use crate::netns::{Inner as NetnsInner, Netns, NetnsConfig};
use crate::{HostAddr, IpRange, Link, Links, NameServer, Observer};

/// Where a connection goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Route {
    /// To the address itself.
    Direct,
    /// To another address: the address was a service's.
    Via(HostAddr),
    /// Answered with a refusal: a service without endpoints.
    Reject,
    /// Nowhere: a service that keeps outside traffic on nodes with an endpoint, and this node has none.
    Drop,
}

/// kube-proxy's part: turns service addresses into endpoints, at connection time.
pub trait Router {
    /// Where a connection from `from` to `to` goes.
    fn route(&self, from: &Netns, to: HostAddr) -> Route;
}

/// The network plugin's part: NetworkPolicy.
pub trait Policy {
    /// Whether a connection may be made.
    fn allows(&self, from: &Netns, to: &Netns, port: u16) -> bool;

    /// Whether the cluster's DNS may be asked.
    fn allows_names(&self, from: &Netns) -> bool;
}

/// The network. Cloning gives the same one.
#[derive(Clone)]
pub struct Fabric(Rc<Inner>);

struct Inner {
    sim: Sim,
    hosts: RefCell<BTreeMap<Ipv4Addr, Weak<NetnsInner>>>,
    links: RefCell<Links>,
    inside: RefCell<Vec<IpRange>>,
    router: RefCell<Option<Rc<dyn Router>>>,
    policy: RefCell<Option<Rc<dyn Policy>>>,
    names: RefCell<BTreeMap<Ipv4Addr, Rc<dyn NameServer>>>,
    /// Ports of nodes that lead to pods (`hostPort`).
    host_ports: RefCell<BTreeMap<(Ipv4Addr, u16), HostAddr>>,
    rng: RefCell<Rng>,
    observer: RefCell<Option<Rc<dyn Observer>>>,
    attempts: Cell<u64>,
}

/// How long TCP waits for the answer to a segment before it sends it again, at first; then twice as long.
const RETRANSMISSION: Duration = Duration::from_millis(200);
/// How long what is sent into a cut network is under way: when TCP gives up.
const GIVE_UP: Duration = Duration::from_secs(924);

impl Fabric {
    /// A network that nothing is connected to.
    pub fn new(sim: &Sim) -> Self {
        Self(Rc::new(Inner {
            sim: sim.clone(),
            hosts: RefCell::default(),
            links: RefCell::default(),
            inside: RefCell::default(),
            router: RefCell::default(),
            policy: RefCell::default(),
            names: RefCell::default(),
            host_ports: RefCell::default(),
            rng: RefCell::new(sim.rng("network")),
            observer: RefCell::default(),
            attempts: Cell::new(0),
        }))
    }

    /// The clock.
    pub fn sim(&self) -> &Sim {
        &self.0.sim
    }

    /// Says that the addresses of `range` belong to this network, so that a free one of them is known to be
    /// unreachable.
    pub fn add_range(&self, range: IpRange) {
        self.0.inside.borrow_mut().push(range);
    }

    /// Installs what routes service addresses.
    pub fn set_router(&self, router: Rc<dyn Router>) {
        *self.0.router.borrow_mut() = Some(router);
    }

    /// Installs what enforces network policies.
    pub fn set_policy(&self, policy: Rc<dyn Policy>) {
        *self.0.policy.borrow_mut() = Some(policy);
    }

    /// Says who is told what happens.
    pub fn set_observer(&self, observer: Rc<dyn Observer>) {
        *self.0.observer.borrow_mut() = Some(observer);
    }

    pub(crate) fn observer(&self) -> Option<Rc<dyn Observer>> {
        self.0.observer.borrow().clone()
    }

    /// The number of the next attempt to connect.
    pub(crate) fn next_attempt(&self) -> u64 {
        let id = self.0.attempts.get() + 1;
        self.0.attempts.set(id);
        id
    }

    /// Makes a port of a node lead to a pod; `None` ends that.
    pub fn set_host_port(&self, node: Ipv4Addr, port: u16, to: Option<HostAddr>) {
        let mut ports = self.0.host_ports.borrow_mut();
        match to {
            Some(to) => drop(ports.insert((node, port), to)),
            None => drop(ports.remove(&(node, port))),
        }
    }

    /// Where a port of a node leads.
    pub(crate) fn host_port(&self, to: HostAddr) -> Option<HostAddr> {
        self.0.host_ports.borrow().get(&(to.ip, to.port)).copied()
    }

    /// Puts a name server at an address.
    pub fn set_name_server(&self, ip: Ipv4Addr, server: Rc<dyn NameServer>) {
        self.0.names.borrow_mut().insert(ip, server);
    }

    /// The name server at an address, if `from` reaches it, and how far away it is.
    pub(crate) fn name_server(
        &self,
        from: &Netns,
        ip: Ipv4Addr,
    ) -> Option<(Rc<dyn NameServer>, Duration)> {
        let server = self.0.names.borrow().get(&ip).cloned()?;
        let policy = self.0.policy.borrow().clone();
        // The servers run on no node of their own: it is as far to them as to any other node.
        let servers = Place {
            node: "".into(),
            owner: "kube-system/coredns".into(),
        };
        let link = self.link(&from.place(), &servers);
        let allowed = policy.is_none_or(|policy| policy.allows_names(from));
        (allowed && !link.cut && !self.is_lost(link)).then_some((server, link.latency))
    }

    /// Changes the ways between nodes.
    pub fn with_links<T>(&self, change: impl FnOnce(&mut Links) -> T) -> T {
        change(&mut self.0.links.borrow_mut())
    }

    /// Connects a new namespace to the network. One that had the same address before is not found any more.
    pub fn join(&self, config: NetnsConfig) -> Netns {
        let ip = config.ip;
        let netns = Netns::new(self.clone(), config);
        self.0.hosts.borrow_mut().insert(ip, netns.downgrade());
        netns
    }

    /// The namespace that has the address `ip`.
    pub fn find(&self, ip: Ipv4Addr) -> Option<Netns> {
        self.0.hosts.borrow().get(&ip).and_then(Netns::upgrade)
    }

    pub(crate) fn remove(&self, netns: &Netns) {
        let mut hosts = self.0.hosts.borrow_mut();
        let ours = netns.downgrade();
        if hosts
            .get(&netns.ip())
            .is_some_and(|known| known.ptr_eq(&ours))
        {
            hosts.remove(&netns.ip());
        }
    }

    pub(crate) fn route(&self, from: &Netns, to: HostAddr) -> Route {
        let router = self.0.router.borrow().clone();
        router.map_or(Route::Direct, |router| router.route(from, to))
    }

    pub(crate) fn allows(&self, from: &Netns, to: &Netns, port: u16) -> bool {
        let policy = self.0.policy.borrow().clone();
        policy.is_none_or(|policy| policy.allows(from, to, port))
    }

    pub(crate) fn link(&self, from: &Place, to: &Place) -> Link {
        self.0.links.borrow().between(from, to)
    }

    /// Whether a packet or the answer to it gets lost.
    pub(crate) fn is_lost(&self, link: Link) -> bool {
        let lost = || self.0.rng.borrow_mut().below(100) < u64::from(link.loss);
        link.loss > 0 && (lost() || lost())
    }

    /// How long a segment takes that is sent again until it arrives.
    pub(crate) fn delay(&self, link: Link) -> Duration {
        if link.cut {
            return GIVE_UP;
        }
        let (mut delay, mut wait) = (link.latency, RETRANSMISSION);
        while delay < GIVE_UP && self.is_lost(link) {
            delay += wait;
            wait *= 2;
        }
        delay
    }

    pub(crate) fn is_inside(&self, ip: Ipv4Addr) -> bool {
        self.0
            .inside
            .borrow()
            .iter()
            .any(|range| range.contains(ip))
    }
}

#[cfg(test)]
mod tests {
    use sim::Time;

    use super::*;
    use crate::ConnectError;

    fn host(fabric: &Fabric, ip: &str, node: &str) -> Netns {
        fabric.join(NetnsConfig {
            ip: ip.parse().expect("an address"),
            node: node.into(),
            owner: ip.into(),
        })
    }

    fn to(ip: &str, port: u16) -> HostAddr {
        HostAddr::new(ip.parse().expect("an address"), port)
    }

    /// Runs `test` and says how long it took.
    fn run<F: Future<Output = ()> + 'static>(test: impl FnOnce(Fabric) -> F) -> Duration {
        let sim = Sim::new(1, Time::default());
        let fabric = Fabric::new(&sim);
        fabric.add_range("10.244.0.0/16".parse().expect("a range"));
        let end = Rc::new(RefCell::new(None));
        let future = test(fabric);
        let (s, e) = (sim.clone(), Rc::clone(&end));
        sim.spawn("test", async move {
            future.await;
            *e.borrow_mut() = Some(s.now());
        });
        let mut budget = 100_000;
        sim.run_until(Time::from_secs(3600), &mut budget);
        let end = end.borrow().expect("the test hangs");
        end - Time::default()
    }

    #[test]
    fn connects_to_a_listener_and_is_refused_without_one() {
        run(|fabric| async move {
            let (a, b) = (
                host(&fabric, "10.244.0.2", "n1"),
                host(&fabric, "10.244.1.2", "n2"),
            );
            let listener = b.listen(80).expect("free");
            assert!(b.listen(80).is_err());
            let mut here = a.connect(to("10.244.1.2", 80)).await.expect("listens");
            let (mut there, peer) = listener.accept().await;
            assert_eq!(peer.ip, a.ip());
            here.write_all(b"hi").await.expect("open");
            assert_eq!(there.read().await, b"hi");
            drop(listener);
            let refused = a.connect(to("10.244.1.2", 80)).await.err();
            assert_eq!(refused, Some(ConnectError::Refused));
        });
    }

    #[test]
    fn loopback_reaches_the_same_namespace_only() {
        run(|fabric| async move {
            let (a, b) = (
                host(&fabric, "10.244.0.2", "n1"),
                host(&fabric, "10.244.0.3", "n1"),
            );
            let _listener = a.listen_local(8080).expect("free");
            assert!(a.connect(to("127.0.0.1", 8080)).await.is_ok());
            assert!(b.connect(to("127.0.0.1", 8080)).await.is_err());
            assert!(b.connect(to("10.244.0.2", 8080)).await.is_err());
        });
    }

    #[test]
    fn nobody_there_is_unreachable_inside_and_silent_outside() {
        let inside = run(|fabric| async move {
            let a = host(&fabric, "10.244.0.2", "n1");
            let error = a.connect(to("10.244.7.7", 80)).await.err();
            assert_eq!(error, Some(ConnectError::NoRoute));
        });
        assert_eq!(inside, Duration::from_millis(3070));
        let outside = run(|fabric| async move {
            let a = host(&fabric, "10.244.0.2", "n1");
            let error = a.connect(to("203.0.113.1", 80)).await.err();
            assert_eq!(error, Some(ConnectError::TimedOut));
        });
        assert_eq!(outside, Duration::from_secs(127));
    }

    #[test]
    fn a_cut_node_times_out_and_comes_back() {
        run(|fabric| async move {
            let (a, b) = (
                host(&fabric, "10.244.0.2", "n1"),
                host(&fabric, "10.244.1.2", "n2"),
            );
            let _listener = b.listen(80).expect("free");
            let cut = Link {
                cut: true,
                ..Link::default()
            };
            fabric.with_links(|links| links.set_fault("n2", Some(cut)));
            let error = a.connect(to("10.244.1.2", 80)).await.err();
            assert_eq!(error, Some(ConnectError::TimedOut));
            fabric.with_links(|links| links.set_fault("n2", None));
            assert!(a.connect(to("10.244.1.2", 80)).await.is_ok());
        });
    }

    #[test]
    fn lost_packets_are_sent_again() {
        let took = run(|fabric| async move {
            let (a, b) = (
                host(&fabric, "10.244.0.2", "n1"),
                host(&fabric, "10.244.1.2", "n2"),
            );
            let listener = b.listen(80).expect("free");
            let lossy = Link {
                loss: 60,
                ..Link::default()
            };
            fabric.with_links(|links| links.set_fault("n2", Some(lossy)));
            let mut here = a
                .connect(to("10.244.1.2", 80))
                .await
                .expect("arrives in the end");
            let (mut there, _) = listener.accept().await;
            for _ in 0..5 {
                here.write_all(b"hi").await.expect("open");
            }
            here.finish();
            assert_eq!(there.read_to_end(100).await, b"hihihihihi");
        });
        assert!(took > Duration::from_millis(200), "{took:?}");
    }

    #[test]
    fn a_closed_namespace_is_gone_and_its_address_free_for_another() {
        run(|fabric| async move {
            let a = host(&fabric, "10.244.0.2", "n1");
            let old = host(&fabric, "10.244.0.3", "n1");
            let new = host(&fabric, "10.244.0.3", "n1");
            let _listener = new.listen(80).expect("free");
            old.close();
            assert!(a.connect(to("10.244.0.3", 80)).await.is_ok());
            new.close();
            assert!(fabric.find(new.ip()).is_none());
            let down = new.connect(to("10.244.0.2", 80)).await.err();
            assert_eq!(down, Some(ConnectError::NetworkDown));
        });
    }
}
