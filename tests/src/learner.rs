//! Somebody who takes a lesson with `tabernetes lesson run`: types lines, waits for what the terminal shows.

use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command as Process, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use lesson::{Lesson, Library};

/// How long anything may take, in real time.
const PATIENCE: Duration = Duration::from_secs(60);
/// What the end of a lesson begins with.
const DONE: &str = "\n# Done";

/// The folder of this project's lessons.
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../lessons")
}

/// This project's lessons.
///
/// # Errors
/// When they cannot be read.
pub fn library() -> Result<Library> {
    let mut files = Vec::new();
    read(&folder(), &folder(), &mut files)?;
    let files = files
        .iter()
        .map(|(path, text)| (path.as_str(), text.as_str()));
    Library::from_files(files).map_err(|errors| anyhow::anyhow!("{errors:?}"))
}

fn read(root: &Path, folder: &Path, files: &mut Vec<(String, String)>) -> Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            read(root, &path, files)?;
        } else {
            let name = path.strip_prefix(root)?.to_string_lossy().into_owned();
            files.push((name, std::fs::read_to_string(&path)?));
        }
    }
    Ok(())
}

/// Somebody who takes a lesson.
pub struct Learner {
    /// `tabernetes lesson run`.
    pub child: Child,
    input: ChildStdin,
    /// All that the terminal has shown.
    screen: Arc<Mutex<String>>,
    lines: usize,
}

impl Learner {
    /// Begins a lesson of this project.
    ///
    /// # Errors
    /// When it cannot be started.
    pub fn begin(tabernetes: Process, lesson: &str) -> Result<Self> {
        Self::begin_at(tabernetes, lesson, &[])
    }

    /// The same with more words on the command line.
    ///
    /// # Errors
    /// When it cannot be started.
    pub fn begin_at(mut tabernetes: Process, lesson: &str, args: &[&str]) -> Result<Self> {
        let mut child = tabernetes
            .args(["lesson", "run", lesson, "--dir"])
            .arg(folder())
            .args(args)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()?;
        let input = child.stdin.take().context("it has no input")?;
        let screen = Arc::new(Mutex::new(String::new()));
        let out = child.stdout.take().context("it has no output")?;
        let err = child.stderr.take().context("it has no errors")?;
        for mut from in [Box::new(out) as Box<dyn Read + Send>, Box::new(err)] {
            let screen = screen.clone();
            std::thread::spawn(move || {
                let mut buffer = [0; 4096];
                while let Ok(read @ 1..) = from.read(&mut buffer) {
                    if let Ok(mut screen) = screen.lock() {
                        screen.push_str(&String::from_utf8_lossy(&buffer[..read]));
                    }
                }
            });
        }
        Ok(Self {
            child,
            input,
            screen,
            lines: 0,
        })
    }

    /// What the terminal has shown.
    pub fn seen(&self) -> String {
        self.screen
            .lock()
            .map(|screen| screen.clone())
            .unwrap_or_default()
    }

    /// Waits until the terminal has shown a text.
    ///
    /// # Errors
    /// When it never does.
    pub fn wait_for(&mut self, text: &str) -> Result<()> {
        let start = Instant::now();
        while !self.seen().contains(text) {
            let ended = self.child.try_wait()?.is_some();
            ensure!(
                !ended || self.seen().contains(text),
                "ended before {text:?}"
            );
            ensure!(start.elapsed() < PATIENCE, "never saw {text:?}");
            std::thread::sleep(Duration::from_millis(10));
        }
        Ok(())
    }

    /// Types a line, and waits until it is done.
    ///
    /// # Errors
    /// When it is never done.
    pub fn type_line(&mut self, line: &str) -> Result<()> {
        ensure!(!line.contains('\n'), "{line:?} is more than a line");
        self.lines += 1;
        let mark = format!("@@{}@@", self.lines);
        let typed = writeln!(self.input, "{line}\necho {mark}").and_then(|()| self.input.flush());
        let seen = match typed {
            Ok(()) => self.wait_for(&mark),
            Err(error) => Err(error.into()),
        };
        // The last step is done, and nobody listens any more.
        if self.seen().contains(DONE) {
            Ok(())
        } else {
            seen
        }
    }

    /// Takes a lesson by its solution, each line of which is changed in this way before.
    ///
    /// # Errors
    /// When it does not come to its end so.
    pub fn follow(&mut self, lesson: &Lesson, change: impl Fn(&str) -> String) -> Result<()> {
        for (index, step) in lesson.data.steps.iter().enumerate() {
            let id = &step.id;
            if step.playground {
                self.wait_for(&format!("Skipped: the step {id:?}"))?;
                continue;
            }
            self.wait_for(&format!("\n## {}. ", index + 1))?;
            let done = format!("✓ step {id} is done");
            for line in step.solution.iter().map(|line| change(line)) {
                if self.seen().contains(&done) {
                    break;
                }
                self.type_line(&line)
                    .with_context(|| format!("{id}: {line}"))?;
            }
            if let Err(error) = self.wait_for(&done) {
                // What it says is on the screen then.
                let _ = self.type_line("why");
                return Err(error);
            }
        }
        self.wait_for(DONE)?;
        if !self.end()? {
            bail!("it says that something went wrong");
        }
        Ok(())
    }

    /// Waits for its end; whether all went well.
    ///
    /// # Errors
    /// When it does not end.
    pub fn end(&mut self) -> Result<bool> {
        let start = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait()? {
                return Ok(status.success());
            }
            ensure!(start.elapsed() < PATIENCE, "it does not end");
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}

impl Drop for Learner {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
