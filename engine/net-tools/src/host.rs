//! `host`: BIND's short way of asking for an address or, for an address, a name.

use std::net::Ipv4Addr;

use network::Answer;
use os::Proc;

use crate::resolve::{ResolvConf, ask, resolve};

const UNREACHABLE: &str = ";; communications error: timed out\n;; no servers could be reached\n";

pub(crate) async fn main(proc: Proc) -> i32 {
    let args = proc.args();
    let mut words = args[1..].iter().filter(|arg| !arg.starts_with('-'));
    let Some(name) = words.next() else {
        proc.eprint("Usage: host [-aCdilrTvVw] [-c class] [-t type] {hostname} [server]\n")
            .await;
        return 1;
    };
    let mut conf = ResolvConf::read(&proc);
    if let Some(server) = words.next() {
        let Ok(found) = resolve(&proc, server).await else {
            let text = format!("host: couldn't get address for '{server}': not found\n");
            proc.eprint(text).await;
            return 1;
        };
        let ip = found.first().map(Ipv4Addr::to_string).unwrap_or_default();
        conf.servers = found;
        proc.print(format!(
            "Using domain server:\nName: {server}\nAddress: {ip}#53\nAliases: \n\n"
        ))
        .await;
    }
    let Some(server) = conf.servers.first().copied() else {
        proc.print(UNREACHABLE).await;
        return 1;
    };
    if let Ok(ip) = name.parse::<Ipv4Addr>() {
        let [a, b, c, d] = ip.octets();
        let asked = format!("{d}.{c}.{b}.{a}.in-addr.arpa");
        let found = match crate::netns(&proc) {
            Some(netns) => netns.ask_reverse(server, ip).await,
            None => Err(network::NoServer),
        };
        let (text, status) = match found {
            Err(_) => (UNREACHABLE.to_owned(), 1),
            Ok(names) if names.is_empty() => (format!("Host {asked}. not found: 3(NXDOMAIN)\n"), 1),
            Ok(names) => {
                let lines = names.iter();
                let lines = lines.map(|name| format!("{asked} domain name pointer {name}.\n"));
                (lines.collect(), 0)
            }
        };
        proc.print(text).await;
        return status;
    }
    for full in conf.candidates(name) {
        match ask(&proc, &conf, &full).await {
            Err(_) => {
                proc.print(UNREACHABLE).await;
                return 1;
            }
            Ok((known_as, Answer::Addresses(found))) => {
                let mut text = String::new();
                if known_as != full {
                    text.push_str(&format!("{full} is an alias for {known_as}.\n"));
                }
                for ip in found {
                    text.push_str(&format!("{known_as} has address {ip}\n"));
                }
                proc.print(text).await;
                return 0;
            }
            Ok(_) => {}
        }
    }
    crate::outside_hint(&proc, name);
    proc.print(format!("Host {name} not found: 3(NXDOMAIN)\n"))
        .await;
    1
}
