//! The real side: a real bash with the real kubectl, against a server whose time moves as it is told.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command as Process, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use super::Done;
use super::plan::{Group, Step};
use crate::serve::{binary, copy, write_program};

/// How much virtual time passes in a real one while a command needs some.
const SPEED: u32 = 10;
/// A command that stands still for so long gets time, whatever the plan says.
const STUCK: Duration = Duration::from_secs(20);
/// After this long a command is given up.
const PATIENCE: Duration = Duration::from_secs(40);
/// How many commands that change nothing run at once.
const AT_ONCE: usize = 4;

/// Seconds as microseconds.
pub(super) fn micros(seconds: u64) -> i64 {
    i64::try_from(seconds).unwrap_or(0) * 1_000_000
}

/// How much virtual time belongs to a command, in microseconds.
pub(super) fn slot(step: &Step) -> i64 {
    match step.flow {
        Some(seconds) => micros(seconds),
        None if step.still => 0,
        None => micros(2),
    }
}

/// A server and a home folder.
pub struct Real {
    server: Child,
    time: Mutex<(ChildStdin, BufReader<ChildStdout>)>,
    home: PathBuf,
    /// What the server's address is written as.
    address: String,
    runs: AtomicUsize,
}

impl Real {
    /// Starts a server with a fresh cluster, and makes a home folder with `files`.
    ///
    /// # Errors
    /// When the server does not come up.
    pub fn start(name: &str, kubectl: &Path, files: Option<&Path>) -> Result<Self> {
        let home =
            std::env::temp_dir().join(format!("tabernetes-diff-{}-{name}", std::process::id()));
        // From an earlier run that was killed.
        let _ = std::fs::remove_dir_all(&home);
        std::fs::create_dir_all(home.join("bin"))?;
        std::fs::create_dir_all(home.join("root/.kube"))?;
        std::fs::create_dir_all(home.join("out"))?;
        std::os::unix::fs::symlink(kubectl, home.join("bin/kubectl"))?;
        for program in ["sleep", "timeout"] {
            let text = format!(
                "#!/bin/sh\nseconds=$(awk \"BEGIN {{ print $1 / {SPEED} }}\")\nshift\nexec /bin/{program} $seconds \"$@\"\n"
            );
            write_program(&home.join("bin").join(program), &text)?;
        }
        if let Some(files) = files {
            copy(files, &home.join("root"))?;
        }
        let config = home.join("root/.kube/config");
        let mut server = Process::new(binary()?)
            .args(["serve", "--listen", "127.0.0.1:0", "--step", "--kubeconfig"])
            .arg(&config)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("starting the server")?;
        let stdin = server.stdin.take().context("the server has no input")?;
        let mut stdout = BufReader::new(server.stdout.take().context("the server has no output")?);
        let mut line = String::new();
        stdout.read_line(&mut line)?;
        let address = line
            .trim()
            .rsplit_once("http://")
            .with_context(|| format!("the server said {line:?}"))?
            .1
            .to_owned();
        Ok(Self {
            server,
            time: Mutex::new((stdin, stdout)),
            home,
            address,
            runs: AtomicUsize::new(0),
        })
    }

    /// Lets virtual time pass.
    ///
    /// # Errors
    /// When the server has ended.
    pub fn pass(&self, micros: i64) -> Result<()> {
        let mut time = self.time.lock().unwrap_or_else(PoisonError::into_inner);
        writeln!(time.0, "{micros}")?;
        let mut line = String::new();
        time.1.read_line(&mut line)?;
        if line.trim() != micros.to_string() {
            bail!("the server answered {line:?} when {micros} µs were to pass");
        }
        Ok(())
    }

