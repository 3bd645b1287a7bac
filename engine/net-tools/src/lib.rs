//! Programs that use the network, for containers and for the learner's workstation: `curl`, `wget`, `nslookup`, `dig`,
//! `nc`, `ping`, and looks at the machine's own network (`ss`, `netstat`, `ip`, `getent`, `traceroute`).
//!
//! A machine's place in the network is its [`Netns`]; names are looked up as the C library does ([`resolve`]). Messages and
//! exit codes are those of the real programs. There is no network outside of the cluster, and no TLS: `https` says so.

mod curl;
mod dig;
mod host;
mod http;
mod looks;
mod nc;
mod nslookup;
mod packages;
mod ping;
pub mod resolve;
mod telnet;
mod url;
mod wget;

use network::Netns;
use os::{Proc, Programs};

/// The flavor of programs of BusyBox 1.28 and before, where they differ from later ones.
pub const BUSYBOX_1_28: &str = "busybox-1.28";

/// Adds all of them to a table of programs.
pub fn register(programs: &Programs) {
    programs.add("apk", packages::apk::main);
    programs.add("apt-get", packages::apt::main);
    programs.add("curl", curl::main);
    programs.add("wget", wget::main);
    programs.add("nslookup", nslookup::main);
    programs.add("dig", dig::main);
    programs.add("nc", nc::main);
    programs.add("ping", ping::main);
    programs.add("ss", looks::ss);
    programs.add("netstat", looks::netstat);
    programs.add("ip", looks::ip);
    programs.add("getent", looks::getent);
    programs.add("host", host::main);
    programs.add("telnet", telnet::main);
    programs.add("traceroute", looks::traceroute);
}

/// The network namespace that a process's machine is in.
fn netns(proc: &Proc) -> Option<Netns> {
    proc.machine()
        .extension::<Netns>()
        .map(|netns| (*netns).clone())
}

/// Says, for a name that nobody knows, that it was not going to work here.
fn outside_hint(proc: &Proc, host: &str) {
    let outside = host.contains('.') && !host.ends_with("cluster.local") && !host.contains(".svc");
    if outside {
        proc.hint("There is no network outside of this playground: only the cluster's own names and addresses answer.");
    }
}
