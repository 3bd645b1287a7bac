//! Traffic: somebody who asks a URL again and again, and counts the answers. The playground's own; no part of Kubernetes.
//!
//! ```text
//!   traffic start http://web --rate 10 ─► Traffic ─► a task: a request every 100 ms ─► network
//!                                            └─ per URL: requests, failures, the last 30 s ─► the page, lessons, `status`
//! ```
//!
//! Requests come from a host of its own beside the nodes, which knows the cluster's names and addresses, or from a pod
//! (and then network policies hold for it). Each is a new connection, so that the balancing of services shows.
//!
//! Not here: the command ([`crate::traffic_command`]).

use std::cell::RefCell;
use std::collections::VecDeque;
use std::net::Ipv4Addr;
use std::pin::pin;
use std::rc::Rc;
use std::time::Duration;

use api::core::v1::Pod;
use client::Client;
use network::http::{Request, send};
use network::{Answer, HostAddr, Netns};
use sim::futures_util::future::{Either, select};
use sim::{Sim, Time};
use view::{TrafficSpec, TrafficView};

/// How many URLs there may be at a time.
const STREAMS: usize = 4;
/// The most requests in a second.
pub(crate) const MOST: u32 = 50;
/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(2);
/// How far back the success rate looks.
pub(crate) const WINDOW: Duration = Duration::from_secs(30);
/// How many aliases of a name are followed.
const ALIASES: usize = 4;

/// All traffic of a cluster. Copied freely: it is a handle.
#[derive(Clone)]
pub struct Traffic(Rc<Inner>);

struct Inner {
    sim: Sim,
    client: Client,
    outside: Netns,
    streams: RefCell<Vec<Stream>>,
}

/// The traffic to a URL.
struct Stream {
    /// Tells a stream from an earlier one to the same URL.
    serial: u64,
    view: TrafficView,
    /// When each of the last requests ended, and whether well.
    window: VecDeque<(Time, bool)>,
}

/// Where a URL leads.
struct Target {
    host: String,
    port: u16,
    path: String,
}

impl Traffic {
    /// Nothing is sent yet. What does not come from a pod comes from `outside`.
    pub(crate) fn new(sim: &Sim, client: &Client, outside: Netns) -> Self {
        Self(Rc::new(Inner {
            sim: sim.clone(),
            client: client.clone(),
            outside,
            streams: RefCell::default(),
        }))
    }

    /// Begins to send; what was sent to the same URL before ends.
    ///
    /// # Errors
    /// What is wrong with it, in a sentence.
    pub fn start(&self, mut spec: TrafficSpec) -> Result<(), String> {
        let target = Target::parse(&spec.url)?;
        if spec.rate == 0 || spec.rate > MOST {
            return Err(format!(
                "a rate is 1 to {MOST} requests in a second, not {}",
                spec.rate
            ));
        }
        if spec.namespace.is_empty() {
            spec.namespace = "default".into();
        }
        let mut streams = self.0.streams.borrow_mut();
        let serial = streams.iter().map(|s| s.serial).max().unwrap_or(0) + 1;
        streams.retain(|stream| stream.view.spec.url != spec.url);
        if let Some(stopped) = streams.iter().position(|s| !s.view.running)
            && streams.len() >= STREAMS
        {
            streams.remove(stopped);
        }
        if streams.len() >= STREAMS {
            return Err(format!(
                "there is traffic to {STREAMS} URLs already; stop one of them first"
            ));
        }
        let rate = spec.rate;
        streams.push(Stream {
            serial,
            view: TrafficView {
                spec: spec.clone(),
                running: true,
                ..TrafficView::default()
            },
            window: VecDeque::new(),
        });
        drop(streams);
        let (traffic, source) = (self.clone(), Rc::new((spec, target)));
        self.0.sim.spawn("traffic", async move {
            while traffic.is_running(serial) {
                let (one, source) = (traffic.clone(), Rc::clone(&source));
                traffic.0.sim.spawn("request", async move {
                    let outcome = one.request(&source.0, &source.1).await;
                    one.note(serial, outcome);
                });
                let gap = Duration::from_micros(1_000_000 / u64::from(rate));
                traffic.0.sim.sleep(gap).await;
            }
        });
        Ok(())
    }

    /// Stops what is sent to a URL, or everything; how many there were.
    pub fn stop(&self, url: Option<&str>) -> usize {
        let mut streams = self.0.streams.borrow_mut();
        let wanted = |stream: &&mut Stream| {
            stream.view.running && url.is_none_or(|url| stream.view.spec.url == url)
        };
        let stopped = streams.iter_mut().filter(wanted);
        stopped.map(|stream| stream.view.running = false).count()
    }

    /// Forgets all of it.
    pub(crate) fn clear(&self) {
        self.0.streams.borrow_mut().clear();
    }

