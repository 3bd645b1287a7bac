//! `ss`, `netstat`, `ip`, `getent` and `traceroute`: looks at a machine's own place in the network. Only what listens is
//! known here, not by which process; connections, and changes to addresses and routes, are not.

use std::net::Ipv4Addr;
use std::time::Duration;

use network::Netns;
use os::Proc;

use crate::resolve::resolve;

/// What listens: address and port.
fn listening(netns: &Netns) -> Vec<String> {
    let ports = netns.listening().into_iter();
    ports
        .map(|(port, local)| format!("{}:{port}", if local { "127.0.0.1" } else { "0.0.0.0" }))
        .collect()
}

fn letters(args: &[String]) -> String {
    let options = args.iter().skip(1).filter(|arg| arg.starts_with('-'));
    let letters = options.flat_map(|arg| match arg.as_str() {
        "--listening" => "l".chars(),
        "--tcp" => "t".chars(),
        "--udp" => "u".chars(),
        "--numeric" => "n".chars(),
        "--processes" | "--programs" => "p".chars(),
        "--all" => "a".chars(),
        other => other.trim_start_matches('-').chars(),
    });
    letters.collect()
}

/// Whether what is asked for includes sockets that listen, and TCP.
fn shows_listeners(letters: &str) -> bool {
    let tcp = letters.contains('t') || !letters.contains(['u', 'x', 'w']);
    tcp && letters.contains(['l', 'a'])
}

pub(crate) async fn ss(proc: Proc) -> i32 {
    let letters = letters(&proc.args());
    let Some(netns) = crate::netns(&proc) else {
        return 1;
    };
    let both = !letters.contains('t') || letters.contains('u');
    let shown = if shows_listeners(&letters) {
        listening(&netns)
    } else {
        Vec::new()
    };
    let wide = shown.iter().map(String::len).max().unwrap_or(0).max(18);
    let netid = |text: &str| {
        if both {
            format!("{text:<6}")
        } else {
            String::new()
        }
    };
    let mut out = format!(
        "{}State  Recv-Q Send-Q {:>wide$} Peer Address:PortProcess\n",
        netid("Netid"),
        "Local Address:Port"
    );
    for address in shown {
        out.push_str(&format!(
            "{}LISTEN 0      4096   {address:>wide$}      0.0.0.0:*          \n",
            netid("tcp")
        ));
    }
    proc.print(out).await;
    0
}

pub(crate) async fn netstat(proc: Proc) -> i32 {
    let letters = letters(&proc.args());
    let Some(netns) = crate::netns(&proc) else {
        return 1;
    };
    if letters.contains('r') {
        proc.print(format!(
            "Kernel IP routing table\nDestination     Gateway         Genmask         Flags   MSS Window  irtt Iface\n{}",
            kernel_routes(&netns)
        ))
        .await;
        return 0;
    }
    let busybox = proc.is_busybox();
    let what = match (letters.contains('l'), letters.contains('a')) {
        (true, _) => "only servers",
        (_, true) => "servers and established",
        _ => "w/o servers",
    };
    let programs = letters.contains('p');
    let end = if busybox { "       " } else { "      " };
    let mut out = format!(
        "Active Internet connections ({what})\nProto Recv-Q Send-Q Local Address           Foreign Address         State{end}{}\n",
        if programs { "PID/Program name    " } else { "" }
    );
    if shows_listeners(&letters) {
        for address in listening(&netns) {
            let mut line = format!(
                "tcp        0      0 {address:<23} {:<23} LISTEN{}",
                "0.0.0.0:*",
                &end[1..]
            );
            if programs {
                line.push_str("-                   ");
            }
            out.push_str(&line);
            out.push('\n');
        }
    }
    proc.print(out).await;
    0
}

/// The bits of a machine's own network: machines are in one of 16, a node's pods in one of 24.
fn bits(own: Ipv4Addr) -> u8 {
    if own.octets()[0] == 172 { 16 } else { 24 }
}

/// A machine's own network, `10.244.1.0/24`.
fn network(own: Ipv4Addr) -> String {
    let [a, b, c, _] = own.octets();
    match bits(own) {
        16 => format!("{a}.{b}.0.0/16"),
        bits => format!("{a}.{b}.{c}.0/{bits}"),
    }
}

