//! Turning host names into addresses, as the C library does.
//!
//! `/etc/hosts` first, then the name servers and the search list of `/etc/resolv.conf`.

use std::net::Ipv4Addr;

use network::{Answer, NoServer};
use os::{Cred, Proc};

/// How many aliases are followed.
const ALIASES: usize = 8;

/// Why a name has no address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unknown {
    /// There is no such name, or it has no address.
    NoSuchName,
    /// No name server answered.
    NoAnswer,
}

/// What `/etc/resolv.conf` says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ResolvConf {
    /// The name servers.
    pub servers: Vec<Ipv4Addr>,
    /// Domains that are tried behind a name.
    pub search: Vec<String>,
    /// A name with fewer dots is tried with the search list first.
    pub ndots: usize,
}

impl ResolvConf {
    /// Reads the file; without one there are no servers.
    pub fn read(proc: &Proc) -> Self {
        let mut conf = Self {
            ndots: 1,
            ..Self::default()
        };
        for line in text_of(proc, "/etc/resolv.conf").lines() {
            let mut words = line.split_whitespace();
            match words.next() {
                Some("nameserver") => conf
                    .servers
                    .extend(words.filter_map(|w| w.parse::<Ipv4Addr>().ok())),
                Some("search") => conf.search = words.map(str::to_owned).collect(),
                Some("options") => {
                    let ndots = words.find_map(|word| word.strip_prefix("ndots:"));
                    conf.ndots = ndots.and_then(|n| n.parse().ok()).unwrap_or(conf.ndots);
                }
                _ => {}
            }
        }
        conf
    }

    /// The whole names that are asked for one after the other.
    pub fn candidates(&self, host: &str) -> Vec<String> {
        if let Some(whole) = host.strip_suffix('.') {
            return vec![whole.to_owned()];
        }
        let searched = self.search.iter().map(|domain| format!("{host}.{domain}"));
        let itself = std::iter::once(host.to_owned());
        if host.matches('.').count() >= self.ndots {
            itself.chain(searched).collect()
        } else {
            searched.chain(itself).collect()
        }
    }
}

/// The addresses of `host`: itself when it is an address.
///
/// # Errors
/// When nobody knows it.
pub async fn resolve(proc: &Proc, host: &str) -> Result<Vec<Ipv4Addr>, Unknown> {
    if let Ok(ip) = host.parse() {
        return Ok(vec![ip]);
    }
    if let Some(ip) = in_hosts_file(proc, host) {
        return Ok(vec![ip]);
    }
    let conf = ResolvConf::read(proc);
    if conf.servers.is_empty() {
        return Err(Unknown::NoSuchName);
    }
    for candidate in conf.candidates(host) {
        match ask(proc, &conf, &candidate).await {
            Ok((_, Answer::Addresses(found))) => return Ok(found),
            Ok(_) => {}
            Err(NoServer) => return Err(Unknown::NoAnswer),
        }
    }
    Err(Unknown::NoSuchName)
}

/// Asks the servers for a whole name and follows its aliases: the name that the answer is for, and the answer.
pub(crate) async fn ask(
    proc: &Proc,
    conf: &ResolvConf,
    name: &str,
) -> Result<(String, Answer), NoServer> {
    let netns = crate::netns(proc).ok_or(NoServer)?;
    let mut name = name.to_owned();
    'alias: for _ in 0..ALIASES {
        for server in &conf.servers {
            match netns.ask(*server, &name).await {
                Ok(Answer::Alias(target)) => {
                    name = target;
                    continue 'alias;
                }
                Ok(answer) => return Ok((name, answer)),
                Err(NoServer) => {}
            }
        }
        return Err(NoServer);
    }
    Ok((name, Answer::NoSuchName))
}

fn text_of(proc: &Proc, path: &str) -> String {
    let cred = Cred::root(proc.now().as_micros());
    let bytes = proc.vfs().read_file(&cred, path).unwrap_or_default();
    String::from_utf8_lossy(&bytes).into_owned()
}

fn in_hosts_file(proc: &Proc, host: &str) -> Option<Ipv4Addr> {
    if host == "localhost" {
        return Some(Ipv4Addr::LOCALHOST);
    }
    text_of(proc, "/etc/hosts")
        .lines()
        .filter_map(|line| line.split('#').next())
        .find_map(|line| {
            let mut words = line.split_whitespace();
            let ip = words.next()?.parse().ok()?;
            words.any(|name| name == host).then_some(ip)
        })
}

#[cfg(test)]
mod tests {
    use super::ResolvConf;

    #[test]
    fn short_names_are_searched_first() {
        let conf = ResolvConf {
            servers: Vec::new(),
            search: vec!["dev.svc.cluster.local".into(), "cluster.local".into()],
            ndots: 5,
        };
        assert_eq!(
            conf.candidates("web"),
            ["web.dev.svc.cluster.local", "web.cluster.local", "web"]
        );
        assert_eq!(conf.candidates("web.dev."), ["web.dev"]);
        let conf = ResolvConf { ndots: 1, ..conf };
        assert_eq!(conf.candidates("a.b")[0], "a.b");
    }
}
