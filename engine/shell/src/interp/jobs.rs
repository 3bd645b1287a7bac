//! Jobs: what was started, waiting for it, foreground and background.

use std::cell::RefCell;
use std::future::poll_fn;
use std::task::Poll;

use os::{ExitStatus, Proc, Signal, State};
use sim::futures_util::future::{Either, select};

use super::{Flow, Shell};

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
        self.touched += 1;
        self.list.push(Job {
            id,
            procs,
            text: text.to_owned(),
            background,
            told: JobState::Running,
            touched: self.touched,
        });
        id
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
        // Stopped jobs come before running ones.
        order.sort_by_key(|job| {
            let stopped = matches!(job.state(), JobState::Stopped(_));
            (stopped, job.touched)
        });
        let mut ids = order.iter().rev().map(|job| job.id);
        (ids.next(), ids.next())
    }

    /// `%1`, `%%`, `%+`, `%-`, `%name`, `%?text`
    pub(crate) fn find(&self, spec: &str) -> Option<usize> {
        let spec = spec.strip_prefix('%')?;
        let (current, previous) = self.current();
        match spec {
            "" | "%" | "+" => return current,
            "-" => return previous.or(current),
            _ => {}
        }
        if let Ok(id) = spec.parse::<usize>() {
            return self.get(id).map(|job| job.id);
        }
        let found = match spec.strip_prefix('?') {
            Some(part) => self.list.iter().find(|job| job.text.contains(part)),
            None => self.list.iter().find(|job| job.text.starts_with(spec)),
        };
        found.map(|job| job.id)
    }

    /// A line of `jobs`.
    pub(crate) fn line(&self, job: &Job, long: bool) -> String {
        let (current, previous) = self.current();
        let mark = if current == Some(job.id) {
            '+'
        } else if previous == Some(job.id) {
            '-'
        } else {
            ' '
        };
        let state = job.state();
        let word = match state {
            JobState::Running => "Running".to_owned(),
            JobState::Stopped(signal) => signal.description().to_owned(),
            JobState::Done(ExitStatus::Exited(0)) => "Done".to_owned(),
            JobState::Done(ExitStatus::Exited(code)) => format!("Exit {code}"),
            JobState::Done(ExitStatus::Signaled(signal)) => signal.description().to_owned(),
        };
        let pid = if long {
            format!("{} ", job.group())
        } else {
            String::new()
        };
        let tail = if state == JobState::Running { " &" } else { "" };
        let text = job.text.trim_end_matches('&').trim_end();
        format!("[{}]{mark}  {pid}{word:<24}{text}{tail}\n", job.id)
    }
}

impl Shell {
    /// Waits for what was started in the foreground; gives the exit codes.
    pub(crate) async fn wait_foreground(
        &mut self,
        procs: Vec<Proc>,
        text: &str,
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
            let id = self.jobs.add(procs, text, false);
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
        let codes = statuses.iter().map(|status| status.code()).collect();
        if let Some(ExitStatus::Signaled(signal)) = statuses.last().copied() {
            let pid = procs.last().map_or(0, Proc::pid);
            self.tell_death(signal, pid, text).await?;
        }
        Ok(codes)
    }

    /// Says that a signal ended a foreground job, where bash would.
    async fn tell_death(&mut self, signal: Signal, pid: u32, text: &str) -> Result<(), Flow> {
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
            self.complain(&format!("{pid:5} {:<23} {text}", signal.description()))
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
            if state != job.told {
                if state != JobState::Running {
                    lines.push(self.jobs.line(job, false));
                }
                if let JobState::Done(_) = state {
                    gone.push(job.id);
                }
            }
        }
        for job in &mut self.jobs.list {
            job.told = job.state();
        }
        for id in gone {
            if let Some(job) = self.jobs.remove(id) {
                job.reap();
            }
        }
        if self.is_interactive() {
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
        let statuses = self.wait_foreground(job.procs, &job.text).await?;
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
                // An interactive shell tells of it before the next prompt.
                if !self.is_interactive()
                    && let Some(job) = self.jobs.remove(id)
                {
                    job.reap();
                }
                status
            }
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