/// The first address of a machine's own network.
fn gateway(netns: &Netns) -> String {
    let [a, b, c, _] = netns.ip().octets();
    match bits(netns.ip()) {
        16 => format!("{a}.{b}.0.1"),
        _ => format!("{a}.{b}.{c}.1"),
    }
}

fn kernel_routes(netns: &Netns) -> String {
    let own = netns.ip();
    let to = network(own);
    let to = to.split('/').next().unwrap_or_default().to_owned();
    let mask = if bits(own) == 16 {
        "255.255.0.0"
    } else {
        "255.255.255.0"
    };
    let by = gateway(netns);
    let mut rows = vec![[to, "0.0.0.0".into(), mask.into(), "U".to_owned()]];
    if by != own.to_string() {
        rows.insert(0, ["0.0.0.0".to_owned(), by, "0.0.0.0".into(), "UG".into()]);
    }
    rows.iter()
        .map(|[to, by, mask, flags]| {
            format!("{to:<15} {by:<15} {mask:<15} {flags:<7} 0 0          0 eth0\n")
        })
        .collect()
}

pub(crate) async fn ip(proc: Proc) -> i32 {
    let Some(netns) = crate::netns(&proc) else {
        return 1;
    };
    let args = proc.args();
    let words: Vec<&str> = args.iter().skip(1).map(String::as_str).collect();
    let brief = words.iter().any(|word| matches!(*word, "-br" | "-brief"));
    let mut words = words.into_iter().filter(|word| !word.starts_with('-'));
    let (what, then) = (
        words.next().unwrap_or_default(),
        words.next().unwrap_or("show"),
    );
    if !matches!(then, "show" | "list" | "ls" | "s" | "l" | "get") {
        proc.eprint("RTNETLINK answers: Operation not permitted\n")
            .await;
        proc.hint("Addresses and routes of this playground cannot be changed.");
        return 2;
    }
    let own = netns.ip();
    let [a, b, c, d] = own.octets();
    let bits = bits(own);
    let broadcast = match bits {
        16 => format!("{a}.{b}.255.255"),
        _ => format!("{a}.{b}.{c}.255"),
    };
    let link = |name: &str, at: u8| match at {
        1 => format!("1: {name}: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN"),
        _ => {
            format!("2: {name}: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP")
        }
    };
    // Addresses of links are made of those of the network, as some bridges make them.
    let mac = format!("02:42:{a:02x}:{b:02x}:{c:02x}:{d:02x}");
    let tail = " group default qlen 1000";
    let text = match what {
        word if !word.is_empty() && "address".starts_with(word) && brief => {
            format!(
                "lo               UNKNOWN        127.0.0.1/8 \neth0             UP             {own}/{bits} \n"
            )
        }
        word if !word.is_empty() && ("address".starts_with(word) || word == "addr") => format!(
            "{}{tail}\n    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00\n    inet 127.0.0.1/8 scope host lo\n       valid_lft forever preferred_lft forever\n{}{tail}\n    link/ether {mac} brd ff:ff:ff:ff:ff:ff\n    inet {own}/{bits} brd {broadcast} scope global eth0\n       valid_lft forever preferred_lft forever\n",
            link("lo", 1),
            link("eth0", 2)
        ),
        word if !word.is_empty() && "link".starts_with(word) => format!(
            "{} mode DEFAULT{tail}\n    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00\n{} mode DEFAULT{tail}\n    link/ether {mac} brd ff:ff:ff:ff:ff:ff\n",
            link("lo", 1),
            link("eth0", 2)
        ),
        word if !word.is_empty() && "route".starts_with(word) => {
            let by = gateway(&netns);
            // The machine that is the others' way out has none itself.
            let out = match by == own.to_string() {
                true => String::new(),
                false => format!("default via {by} dev eth0 \n"),
            };
            format!(
                "{out}{} dev eth0 proto kernel scope link src {own} \n",
                network(own)
            )
        }
        "" => {
            let text = "Usage: ip [ OPTIONS ] OBJECT { COMMAND | help }\nwhere  OBJECT := { address | link | route }\n";
            proc.eprint(text).await;
            return 255;
        }
        other => {
            proc.eprint(format!("Object \"{other}\" is unknown, try \"ip help\".\n"))
                .await;
            return 1;
        }
    };
    proc.print(text).await;
    0
}

