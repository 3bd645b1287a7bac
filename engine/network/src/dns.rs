//! Names: what a name server is, and asking one over the network.
//!
//! Not here: which names there are (the cluster's DNS knows), and the search list of `/etc/resolv.conf` (the programs').

use std::fmt;
use std::net::Ipv4Addr;
use std::rc::Rc;
use std::time::Duration;

use crate::{Netns, Seen};

/// How long a resolver waits for an answer before it asks once more: `timeout:5` and `attempts:2` of resolv.conf.
const QUERY_TIMEOUT: Duration = Duration::from_secs(5);
/// How often it asks.
const ATTEMPTS: u32 = 2;

/// What a name server knows of a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Its addresses.
    Addresses(Vec<Ipv4Addr>),
    /// It is another name for this one.
    Alias(String),
    /// It exists, and has no address.
    NoData,
    /// There is no such name (NXDOMAIN).
    NoSuchName,
}

/// Nobody answered: no such server, or the packets are dropped on their way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoServer;

impl fmt::Display for NoServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("connection timed out; no servers could be reached")
    }
}

impl std::error::Error for NoServer {}

/// Somebody who knows names.
pub trait NameServer {
    /// The answer for a whole name, without the dot at its end.
    fn lookup(&self, name: &str) -> Answer;

    /// The names of an address.
    fn reverse(&self, ip: Ipv4Addr) -> Vec<String>;
}

impl Netns {
    /// Asks the name server at `server` for a whole name.
    ///
    /// # Errors
    /// [`NoServer`] after two attempts of five seconds.
    pub async fn ask(&self, server: Ipv4Addr, name: &str) -> Result<Answer, NoServer> {
        let began = self.fabric().sim().now();
        let answer = self
            .query(server, |zone| zone.lookup(name.trim_end_matches('.')))
            .await;
        if let Some(observer) = self.fabric().observer() {
            observer.saw(Seen::Name {
                from: Rc::clone(self.owner()),
                name: name.trim_end_matches('.').to_owned(),
                addresses: match &answer {
                    Ok(Answer::Addresses(addresses)) => addresses.clone(),
                    _ => Vec::new(),
                },
                began,
                ended: self.fabric().sim().now(),
            });
        }
        answer
    }

    /// Asks the name server at `server` for the names of an address.
    ///
    /// # Errors
    /// [`NoServer`] after two attempts of five seconds.
    pub async fn ask_reverse(
        &self,
        server: Ipv4Addr,
        ip: Ipv4Addr,
    ) -> Result<Vec<String>, NoServer> {
        self.query(server, |zone| zone.reverse(ip)).await
    }

    async fn query<T>(
        &self,
        server: Ipv4Addr,
        ask: impl Fn(&dyn NameServer) -> T,
    ) -> Result<T, NoServer> {
        let sim = self.fabric().sim().clone();
        for _ in 0..ATTEMPTS {
            match self.fabric().name_server(self, server) {
                Some((zone, latency)) => {
                    sim.sleep(latency * 2).await;
                    return Ok(ask(&*zone));
                }
                None => sim.sleep(QUERY_TIMEOUT).await,
            }
        }
        Err(NoServer)
    }
}
