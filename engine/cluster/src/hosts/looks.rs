//! `free`, `df`, `top` and `ip` on a node: the machine as the node's status describes it, filled by what its containers use.

use std::time::Duration;

use kubelet::SYSTEM_MEMORY;
use os::{Proc, Programs};

use super::{Host, Hosts};
use crate::fleet::node_address;

const MEMORY: u64 = 16 << 30;
const DISK: u64 = 100 << 30;
/// What the system itself holds.
const SYSTEM_DISK: u64 = 4 << 30;

pub(super) fn register(programs: &Programs, hosts: &Hosts) {
    for name in ["free", "df", "top", "ip"] {
        let hosts = hosts.clone();
        programs.add(name, move |proc| {
            let hosts = hosts.clone();
            async move { run(&hosts, &proc, name).await }
        });
    }
}

async fn run(hosts: &Hosts, proc: &Proc, name: &str) -> i32 {
    let Some(host) = hosts.of(proc) else { return 1 };
    let args = proc.args();
    let human = args
        .iter()
        .any(|arg| arg.starts_with('-') && arg.contains('h'));
    let text = match name {
        "free" => {
            let mega = args
                .iter()
                .any(|arg| arg.starts_with('-') && arg.contains('m'));
            free(hosts, &host, human, mega)
        }
        "df" => df(hosts, &host, human),
        "top" => {
            if !args
                .iter()
                .any(|arg| arg.starts_with('-') && (arg.contains('b') || arg.contains('n')))
            {
                proc.hint(
                    "This top shows one look and ends. `watch top -bn1` looks again and again.",
                );
            }
            top(hosts, &host)
        }
        _ => match args.get(1).map(String::as_str) {
            Some(word) if "address".starts_with(word) => address(&host),
            Some(word) if "route".starts_with(word) => route(hosts, &host),
            _ => {
                proc.eprint("Usage: ip { address | route }\n").await;
                return 255;
            }
        },
    };
    proc.print(text).await;
    0
}

/// Processor time and memory of the node's containers.
fn used(hosts: &Hosts, host: &Host) -> (Duration, u64, u64) {
    let mut sum = (Duration::ZERO, SYSTEM_MEMORY, SYSTEM_DISK);
    if let Some(node) = hosts.node(host) {
        let runtime = node.kubelet().runtime();
        sum.1 = runtime.memory().used();
        for uid in runtime.pods() {
            for container in runtime.pod_status(&uid).containers {
                let (cpu, _) = runtime.usage(&container.id).unwrap_or_default();
                sum.0 += cpu;
            }
        }
        sum.2 += runtime
            .images()
            .iter()
            .map(|local| local.image.image.size * 3)
            .sum::<u64>();
    }
    sum
}

fn amount(bytes: u64, human: bool, unit: u64) -> String {
    if !human {
        return (bytes / unit).to_string();
    }
    #[allow(clippy::cast_precision_loss, reason = "two digits are shown")]
    let gib = bytes as f64 / f64::from(1 << 30);
    if gib >= 10.0 {
        format!("{gib:.0}Gi")
    } else if gib >= 1.0 {
        format!("{gib:.1}Gi")
    } else {
        format!("{}Mi", bytes >> 20)
    }
}

fn free(hosts: &Hosts, host: &Host, human: bool, mega: bool) -> String {
    let (_, memory, _) = used(hosts, host);
    let unit = if mega { 1 << 20 } else { 1 << 10 };
    let cache = 1 << 30;
    let rest = MEMORY.saturating_sub(memory + cache);
    let cells = [
        MEMORY,
        memory,
        rest,
        8 << 20,
        cache,
        MEMORY.saturating_sub(memory),
    ]
    .map(|bytes| amount(bytes, human, unit));
    let swap = if human { "0B" } else { "0" };
    let [total, used, free, shared, cache, available] = cells;
    format!(
        "               total        used        free      shared  buff/cache   available\nMem:    {total:>12}{used:>12}{free:>12}{shared:>12}{cache:>12}{available:>12}\nSwap:   {swap:>12}{swap:>12}{swap:>12}\n"
    )
}