    /// Runs a line in bash; gives what came of it, and how much virtual time it took.
    ///
    /// # Errors
    /// When it cannot be started, or does not end.
    pub fn run(&self, step: &Step) -> Result<(Done, i64)> {
        let n = self.runs.fetch_add(1, Ordering::Relaxed);
        let (out, err) = (
            self.home.join(format!("out/{n}.out")),
            self.home.join(format!("out/{n}.err")),
        );
        let root = self.home.join("root");
        let mut child = Process::new("/bin/bash")
            .args(["-c", &step.cmd])
            .current_dir(&root)
            .env_clear()
            .env("HOME", &root)
            .env("KUBECONFIG", root.join(".kube/config"))
            .env(
                "PATH",
                format!("{}:/usr/bin:/bin", self.home.join("bin").display()),
            )
            .env("LANG", "C.UTF-8")
            .stdin(Stdio::null())
            .stdout(std::fs::File::create(&out)?)
            .stderr(std::fs::File::create(&err)?)
            .spawn()?;
        let start = Instant::now();
        let mut last = start;
        let mut passed = 0;
        let exit = loop {
            if let Some(status) = child.try_wait()? {
                break status.code().unwrap_or(137);
            }
            if start.elapsed() > PATIENCE {
                child.kill()?;
                child.wait()?;
                break 137;
            }
            if step.flow.is_some() || start.elapsed() > STUCK {
                let now = Instant::now();
                let micros = i64::try_from((now.duration_since(last) * SPEED).as_micros())?;
                last = now;
                self.pass(micros)?;
                passed += micros;
            }
            std::thread::sleep(Duration::from_millis(4));
        };
        let text = |path: &Path| -> Result<String> {
            let text = String::from_utf8_lossy(&std::fs::read(path)?).into_owned();
            std::fs::remove_file(path)?;
            Ok(self.as_ours(&text))
        };
        let done = Done {
            stdout: text(&out)?,
            stderr: text(&err)?,
            exit,
        };
        Ok((done, passed))
    }

    /// Addresses and folders as they are in the playground.
    fn as_ours(&self, text: &str) -> String {
        text.replace(
            &format!("http://{}", self.address),
            "https://127.0.0.1:6443",
        )
        .replace(&self.address, "127.0.0.1:6443")
        .replace(&*self.home.join("root").to_string_lossy(), "/root")
    }
}

impl Drop for Real {
    fn drop(&mut self) {
        // It may have ended already; its folder is only litter then.
        let _ = self.server.kill();
        let _ = self.server.wait();
        let _ = std::fs::remove_dir_all(&self.home);
    }
}

/// Runs a group against a fresh cluster, each command at its time.
///
/// # Errors
/// When the server or a command cannot be started, or takes longer than it may.
pub fn play(group: &Group, kubectl: &Path) -> Result<Vec<Done>> {
    let real = Real::start(&group.name, kubectl, group.files.as_deref())?;
    let mut out = Vec::new();
    let mut rest = group.steps.as_slice();
    while let Some(step) = rest.first() {
        real.pass(micros(step.wait))?;
        let still = rest
            .iter()
            .enumerate()
            .take_while(|(i, step)| {
                step.still && step.flow.is_none() && (*i == 0 || step.wait == 0)
            })
            .count();
        if still > 0 {
            out.extend(at_once(&real, &rest[..still])?);
            rest = &rest[still..];
            continue;
        }
        let (done, passed) = real.run(step).with_context(|| group.name.clone())?;
        // A busy machine may have let it take longer than planned; what follows then comes a little late.
        real.pass((slot(step) - passed).max(0))?;
        out.push(done);
        rest = &rest[1..];
    }
    Ok(out)
}

/// Runs commands that change nothing, several at once.
fn at_once(real: &Real, steps: &[Step]) -> Result<Vec<Done>> {
    let next = AtomicUsize::new(0);
    let done: Mutex<Vec<Option<Result<Done>>>> = Mutex::new(steps.iter().map(|_| None).collect());
    std::thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                while let Some((i, step)) = steps
                    .iter()
                    .enumerate()
                    .nth(next.fetch_add(1, Ordering::Relaxed))
                {
                    let result = real.run(step).map(|(done, _)| done);
                    done.lock().unwrap_or_else(PoisonError::into_inner)[i] = Some(result);
                }
            });
        }
    });
    let done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    done.into_iter()
        .map(|done| done.context("a command was not run")?)
        .collect()
}
