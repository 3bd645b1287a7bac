//! Jobs: what was started, waiting for it, foreground and background.

use std::cell::RefCell;
use std::future::poll_fn;
use std::task::Poll;

use os::{ExitStatus, Proc, Signal, State};
use sim::futures_util::future::{Either, select};

use super::{Flow, Shell};

/// What a foreground job is called, if somebody has to be told of it.
pub(crate) type Text<'a> = &'a dyn Fn() -> String;

/// What a job is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum JobState {
    Running,
    Stopped(Signal),
    Done(ExitStatus),
}

/// A pipeline that was started.
#[derive(Clone)]
pub(crate) struct Job {
    pub(crate) id: usize,
    pub(crate) procs: Vec<Proc>,
    pub(crate) text: String,
    /// It was started with `&`, or continued with `bg`.
    pub(crate) background: bool,
    /// Its state has been told already.
    pub(crate) told: JobState,
    /// It was stopped when it got a signal: bash tells of that once more, before it tells what came of it.
    pub(crate) told_again: bool,
    /// Orders jobs by when they were last stopped or put to the background.
    touched: u64,
}

impl Job {
    pub(crate) fn group(&self) -> u32 {
        self.procs.first().map_or(0, Proc::group)
    }

    /// What it is doing now.
    pub(crate) fn state(&self) -> JobState {
        let mut stopped = None;
        for proc in &self.procs {
            match proc.state() {
                State::Running => return JobState::Running,
                State::Stopped(signal) => stopped = Some(signal),
                State::Ended(_) => {}
            }
        }
        match (stopped, self.procs.last().and_then(Proc::ended)) {
            (Some(signal), _) => JobState::Stopped(signal),
            (None, Some(status)) => JobState::Done(status),
            (None, None) => JobState::Running,
        }
    }

    fn reap(&self) {
        for proc in &self.procs {
            proc.reap();
        }
    }
}

/// All jobs of a shell.
#[derive(Default)]
pub(crate) struct Jobs {
    pub(crate) list: Vec<Job>,
    touched: u64,
    /// Of a subshell: the jobs of the shell that it was copied from, to look at (`jobs | cat`, `$(jobs -p)`).
    pub(crate) inherited: Vec<Job>,
    /// Descriptors of process substitutions that are open.
    pub(crate) substitutions: RefCell<Vec<u32>>,
}

impl Jobs {
    /// What a copy of the shell knows of them.
    pub(crate) fn for_subshell(&self) -> Jobs {
        let inherited = if self.list.is_empty() {
            &self.inherited
        } else {
            &self.list
        };
        Jobs {
            inherited: inherited.clone(),
            touched: self.touched,
            ..Jobs::default()
        }
    }

    /// Adds a job; gives its number.
    pub(crate) fn add(&mut self, procs: Vec<Proc>, text: &str, background: bool) -> usize {
        let id = self.list.last().map_or(1, |job| job.id + 1);
        self.insert(id, procs, text, background);
        id
    }

    /// Adds a job with a number that it had before.
    fn insert(&mut self, id: usize, procs: Vec<Proc>, text: &str, background: bool) {
        self.touched += 1;
        let at = self.list.partition_point(|job| job.id < id);
        let job = Job {
            id,
            procs,
            text: text.to_owned(),
            background,
            told: JobState::Running,
            told_again: false,
            touched: self.touched,
        };
        self.list.insert(at, job);
    }

    pub(crate) fn touch(&mut self, id: usize) {
        self.touched += 1;
        let touched = self.touched;
        if let Some(job) = self.list.iter_mut().find(|job| job.id == id) {
            job.touched = touched;
        }
    }

    pub(crate) fn remove(&mut self, id: usize) -> Option<Job> {
        let at = self.list.iter().position(|job| job.id == id)?;
        Some(self.list.remove(at))
    }

    pub(crate) fn get(&self, id: usize) -> Option<&Job> {
        self.list.iter().find(|job| job.id == id)
    }

    /// The numbers of the current (`%+`) and the previous job (`%-`).
    pub(crate) fn current(&self) -> (Option<usize>, Option<usize>) {
        let mut order: Vec<&Job> = self.list.iter().collect();
        // The latest of those that are stopped, then the newest of those that run.
        order.sort_by_key(|job| match job.state() {
            JobState::Stopped(_) => (true, job.touched),
            _ => (false, job.id as u64),
        });
        let mut ids = order.iter().rev().map(|job| job.id);
        (ids.next(), ids.next())
    }

