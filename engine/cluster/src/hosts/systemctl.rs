//! `systemctl` on a node: the service of k0s' worker, also by the name `kubelet`.

use std::rc::Rc;

use apimachinery::time::human_duration;
use os::{Proc, Programs};

use super::{Host, Hosts};

const UNIT: &str = "k0sworker.service";
const ABOUT: &str = "k0s - Zero Friction Kubernetes";

pub(super) fn register(programs: &Programs, hosts: &Hosts) {
    let hosts = hosts.clone();
    programs.add("systemctl", move |proc| {
        let hosts = hosts.clone();
        async move { run(&hosts, proc).await }
    });
}

/// Whether a name means the worker's service. kubelet and containerd are parts of it.
pub(super) fn is_worker(unit: &str) -> bool {
    matches!(
        unit.trim_end_matches(".service"),
        "k0sworker" | "kubelet" | "containerd" | "k0s"
    )
}

async fn run(hosts: &Hosts, proc: Proc) -> i32 {
    let Some(host) = hosts.of(&proc) else {
        return 1;
    };
    let args: Vec<String> = proc
        .args()
        .iter()
        .skip(1)
        .filter(|arg| !arg.starts_with('-'))
        .cloned()
        .collect();
    let verb = args.first().map_or("list-units", String::as_str);
    let unit = args.get(1).map(String::as_str);
    let installed = host.installed.borrow().is_some();
    if verb == "list-units" || (verb == "status" && unit.is_none()) {
        let (active, sub) = if hosts.is_active(&host) {
            ("active", "running")
        } else {
            ("inactive", "dead")
        };
        let mut out = "  UNIT              LOAD   ACTIVE   SUB     DESCRIPTION\n".to_owned();
        if installed {
            out.push_str(&format!("  {UNIT} loaded {active:<8} {sub:<7} {ABOUT}\n"));
        }
        proc.print(out).await;
        return 0;
    }
    if verb == "daemon-reload" {
        return 0;
    }
    let Some(unit) = unit else {
        proc.eprint("Too few arguments.\n").await;
        return 1;
    };
    let full = if unit.contains('.') {
        unit.to_owned()
    } else {
        format!("{unit}.service")
    };
    if !installed || !is_worker(unit) {
        let (text, status) = match verb {
            "status" => (format!("Unit {full} could not be found.\n"), 4),
            "is-active" => ("inactive\n".to_owned(), 3),
            verb => (
                format!("Failed to {verb} {full}: Unit {full} not found.\n"),
                5,
            ),
        };
        if verb == "is-active" {
            proc.print(text).await;
        } else {
            proc.eprint(text).await;
        }
        return status;
    }
    match verb {
        "status" => {
            proc.print(status(hosts, &host)).await;
            if hosts.is_active(&host) { 0 } else { 3 }
        }
        "is-active" => {
            let active = hosts.is_active(&host);
            proc.print(if active { "active\n" } else { "inactive\n" })
                .await;
            if active { 0 } else { 3 }
        }
        "is-enabled" => {
            proc.print("enabled\n").await;
            0
        }
        "start" => {
            hosts.start(&host);
            0
        }
        "stop" => {
            hosts.stop(&host);
            0
        }
        "restart" => {
            hosts.stop(&host);
            proc.sleep(std::time::Duration::from_secs(1)).await;
            hosts.start(&host);
            0
        }
        "enable" | "disable" => 0,
        "cat" => {
            proc.print(unit_file(&host)).await;
            0
        }
        verb => {
            proc.eprint(format!("Unknown command verb '{verb}'.\n"))
                .await;
            1
        }
    }
}

fn unit_file(host: &Host) -> String {
    let token = host.installed.borrow().clone().unwrap_or_default();
    format!(
        "# /etc/systemd/system/{UNIT}\n[Unit]\nDescription={ABOUT}\nDocumentation=https://docs.k0sproject.io\n\n[Service]\nExecStart=/usr/local/bin/k0s worker --token-file={token}\nKillMode=process\nRestart=always\n\n[Install]\nWantedBy=multi-user.target\n"
    )
}

fn status(hosts: &Hosts, host: &Rc<Host>) -> String {
    let active = hosts.is_active(host);
    let since = host.since.get();
    let ago = human_duration((host.machine.sim().now() - since).as_secs_f64() as i64);
    let moment = super::journal::stamp(since, true);
    let (dot, state) = if active {
        ("●", "active (running)")
    } else {
        ("○", "inactive (dead)")
    };
    let mut out = format!(
        "{dot} {UNIT} - {ABOUT}\n     Loaded: loaded (/etc/systemd/system/{UNIT}; enabled; preset: enabled)\n     Active: {state} since {moment}; {ago} ago\n       Docs: https://docs.k0sproject.io\n"
    );
    let processes = host.processes.borrow();
    if let Some(main) = processes.first() {
        out.push_str(&format!(
            "   Main PID: {} (k0s)\n     CGroup: /system.slice/{UNIT}\n",
            main.pid()
        ));
        for (at, proc) in processes.iter().enumerate() {
            let branch = if at + 1 == processes.len() {
                "└─"
            } else {
                "├─"
            };
            out.push_str(&format!(
                "             {branch}{} {}\n",
                proc.pid(),
                proc.args().join(" ")
            ));
        }
    }
    let lines = super::journal::lines(hosts, host);
    if !lines.is_empty() {
        out.push('\n');
        for line in lines.iter().rev().take(10).rev() {
            out.push_str(line);
            out.push('\n');
        }
    }
    out
}
