//! The cluster: everything joined and started.

use std::collections::BTreeSet;
use std::path::Path;
use std::rc::Rc;
use std::time::Duration;

use apimachinery::Str;
use apiserver::ApiServer;
use client::Client;
use sim::{Sim, Time};
use view::{ActiveFault, Fault};

use crate::components::{self, Components};
use crate::fleet::NODES;
use crate::read_model::{Waiting, Work};
use crate::traffic::Traffic;
use crate::workstation::{Finished, HOME, Workstation};

/// How long one command may take before it is cut off: an hour of virtual time.
const COMMAND_LIMIT: Duration = Duration::from_secs(3600);
/// How many task polls one command may cost. Far beyond anything sensible; it ends what would never end.
const COMMAND_BUDGET: u64 = 200_000_000;
/// What is printed by one line in a terminal before it is interrupted, in bytes.
const OUTPUT_LIMIT: usize = 16 << 20;
/// How long what is interrupted may take to end.
const INTERRUPT_LIMIT: Duration = Duration::from_secs(30);
/// How long a new cluster gets to come up.
const SETTLE_LIMIT: Duration = Duration::from_secs(120);

/// How long before its start a cluster was made: its nodes have an age, and the events of its making have expired.
const AGE: Duration = Duration::from_secs(90 * 60);

/// What can be chosen when a cluster is made.
#[derive(Clone, Copy, Debug)]
pub struct Config {
    /// Seed of all randomness.
    pub seed: u64,
    /// How many nodes there are: `node-1`, `node-2`, …
    pub nodes: u16,
    /// What the clock shows at the start.
    pub start: Time,
}

impl Default for Config {
    /// Three nodes, as in the recordings, on the day they were made.
    fn default() -> Self {
        Self {
            seed: 1,
            nodes: 3,
            start: Time::from_secs(1_795_366_800),
        }
    }
}

/// What a terminal showed of a line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shown {
    /// Output and errors in the order in which they came.
    pub output: String,
    /// The playground's own words about it.
    pub hints: Vec<String>,
    /// The exit code.
    pub exit: i32,
    /// The shell has ended.
    pub exited: bool,
}

/// A whole cluster with the learner's workstation.
pub struct Cluster {
    sim: Sim,
    server: ApiServer,
    components: Components,
    workstation: Workstation,
    nodes: u16,
    start: Time,
    /// The shell of [`Cluster::run_line`], once there is one.
    session: Option<shell::Session>,
}

impl Cluster {
    /// Makes a cluster and starts everything. It comes up in virtual time: see [`Cluster::settle`].
    pub fn new(config: Config) -> Self {
        let sim = Sim::new(config.seed, config.start - AGE);
        let server = ApiServer::new(sim.clone(), apiserver::Config::default());
        crate::addons::install(&server);
        let client = Client::new(server.clone());
        let components = Components::start(&sim, &client, config.nodes, NODES);
        let faults = components.faults().clone();
        server.set_component_check(Rc::new(move |name| faults.is_up(name)));
        let workstation = Workstation::new(&sim, &client, &components).unwrap_or_else(|error| {
            unreachable!("an empty file system refused the home folder: {error:?}")
        });
        Self {
            sim,
            server,
            components,
            workstation,
            nodes: config.nodes,
            start: config.start,
            session: None,
        }
    }

    /// Installs an add-on, such as `metrics-server`: what `addons enable` does on the workstation.
    ///
    /// # Errors
    /// When there is none of that name.
    pub fn enable_addon(&self, name: &str) -> Result<(), String> {
        let enabled = self.components.addons().enable(name);
        enabled.map(drop).map_err(|error| error.to_string())
    }

    /// The simulation it lives in.
    pub fn sim(&self) -> &Sim {
        &self.sim
    }

    /// The API server.
    pub fn server(&self) -> &ApiServer {
        &self.server
    }

    /// Virtual time.
    pub fn now(&self) -> Time {
        self.sim.now()
    }

