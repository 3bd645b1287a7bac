//! The learner's workstation: a machine with a shell, kubectl, a home folder and a kubeconfig.
//!
//! The control plane shows no node of its own, and the workstation is not part of the cluster; it reaches the API
//! server at its address, as any machine would.

use std::collections::BTreeMap;
use std::rc::Rc;

use client::Client;
use kubectl::Kubectl;
use kubectl::adapter::{self, Servers};
use os::{Capture, FdTable, File, Fs, Machine, Proc, Programs, Spawn, SysResult, Vfs};
use shell::{Session, Start};
use sim::Sim;

use crate::components::Components;
use crate::staging::{self, Staging};

/// Where the API server listens.
const SERVER: &str = "127.0.0.1:6443";
/// The home folder of the only user, root.
pub(crate) const HOME: &str = "/root";
/// What one command may print before it is cut, in bytes.
const OUTPUT_LIMIT: usize = 16 << 20;

/// The manifest that waits in the home folder.
const EXAMPLE_POD_FILE: &str = "/root/example-pod.yml";
const EXAMPLE_POD: &str = include_str!("../../../lessons/pods/01-first-pod/files/example-pod.yml");

/// The machine.
#[derive(Clone)]
pub(crate) struct Workstation {
    machine: Machine,
}

/// A command that has ended.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Finished {
    /// What it printed.
    pub stdout: String,
    /// What it complained.
    pub stderr: String,
    /// Its exit code.
    pub exit: i32,
    /// The playground's own words about it: never part of the output.
    pub hints: Vec<String>,
}

/// A command that was started with its output captured.
pub(crate) struct Running {
    proc: Proc,
    stdout: Capture,
    stderr: Capture,
}

/// Programs that only images have.
pub(crate) const ONLY_IN_IMAGES: [&str; 4] = ["apk", "busybox", "telnet", "usleep"];

impl Workstation {
    /// Sets the machine up, in its place in the network, with a command that breaks the `components`; `client` leads to the server that answers at the address of the kubeconfig.
    pub(crate) fn new(sim: &Sim, client: &Client, components: &Components) -> SysResult<Self> {
        let network = components.workstation();
        let programs = Programs::new();
        shell::register(&programs);
        net_tools::register(&programs);
        let address = format!("https://{SERVER}");
        let tokens = client.clone();
        let servers = Servers::new().with(
            &address,
            client.clone(),
            Rc::new(move |target| {
                let token = target.user.get("token").and_then(|token| token.as_str());
                adapter::certificate::user(target, tokens.sim().now().as_secs())
                    .or_else(|| tokens.user_of_token(token.unwrap_or_default()))
            }),
        );
        let staging = Staging::new(sim);
        let servers = servers.with_waiting(&format!("https://{}", staging::SERVER), staging);
        adapter::register(&programs, &Kubectl::new(Rc::new(servers)));
        crate::faults::register(&programs, components.faults());
        addons::register(&programs, components.addons());
        components.hosts().register(&programs);
        programs.add("traffic", crate::traffic_command::main);
        programs.set_absence(crate::absent::why);
        let now = sim.now().as_micros();
        let vfs = Vfs::new(Fs::new("overlay", now));
        vfs.make_basics(now)?;
        let names = programs.names().into_iter();
        for name in names.filter(|name| !ONLY_IN_IMAGES.contains(&name.as_str())) {
            vfs.install(now, &format!("/usr/bin/{name}"), &name, "gnu")?;
        }
        // The alias of the prompt, for scripts, `watch` and `xargs`, where there are no aliases.
        vfs.install(now, "/usr/local/bin/k", "kubectl", "gnu")?;
        let machine = Machine::new(sim, &programs, "tabernetes", vfs);
        machine.set_extension(Rc::new(network.clone()));
        machine.set_extension(Rc::new(components.traffic().clone()));
        let cred = machine.root_cred();
        machine
            .vfs()
            .mkdir_all(&cred, &format!("{HOME}/.kube"), 0o755)?;
        machine.vfs().symlink(&cred, "usr/bin", "/bin")?;
        machine.vfs().mkdir_all(&cred, "/etc", 0o755)?;
        machine.vfs().write_file(
            &cred,
            "/etc/resolv.conf",
            format!("nameserver {}\n", addons::INGRESS_NAME_SERVER).as_bytes(),
        )?;
        machine.vfs().write_file(
            &cred,
            "/etc/hosts",
            components.hosts().hosts_file().as_bytes(),
        )?;
        machine.vfs().write_file(
            &cred,
            "/etc/os-release",
            crate::hosts::OS_RELEASE.as_bytes(),
        )?;
        machine.vfs().write_file(
            &cred,
            &format!("{HOME}/.kube/config"),
            kubeconfig(controllers::ROOT_CA, &FIRST).as_bytes(),
        )?;
        machine.vfs().write_file(
            &cred,
            &format!("{HOME}/.kube/staging"),
            kubeconfig(controllers::ROOT_CA, &SECOND).as_bytes(),
        )?;
        machine
            .vfs()
            .write_file(&cred, EXAMPLE_POD_FILE, EXAMPLE_POD.as_bytes())?;
        Ok(Self { machine })
    }

    /// Takes the example out of the home folder, where somebody brings files of their own.
    pub(crate) fn remove_example(&self) {
        let cred = self.machine.root_cred();
        // It may be gone already, and that is as well.
        let _ = self.machine.vfs().unlink(&cred, EXAMPLE_POD_FILE);
    }