fn df(hosts: &Hosts, host: &Host, human: bool) -> String {
    let (_, _, disk) = used(hosts, host);
    let show = |bytes: u64| amount(bytes, human, 1 << 10).replace('i', "");
    let head = if human { "Size" } else { "1K-blocks" };
    let line = |name: &str, size: u64, used: u64, place: &str| {
        let percent = (used * 100).div_ceil(size.max(1));
        format!(
            "{name:<15} {:>9} {:>9} {:>9} {percent:>3}% {place}\n",
            show(size),
            show(used),
            show(size.saturating_sub(used))
        )
    };
    let mut out = format!(
        "Filesystem      {head:>9}      Used     {} Use% Mounted on\n",
        if human { "Avail" } else { "Available" }
    );
    out.push_str(&line("/dev/vda1", DISK, disk, "/"));
    out.push_str(&line("tmpfs", MEMORY / 2, 0, "/dev/shm"));
    out.push_str(&line("tmpfs", MEMORY / 5, 2 << 20, "/run"));
    out
}

fn top(hosts: &Hosts, host: &Host) -> String {
    let (_, memory, _) = used(hosts, host);
    let mib = |bytes: u64| bytes >> 20;
    let now = super::journal::stamp(host.machine.sim().now(), false);
    let processes = host.machine.processes();
    let mut out = format!(
        "top - {} up  1 user,  load average: 0.05, 0.08, 0.06\nTasks: {} total,   1 running, {} sleeping,   0 stopped,   0 zombie\nMiB Mem : {} total, {} free, {} used, 1024 buff/cache\n\n    PID USER      PR  NI S  %CPU  %MEM     TIME+ COMMAND\n",
        now.rsplit(' ').next().unwrap_or_default(),
        processes.len(),
        processes.len().saturating_sub(1),
        mib(MEMORY),
        mib(MEMORY.saturating_sub(memory + (1 << 30))),
        mib(memory),
    );
    for process in processes {
        let name = process
            .args
            .first()
            .map_or("", |arg| os::path::basename(arg));
        let seconds = process.cpu.as_secs();
        out.push_str(&format!(
            "{:7} root      20   0 S   0.0   0.1 {:6}:{:02}.00 {name}\n",
            process.pid,
            seconds / 60,
            seconds % 60
        ));
    }
    out
}

fn address(host: &Host) -> String {
    format!(
        "1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN group default qlen 1000\n    inet 127.0.0.1/8 scope host lo\n       valid_lft forever preferred_lft forever\n2: eth0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc fq_codel state UP group default qlen 1000\n    inet {}/16 brd 172.18.255.255 scope global eth0\n       valid_lft forever preferred_lft forever\n3: kube-bridge: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP group default qlen 1000\n    inet 10.244.{}.1/24 brd 10.244.{}.255 scope global kube-bridge\n       valid_lft forever preferred_lft forever\n",
        node_address(host.number),
        host.number - 1,
        host.number - 1,
    )
}

fn route(hosts: &Hosts, host: &Host) -> String {
    let mut out = "default via 172.18.0.1 dev eth0\n".to_owned();
    for node in hosts.fleet().nodes.all() {
        let number = node
            .name()
            .rsplit('-')
            .next()
            .and_then(|text| text.parse::<u16>().ok())
            .unwrap_or(1);
        let to = number.saturating_sub(1);
        if number == host.number {
            out.push_str(&format!(
                "10.244.{to}.0/24 dev kube-bridge proto kernel scope link src 10.244.{to}.1\n"
            ));
        } else {
            out.push_str(&format!(
                "10.244.{to}.0/24 via {} dev eth0 proto 17\n",
                node_address(number)
            ));
        }
    }
    out.push_str(&format!(
        "172.18.0.0/16 dev eth0 proto kernel scope link src {}\n",
        node_address(host.number)
    ));
    out
}
