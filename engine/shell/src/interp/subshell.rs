//! Copies of the shell in processes of their own: subshells, substitutions.

use std::future::Future;
use std::rc::Rc;

use os::{Errno, File, Group, OpenFlags, Proc, Signal, Spawn, pipe};

use super::{FORK_COST, Flow, Outcome, Shell};
use crate::expand::MAX_TEXT;
use crate::syntax::ast::{CommandKind, List, RedirectKind};

impl Shell {
    /// What a child process starts with.
    pub(crate) fn fork_spawn(&self) -> Spawn {
        let mut spawn = self.proc.fork_spawn();
        spawn.env = self.vars.environment().into();
        // Signals that the interactive shell ignores for itself are not ignored in what it starts.
        if self.is_interactive() {
            let own = [
                Signal::INT,
                Signal::QUIT,
                Signal::TERM,
                Signal::TSTP,
                Signal::TTIN,
                Signal::TTOU,
            ];
            spawn
                .ignored
                .retain(|signal| !own.contains(signal) || self.trap_ignores(*signal));
        }
        spawn
    }

    fn trap_ignores(&self, signal: Signal) -> bool {
        self.traps.get(signal.name()).is_some_and(String::is_empty)
    }

    /// A copy of the shell's state for the process `proc`.
    pub(super) fn copy_for(&self, proc: &Proc) -> Shell {
        Shell {
            proc: proc.clone(),
            vars: self.vars.clone(),
            functions: self.functions.clone(),
            aliases: Rc::new(std::cell::RefCell::new(self.aliases.borrow().clone())),
            options: self.options.clone(),
            positional: self.positional.clone(),
            name: self.name.clone(),
            dialect: self.dialect,
            style: self.style,
            status: self.status,
            line: self.line,
            pipe_status: self.pipe_status.clone(),
            last_background: self.last_background,
            jobs: self.jobs.for_subshell(),
            traps: self
                .traps
                .iter()
                .filter(|(_, action)| action.is_empty())
                .map(|(name, action)| (name.clone(), action.clone()))
                .collect(),
            function_names: self.function_names.clone(),
            sources: self.sources,
            nesting: self.nesting,
            loops: self.loops,
            quiet_errors: self.quiet_errors,
            in_trap: false,
            is_subshell: true,
            subshell_depth: self.subshell_depth + 1,
            substitution_depth: self.substitution_depth,
            current: self.current.clone(),
            history: self.history.clone(),
            hashed: self.hashed.clone(),
            call_lines: self.call_lines.clone(),
            completions: self.completions.clone(),
            dirs: self.dirs.clone(),
            random: self.random.clone(),
            started: self.started,
            getopts: self.getopts,
            substituted: None,
            interrupt: false,
            warned_of_jobs: false,
            lines_run: self.lines_run,
            main_pid: self.main_pid,
            levels: 0,
            evaluating: self.evaluating,
        }
    }

    /// Starts a copy of the shell.
    pub(crate) async fn fork<F, Fut>(
        &mut self,
        new_group: bool,
        stdin: Option<File>,
        main: F,
    ) -> Result<Proc, Flow>
    where
        F: FnOnce(Shell) -> Fut,
        Fut: Future<Output = i32> + 'static,
    {
        let mut spawn = self.fork_spawn();
        if new_group {
            spawn.group = Group::New;
        }
        if let Some(stdin) = stdin {
            let _ = spawn.fds.set(0, stdin);
        }
        self.fork_with(spawn, main).await
    }

    pub(crate) async fn fork_with<F, Fut>(&mut self, spawn: Spawn, main: F) -> Result<Proc, Flow>
    where
        F: FnOnce(Shell) -> Fut,
        Fut: Future<Output = i32> + 'static,
    {
        self.proc.cpu(FORK_COST).await;
        let copy = |proc: Proc| {
            let shell = self.copy_for(&proc);
            main(shell)
        };
        match self.proc.machine().spawn(spawn, copy) {
            Ok(proc) => Ok(proc),
            Err(errno) => Err(self.fork_failed(errno).await),
        }
    }

    /// There are too many processes. A fork bomb would try again for ever, so whatever this process belongs to ends.
    pub(crate) async fn fork_failed(&mut self, errno: Errno) -> Flow {
        self.complain(&format!("fork: {}", errno.text())).await;
        self.status = 254;
        if self.is_subshell && self.proc.group() != self.proc.pid() {
            let group = self.proc.group();
            let _ = self.proc.kill(-i64::from(group), Signal::KILL);
        }
        if self.is_interactive() {
            Flow::Abort
        } else {
            Flow::Exit
        }
    }

    /// What a subshell ends with.
    pub(crate) async fn end_of_subshell(&mut self, outcome: Outcome) -> i32 {
        if outcome == Err(Flow::Interrupt) {
            self.status = 130;
        }
        self.finish().await
    }

