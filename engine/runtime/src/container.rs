//! A container: an image's files, volumes, and a first process with all that comes of it.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::Duration;

use os::{Env, ExitStatus, Input, Machine, Proc, Recent, Signal, Tty};
use sim::futures_util::future::{Either, select};
use sim::{Sim, Time};

use crate::config::ContainerConfig;
use crate::logs::{Log, LogPosition, LogStream};
use crate::output::{ContainerOutput, Output};
use crate::status::{ContainerState, ContainerStatus};

/// How much of a container's last words is kept.
const MESSAGE_LIMIT: usize = 4096;
/// How much of a log stands in for last words.
const LOG_MESSAGE_LIMIT: usize = 2048;
/// And how many lines.
const LOG_MESSAGE_LINES: usize = 80;

/// A container of a sandbox.
pub(crate) struct Container {
    pub(crate) config: Rc<ContainerConfig>,
    /// The environment of all its processes, as it was when it was made.
    pub(crate) env: Env,
    /// Neither the pod nor the image says where home is.
    pub(crate) finds_home: bool,
    pub(crate) pod_uid: Rc<str>,
    pub(crate) sandbox: Rc<str>,
    pub(crate) machine: Machine,
    pub(crate) output: ContainerOutput,
    /// User, group, further groups.
    pub(crate) user: (u32, u32, Rc<[u32]>),
    pub(crate) status: RefCell<ContainerStatus>,
    pub(crate) main: RefCell<Option<Proc>>,
    pub(crate) stdin: RefCell<Option<Input>>,
    pub(crate) tty: RefCell<Option<Tty>>,
    /// Its node lost its power: nobody knows how it ended.
    pub(crate) lost: Cell<bool>,
    /// What its image holds, in bytes.
    pub(crate) image_bytes: u64,
}

impl Container {
    /// Its log.
    pub(crate) fn log(&self) -> &Log {
        self.output.log()
    }

    /// The environment of all its processes.
    pub(crate) fn environment(&self) -> Env {
        let mut env = self.env.clone();
        if self.finds_home {
            let home = home(&self.machine, self.user.0);
            if env.get("HOME") != Some(&*home) {
                env.insert("HOME", home);
            }
        }
        env
    }

    /// Where its processes start.
    pub(crate) fn working_dir(&self) -> String {
        match self.config.working_dir.as_str() {
            "" => self.config.image.image.config.working_dir.to_owned(),
            dir => dir.to_owned(),
        }
    }

    /// The command line of its first process.
    pub(crate) fn command_line(&self) -> Vec<String> {
        let image = &self.config.image.image.config;
        let owned = |words: &[&str]| {
            words
                .iter()
                .map(|word| (*word).to_owned())
                .collect::<Vec<_>>()
        };
        let (mut line, rest) = match (self.config.command.is_empty(), self.config.args.is_empty()) {
            (false, _) => (self.config.command.clone(), self.config.args.clone()),
            (true, false) => (owned(image.entrypoint), self.config.args.clone()),
            (true, true) => (owned(image.entrypoint), owned(image.command)),
        };
        line.extend(rest);
        line
    }

    /// Records when and how its first process ended.
    pub(crate) fn ended(&self, at: Time, exit: ExitStatus) {
        let code = if self.lost.get() { 255 } else { exit.code() };
        let reason = match code {
            _ if self.lost.get() => "Unknown",
            _ if self.machine.out_of_memory_kills() > 0 && code != 0 => "OOMKilled",
            0 => "Completed",
            _ => "Error",
        };
        self.machine.leave_memory();
        self.output.close();
        let message = self.last_words(code);
        let mut status = self.status.borrow_mut();
        status.state = ContainerState::Exited;
        status.finished_at = Some(at);
        status.exit_code = code;
        status.reason = reason;
        status.message = message.into();
        drop(status);
        self.main.borrow_mut().take();
        self.stdin.borrow_mut().take();
        let tty = self.tty.borrow_mut().take();
        if let Some(tty) = tty {
            tty.hang_up();
        }
    }