    /// Breaks something. The fault's id, if it lasts: a container's kill and a clock's jump are over at once.
    ///
    /// # Errors
    /// Words about a target that is not there, or an amount that makes no sense.
    pub fn inject(&mut self, fault: Fault) -> Result<Option<u32>, String> {
        self.components.faults().inject(fault)
    }

    /// Heals the fault of this id; whether there was one.
    pub fn heal(&mut self, id: u32) -> bool {
        self.components.faults().heal(id)
    }

    /// Heals everything.
    pub fn heal_all(&mut self) {
        self.components.faults().heal_all();
    }

    /// What is broken, oldest first.
    pub fn faults(&self) -> Vec<ActiveFault> {
        self.components.faults().list()
    }

    /// Grows with every change of what is broken.
    pub(crate) fn faults_version(&self) -> u64 {
        self.components.faults().version()
    }

    /// Collects the requests between pods from now on.
    pub(crate) fn trace_requests(&self) -> std::rc::Rc<crate::traces::Traces> {
        self.components.trace_requests()
    }

    /// Requests that are sent again and again, and how many are answered.
    pub fn traffic(&self) -> &Traffic {
        self.components.traffic()
    }

    /// The scheduler, for what it has decided and why.
    pub(crate) fn scheduler(&self) -> &scheduler::Scheduler {
        self.components.scheduler()
    }

    pub(crate) fn workstation(&self) -> &Workstation {
        &self.workstation
    }

    /// The pods for which a kubelet has begun or ended something since the last call: none at the first one.
    pub(crate) fn take_moved(&self) -> BTreeSet<Str> {
        self.components.take_moved()
    }

    /// What the kubelets do that the API does not show, by pod.
    pub(crate) fn work(&self, pods: Waiting<'_>) -> Work {
        self.components.work(pods)
    }

    /// Lets the cluster come up, and time pass until its start: all nodes are ready, and what a new cluster has is there.
    pub fn settle(&mut self) {
        self.run_until(self.start);
        let limit = self.now() + SETTLE_LIMIT;
        while !components::is_up(&self.server, self.nodes) && self.sim.step(limit) {}
    }

    /// Lets everything happen that is due until `until`.
    pub fn run_until(&mut self, until: Time) {
        let mut budget = COMMAND_BUDGET;
        self.sim.run_until(until, &mut budget);
    }

    /// Runs a command line as `bash -c` does, with no terminal and no input, to its end.
    ///
    /// It is killed, with exit code 130, when it has not ended after an hour of virtual time.
    pub fn run(&mut self, line: &str) -> Finished {
        let running = match self.workstation.start(line) {
            Ok(running) => running,
            Err(message) => {
                return Finished {
                    stderr: message,
                    exit: 126,
                    ..Finished::default()
                };
            }
        };
        let limit = self.now() + COMMAND_LIMIT;
        let mut budget = COMMAND_BUDGET;
        // The clock may jump while it runs.
        let jumped = self.sim.jumped();
        while !running.is_over()
            && budget > 0
            && self.sim.step(limit + (self.sim.jumped() - jumped))
        {
            budget -= 1;
        }
        if !running.is_over() {
            running.kill();
        }
        running.finish()
    }

    /// Runs a line in one shell that goes on from line to line, and gives what its terminal shows.
    ///
    /// It is interrupted, as by Ctrl-C, when it has not ended after an hour of virtual time or has printed more than 16 MiB;
    /// what does not listen to that is killed.
    pub fn run_line(&mut self, line: &str) -> Shown {
        self.in_session(|session| session.line(line))
    }

    /// The input of [`Cluster::run_line`]'s shell is at its end: an unfinished command is complained of, as bash does.
    /// `None` if there is none.
    pub fn end_of_input(&mut self) -> Option<Shown> {
        let unfinished = self.session.as_ref()?.prompt()?.continuation;
        unfinished.then(|| self.in_session(|session| session.keys(&[4])))
    }

