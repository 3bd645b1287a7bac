//! `journalctl` on a node: what its service has to say. It is told from the node's events, the service's own starts
//! and stops, and the manifests that it refuses; the lines that a real kubelet writes beside are not there.

use std::rc::Rc;

use api::core::v1::Event;
use os::{Proc, Programs};
use sim::Time;

use super::{Host, Hosts};

pub(super) fn register(programs: &Programs, hosts: &Hosts) {
    let hosts = hosts.clone();
    programs.add("journalctl", move |proc| {
        let hosts = hosts.clone();
        async move { run(&hosts, proc).await }
    });
}

/// `Nov 22 17:00:00`, or with the year `Sun 2026-11-22 17:00:00 UTC`.
pub(super) fn stamp(at: Time, full: bool) -> String {
    const MONTHS: [&str; 12] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ];
    const DAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
    let text = apimachinery::Time::from_unix(at.as_secs()).to_string();
    let (date, clock) = text.split_once('T').unwrap_or((&text, ""));
    let clock = clock.trim_end_matches('Z');
    if full {
        let day = usize::try_from((at.as_secs() / 86_400).rem_euclid(7)).unwrap_or(0);
        return format!("{} {date} {clock} UTC", DAYS[day % 7]);
    }
    let mut parts = date.split('-').skip(1);
    let month: usize = parts.next().and_then(|m| m.parse().ok()).unwrap_or(1);
    let day = parts.next().unwrap_or("01");
    format!("{} {day} {clock}", MONTHS[(month + 11) % 12])
}

/// All lines, the oldest first.
pub(super) fn lines(hosts: &Hosts, host: &Rc<Host>) -> Vec<String> {
    let mut found: Vec<(Time, String)> = Vec::new();
    if host.installed.borrow().is_some() {
        let what = if hosts.is_active(host) {
            "Started"
        } else {
            "Stopped"
        };
        let line =
            format!("systemd[1]: {what} k0sworker.service - k0s - Zero Friction Kubernetes.");
        found.push((host.since.get(), line));
    }
    let pid = host.processes.borrow().first().map_or(812, Proc::pid);
    for event in hosts.fleet().informers.lister::<Event>().list() {
        if event.source.host.as_str() != host.name {
            continue;
        }
        let at = event.last_timestamp;
        if at.is_zero() {
            continue;
        }
        let object = &event.involved_object;
        let name = match object.namespace.as_str() {
            "" => object.name.to_string(),
            namespace => format!("{namespace}/{}", object.name),
        };
        let line = format!(
            "k0s[{pid}]: level=info msg=\"\\\"Event occurred\\\" object=\\\"{name}\\\" kind=\\\"{}\\\" type=\\\"{}\\\" reason=\\\"{}\\\" message=\\\"{}\\\"\" component=kubelet",
            object.kind,
            event.type_,
            event.reason,
            event.message.replace("\"", "\\\\\\\"")
        );
        found.push((Time::from_secs(at.unix()), line));
    }
    let refused = hosts
        .node(host)
        .map(|node| node.kubelet().refused_manifests());
    for (at, path, why) in refused.into_iter().flatten() {
        let line = format!(
            "k0s[{pid}]: level=error msg=\"\\\"Could not process manifest file\\\" err=\\\"{why}\\\" path=\\\"{path}\\\"\" component=kubelet"
        );
        found.push((at, line));
    }
    found.sort();
    let name = &host.name;
    found
        .into_iter()
        .map(|(at, line)| format!("{} {name} {line}", stamp(at, false)))
        .collect()
}

async fn run(hosts: &Hosts, proc: Proc) -> i32 {
    let Some(host) = hosts.of(&proc) else {
        return 1;
    };
    let args = proc.args();
    let (mut unit, mut count, mut follow) = (None, None, false);
    let mut rest = args.iter().skip(1);
    while let Some(arg) = rest.next() {
        match arg.as_str() {
            "-u" | "--unit" => unit = rest.next().cloned(),
            "-n" | "--lines" => count = rest.next().and_then(|text| text.parse::<usize>().ok()),
            "-f" | "--follow" => follow = true,
            "-fu" | "-xeu" | "-eu" => {
                follow |= arg.contains('f');
                unit = rest.next().cloned();
            }
            other => match other.strip_prefix("-u").or(other.strip_prefix("--unit=")) {
                Some(name) => unit = Some(name.to_owned()),
                None => {
                    if let Some(text) = other.strip_prefix("-n").or(other.strip_prefix("--lines="))
                    {
                        count = text.parse().ok();
                    }
                }
            },
        }
    }
    if unit
        .as_deref()
        .is_some_and(|unit| !super::systemctl::is_worker(unit))
    {
        proc.print("-- No entries --\n").await;
        return 0;
    }
    let mut shown = lines(hosts, &host);
    let first = shown
        .len()
        .saturating_sub(count.unwrap_or(if follow { 10 } else { usize::MAX }));
    if shown.is_empty() {
        proc.print("-- No entries --\n").await;
    }
    for line in &shown[first.min(shown.len())..] {
        proc.print(format!("{line}\n")).await;
    }
    if !follow {
        return 0;
    }
    loop {
        proc.sleep(std::time::Duration::from_secs(1)).await;
        let now = lines(hosts, &host);
        for line in now.iter().filter(|line| !shown.contains(line)) {
            proc.print(format!("{line}\n")).await;
        }
        shown = now;
    }
}
