//! Running further programs in a container, and attaching to its first one.

use std::time::Duration;

use os::{FdTable, File, Input, Proc, Signal, Spawn, Tty, WindowSize};
use sim::futures_util::future::{Either, join, select};

use crate::container::Container;
use crate::logs::LogStream;
use crate::output::Output;
use crate::start::exec_error;

/// No more of a program's output than this is kept when it is run for its exit code.
const SYNC_LIMIT: usize = 16 * 1024;

/// What to run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ExecRequest {
    /// The program and its arguments.
    pub command: Vec<String>,
    /// It gets input.
    pub stdin: bool,
    /// It gets a terminal.
    pub tty: bool,
    /// The terminal's size.
    pub size: Option<WindowSize>,
}

/// A program that runs in a container for somebody. Dropping it ends the program.
pub struct ExecSession {
    output: Output,
    input: Option<Input>,
    tty: Option<Tty>,
    proc: Option<Proc>,
    /// Whether the program is the session's own and ends with it.
    own: bool,
    /// Whether its input ends with the session's.
    ends_input: bool,
}

/// How a program that was run for its exit code ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExecOutput {
    /// Its exit code; `None` when it took too long.
    pub code: Option<i32>,
    /// Its standard output and error, as they came.
    pub output: Vec<u8>,
    /// Its standard error alone.
    pub errors: Vec<u8>,
}

impl ExecSession {
    /// The next piece of output; `None` when there will be no more.
    pub async fn next_output(&mut self) -> Option<(LogStream, os::Bytes)> {
        self.output.next().await
    }

    /// Takes the output apart from the rest, so that two tasks can use them.
    pub fn take_output(&mut self) -> Output {
        let (_, empty) = Output::new();
        std::mem::replace(&mut self.output, empty)
    }

    /// Gives the program input.
    pub fn feed(&self, bytes: &[u8]) {
        if let Some(tty) = &self.tty {
            tty.feed(bytes);
        } else if let Some(input) = &self.input {
            input.feed(bytes);
        }
    }

    /// Says that there will be no more input from here. A container that others may attach to goes on waiting.
    pub fn close_input(&self) {
        if let Some(input) = self.input.as_ref().filter(|_| self.ends_input) {
            input.close();
        }
    }

    /// Changes the size of the program's terminal.
    pub fn resize(&self, size: WindowSize) {
        if let Some(tty) = &self.tty {
            tty.resize(size);
        }
    }

    /// Waits until the program has ended; its exit code.
    pub async fn wait(&self) -> i32 {
        match &self.proc {
            Some(proc) => proc.wait_end().await.code(),
            None => 0,
        }
    }
}

impl Drop for ExecSession {
    fn drop(&mut self) {
        if !self.own {
            return;
        }
        if let Some(proc) = self.proc.take().filter(|proc| proc.ended().is_none()) {
            let machine = proc.machine();
            machine.kill_group(proc.group(), Signal::HUP);
            let _ = machine.kill(proc.pid(), Signal::KILL);
        }
        if let Some(tty) = self.tty.take() {
            tty.hang_up();
        }
    }
}

/// Runs a program in a container. The error is runc's.
pub(crate) fn exec(container: &Container, request: &ExecRequest) -> Result<ExecSession, String> {
    let machine = &container.machine;
    let (outlet, output) = Output::new();
    let mut env = container.environment();
    let (fds, tty, input) = if request.tty {
        env.insert("TERM", "xterm");
        let tty = machine.open_tty(request.size.unwrap_or_default());
        (FdTable::terminal(&tty), Some(tty), None)
    } else {
        let input = request.stdin.then(Input::default);
        let stdin = input.clone().map_or_else(File::null, File::from_stream);
        let fds = FdTable::standard(
            stdin,
            outlet.file(LogStream::Stdout),
            outlet.file(LogStream::Stderr),
        );
        (fds, None, input)
    };
    let (uid, gid, groups) = container.user.clone();
    let spawn = Spawn {
        args: request.command.clone(),
        env,
        cwd: container.working_dir(),
        fds,
        uid,
        gid,
        groups,
        tty: tty.clone(),
        ..Spawn::default()
    };
    let name = request.command.first().map_or("", String::as_str);
    let proc = machine
        .spawn_command(spawn)
        .map_err(|error| exec_error(name, error))?;
    if let Some(tty) = &tty {
        tty.set_foreground(Some(proc.group()));
        let (tty, proc) = (tty.clone(), proc.clone());
        machine.sim().spawn("exec terminal", async move {
            let file = outlet.file(LogStream::Stdout);
            let pump = std::pin::pin!(pump(tty.clone(), file));
            let end = std::pin::pin!(proc.wait_end());
            if let Either::Right((_, pump)) = select(pump, end).await {
                // What the program wrote last is still to be taken.
                tty.hang_up();
                pump.await;
            }
        });
    }
    Ok(ExecSession {
        output,
        input,
        tty,
        proc: Some(proc),
        own: true,
        ends_input: true,
    })
}

/// Copies what a terminal shows until it is hung up or nobody looks any more.
async fn pump(tty: Tty, file: File) {
    let now = sim::Time::default();
    loop {
        let bytes = std::future::poll_fn(|cx| tty.poll_output(cx)).await;
        if bytes.is_empty() {
            return;
        }
        let mut bytes = os::Bytes::from(bytes);
        while !bytes.is_empty() {
            let wrote = std::future::poll_fn(|cx| file.poll_write(cx, &bytes, now)).await;
            match wrote {
                Ok(written) => drop(bytes.split_to(written)),
                Err(_) => return,
            }
        }
    }
}

/// Attaches to the first process: its output from now on, and its input if it takes any.
pub(crate) fn attach(container: &Container) -> ExecSession {
    ExecSession {
        output: container.watch(),
        input: container.stdin.borrow().clone(),
        tty: container.tty.borrow().clone(),
        proc: container.main.borrow().clone(),
        own: false,
        ends_input: container.config.stdin_once,
    }
}

/// Runs a program for its exit code, for at most `timeout`.
pub(crate) async fn exec_sync(
    container: &Container,
    command: &[String],
    timeout: Duration,
) -> Result<ExecOutput, String> {
    let request = ExecRequest {
        command: command.to_vec(),
        ..ExecRequest::default()
    };
    let mut session = exec(container, &request)?;
    let (mut output, mut errors) = (Vec::new(), Vec::new());
    let code = {
        let mut taken = session.take_output();
        let collect = async {
            while let Some((stream, bytes)) = taken.next().await {
                let room = SYNC_LIMIT.saturating_sub(output.len());
                let kept = &bytes[..bytes.len().min(room)];
                output.extend_from_slice(kept);
                if stream == LogStream::Stderr {
                    errors.extend_from_slice(kept);
                }
            }
        };
        let finish = std::pin::pin!(join(session.wait(), collect));
        match select(finish, container.machine.sim().sleep(timeout)).await {
            Either::Left(((code, ()), _)) => Some(code),
            Either::Right(_) => None,
        }
    };
    Ok(ExecOutput {
        code,
        output,
        errors,
    })
}
