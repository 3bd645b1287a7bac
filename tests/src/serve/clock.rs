//! Virtual time for real programs: it passes only while all of them wait.
//!
//! The server stands still (`--step`) but for what it is told here. A command's processes and the server's threads are
//! looked at every few milliseconds; time passes when none of them could run. So a slow or busy machine changes nothing:
//! what a program needs to start or to think takes no virtual time, and what waits for the cluster waits briefly.
//!
//! `sleep` is a program of our own that asks for its time by a file and waits at a pipe. Programs that measure real time
//! by themselves (`timeout`, `--timeout=5s`) need virtual time to pass at the pace of the real one: [`Pace::Real`].

use std::io::{BufRead, BufReader, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::process::{ChildStdin, ChildStdout};
use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use super::write_program;

/// The most virtual time that passes between two looks.
const TICK: Duration = Duration::from_millis(50);
/// How many virtual seconds pass in a real one, at most, while all programs wait.
const SPEED: u32 = 20;
/// `O_NONBLOCK`: a pipe without a reader is an error and not a wait.
const NONBLOCK: i32 = 0o4000;

/// How fast time passes for a command.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Pace {
    /// As fast as the server comes along.
    Fast,
    /// Not quite as fast as the real one: what client and server both wait for ends at the client first, as over a
    /// network.
    Real,
}

/// Longer timeouts are for what should happen, shorter ones for what should not.
const SHORT: f64 = 15.0;

impl Pace {
    /// What a command needs: `timeout 3 …`, `--timeout=5s`.
    pub(super) fn of(command: &str) -> Self {
        let short = command.split("timeout").skip(1).any(|rest| {
            let rest = rest.trim_start_matches([' ', '=']);
            let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.');
            let (number, unit) = rest.split_at(end.unwrap_or(rest.len()));
            let seconds = number.parse::<f64>();
            !unit.starts_with(['m', 'h']) && seconds.is_ok_and(|seconds| seconds <= SHORT)
        });
        if short { Self::Real } else { Self::Fast }
    }
}

/// The clock of a server that stands still.
pub(super) struct Clock {
    to: ChildStdin,
    from: BufReader<ChildStdout>,
    server: u32,
    now: Duration,
    looked: Instant,
    /// Where `sleep` asks for time.
    asks: PathBuf,
}

impl Clock {
    /// Takes over a server's time; `home/bin` gets a `sleep`.
    pub(super) fn new(
        server: u32,
        to: ChildStdin,
        from: BufReader<ChildStdout>,
        home: &Path,
    ) -> Result<Self> {
        let asks = home.join("asleep");
        std::fs::create_dir_all(&asks)?;
        // The pipe is there before the wish, so that whoever reads the wish can answer.
        let sleep = format!(
            "#!/bin/sh\nf={}/$$\nmkfifo $f.pipe || exit 1\necho \"$1\" >$f.new\nmv $f.new $f.wish\nread answer <$f.pipe\nrm $f.pipe\n",
            asks.display()
        );
        write_program(&home.join("bin/sleep"), &sleep)?;
        Ok(Self {
            to,
            from,
            server,
            now: Duration::ZERO,
            looked: Instant::now(),
            asks,
        })
    }

    /// How much virtual time has passed.
    pub(super) fn now(&self) -> Duration {
        self.now
    }

    /// Lets virtual time pass.
    pub(super) fn pass(&mut self, time: Duration) -> Result<()> {
        let micros = time.as_micros();
        writeln!(self.to, "{micros}")?;
        let mut line = String::new();
        self.from.read_line(&mut line)?;
        if line.trim() != micros.to_string() {
            bail!("the server answered {line:?} when {micros} µs were to pass");
        }
        self.now += time;
        Ok(())
    }

    /// Looks at a command's processes, and lets time pass if all of them wait.
    pub(super) fn look(&mut self, command: u32, pace: Pace) -> Result<()> {
        let real = self.looked.elapsed();
        // Twice, for one may have woken another meanwhile.
        let waiting = (0..2).all(|_| waits(command) && waits(self.server));
        self.looked = Instant::now();
        if waiting {
            let fair = match pace {
                Pace::Fast => real * SPEED,
                Pace::Real => real * 9 / 10,
            };
            self.pass(fair.min(TICK))?;
        }
        self.wake()
    }

    /// Wakes the sleepers whose time has come.
    fn wake(&mut self) -> Result<()> {
        for entry in std::fs::read_dir(&self.asks)? {
            let path = entry?.path();
            match path.extension().and_then(|e| e.to_str()) {
                Some("wish") => {
                    let text = std::fs::read_to_string(&path)?;
                    let seconds = text.trim().trim_end_matches('s').parse::<f64>();
                    let until = self.now + Duration::from_secs_f64(seconds.unwrap_or(0.0).max(0.0));
                    std::fs::write(path.with_extension("until"), until.as_micros().to_string())?;
                    std::fs::remove_file(&path)?;
                }
                Some("until") => {
                    let until: u128 = std::fs::read_to_string(&path)?.trim().parse()?;
                    if self.now.as_micros() < until {
                        continue;
                    }
                    let pipe = path.with_extension("pipe");
                    let opened = std::fs::OpenOptions::new()
                        .write(true)
                        .custom_flags(NONBLOCK)
                        .open(&pipe);
                    match opened {
                        Ok(mut pipe) => writeln!(pipe)?,
                        // It does not read yet; or it was killed, and nothing is left of it.
                        Err(_) if pipe.exists() => continue,
                        Err(_) => {}
                    }
                    std::fs::remove_file(&path)?;
                }
                _ => {}
            }
        }
        Ok(())
    }
}

/// Whether no thread of a process, or of those that it has started, could run. A process that has ended waits, too.
fn waits(process: u32) -> bool {
    let Ok(threads) = std::fs::read_dir(format!("/proc/{process}/task")) else {
        return true;
    };
    threads.flatten().all(|thread| {
        let read = |name: &str| std::fs::read_to_string(thread.path().join(name));
        let stat = read("stat").unwrap_or_default();
        // `42 (name) S …`; the name may hold anything.
        let state = stat
            .rsplit_once(") ")
            .and_then(|(_, rest)| rest.chars().next());
        let children = read("children").unwrap_or_default();
        !matches!(state, Some('R' | 'D'))
            && children
                .split_whitespace()
                .all(|child| child.parse().is_ok_and(waits))
    })
}
