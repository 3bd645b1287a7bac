//! The machines behind the nodes: what `ssh node-1` gets to.
//!
//! ```text
//!   workstation ── ssh ──▶ host (a machine: shell, tools, crictl, systemctl, journalctl, k0s)
//!        └─ k0s token          └── its service k0sworker ──▶ the node's kubelet and containers
//! ```
//!
//! A host is made when somebody first logs in. Stopping its service is the fault `kubelet-stopped`. One host more than
//! there are nodes waits to be joined.

mod crictl;
mod journal;
mod k0s;
mod looks;
mod ssh;
mod systemctl;

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use network::Netns;
use os::{Machine, Programs, Spawn, Vfs};
use runtime::LogPosition;
use sim::Time;
use view::{Fault, FaultKind};

use crate::faults::Faults;
use crate::fleet::{Fleet, node_address, node_name};
use crate::node::RunningNode;

/// As many hosts as there can be.
const MAX_HOSTS: u16 = 20;
/// How many hosts that may still join the workstation knows by name.
const SPARE_HOSTS: u16 = 4;
/// Bytes of a container's log that are to be found below `/var/log/pods`.
const MAX_LOG: usize = 256 << 10;
/// What the machines of the playground run.
pub(crate) const OS_RELEASE: &str = "PRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\nNAME=\"Debian GNU/Linux\"\nVERSION_ID=\"12\"\nVERSION=\"12 (bookworm)\"\nVERSION_CODENAME=bookworm\nID=debian\nHOME_URL=\"https://www.debian.org/\"\nSUPPORT_URL=\"https://www.debian.org/support\"\nBUG_REPORT_URL=\"https://bugs.debian.org/\"\n";

/// All hosts. Cloning gives the same ones.
#[derive(Clone)]
pub(crate) struct Hosts(Rc<Inner>);

struct Inner {
    fleet: Fleet,
    faults: Faults,
    known: RefCell<BTreeMap<u16, Rc<Host>>>,
    /// Tokens to join with, and until when.
    tokens: RefCell<BTreeMap<String, Option<Time>>>,
}

/// A machine that is a node, or can become one.
pub(crate) struct Host {
    number: u16,
    name: String,
    netns: Netns,
    machine: Machine,
    /// When its service was last started or stopped.
    since: Cell<Time>,
    /// `k0s install worker` was run here, with this token file; nodes were installed before.
    installed: RefCell<Option<String>>,
    /// The service's processes, as `ps` shows them.
    processes: RefCell<Vec<os::Proc>>,
}

impl Hosts {
    pub(crate) fn new(fleet: Fleet, faults: Faults) -> Self {
        let hosts = Self(Rc::new(Inner {
            fleet,
            faults,
            known: RefCell::default(),
            tokens: RefCell::default(),
        }));
        let inner = Rc::downgrade(&hosts.0);
        // It is the first.
        let _ = hosts.0.fleet.root_observer.set(Box::new(move |number| {
            if let Some(inner) = inner.upgrade() {
                let hosts = Hosts(inner);
                let host = hosts.get(number);
                hosts.tend(&host);
            }
        }));
        hosts
    }

    /// The host of that number.
    fn get(&self, number: u16) -> Rc<Host> {
        let known = self.0.known.borrow().get(&number).cloned();
        known.unwrap_or_else(|| self.make(number))
    }

    pub(crate) fn fleet(&self) -> &Fleet {
        &self.0.fleet
    }

    /// Puts `ssh` and the controller's `k0s` onto the workstation.
    pub(crate) fn register(&self, programs: &Programs) {
        ssh::register(programs, self);
        k0s::register(programs, self);
    }

    /// `/etc/hosts` of the workstation: the nodes, and as many hosts as may still join.
    pub(crate) fn hosts_file(&self) -> String {
        let nodes = u16::try_from(self.0.fleet.nodes.all().len()).unwrap_or(MAX_HOSTS);
        let numbers = 1..=(nodes + SPARE_HOSTS).min(MAX_HOSTS);
        let line = |number| format!("{}\t{}\n", node_address(number), node_name(number));
        let own = format!("{}\ttabernetes\n", node_address(0));
        let lines = numbers.map(line);
        std::iter::once("127.0.0.1\tlocalhost\n".to_owned())
            .chain([own])
            .chain(lines)
            .collect()
    }

    /// Names of the hosts: the nodes, and the one that waits.
    fn names(&self) -> Vec<String> {
        let joined = u16::try_from(self.0.fleet.nodes.all().len()).unwrap_or(MAX_HOSTS);
        (1..=(joined + 1).min(MAX_HOSTS)).map(node_name).collect()
    }