    /// `$(…)`: the output without its last line feeds.
    pub(crate) async fn command_substitution(&mut self, list: Rc<List>) -> Result<String, Flow> {
        if let Some(text) = self.file_substitution(&list).await? {
            return Ok(text);
        }
        let (reader, writer) = pipe();
        let mut spawn = self.fork_spawn();
        let _ = spawn.fds.set(1, writer);
        let proc = self
            .fork_with(spawn, move |mut shell| async move {
                shell.options.monitor = false;
                shell.substitution_depth += 1;
                let outcome = shell.run_list(list).await;
                shell.end_of_subshell(outcome).await
            })
            .await?;
        let mut data = Vec::new();
        loop {
            let chunk = match self.proc.read_file_from(&reader, 65_536).await {
                Ok(chunk) => chunk,
                Err(_) => break,
            };
            if chunk.is_empty() {
                break;
            }
            if data.len() + chunk.len() > MAX_TEXT {
                drop(reader);
                let _ = self.proc.kill(i64::from(proc.pid()), Signal::KILL);
                proc.reap();
                self.complain("command substitution: output too large")
                    .await;
                return Err(self.expansion_error(1));
            }
            data.extend_from_slice(&chunk);
        }
        let status = proc.wait_end().await;
        proc.reap();
        self.status = status.code();
        self.substituted = Some(self.status);
        if status == os::ExitStatus::Signaled(Signal::INT) && self.is_interactive() {
            return Err(Flow::Interrupt);
        }
        if data.contains(&0) {
            data.retain(|byte| *byte != 0);
            if !self.is_ash() {
                self.complain("warning: command substitution: ignored null byte in input")
                    .await;
            }
        }
        while data.last() == Some(&b'\n') {
            data.pop();
        }
        Ok(String::from_utf8(data)
            .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned()))
    }

    /// `$(< file)`
    async fn file_substitution(&mut self, list: &List) -> Result<Option<String>, Flow> {
        let [item] = list.0.as_slice() else {
            return Ok(None);
        };
        let and_or = &item.and_or;
        let [command] = and_or.first.commands.as_slice() else {
            return Ok(None);
        };
        let CommandKind::Simple { assigns, words } = &command.kind else {
            return Ok(None);
        };
        let [redirect] = command.redirects.as_slice() else {
            return Ok(None);
        };
        let RedirectKind::Read(word) = &redirect.kind else {
            return Ok(None);
        };
        if !assigns.is_empty() || !words.is_empty() || !and_or.rest.is_empty() {
            return Ok(None);
        }
        let path = self.expand_single(word).await?;
        match self.proc.read_path(&path, MAX_TEXT).await {
            Ok(data) => {
                self.status = 0;
                let text = String::from_utf8_lossy(&data);
                Ok(Some(text.trim_end_matches('\n').replace('\0', "")))
            }
            Err(error) => {
                self.complain(&format!("{path}: {}", error.text())).await;
                self.status = 1;
                Ok(Some(String::new()))
            }
        }
    }

    /// `coproc`: a command beside the shell, with a pipe each way.
    pub(crate) async fn run_coproc(
        &mut self,
        name: &str,
        command: &Rc<crate::syntax::ast::Command>,
    ) -> Outcome {
        let (their_input, to_them) = pipe();
        let (from_them, their_output) = pipe();
        let mut spawn = self.fork_spawn();
        let _ = spawn.fds.set(0, their_input);
        let _ = spawn.fds.set(1, their_output);
        let inner = command.clone();
        let proc = self
            .fork_with(spawn, move |mut shell| async move {
                shell.options.monitor = false;
                let outcome = shell.run_command_in_place(&inner).await;
                shell.end_of_subshell(outcome).await
            })
            .await?;
        let mut ends = std::collections::BTreeMap::new();
        for (at, file) in [(0, from_them), (1, to_them)] {
            let fds = self.proc.fds();
            let Some(fd) = (10..64).rev().find(|fd| fds.get(*fd).is_err()) else {
                return Err(self.fork_failed(Errno::EMFILE).await);
            };
            let _ = self.proc.set_fd(fd, file);
            ends.insert(at, fd.to_string());
        }
        let pid = proc.pid();
        self.vars.entry(name).value = crate::vars::Value::Indexed(ends);
        let _ = self.vars.set(&format!("{name}_PID"), pid.to_string());
        self.last_background = Some(pid);
        let text = format!("coproc {}", crate::syntax::print::command(command));
        let id = self.jobs.add(vec![proc], &text, true);
        if self.is_interactive() {
            self.proc.eprint(format!("[{id}] {pid}\n")).await;
        }
        self.status = 0;
        Ok(())
    }

    /// `<(…)` and `>(…)`: a descriptor that is the other end of a pipe, by its path.
    pub(crate) async fn process_substitution(
        &mut self,
        output: bool,
        list: Rc<List>,
    ) -> Result<String, Flow> {
        let (reader, writer) = pipe();
        let (own, theirs, at) = if output {
            (writer, reader, 0)
        } else {
            (reader, writer, 1)
        };
        let mut spawn = self.fork_spawn();
        let _ = spawn.fds.set(at, theirs);
        self.fork_with(spawn, move |mut shell| async move {
            shell.options.monitor = false;
            let outcome = shell.run_list(list).await;
            shell.end_of_subshell(outcome).await
        })
        .await?;
        // bash begins at 63 and goes down.
        let fds = self.proc.fds();
        let fd = (10..64).rev().find(|fd| fds.get(*fd).is_err());
        let fd = match fd {
            Some(fd) => fd,
            None => return Err(self.fork_failed(Errno::EMFILE).await),
        };
        let _ = self.proc.set_fd(fd, own);
        self.substitution_fds().push(fd);
        Ok(format!("/dev/fd/{fd}"))
    }

    fn substitution_fds(&self) -> std::cell::RefMut<'_, Vec<u32>> {
        self.jobs.substitutions.borrow_mut()
    }

    /// Closes the descriptors of process substitutions made since there were `keep` of them.
    pub(crate) fn close_substitutions(&self, keep: usize) {
        let closing = self.substitution_fds().split_off(keep);
        for fd in closing {
            let _ = self.proc.close_fd(fd);
        }
    }

    /// How many process substitutions are open.
    pub(crate) fn open_substitutions(&self) -> usize {
        self.substitution_fds().len()
    }

    /// Opens a file on behalf of a builtin.
    pub(crate) fn open(&self, path: &str, flags: OpenFlags) -> os::SysResult<File> {
        self.proc.open(path, flags)
    }
}