    /// `%1`, `%%`, `%+`, `%-`, `%name`, `%?text`; the error is what bash says.
    pub(crate) fn find(&self, whole: &str) -> Result<usize, String> {
        let none = || format!("{whole}: no such job");
        let spec = whole.strip_prefix('%').unwrap_or(whole);
        let (current, previous) = self.current();
        match spec {
            "" | "%" | "+" => return current.ok_or_else(none),
            "-" => return previous.or(current).ok_or_else(none),
            _ => {}
        }
        if let Ok(id) = spec.parse::<usize>() {
            return self.get(id).map(|job| job.id).ok_or_else(none);
        }
        let fits = |job: &&Job| match spec.strip_prefix('?') {
            Some(part) => job.text.contains(part),
            None => job.text.starts_with(spec),
        };
        let mut found = self.list.iter().filter(fits);
        match (found.next(), found.next()) {
            (Some(job), None) => Ok(job.id),
            (None, _) => Err(none()),
            _ => {
                let name = spec.trim_start_matches('?');
                Err(format!("{name}: ambiguous job spec"))
            }
        }
    }

    /// A line of `jobs`.
    pub(crate) fn line(&self, job: &Job, long: bool) -> String {
        self.line_as(job, job.state(), long)
    }

    fn line_as(&self, job: &Job, state: JobState, long: bool) -> String {
        let (current, previous) = self.current();
        let mark = if current == Some(job.id) {
            '+'
        } else if previous == Some(job.id) {
            '-'
        } else {
            ' '
        };
        let word = match state {
            JobState::Running => "Running".to_owned(),
            JobState::Stopped(Signal::STOP) => "Stopped".to_owned(),
            JobState::Stopped(signal) => signal.description().to_owned(),
            JobState::Done(ExitStatus::Exited(0)) => "Done".to_owned(),
            JobState::Done(ExitStatus::Exited(code)) => format!("Exit {code}"),
            JobState::Done(ExitStatus::Signaled(signal)) => signal.description().to_owned(),
        };
        let tail = if state == JobState::Running { " &" } else { "" };
        let text = &job.text;
        if !long {
            return format!("[{}]{mark}  {word:<24}{text}{tail}\n", job.id);
        }
        // One row for each process.
        let parts: Vec<&str> = match job.procs.len() {
            0 | 1 => vec![text],
            count => text.splitn(count, " | ").collect(),
        };
        let mut out = String::new();
        for (at, (proc, part)) in job.procs.iter().zip(&parts).enumerate() {
            let pid = proc.pid();
            let row = match at {
                0 => format!("[{}]{mark} {pid:5} {word:<24}{part}", job.id),
                _ => format!("     {pid:5} {:<22}| {part}", ""),
            };
            let end = if at + 1 == parts.len() { tail } else { "" };
            out.push_str(&format!("{row}{end}\n"));
        }
        out
    }
}

impl Shell {
    /// Waits for what was started in the foreground; gives the exit codes.
    pub(crate) async fn wait_foreground(
        &mut self,
        procs: Vec<Proc>,
        text: Text<'_>,
    ) -> Result<Vec<i32>, Flow> {
        self.wait_foreground_as(None, procs, text).await
    }

    /// As [`Shell::wait_foreground`], of a job that has a number.
    async fn wait_foreground_as(
        &mut self,
        id: Option<usize>,
        procs: Vec<Proc>,
        text: Text<'_>,
    ) -> Result<Vec<i32>, Flow> {
        let job_control = self.options.monitor && !self.is_subshell;
        let tty = if job_control { self.proc.tty() } else { None };
        let mode = tty.as_ref().map(os::Tty::mode);
        if let (Some(tty), Some(first)) = (&tty, procs.first()) {
            tty.set_foreground(Some(first.group()));
        }
        let stopped = wait_all(&procs, job_control).await;
        if let Some(tty) = &tty {
            tty.set_foreground(Some(self.proc.group()));
            if let Some(mode) = mode {
                tty.set_mode(mode);
            }
        }
        if let Some(signal) = stopped {
            let id = match id {
                Some(id) if self.jobs.get(id).is_none() => {
                    self.jobs.insert(id, procs, &text(), false);
                    id
                }
                _ => self.jobs.add(procs, &text(), false),
            };
            if let Some(job) = self.jobs.list.iter_mut().find(|job| job.id == id) {
                job.told = JobState::Stopped(signal);
            }
            if let Some(job) = self.jobs.get(id) {
                let line = format!("\n{}", self.jobs.line(job, false));
                self.proc.eprint(line).await;
            }
            return Ok(vec![128 + signal.number()]);
        }
        let statuses: Vec<ExitStatus> = procs.iter().filter_map(Proc::ended).collect();
        for proc in &procs {
            proc.reap();
        }
        let codes: Vec<i32> = statuses.iter().map(|status| status.code()).collect();
        self.pipe_status.clone_from(&codes);
        if let Some(ExitStatus::Signaled(signal)) = statuses.last().copied() {
            let pid = procs.last().map_or(0, Proc::pid);
            self.tell_death(signal, pid, text).await?;
        }
        Ok(codes)
    }