    /// The host of that name or address.
    fn find(&self, name: &str) -> Option<Rc<Host>> {
        let names = self.names();
        let at = (1_u16..).zip(&names).find(|(number, known)| {
            known.as_str() == name || node_address(*number).to_string() == name
        })?;
        Some(self.get(at.0))
    }

    /// The host whose files a process sees as its own: it runs there, or in a pod that the host's disk is mounted in, after
    /// `chroot`.
    fn of(&self, proc: &os::Proc) -> Option<Rc<Host>> {
        let root = proc.vfs().root();
        let known = self.0.known.borrow();
        let mut hosts = known.values();
        hosts
            .find(|host| host.machine.vfs().root().same(&root))
            .cloned()
    }

    fn node(&self, host: &Host) -> Option<RunningNode> {
        self.0.fleet.nodes.find(&host.name)
    }

    fn make(&self, number: u16) -> Rc<Host> {
        let fleet = &self.0.fleet;
        let name = node_name(number);
        let node = fleet.nodes.find(&name);
        let netns = match &node {
            Some(node) => node.kubelet().runtime().host().clone(),
            None => fleet.join(node_address(number), &name),
        };
        let programs = Programs::new();
        shell::register(&programs);
        net_tools::register(&programs);
        crictl::register(&programs, self);
        systemctl::register(&programs, self);
        journal::register(&programs, self);
        k0s::register(&programs, self);
        looks::register(&programs, self);
        let now = fleet.sim.now().as_micros();
        // What pods see of the node's disk are its files.
        let disk = match &node {
            Some(node) => node.kubelet().disk(),
            None => kubelet::host_files(now),
        };
        disk.set_programs(&programs);
        let vfs = Vfs::new(disk);
        // It takes all of this, unless somebody has put something in its place.
        let _ = vfs.make_basics(now);
        let cred = os::Cred::root(now);
        for folder in ["/bin", "/sbin"] {
            let _ = vfs.symlink(&cred, "usr/bin", folder);
        }
        for program in programs.names() {
            if crate::workstation::ONLY_IN_IMAGES.contains(&program.as_str()) {
                continue;
            }
            let folder = if program == "k0s" {
                "/usr/local/bin"
            } else {
                "/usr/bin"
            };
            let runs = if program == "sh" { "dash" } else { &program };
            let _ = vfs.install(now, &format!("{folder}/{program}"), runs, "gnu");
        }
        let machine = Machine::new(&fleet.sim, &programs, &name, vfs);
        machine.set_last_pid(600);
        machine.set_extension(Rc::new(netns.clone()));
        let host = Rc::new(Host {
            number,
            name: name.clone(),
            netns,
            machine,
            since: Cell::new(fleet.sim.now()),
            installed: RefCell::new(node.is_some().then(|| "/etc/k0s/k0stoken".to_owned())),
            processes: RefCell::default(),
        });
        if node.is_some() {
            // It has been up as long as the node.
            let lister = fleet.informers.lister::<api::core::v1::Node>();
            if let Some(made) = lister
                .get("", &name)
                .map(|node| node.metadata.creation_timestamp)
            {
                host.since.set(Time::from_secs(made.unix()));
            }
        }
        host.furnish();
        self.0.known.borrow_mut().insert(number, host.clone());
        self.tend(&host);
        host
    }

    /// Whether the host's service runs.
    fn is_active(&self, host: &Host) -> bool {
        self.node(host).is_some() && !self.is_stopped(host)
    }

    fn is_stopped(&self, host: &Host) -> bool {
        self.0.faults.list().iter().any(|known| {
            known.fault.kind == FaultKind::KubeletStopped && known.fault.target == host.name
        })
    }

    /// Stops the host's service: its containers run on.
    fn stop(&self, host: &Host) {
        if self.is_active(host) {
            let fault = Fault::new(FaultKind::KubeletStopped, &host.name);
            let _ = self.0.faults.inject(fault);
            host.since.set(self.0.fleet.sim.now());
        }
        self.tend(host);
    }

    /// Starts the host's service; the first time, the machine joins the cluster.
    fn start(&self, host: &Host) {
        if self.node(host).is_none() {
            let node = self.0.fleet.start(host.number, host.netns.clone());
            node.kubelet().set_disk(&host.machine.vfs().root());
            host.since.set(self.0.fleet.sim.now());
        } else if self.is_stopped(host) {
            let stopped = self.0.faults.list().into_iter().filter(|known| {
                known.fault.kind == FaultKind::KubeletStopped && known.fault.target == host.name
            });
            for known in stopped {
                self.0.faults.heal(known.id);
            }
            host.since.set(self.0.fleet.sim.now());
        }
        self.tend(host);
    }