    /// Records that its first process could not be started.
    pub(crate) fn failed_to_start(&self, sim: &Sim, message: &str) {
        self.output.close();
        let mut status = self.status.borrow_mut();
        status.state = ContainerState::Exited;
        status.finished_at = Some(sim.now());
        status.exit_code = 128;
        status.reason = "StartError";
        status.message = message.into();
    }

    /// What the container left at its termination message path, or else the end of its log if that is wanted.
    fn last_words(&self, code: i32) -> String {
        let cred = self.machine.root_cred();
        let path = &self.config.termination_message_path;
        let written = self.machine.vfs().read_file(&cred, path);
        let mut text = written
            .map(|text| String::from_utf8_lossy(&text).into_owned())
            .unwrap_or_default();
        if text.is_empty() && self.config.termination_message_from_log && code != 0 {
            text = self.end_of_log();
        }
        let mut end = text.len().min(MESSAGE_LIMIT);
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        text.truncate(end);
        text
    }

    fn end_of_log(&self) -> String {
        let (entries, _) = self.log().read(LogPosition::default());
        let start = entries.len().saturating_sub(LOG_MESSAGE_LINES);
        let text: Vec<u8> = entries[start..]
            .iter()
            .flat_map(|entry| entry.text.iter().copied())
            .collect();
        let text = String::from_utf8_lossy(&text).into_owned();
        let mut start = text.len().saturating_sub(LOG_MESSAGE_LIMIT);
        while !text.is_char_boundary(start) {
            start += 1;
        }
        text[start..].to_owned()
    }

    /// Asks the first process to end, waits for at most `grace`, then kills it.
    pub(crate) async fn stop(&self, sim: &Sim, grace: Duration) {
        let main = self.main.borrow().clone();
        let Some(main) = main else { return };
        if !grace.is_zero() {
            let signal = self.config.image.image.config.stop_signal;
            let _ = self.machine.kill(main.pid(), signal);
            let end = std::pin::pin!(main.wait_end());
            if let Either::Left(_) = select(end, sim.sleep(grace)).await {
                return;
            }
        }
        let _ = self.machine.kill(main.pid(), Signal::KILL);
        main.wait_end().await;
    }

    /// Follows its output from now on.
    pub(crate) fn watch(&self) -> Output {
        self.output.watch()
    }
}

/// What a container's processes have in their environment but for their home.
pub(crate) fn variables(
    config: &ContainerConfig,
    hostname: &str,
    known: &Recent<str>,
) -> BTreeMap<Rc<str>, Rc<str>> {
    let mut env = BTreeMap::new();
    let mut set = |name: &str, value: &str| {
        env.insert(known.share(name), known.share(value));
    };
    let image = &config.image;
    let tag = image.name.rsplit_once(':').map_or("", |(_, tag)| tag);
    for (name, value) in image.image.config.environment(tag) {
        set(name, &value);
    }
    set("HOSTNAME", hostname);
    if config.tty {
        set("TERM", "xterm");
    }
    for (name, value) in &config.env {
        set(name, value);
    }
    env
}

/// A user's home folder by `/etc/passwd`.
pub(crate) fn home(machine: &Machine, uid: u32) -> String {
    let passwd = machine.vfs().read_file(&machine.root_cred(), "/etc/passwd");
    let passwd = passwd
        .map(|text| String::from_utf8_lossy(&text).into_owned())
        .unwrap_or_default();
    let uid = uid.to_string();
    passwd
        .lines()
        .map(|line| line.split(':').collect::<Vec<_>>())
        .find(|fields| fields.get(2) == Some(&uid.as_str()))
        .and_then(|fields| fields.get(5).map(|home| (*home).to_owned()))
        .unwrap_or_else(|| "/".to_owned())
}

/// Copies what a terminal shows into a container's output until it is hung up.
pub(crate) async fn pump_tty(tty: Tty, output: ContainerOutput) {
    loop {
        let bytes = std::future::poll_fn(|cx| tty.poll_output(cx)).await;
        if bytes.is_empty() {
            return;
        }
        output.write(LogStream::Stdout, &bytes.into());
    }
}
