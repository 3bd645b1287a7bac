//! Package managers of containers: [`apt`] of Debian and Ubuntu, [`apk`] of Alpine.
//!
//! As images come from a stand-in of their registries, so packages come from a stand-in of the distributions' mirrors: it
//! has those whose programs exist here. The mirror is found by name, so who may not ask a name server gets nothing.

pub(crate) mod apk;
pub(crate) mod apt;

use os::{Cred, Errno, Proc};

use crate::resolve::{Unknown, resolve};

/// A package: sizes are in kB, as package managers count (1,000 bytes).
struct Package {
    name: &'static str,
    /// In Debian 12.
    debian: &'static str,
    /// In Alpine 3.23; empty: it is not there, or is called otherwise.
    alpine: &'static str,
    size: f64,
    installed: u64,
    /// Paths, and the programs that they run.
    programs: &'static [(&'static str, &'static str)],
}

const fn package(
    name: &'static str,
    debian: &'static str,
    alpine: &'static str,
    (size, installed): (f64, u64),
    programs: &'static [(&'static str, &'static str)],
) -> Package {
    Package {
        name,
        debian,
        alpine,
        size,
        installed,
        programs,
    }
}

/// What the mirror has. A package that only one of the two distributions has lacks a version in the other.
const MIRROR: &[Package] = &[
    package(
        "bash",
        "",
        "5.3.3-r1",
        (446.0, 1345),
        &[("/bin/bash", "bash")],
    ),
    package(
        "bc",
        "1.07.1-3+b1",
        "1.08.2-r0",
        (110.0, 247),
        &[("/usr/bin/bc", "bc")],
    ),
    package(
        "bind-tools",
        "",
        "9.20.15-r0",
        (67.0, 190),
        &[("/usr/bin/dig", "dig"), ("/usr/bin/nslookup", "nslookup")],
    ),
    package(
        "bind9-dnsutils",
        "1:9.18.49-1~deb12u1",
        "",
        (156.0, 510),
        &[("/usr/bin/dig", "dig"), ("/usr/bin/nslookup", "nslookup")],
    ),
    package(
        "bsdextrautils",
        "2.38.1-5+deb12u1",
        "",
        (86.8, 345),
        &[
            ("/usr/bin/column", "column"),
            ("/usr/bin/hexdump", "hexdump"),
        ],
    ),
    package(
        "curl",
        "7.88.1-10+deb12u15",
        "8.17.0-r1",
        (315.0, 500),
        &[("/usr/bin/curl", "curl")],
    ),
    package(
        "dnsutils",
        "1:9.18.49-1~deb12u1",
        "",
        (11.5, 24),
        &[("/usr/bin/dig", "dig"), ("/usr/bin/nslookup", "nslookup")],
    ),
    package(
        "iproute2",
        "6.1.0-3",
        "6.17.0-r0",
        (1046.0, 3600),
        &[("/usr/bin/ss", "ss"), ("/usr/sbin/ip", "ip")],
    ),
    package(
        "iputils-ping",
        "3:20221126-1+deb12u1",
        "20250605-r0",
        (47.2, 124),
        &[("/usr/bin/ping", "ping")],
    ),
    package(
        "jq",
        "1.6-2.1+deb12u1",
        "1.8.1-r0",
        (64.0, 113),
        &[("/usr/bin/jq", "jq")],
    ),
    package(
        "less",
        "590-2.1~deb12u2",
        "685-r0",
        (132.0, 321),
        &[("/usr/bin/less", "less")],
    ),
    package(
        "nano",
        "7.2-1+deb12u1",
        "8.7-r0",
        (690.0, 2871),
        &[("/usr/bin/nano", "nano")],
    ),
    package(
        "net-tools",
        "2.10-0.1+deb12u2",
        "2.10-r3",
        (243.0, 1001),
        &[("/usr/bin/netstat", "netstat")],
    ),
    package(
        "netcat-openbsd",
        "1.219-1",
        "1.229.1-r0",
        (41.5, 111),
        &[("/usr/bin/nc", "nc")],
    ),
    package(
        "netcat-traditional",
        "1.10-47",
        "",
        (67.9, 146),
        &[("/usr/bin/nc", "nc")],
    ),
    package(
        "openssl",
        "3.0.17-1~deb12u2",
        "3.5.4-r0",
        (1430.0, 2358),
        &[("/usr/bin/openssl", "openssl")],
    ),
    package(
        "procps",
        "2:4.0.2-3",
        "4.0.4-r3",
        (709.0, 2141),
        &[
            ("/usr/bin/free", "free"),
            ("/usr/bin/kill", "kill"),
            ("/usr/bin/pgrep", "pgrep"),
            ("/usr/bin/pkill", "pkill"),
            ("/usr/bin/ps", "ps"),
            ("/usr/bin/uptime", "uptime"),
            ("/usr/bin/watch", "watch"),
        ],
    ),
    package(
        "psmisc",
        "23.6-1",
        "23.7-r0",
        (259.0, 931),
        &[("/usr/bin/killall", "killall")],
    ),
    package(
        "stress",
        "1.0.7-1",
        "",
        (21.9, 57),
        &[("/usr/bin/stress", "stress")],
    ),
    package(
        "time",
        "1.9-0.2",
        "1.9-r1",
        (50.8, 132),
        &[("/usr/bin/time", "time")],
    ),
    package(
        "traceroute",
        "1:2.1.2-1",
        "",
        (51.5, 159),
        &[("/usr/bin/traceroute", "traceroute")],
    ),
    package(
        "tree",
        "2.1.0-1",
        "2.2.1-r0",
        (52.5, 116),
        &[("/usr/bin/tree", "tree")],
    ),
    package(
        "vim",
        "2:9.0.1378-2+deb12u2",
        "9.1.1952-r0",
        (1568.0, 3738),
        &[("/usr/bin/vi", "vi"), ("/usr/bin/vim", "vim")],
    ),
    package(
        "vim-tiny",
        "2:9.0.1378-2+deb12u2",
        "",
        (720.0, 1730),
        &[("/usr/bin/vi", "vi")],
    ),
    package(
        "wget",
        "1.21.3-1+deb12u1",
        "1.25.0-r2",
        (937.0, 3605),
        &[("/usr/bin/wget", "wget")],
    ),
    package(
        "xxd",
        "2:9.0.1378-2+deb12u2",
        "9.1.1952-r0",
        (84.1, 138),
        &[("/usr/bin/xxd", "xxd")],
    ),
];

/// Whether a mirror answers: its name is asked for, and nothing else.
async fn reaches(proc: &Proc, mirror: &str) -> bool {
    !matches!(
        resolve(proc, &format!("{mirror}.")).await,
        Err(Unknown::NoAnswer)
    )
}

/// Says what there is, for a package that there is not.
fn hint(proc: &Proc, known: impl Iterator<Item = &'static str>) {
    let names: Vec<&str> = known.collect();
    proc.hint(&format!(
        "Packages come from the playground's own mirror, which has {}.",
        names.join(", ")
    ));
}

fn root(proc: &Proc) -> Cred {
    Cred::root(proc.now().as_micros())
}

/// Puts a package's programs into place.
fn unpack(proc: &Proc, package: &Package) -> Result<(), Errno> {
    let now = proc.now().as_micros();
    for (path, program) in package.programs {
        proc.vfs().install(now, path, program, "gnu")?;
    }
    Ok(())
}

/// Takes a package's programs away.
fn erase(proc: &Proc, package: &Package) -> Result<(), Errno> {
    for (path, _) in package.programs {
        match proc.vfs().unlink(&root(proc), path) {
            Ok(()) | Err(Errno::ENOENT) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}