    /// Feeds the session, and lets it go on until its next prompt or its end.
    fn in_session(&mut self, feed: impl FnOnce(&shell::Session)) -> Shown {
        let session = self
            .session
            .get_or_insert_with(|| self.workstation.session(&self.sim));
        let before = session.prompts();
        feed(session);
        let mut output = Vec::new();
        let go_on = |limit: Duration, output: &mut Vec<u8>| {
            let until = self.sim.now() + limit;
            let jumped = self.sim.jumped();
            let most = output.len() + OUTPUT_LIMIT;
            for _ in 0..COMMAND_BUDGET {
                // A here-document has several lines, and a prompt after each.
                let done = session.prompts() != before && session.is_idle();
                if done || session.ended().is_some() {
                    return true;
                }
                output.extend(session.tty().take_output());
                if output.len() > most || !self.sim.step(until + (self.sim.jumped() - jumped)) {
                    break;
                }
            }
            false
        };
        if !go_on(COMMAND_LIMIT, &mut output) {
            session.keys(&[3]);
            if !go_on(INTERRUPT_LIMIT, &mut output) {
                session.kill_foreground();
                go_on(INTERRUPT_LIMIT, &mut output);
            }
        }
        output.extend(session.tty().take_output());
        Shown {
            output: String::from_utf8_lossy(&output).into_owned(),
            hints: self.workstation.take_hints(),
            exit: session.ended().unwrap_or_else(|| session.status()),
            exited: session.ended().is_some(),
        }
    }

    /// Writes a file into the home folder.
    ///
    /// # Errors
    /// The file system's own words.
    pub fn write_file(&mut self, path: &str, content: &[u8]) -> Result<(), String> {
        let machine = self.workstation.machine();
        let path = format!("{HOME}/{path}");
        let cred = machine.root_cred();
        let folder = path.rsplit_once('/').map_or(HOME, |(folder, _)| folder);
        let written = machine
            .vfs()
            .mkdir_all(&cred, folder, 0o755)
            .and_then(|()| machine.vfs().write_file(&cred, &path, content));
        written.map_err(|errno| format!("{path}: {}", errno.text()))
    }

    /// Copies the files of a real folder into the home folder, in place of the example there; sub-folders too.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub fn copy_in(&mut self, folder: &Path) -> std::io::Result<()> {
        self.workstation.remove_example();
        self.copy_folder(folder, HOME)
    }

    fn copy_folder(&self, folder: &Path, to: &str) -> std::io::Result<()> {
        let machine = self.workstation.machine();
        let cred = machine.root_cred();
        let refused = |errno: os::Errno| std::io::Error::other(errno.text());
        machine.vfs().mkdir_all(&cred, to, 0o755).map_err(refused)?;
        let mut entries: Vec<_> = std::fs::read_dir(folder)?.collect::<Result<_, _>>()?;
        entries.sort_by_key(std::fs::DirEntry::file_name);
        for entry in entries {
            let path = format!("{to}/{}", entry.file_name().to_string_lossy());
            if entry.file_type()?.is_dir() {
                self.copy_folder(&entry.path(), &path)?;
            } else {
                machine
                    .vfs()
                    .write_file(&cred, &path, &std::fs::read(entry.path())?)
                    .map_err(refused)?;
            }
        }
        Ok(())
    }
}

/// Runs a script, one command a line, in a fresh cluster, and gives what was printed and the whole causal trace, a link
/// a line. Lines that are blank or begin with `#` are left out.
pub fn trace_of(config: Config, script: &str) -> String {
    let mut cluster = Cluster::new(config);
    cluster.settle();
    let mut out = String::new();
    for line in script
        .lines()
        .filter(|line| !line.trim().is_empty() && !line.starts_with('#'))
    {
        let done = cluster.run(line);
        out.push_str(&format!(
            "$ {line}\n{}{}? {}\n",
            done.stdout, done.stderr, done.exit
        ));
    }
    for link in cluster.sim.trace().iter() {
        out.push_str(&format!("{link}\n"));
    }
    out
}

impl Drop for Cluster {
    fn drop(&mut self) {
        // Tasks hold the simulation and the simulation holds tasks: without this, nothing would ever be freed.
        self.sim.shutdown();
    }
}
