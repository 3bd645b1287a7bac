//! `nslookup`: asks the name servers. BusyBox' asks for a short name with every search domain and tells of each; BIND's
//! stops at the first that is known. BusyBox' of 1.28 and before asks the C library instead, as `ping` does.

use std::net::Ipv4Addr;

use network::{Answer, NoServer};
use os::Proc;

use crate::resolve::{ResolvConf, ask};

pub(crate) async fn main(proc: Proc) -> i32 {
    let args = proc.args();
    let words: Vec<&String> = args[1..]
        .iter()
        .filter(|arg| !arg.starts_with('-'))
        .collect();
    let Some(host) = words.first().map(|host| host.as_str()) else {
        proc.eprint("Usage: nslookup HOST [DNS_SERVER]\n").await;
        return 1;
    };
    let mut conf = ResolvConf::read(&proc);
    if let Some(server) = words.get(1) {
        match crate::resolve::resolve(&proc, server).await {
            Ok(found) => conf.servers = found,
            Err(_) => {
                let text = if proc.is_busybox() || *proc.flavor() == *crate::BUSYBOX_1_28 {
                    format!("nslookup: bad address '{server}'\n")
                } else {
                    format!("nslookup: couldn't get address for '{server}': not found\n")
                };
                proc.eprint(text).await;
                return 1;
            }
        }
    }
    let Some(server) = conf.servers.first().copied() else {
        let text = ";; connection timed out; no servers could be reached\n";
        proc.print(text).await;
        return 1;
    };
    if *proc.flavor() == *crate::BUSYBOX_1_28 {
        return old_busybox(&proc, server, host).await;
    }
    let outcome = if proc.is_busybox() {
        busybox(&proc, &conf, server, host).await
    } else {
        bind(&proc, &conf, server, host).await
    };
    match outcome {
        Ok(code) => code,
        Err(NoServer) => {
            proc.print(";; connection timed out; no servers could be reached\n\n")
                .await;
            1
        }
    }
}

async fn busybox(
    proc: &Proc,
    conf: &ResolvConf,
    server: Ipv4Addr,
    host: &str,
) -> Result<i32, NoServer> {
    let mut text = format!("Server:\t\t{server}\nAddress:\t{server}:53\n\n");
    if let Ok(ip) = host.parse::<Ipv4Addr>() {
        let found = reverse(proc, server, ip).await?;
        let known = !found.is_empty();
        for name in found {
            text.push_str(&format!("{}\tname = {name}\n", arpa(ip)));
        }
        if !known {
            text.push_str(&format!("** server can't find {}: NXDOMAIN\n", arpa(ip)));
        }
        proc.print(text + "\n").await;
        return Ok(i32::from(!known));
    }
    // A name with a dot in it is not searched, and the answer for IPv6 is told as well.
    let names: Vec<String> = if host.contains('.') || conf.search.is_empty() {
        vec![host.trim_end_matches('.').to_owned()]
    } else {
        let domains = conf.search.iter();
        domains.map(|domain| format!("{host}.{domain}")).collect()
    };
    let mut failed = false;
    for ipv6 in [false, true] {
        for name in &names {
            match ask(proc, conf, name).await? {
                (_, Answer::NoSuchName) => {
                    failed = true;
                    text.push_str(&format!("** server can't find {name}: NXDOMAIN\n\n"));
                }
                (known, Answer::Addresses(found)) if !ipv6 => {
                    for ip in found {
                        text.push_str(&format!("Name:\t{known}\nAddress: {ip}\n"));
                    }
                    text.push('\n');
                }
                _ => text.push('\n'),
            }
        }
    }
    proc.print(text).await;
    Ok(i32::from(failed))
}

async fn old_busybox(proc: &Proc, server: Ipv4Addr, host: &str) -> i32 {
    let mut text = format!("Server:    {server}\n");
    text.push_str(&numbered(proc, server, &[server]).await);
    let found = crate::resolve::resolve(proc, host).await;
    let code = match &found {
        Ok(found) => {
            text.push_str(&format!("\nName:      {host}\n"));
            text.push_str(&numbered(proc, server, found).await);
            0
        }
        Err(_) => 1,
    };
    proc.print(text).await;
    if found.is_err() {
        proc.eprint(format!("\nnslookup: can't resolve '{host}'\n"))
            .await;
    }
    code
}

/// Addresses with the names they have.
async fn numbered(proc: &Proc, server: Ipv4Addr, addresses: &[Ipv4Addr]) -> String {
    let mut text = String::new();
    for (number, ip) in (1..).zip(addresses) {
        let names = reverse(proc, server, *ip).await.unwrap_or_default();
        let name = names.first().map(|name| format!(" {name}"));
        text.push_str(&format!(
            "Address {number}: {ip}{}\n",
            name.unwrap_or_default()
        ));
    }
    text
}

async fn bind(
    proc: &Proc,
    conf: &ResolvConf,
    server: Ipv4Addr,
    host: &str,
) -> Result<i32, NoServer> {
    if let Ok(ip) = host.parse::<Ipv4Addr>() {
        let found = reverse(proc, server, ip).await?;
        let arpa = arpa(ip);
        if found.is_empty() {
            proc.print(format!("** server can't find {arpa}: NXDOMAIN\n\n"))
                .await;
            return Ok(1);
        }
        let lines = found.iter().map(|name| format!("{arpa}\tname = {name}.\n"));
        proc.print(lines.collect::<String>() + "\n").await;
        return Ok(0);
    }
    let mut text = format!("Server:\t\t{server}\nAddress:\t{server}#53\n\n");
    for name in conf.candidates(host) {
        match ask(proc, conf, &name).await? {
            (_, Answer::NoSuchName) => {}
            (known, Answer::Addresses(found)) => {
                if known != name {
                    text.push_str(&format!("{name}\tcanonical name = {known}.\n"));
                }
                for ip in found {
                    text.push_str(&format!("Name:\t{known}\nAddress: {ip}\n"));
                }
                proc.print(text + "\n").await;
                return Ok(0);
            }
            (known, _) => {
                text.push_str(&format!("*** Can't find {known}: No answer\n\n"));
                proc.print(text).await;
                return Ok(1);
            }
        }
    }
    crate::outside_hint(proc, host);
    text.push_str(&format!("** server can't find {host}: NXDOMAIN\n\n"));
    proc.print(text).await;
    Ok(1)
}

async fn reverse(proc: &Proc, server: Ipv4Addr, ip: Ipv4Addr) -> Result<Vec<String>, NoServer> {
    let netns = crate::netns(proc).ok_or(NoServer)?;
    netns.ask_reverse(server, ip).await
}

/// `4.3.2.10.in-addr.arpa`
fn arpa(ip: Ipv4Addr) -> String {
    let [a, b, c, d] = ip.octets();
    format!("{d}.{c}.{b}.{a}.in-addr.arpa")
}
