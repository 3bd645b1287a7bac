//! `tabernetes lesson run` on a cluster behind the real API: every lesson that needs nothing of the playground, its solution
//! typed by the real kubectl v1.36, to its end; and whatever it made is gone afterwards.
//!
//! A lesson gets a server of its own, at [`SPEED`]; a few are taken at once. `LESSON_RUN=PART` takes only lessons whose name
//! contains that, and shows what their learners saw.

use std::collections::VecDeque;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command as Process, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use lesson::{Lesson, Library};
use tabernetes_tests::serve::{Server, binary, kubectl};

/// How many virtual seconds pass in a real one.
const SPEED: f64 = 8.0;
/// How many lessons are taken at once: most of the time they wait.
const AT_ONCE: usize = 5;
/// How long anything may take, in real time.
const PATIENCE: Duration = Duration::from_secs(60);
/// What the end of a lesson begins with.
const DONE: &str = "\n# Done";
/// What a lesson may leave on nodes: nothing.
const NODES: &str = "kubectl get nodes -o jsonpath='{range .items[*]}{.metadata.name} {.metadata.labels} {.spec.taints} {.spec.unschedulable}{\"\\n\"}{end}'";
/// Namespaces that are not on their way out.
const NAMESPACES: &str =
    "kubectl get namespaces --no-headers | grep -v Terminating | cut -d' ' -f1";

fn real_kubectl() -> Result<PathBuf> {
    kubectl()
        .context("no kubectl v1.36: `cargo xtask setup` installs it, or say KUBECTL=/path/to/it")
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../lessons")
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

fn library() -> Result<Library> {
    let mut files = Vec::new();
    read(&folder(), &folder(), &mut files)?;
    let files = files
        .iter()
        .map(|(path, text)| (path.as_str(), text.as_str()));
    Library::from_files(files).map_err(|errors| anyhow::anyhow!("{errors:?}"))
}

/// Whether nothing of it can be done on another cluster.
fn is_of_the_playground(lesson: &Lesson) -> bool {
    lesson.data.steps.iter().all(|step| step.playground)
}

#[test]
fn every_lesson_can_be_taken_on_another_cluster() {
    let library = library().unwrap_or_else(|error| panic!("{error:#}"));
    let part = std::env::var("LESSON_RUN").ok();
    let lessons = library.lessons().iter();
    let chosen = lessons.filter(|lesson| {
        !is_of_the_playground(lesson) && part.as_ref().is_none_or(|part| lesson.id.contains(part))
    });
    let queue: Mutex<VecDeque<&Lesson>> = Mutex::new(chosen.collect());
    let failed = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                loop {
                    let next = queue.lock().ok().and_then(|mut queue| queue.pop_front());
                    let Some(lesson) = next else { break };
                    let start = Instant::now();
                    let mut outcome = take(lesson, part.is_some());
                    // Real programs share a real machine: what comes a second too late there may be in time the next time.
                    if let Err(error) = &outcome {
                        println!("{}: once more, for: {error:#}", lesson.id);
                        outcome = take(lesson, part.is_some());
                    }
                    println!("{} {:.0} s", lesson.id, start.elapsed().as_secs_f64());
                    if let (Err(error), Ok(mut failed)) = (outcome, failed.lock()) {
                        failed.push(format!("{}: {error:#}", lesson.id));
                    }
                }
            });
        }
    });
    let failed = failed.into_inner().unwrap_or_default();
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

/// Takes a lesson by its solution.
fn take(lesson: &Lesson, shown: bool) -> Result<()> {
    let name = format!("lesson-{}", lesson.id.replace('/', "-"));
    let server = Server::start_at(SPEED, &name, &real_kubectl()?, None)?;
    let before = (server.run(NODES)?.stdout, server.run(NAMESPACES)?.stdout);
    let mut learner = Learner::begin(&server, &lesson.id)?;
    let outcome = learner.follow(lesson);
    if shown || outcome.is_err() {
        println!("{}", learner.seen());
    }
    outcome?;
    let after = (server.run(NODES)?.stdout, server.run(NAMESPACES)?.stdout);
    ensure!(
        before == after,
        "left behind: {after:?}, where there was {before:?}"
    );
    Ok(())
}

#[test]
fn what_the_lesson_made_goes_when_it_is_interrupted() {
    interrupt().unwrap_or_else(|error| panic!("{error:#}"));
}

fn interrupt() -> Result<()> {
    let server = Server::start_at(SPEED, "interrupted", &real_kubectl()?, None)?;
    let mut learner = Learner::begin(&server, "pods/02-two-containers")?;
    learner.wait_for("## 1. ")?;
    learner.type_line("kubectl apply -f news.yml")?;
    learner.wait_for("pod/news created")?;
    let there = server.run(NAMESPACES)?.stdout;
    ensure!(there.contains("lesson-pods-02-two-containers"), "{there}");
    let pid = learner.child.id().to_string();
    Process::new("kill").args(["-INT", &pid]).status()?;
    learner.wait_for("Not finished.")?;
    ensure!(!learner.end()?, "it says that all went well");
    let there = server.run(NAMESPACES)?.stdout;
    ensure!(!there.contains("lesson-"), "{there}");
    Ok(())
}