    /// What is sent, and how it fares.
    pub fn views(&self) -> Vec<TrafficView> {
        let now = self.0.sim.now();
        let mut streams = self.0.streams.borrow_mut();
        streams.iter_mut().map(|stream| stream.look(now)).collect()
    }

    fn is_running(&self, serial: u64) -> bool {
        let streams = self.0.streams.borrow();
        streams.iter().any(|s| s.serial == serial && s.view.running)
    }

    fn note(&self, serial: u64, outcome: Result<(), String>) {
        let now = self.0.sim.now();
        let mut streams = self.0.streams.borrow_mut();
        let Some(stream) = streams.iter_mut().find(|s| s.serial == serial) else {
            return;
        };
        stream.view.requests += 1;
        stream.window.push_back((now, outcome.is_ok()));
        if let Err(why) = outcome {
            stream.view.failed += 1;
            stream.view.last_failure = why;
        }
        stream.look(now);
    }

    /// One request; why it failed if it did.
    async fn request(&self, spec: &TrafficSpec, target: &Target) -> Result<(), String> {
        let work = pin!(self.exchange(spec, target));
        match select(work, self.0.sim.sleep(PATIENCE)).await {
            Either::Left((outcome, _)) => outcome,
            Either::Right(_) => Err("timed out".into()),
        }
    }

    async fn exchange(&self, spec: &TrafficSpec, target: &Target) -> Result<(), String> {
        let from = self.source(spec)?;
        let ip = self.resolve(&from, spec, &target.host).await?;
        let connecting = from.connect(HostAddr::new(ip, target.port)).await;
        let mut stream = connecting.map_err(|error| error.to_string())?;
        let host = match (spec.host.as_str(), target.port) {
            ("", 80) => target.host.clone(),
            ("", port) => format!("{}:{port}", target.host),
            (host, _) => host.to_owned(),
        };
        let request = Request::get(&host, &target.path);
        let response = send(&mut stream, &request).await;
        match response.map_err(|error| error.to_string())?.status {
            status @ 400.. => Err(format!("status {status}")),
            _ => Ok(()),
        }
    }

    /// Where requests come from.
    fn source(&self, spec: &TrafficSpec) -> Result<Netns, String> {
        if spec.from.is_empty() {
            return Ok(self.0.outside.clone());
        }
        let pod = self.0.client.get::<Pod>(&spec.namespace, &spec.from);
        let pod = pod.map_err(|status| status.message.to_string())?;
        let ip = pod.status.pod_ip.parse::<Ipv4Addr>().ok();
        ip.and_then(|ip| self.0.outside.fabric().find(ip))
            .ok_or_else(|| format!("pod {} is not running", spec.from))
    }

    /// The address of a host, by the cluster's DNS and the search list that a pod of the namespace has.
    async fn resolve(
        &self,
        from: &Netns,
        spec: &TrafficSpec,
        host: &str,
    ) -> Result<Ipv4Addr, String> {
        if let Ok(ip) = host.parse() {
            return Ok(ip);
        }
        let dots = host.matches('.').count();
        let mut names = vec![host.to_owned()];
        if dots < 5 && !host.ends_with('.') {
            let searched = [
                format!("{host}.{}.svc.cluster.local", spec.namespace),
                format!("{host}.svc.cluster.local"),
                format!("{host}.cluster.local"),
            ];
            names.splice(0..0, searched);
        }
        for name in names {
            let mut name = name;
            for _ in 0..ALIASES {
                let answer = from.ask(cluster_network::CLUSTER_DNS, &name).await;
                match answer.map_err(|error| error.to_string())? {
                    Answer::Addresses(ips) if !ips.is_empty() => return Ok(ips[0]),
                    Answer::Alias(other) => name = other,
                    _ => break,
                }
            }
        }
        Err(format!("{host}: no such name"))
    }
}

impl Stream {
    /// Brings the last seconds' numbers up to date.
    fn look(&mut self, now: Time) -> TrafficView {
        while let Some((at, _)) = self.window.front()
            && now.since(*at) > WINDOW
        {
            self.window.pop_front();
        }
        let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        self.view.recent = count(self.window.len());
        self.view.recent_failed = count(self.window.iter().filter(|(_, well)| !well).count());
        self.view.clone()
    }
}

impl Target {
    /// Reads `[http://]HOST[:PORT][/PATH]`.
    fn parse(url: &str) -> Result<Self, String> {
        let (scheme, rest) = url.split_once("://").unwrap_or(("http", url));
        if scheme != "http" {
            return Err(format!("{url}: only http:// is spoken here"));
        }
        let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        let (host, port) = authority.split_once(':').unwrap_or((authority, "80"));
        let port = port
            .parse()
            .map_err(|_| format!("{url}: the port is no number"))?;
        if host.is_empty() || host.contains(char::is_whitespace) {
            return Err(format!("{url:?} is no URL"));
        }
        let path = if path.is_empty() { "/" } else { path };
        Ok(Self {
            host: host.to_owned(),
            port,
            path: path.to_owned(),
        })
    }
}