    /// Brings the host's processes and files up to date.
    fn tend(&self, host: &Host) {
        let active = self.is_active(host);
        let running = !host.processes.borrow().is_empty();
        if active && !running {
            for args in [
                vec![
                    "/usr/local/bin/k0s",
                    "worker",
                    "--token-file=/etc/k0s/k0stoken",
                ],
                vec![
                    "/var/lib/k0s/bin/containerd",
                    "--root=/var/lib/k0s/containerd",
                    "--state=/run/k0s/containerd",
                ],
                vec![
                    "/var/lib/k0s/bin/kubelet",
                    "--config=/var/lib/k0s/kubelet-config.yaml",
                    "--node-ip=auto",
                ],
            ] {
                let spawn = Spawn {
                    args: args.into_iter().map(str::to_owned).collect(),
                    ..Spawn::default()
                };
                // They stand for the real ones, which are not programs of this machine.
                if let Ok(proc) = host.machine.spawn(spawn, |_| std::future::pending()) {
                    host.processes.borrow_mut().push(proc);
                }
            }
        } else if !active && running {
            for proc in host.processes.take() {
                let _ = host.machine.kill(proc.pid(), os::Signal::KILL);
                proc.reap();
            }
        }
        if let Some(node) = self.node(host) {
            host.write_logs(&node);
        }
    }
}

impl Host {
    /// Puts the files there that a node has.
    fn furnish(&self) {
        let vfs = self.machine.vfs();
        let cred = self.machine.root_cred();
        let number = self.number;
        let files = [
            ("/etc/hostname".to_owned(), format!("{}\n", self.name)),
            (
                "/etc/hosts".into(),
                format!(
                    "127.0.0.1\tlocalhost\n{}\t{}\n",
                    node_address(number),
                    self.name
                ),
            ),
            ("/etc/os-release".into(), OS_RELEASE.into()),
            (
                "/etc/passwd".into(),
                "root:x:0:0:root:/root:/bin/bash\n".into(),
            ),
        ];
        for folder in [
            "/root",
            "/etc/k0s",
            "/var/lib/k0s/bin",
            "/var/lib/k0s/kubelet/pods",
            "/var/lib/k0s/containerd",
            "/var/log/pods",
            "/var/log/containers",
            "/run/k0s",
            "/opt/cni/bin",
            "/etc/cni/net.d",
        ] {
            let _ = vfs.mkdir_all(&cred, folder, 0o755);
        }
        for (path, text) in files {
            let _ = vfs.write_file(&cred, &path, text.as_bytes());
        }
    }

    /// The logs of the node's containers, where the kubelet keeps them.
    fn write_logs(&self, node: &RunningNode) {
        let vfs = self.machine.vfs();
        let cred = self.machine.root_cred();
        let _ = vfs.remove_all(&cred, "/var/log/pods");
        let _ = vfs.mkdir_all(&cred, "/var/log/pods", 0o755);
        let runtime = node.kubelet().runtime();
        for uid in runtime.pods() {
            let status = runtime.pod_status(&uid);
            let Some(config) = status
                .sandboxes
                .first()
                .and_then(|sandbox| runtime.sandbox(&sandbox.id))
            else {
                continue;
            };
            let _ = vfs.mkdir_all(
                &cred,
                &format!("/var/lib/k0s/kubelet/pods/{uid}/volumes"),
                0o755,
            );
            for container in &status.containers {
                let folder = format!(
                    "/var/log/pods/{}_{}_{uid}/{}",
                    config.namespace, config.name, container.name
                );
                let _ = vfs.mkdir_all(&cred, &folder, 0o755);
                let Some(log) = runtime.log(&container.id) else {
                    continue;
                };
                let (entries, _) = log.read(LogPosition::default());
                let mut text = String::new();
                for entry in entries.iter().rev().take(1000).rev() {
                    let stream = if entry.stream == runtime::LogStream::Stdout {
                        "stdout"
                    } else {
                        "stderr"
                    };
                    let whole = entry.text.ends_with(b"\n");
                    let line = String::from_utf8_lossy(&entry.text);
                    let (at, flag) = (apimachinery_time(entry.at), if whole { "F" } else { "P" });
                    text.push_str(&format!(
                        "{at} {stream} {flag} {}\n",
                        line.trim_end_matches('\n')
                    ));
                    if text.len() > MAX_LOG {
                        break;
                    }
                }
                let _ = vfs.write_file(
                    &cred,
                    &format!("{folder}/{}.log", container.attempt),
                    text.as_bytes(),
                );
            }
        }
    }
}

/// `2026-11-22T17:00:00.123456000Z`
fn apimachinery_time(at: Time) -> String {
    let micros = at.as_micros();
    let whole = apimachinery::Time::from_unix(micros.div_euclid(1_000_000)).to_string();
    format!(
        "{}.{:06}000Z",
        whole.trim_end_matches('Z'),
        micros.rem_euclid(1_000_000)
    )
}