    /// Says that a signal ended a foreground job, where bash would.
    async fn tell_death(&mut self, signal: Signal, pid: u32, text: Text<'_>) -> Result<(), Flow> {
        if self.is_interactive() {
            if signal == Signal::INT {
                self.status = 130;
                return Err(Flow::Interrupt);
            }
            if signal != Signal::PIPE {
                self.proc
                    .eprint(format!("{}\n", signal.description()))
                    .await;
            }
            return Ok(());
        }
        if self.is_ash() {
            if signal == Signal::KILL || signal == Signal::TERM {
                self.proc
                    .eprint(format!("{}\n", signal.description()))
                    .await;
            }
            return Ok(());
        }
        if signal != Signal::INT && signal != Signal::PIPE && !self.is_subshell {
            self.complain(&format!("{pid:5} {:<23} {}", signal.description(), text()))
                .await;
        }
        Ok(())
    }

    /// Tells of background jobs that have ended or stopped since the last time. Done before each prompt.
    pub(crate) async fn tell_jobs(&mut self) {
        let mut lines = Vec::new();
        let mut gone = Vec::new();
        for job in &self.jobs.list {
            let state = job.state();
            if job.told_again {
                lines.push(format!("\n{}", self.jobs.line_as(job, job.told, false)));
                continue;
            }
            if state != job.told {
                match state {
                    JobState::Running => {}
                    // It comes in between, whatever is being typed.
                    JobState::Stopped(_) => {
                        lines.push(format!("\n{}", self.jobs.line(job, false)));
                    }
                    JobState::Done(_) => lines.push(self.jobs.line(job, false)),
                }
                if let JobState::Done(_) = state {
                    gone.push(job.id);
                }
            }
        }
        for job in &mut self.jobs.list {
            if !std::mem::take(&mut job.told_again) {
                job.told = job.state();
            }
        }
        for id in gone {
            if let Some(job) = self.jobs.remove(id) {
                job.reap();
            }
        }
        if self.is_interactive() && self.options.monitor {
            for line in lines {
                self.proc.eprint(line).await;
            }
        }
    }

    /// Continues a job in the foreground.
    pub(crate) async fn foreground(&mut self, id: usize) -> Result<i32, Flow> {
        let Some(job) = self.jobs.remove(id) else {
            return Ok(1);
        };
        self.print(format!("{}\n", job.text)).await;
        if let Some(tty) = self.proc.tty() {
            tty.set_foreground(Some(job.group()));
        }
        self.proc.machine().kill_group(job.group(), Signal::CONT);
        let text = || job.text.clone();
        let waiting = self.wait_foreground_as(Some(id), job.procs, &text);
        let statuses = waiting.await?;
        Ok(statuses.last().copied().unwrap_or(0))
    }

    /// Waits for a job in the background; a caught signal ends the waiting (with 128 and its number).
    pub(crate) async fn wait_job(&mut self, id: usize) -> i32 {
        let Some(job) = self.jobs.get(id) else {
            return 127;
        };
        let procs = job.procs.clone();
        match self.wait_or_signal(&procs).await {
            Some(signal) => 128 + signal.number(),
            None => {
                let status = procs
                    .last()
                    .and_then(Proc::ended)
                    .map_or(0, ExitStatus::code);
                self.tell_end(id).await;
                status
            }
        }
    }

    /// A job that was waited for has ended: an interactive shell says so, and it is forgotten.
    pub(crate) async fn tell_end(&mut self, id: usize) {
        if self.is_interactive()
            && let Some(job) = self.jobs.get(id)
        {
            let line = self.jobs.line(job, false);
            self.proc.eprint(line).await;
        }
        if let Some(job) = self.jobs.remove(id) {
            job.reap();
        }
    }

    /// Waits until all have ended, or a signal was caught.
    pub(crate) async fn wait_or_signal(&mut self, procs: &[Proc]) -> Option<Signal> {
        let caught = {
            let proc = self.proc.clone();
            let ended = std::pin::pin!(wait_all(procs, false));
            let caught = std::pin::pin!(proc.signal_waits());
            matches!(select(ended, caught).await, Either::Right(_))
        };
        if !caught {
            return None;
        }
        let signal = self.proc.take_signal()?;
        match self.traps.get(signal.name()).cloned() {
            Some(action) => {
                let _ = self.run_trap_action(&action).await;
            }
            None => self.interrupt = signal == Signal::INT,
        }
        Some(signal)
    }
}

/// Waits until all have ended; with `stops`, also until none runs any more: then the signal that stopped one.
async fn wait_all(procs: &[Proc], stops: bool) -> Option<Signal> {
    poll_fn(|cx| {
        let mut stopped = None;
        let mut running = false;
        for proc in procs {
            match proc.state() {
                State::Running => running = true,
                State::Stopped(signal) => {
                    stopped = Some(signal);
                    running |= !stops;
                }
                State::Ended(_) => continue,
            }
            proc.watch(cx);
        }
        if running {
            Poll::Pending
        } else {
            Poll::Ready(stopped)
        }
    })
    .await
}