#[test]
fn a_lesson_of_the_playground_alone_is_named_as_such() {
    let check = || -> Result<()> {
        let library = library()?;
        let mut own = library
            .lessons()
            .iter()
            .filter(|lesson| is_of_the_playground(lesson));
        let lesson = own.next().context("there is none")?;
        let done = Process::new(binary()?)
            .args(["lesson", "run", &lesson.id, "--dir"])
            .arg(folder())
            .output()?;
        let said = String::from_utf8_lossy(&done.stdout);
        ensure!(
            done.status.success() && said.contains("needs the playground"),
            "{said}"
        );
        Ok(())
    };
    check().unwrap_or_else(|error| panic!("{error:#}"));
}

#[test]
fn an_author_gets_a_lesson_and_follows_the_guide() {
    follow_the_guide().unwrap_or_else(|error| panic!("{error:#}"));
}

fn follow_the_guide() -> Result<()> {
    let own = std::env::temp_dir().join(format!("tabernetes-author-{}", std::process::id()));
    // From an earlier run that was killed.
    let _ = std::fs::remove_dir_all(&own);
    std::fs::create_dir_all(&own)?;
    let tabernetes = |args: &[&str]| -> Result<String> {
        let done = Process::new(binary()?).args(args).output()?;
        let said = String::from_utf8_lossy(&done.stdout).into_owned();
        ensure!(done.status.success(), "{args:?}: {said}");
        Ok(said)
    };
    let folder = own.display().to_string();
    tabernetes(&["lesson", "new", "first/labels", "--dir", &folder])?;
    let check = ["lesson", "check", &folder, "--only", "labels"];
    let said = tabernetes(&check)?;
    ensure!(said.contains("ok    first/01-labels (1 steps)"), "{said}");
    let guide = std::fs::read_to_string(
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/lesson-guide.md"),
    )?;
    for file in ["lesson.yaml", "text.md"] {
        let (_, after) = guide
            .split_once(&format!("<!-- {file} -->\n````"))
            .with_context(|| format!("the guide has no {file}"))?;
        let block = after
            .split_once('\n')
            .and_then(|(_, text)| text.split_once("````"));
        let (text, _) = block.context("a block without an end")?;
        std::fs::write(own.join("first/01-labels").join(file), text)?;
    }
    let said = tabernetes(&check)?;
    ensure!(said.contains("ok    first/01-labels (2 steps)"), "{said}");
    std::fs::remove_dir_all(&own)?;
    Ok(())
}

#[test]
fn the_page_downloads_no_client_for_real_clusters() {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".into());
    let tree = Process::new(cargo)
        .args([
            "tree",
            "--offline",
            "--package",
            "worker",
            "--edges",
            "normal",
        ])
        .args(["--prefix", "none", "--target", "wasm32-unknown-unknown"])
        .output()
        .expect("cargo runs");
    let tree = String::from_utf8_lossy(&tree.stdout);
    assert!(tree.contains("cluster v"), "{tree}");
    let strange = [
        "kube v",
        "kube-client v",
        "k8s-openapi v",
        "tokio v",
        "rustls v",
    ];
    assert!(!strange.iter().any(|name| tree.contains(name)), "{tree}");
}

/// Somebody who takes a lesson.
struct Learner {
    child: Child,
    input: ChildStdin,
    /// All that the terminal has shown.
    screen: Arc<Mutex<String>>,
    lines: usize,
}

impl Learner {
    fn begin(server: &Server, lesson: &str) -> Result<Self> {
        let mut child = server
            .program(binary()?)
            .args(["lesson", "run", lesson, "--dir"])
            .arg(folder())
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

    fn seen(&self) -> String {
        self.screen
            .lock()
            .map(|screen| screen.clone())
            .unwrap_or_default()
    }

    fn wait_for(&mut self, text: &str) -> Result<()> {
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
    fn type_line(&mut self, line: &str) -> Result<()> {
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

    fn follow(&mut self, lesson: &Lesson) -> Result<()> {
        for (index, step) in lesson.data.steps.iter().enumerate() {
            let id = &step.id;
            if step.playground {
                self.wait_for(&format!("Skipped: the step {id:?}"))?;
                continue;
            }
            self.wait_for(&format!("\n## {}. ", index + 1))?;
            let done = format!("✓ step {id} is done");
            for line in &step.solution {
                if self.seen().contains(&done) {
                    break;
                }
                self.type_line(line)
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
    fn end(&mut self) -> Result<bool> {
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