pub(crate) async fn getent(proc: Proc) -> i32 {
    let words: Vec<String> = proc.args().iter().skip(1).cloned().collect();
    let Some(database) = words.first() else {
        proc.eprint("Usage: getent [OPTION...] database [key ...]\n")
            .await;
        return 1;
    };
    let file = match database.as_str() {
        "hosts" | "ahosts" | "ahostsv4" => {
            let mut status = 0;
            for name in &words[1..] {
                match resolve(&proc, name).await {
                    Ok(found) => {
                        for (at, ip) in found.iter().enumerate() {
                            let line = match database.as_str() {
                                "hosts" => format!("{:<15} {name}\n", ip.to_string()),
                                _ => {
                                    let name = if at == 0 { name } else { "" };
                                    let row = |kind: &str, name: &str| {
                                        format!("{:<15} {kind:<6} {name}\n", ip.to_string())
                                    };
                                    row("STREAM", name) + &row("DGRAM", "") + &row("RAW", "")
                                }
                            };
                            proc.print(line).await;
                        }
                    }
                    Err(_) => status = 2,
                }
            }
            return status;
        }
        "passwd" | "group" => format!("/etc/{database}"),
        other => {
            let text = format!(
                "Unknown database: {other}\nTry `getent --help' or `getent --usage' for more information.\n"
            );
            proc.eprint(text).await;
            return 1;
        }
    };
    let data = proc.read_path(&file, 1 << 20).await.unwrap_or_default();
    let text = String::from_utf8_lossy(&data).into_owned();
    let mut status = 0;
    if words.len() == 1 {
        proc.print(text).await;
        return 0;
    }
    for key in &words[1..] {
        let found = text.lines().find(|line| {
            let mut cells = line.split(':');
            cells.next() == Some(key) || cells.nth(1) == Some(key)
        });
        match found {
            Some(line) => proc.print(format!("{line}\n")).await,
            None => status = 2,
        }
    }
    status
}

/// `traceroute`: the network of this playground has no routers that answer, so there is one hop.
pub(crate) async fn traceroute(proc: Proc) -> i32 {
    let host = proc
        .args()
        .iter()
        .skip(1)
        .rfind(|arg| !arg.starts_with('-'))
        .cloned();
    let Some(host) = host else {
        proc.eprint("Usage: traceroute host\n").await;
        return 2;
    };
    let found = resolve(&proc, &host).await.ok();
    let Some(ip) = found.and_then(|found| found.first().copied()) else {
        crate::outside_hint(&proc, &host);
        let text = match proc.is_busybox() {
            true => format!("traceroute: bad address '{host}'\n"),
            false => format!(
                "{host}: Name or service not known\nCannot handle \"host\" cmdline arg `{host}' on position 1 (argc 1)\n"
            ),
        };
        proc.eprint(text).await;
        return if proc.is_busybox() { 1 } else { 2 };
    };
    let size = if proc.is_busybox() { 46 } else { 60 };
    proc.print(format!(
        "traceroute to {host} ({ip}), 30 hops max, {size} byte packets\n"
    ))
    .await;
    let mut times = Vec::new();
    if let Some(netns) = crate::netns(&proc) {
        for _ in 0..3 {
            times.push(netns.echo(ip, Duration::from_secs(5)).await);
        }
    }
    if times.iter().all(Option::is_none) {
        for hop in 1..=30 {
            proc.print(format!("{hop:2}  * * *\n")).await;
            proc.sleep(Duration::from_secs(5)).await;
        }
        return 0;
    }
    let cells: Vec<String> = times
        .iter()
        .map(|time| match time {
            Some(time) => format!("{:.3} ms", time.as_secs_f64() * 1000.0),
            None => "*".to_owned(),
        })
        .collect();
    proc.print(format!(" 1  {host} ({ip})  {}\n", cells.join("  ")))
        .await;
    0
}