    /// The machine.
    pub(crate) fn machine(&self) -> &Machine {
        &self.machine
    }

    /// The environment of a shell.
    pub(crate) fn environment() -> BTreeMap<String, String> {
        [
            ("HOME", HOME),
            ("USER", "root"),
            ("LOGNAME", "root"),
            ("SHELL", "/usr/bin/bash"),
            ("PATH", "/usr/local/bin:/usr/bin:/bin"),
            ("KUBECONFIG", "/root/.kube/config"),
            ("LANG", "C.UTF-8"),
        ]
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
    }

    /// What a `.bashrc` sets on most machines.
    pub(crate) fn variables() -> BTreeMap<String, String> {
        BTreeMap::from([("HISTCONTROL".to_owned(), "ignoreboth".to_owned())])
    }

    /// An interactive shell on a terminal that nobody looks at: wide enough that nothing is folded.
    pub(crate) fn session(&self, sim: &Sim) -> Session {
        let mut env = Self::environment();
        env.insert("TERM".into(), "dumb".into());
        let start = Start {
            env,
            cwd: HOME.into(),
            size: os::WindowSize {
                rows: 50,
                columns: 200,
            },
            aliases: BTreeMap::from([("k".to_owned(), "kubectl".to_owned())]),
            variables: Self::variables(),
            history: Vec::new(),
        };
        let session = Session::start(&self.machine, start).unwrap_or_else(|errno| {
            unreachable!("a fresh machine cannot start its shell: {errno:?}")
        });
        // To its first prompt.
        while session.prompts() == 0 && sim.step(sim.now() + std::time::Duration::from_secs(1)) {}
        session
    }

    /// The playground's own words since this was last called.
    pub(crate) fn take_hints(&self) -> Vec<String> {
        let mut hints = Vec::new();
        while let Some(event) = self.machine.host().next_event() {
            if let os::HostEvent::Hint(hint) = event {
                hints.push(hint.text);
            }
        }
        hints
    }

    /// Starts `bash -c LINE` with no terminal and no input, as a script would.
    pub(crate) fn start(&self, line: &str) -> Result<Running, String> {
        let (stdout, stderr) = (Capture::new(OUTPUT_LIMIT), Capture::new(OUTPUT_LIMIT));
        let mut env = Self::environment();
        env.insert("TERM".into(), "dumb".into());
        env.insert("COLUMNS".into(), "200".into());
        let spawn = Spawn {
            args: vec!["bash".into(), "-c".into(), line.into()],
            env: env.into(),
            cwd: HOME.into(),
            fds: FdTable::standard(
                File::null(),
                File::from_stream(stdout.clone()),
                File::from_stream(stderr.clone()),
            ),
            ..Spawn::default()
        };
        let proc = self
            .machine
            .spawn_command(spawn)
            .map_err(|error| format!("bash: {error:?}"))?;
        Ok(Running {
            proc,
            stdout,
            stderr,
        })
    }
}

impl Running {
    /// Whether it has ended.
    pub(crate) fn is_over(&self) -> bool {
        self.proc.ended().is_some()
    }

    /// Ends it, and what it has started in its process group.
    pub(crate) fn kill(&self) {
        self.proc
            .machine()
            .kill_group(self.proc.group(), os::Signal::KILL);
    }

    /// What came of it so far; the exit code is 130 if it was cut off.
    pub(crate) fn finish(self) -> Finished {
        let text = |capture: &Capture| String::from_utf8_lossy(&capture.take()).into_owned();
        let mut hints = Vec::new();
        while let Some(event) = self.proc.machine().host().next_event() {
            if let os::HostEvent::Hint(hint) = event {
                hints.push(hint.text);
            }
        }
        Finished {
            stdout: text(&self.stdout),
            stderr: text(&self.stderr),
            exit: self.proc.ended().map_or(130, os::ExitStatus::code),
            hints,
        }
    }
}

/// What a kubeconfig calls things.
struct Names {
    server: &'static str,
    cluster: &'static str,
    user: &'static str,
    context: &'static str,
}

const FIRST: Names = Names {
    server: SERVER,
    cluster: "kubernetes",
    user: "kubernetes-admin",
    context: "kubernetes-admin@kubernetes",
};
/// In a file of its own, so that the first is as a fresh installation writes it: `KUBECONFIG` joins them.
const SECOND: Names = Names {
    server: staging::SERVER,
    cluster: "staging",
    user: "staging-admin",
    context: "staging",
};

/// The administrator's kubeconfig. Certificate and key stand for real ones: nothing here checks a signature, but tools that
/// read the file find what they expect.
fn kubeconfig(authority: &str, names: &Names) -> String {
    use base64::Engine as _;
    let authority = base64::engine::general_purpose::STANDARD.encode(authority);
    let Names {
        server,
        cluster,
        user,
        context,
    } = names;
    let certificate = adapter::certificate::ADMIN;
    let key = "-----BEGIN RSA PRIVATE KEY-----\nVGFiZXJuZXRlcw==\n-----END RSA PRIVATE KEY-----\n";
    let key = base64::engine::general_purpose::STANDARD.encode(key);
    format!(
        "apiVersion: v1
clusters:
- cluster:
    certificate-authority-data: {authority}
    server: https://{server}
  name: {cluster}
contexts:
- context:
    cluster: {cluster}
    user: {user}
  name: {context}
current-context: {context}
kind: Config
users:
- name: {user}
  user:
    client-certificate-data: {certificate}
    client-key-data: {key}
"
    )
}
