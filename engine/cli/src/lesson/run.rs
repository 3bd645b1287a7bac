//! `tabernetes lesson run`: a lesson on a real cluster, in an ordinary terminal.
//!
//! The learner types commands here; they are run by the machine's shell, with a kubeconfig of their own whose namespace is
//! the lesson's. Steps are checked against the live cluster after each command and every two seconds. What only the
//! playground has (faults, traffic) is skipped and named. At the end the namespace is deleted.
//!
//! The cluster is asked through the kubectl that the learner uses, so that whatever it can log in to works here, too.

use std::io::{BufRead, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result, bail};
use lesson::{Lesson, RanCommand, Seen, Session, Setup, Step, World};
use serde_json::Value;
use view::{Block, Inline};

/// How often the cluster is looked at while nothing is typed.
const LOOK: Duration = Duration::from_secs(2);
/// How long the last step may take to become done after the input's end.
const PATIENCE: Duration = Duration::from_secs(120);

#[derive(clap::Args)]
pub(crate) struct Options {
    /// The lesson, such as `pods/01-first-pod`
    lesson: String,
    /// The context of the kubeconfig; the current one if not given
    #[arg(long)]
    context: Option<String>,
    /// Folder of lessons
    #[arg(long, default_value = "lessons")]
    dir: PathBuf,
    /// The kubectl that asks the cluster
    #[arg(long, default_value = "kubectl")]
    kubectl: PathBuf,
    /// Leave the lesson's namespace at the end
    #[arg(long)]
    keep: bool,
}

/// The cluster, and the learner's place in it.
struct Place {
    kubectl: PathBuf,
    kubeconfig: PathBuf,
    folder: PathBuf,
    namespace: String,
    commands: Vec<RanCommand>,
}

pub(crate) fn run(options: &Options) -> Result<ExitCode> {
    let Some(library) = super::library(&options.dir)? else {
        return Ok(ExitCode::FAILURE);
    };
    let Some(lesson) = library.get(&options.lesson) else {
        let names: Vec<&str> = library.lessons().iter().map(|l| l.id.as_str()).collect();
        bail!(
            "there is no lesson {:?}; there are\n  {}",
            options.lesson,
            names.join("\n  ")
        );
    };
    let mut place = Place::prepare(options, lesson)?;
    let outcome = place.take(lesson);
    if options.keep {
        println!("The namespace {} is left as it is.", place.namespace);
    } else {
        println!("Cleaning up: the namespace {} is deleted.", place.namespace);
        place.kubectl(&["delete", "namespace", &place.namespace, "--wait=false"])?;
    }
    let _ = std::fs::remove_dir_all(&place.folder);
    outcome
}

impl Place {
    /// Makes the namespace, a kubeconfig for it, and a folder with the lesson's files.
    fn prepare(options: &Options, lesson: &Lesson) -> Result<Self> {
        let slug = lesson.id.replace('/', "-");
        let folder = std::env::temp_dir().join(format!("lesson-{slug}-{}", std::process::id()));
        std::fs::create_dir_all(&folder)?;
        for (path, text) in &lesson.files {
            let path = folder.join(path);
            std::fs::create_dir_all(path.parent().unwrap_or(&folder))?;
            std::fs::write(path, text)?;
        }
        let mut view = Command::new(&options.kubectl);
        view.args(["config", "view", "--raw", "--flatten", "--minify"]);
        view.args(
            options
                .context
                .iter()
                .map(|name| format!("--context={name}")),
        );
        let config = output(&mut view)?;
        let place = Self {
            kubectl: options.kubectl.clone(),
            kubeconfig: folder.join(".kubeconfig"),
            folder,
            namespace: format!("lesson-{slug}"),
            commands: Vec::new(),
        };
        std::fs::write(&place.kubeconfig, config)?;
        let namespace = place.namespace.as_str();
        place
            .kubectl(&["create", "namespace", namespace])
            .context("is the lesson being taken already?")?;
        let namespace = format!("--namespace={namespace}");
        place.kubectl(&["config", "set-context", "--current", &namespace])?;
        Ok(place)
    }

    fn kubectl(&self, args: &[&str]) -> Result<String> {
        output(
            Command::new(&self.kubectl)
                .arg("--kubeconfig")
                .arg(&self.kubeconfig)
                .args(args),
        )
    }

    /// A command line for the machine's shell.
    fn shell(&self, line: &str) -> Command {
        let mut command = Command::new("bash");
        command
            .args(["-c", line])
            .current_dir(&self.folder)
            .env("KUBECONFIG", &self.kubeconfig);
        if let Some(folder) = self.kubectl.parent().filter(|p| *p != Path::new("")) {
            let rest = std::env::var("PATH").unwrap_or_default();
            command.env("PATH", format!("{}:{rest}", folder.display()));
        }
        command
    }

    /// Does a set-up.
    fn set_up(&self, lesson: &Lesson, setup: &Setup) -> Result<()> {
        for name in &setup.apply {
            let found = lesson.manifests.iter().find(|(path, _)| path == name);
            let (_, text) = found.with_context(|| format!("there is no file setup/{name}"))?;
            let path = self.folder.join(".setup.yaml");
            std::fs::write(&path, text)?;
            self.kubectl(&["apply", "-f", &path.display().to_string()])?;
        }
        for line in &setup.run {
            output(&mut self.shell(line)).with_context(|| format!("setting up: {line}"))?;
        }
        Ok(())
    }

    /// Goes through the steps.
    fn take(&mut self, lesson: &Lesson) -> Result<ExitCode> {
        println!("# {}\n\n{}", lesson.text.title, lesson.text.summary);
        show(&lesson.text.intro);
        if lesson.data.setup.needs_playground() {
            println!(
                "\nThis lesson begins with something that only the playground can do; it is left out here."
            );
        }
        self.set_up(lesson, &lesson.data.setup)?;
        let input = lines();
        let mut session = Session::new(lesson.clone(), now());
        let mut skipped = Vec::new();
        while let Some(step) = lesson.data.steps.get(session.current()) {
            if only_in_the_playground(step) {
                println!("\nSkipped: the step {:?} needs the playground.", step.id);
                skipped.push(step.id.as_str());
                session.complete_step(now());
                continue;
            }
            self.set_up(lesson, &step.setup)?;
            session.begun(now());
            if !self.take_step(lesson, step, &mut session, &input)? {
                println!("\nNot finished.");
                return Ok(ExitCode::FAILURE);
            }
        }
        println!("\n# Done");
        show(&lesson.text.learned);
        show(&lesson.text.production);
        if !skipped.is_empty() {
            println!("\nSkipped here: {}.", skipped.join(", "));
        }
        Ok(ExitCode::SUCCESS)
    }

    /// One step; whether it was done or skipped (and not given up).
    fn take_step(
        &mut self,
        lesson: &Lesson,
        step: &Step,
        session: &mut Session,
        input: &Receiver<String>,
    ) -> Result<bool> {
        let index = session.current();
        let words = lesson.text.steps.get(&step.id).cloned().unwrap_or_default();
        println!(
            "\n## {}. {} ({} of {})",
            index + 1,
            words.title,
            index + 1,
            lesson.data.steps.len()
        );
        show(&words.body);
        println!("\n(Type commands; or hint, why, solution, skip, quit.)");
        let mut hints = words.hints.iter();
        let mut ended = None;
        prompt();
        loop {
            if session.update(&*self) == Seen::StepDone {
                println!("\n✓ step {} is done", step.id);
                session.complete_step(now());
                return Ok(true);
            }
            if ended.is_some_and(|at: SystemTime| at.elapsed().unwrap_or_default() > PATIENCE) {
                self.why(session);
                return Ok(false);
            }
            let line = match input.recv_timeout(LOOK) {
                Ok(line) => line,
                Err(RecvTimeoutError::Timeout) => continue,
                Err(RecvTimeoutError::Disconnected) => {
                    ended.get_or_insert_with(SystemTime::now);
                    std::thread::sleep(LOOK);
                    continue;
                }
            };
            match line.trim() {
                "" => {}
                "quit" => return Ok(false),
                "skip" => {
                    session.complete_step(now());
                    return Ok(true);
                }
                "why" => self.why(session),
                "hint" => match hints.next() {
                    Some(hint) => show(hint),
                    None => println!("There are no more hints; there is the solution."),
                },
                "solution" => step.solution.iter().for_each(|line| println!("  {line}")),
                command => self.run_line(command)?,
            }
            prompt();
        }
    }

    /// What does not hold yet.
    fn why(&self, session: &Session) {
        let step = session.progress().steps.get(session.current());
        for check in step.into_iter().flat_map(|step| &step.checks) {
            let mark = if check.passed { "✓" } else { "·" };
            println!("{mark} {} {}", check.label, check.why);
        }
    }

    fn run_line(&mut self, line: &str) -> Result<()> {
        let at = now();
        let mut command = self.shell(line);
        let (exit, printed) = if std::io::stdin().is_terminal() && wants_the_terminal(line) {
            (command.status()?.code().unwrap_or(130), String::new())
        } else {
            let done = command.stdin(Stdio::null()).output()?;
            let mut printed = String::from_utf8_lossy(&done.stdout).into_owned();
            printed.push_str(&String::from_utf8_lossy(&done.stderr));
            print!("{printed}");
            (done.status.code().unwrap_or(130), printed)
        };
        self.commands.push(RanCommand {
            line: line.to_owned(),
            exit,
            output: printed,
            at,
        });
        Ok(())
    }
}

impl World for Place {
    fn now(&self) -> i64 {
        now()
    }

    fn list(&self, api_version: &str, kind: &str, namespace: Option<&str>) -> Vec<Value> {
        let (group, version) = api_version.split_once('/').unwrap_or(("", api_version));
        let resource = format!("{kind}.{version}.{group}");
        let place = match namespace {
            None => "--all-namespaces".to_owned(),
            Some("default") => format!("--namespace={}", self.namespace),
            Some(other) => format!("--namespace={other}"),
        };
        let answer = self.kubectl(&["get", &resource, &place, "-o", "json"]);
        let answer = answer
            .ok()
            .and_then(|text| serde_json::from_str::<Value>(&text).ok());
        match answer.map(|mut list| list["items"].take()) {
            Some(Value::Array(items)) => items,
            _ => Vec::new(),
        }
    }

    fn commands(&self) -> &[RanCommand] {
        &self.commands
    }
}

/// Whether a real cluster cannot take part in a step.
fn only_in_the_playground(step: &Step) -> bool {
    let own = ["fault ", "traffic ", "ssh ", "k0s "];
    step.playground
        || step.setup.needs_playground()
        || step.checks.iter().any(|check| check.traffic.is_some())
        || step
            .solution
            .iter()
            .any(|line| own.iter().any(|name| line.starts_with(name)))
}

/// Whether a command is no use with its output held back.
fn wants_the_terminal(line: &str) -> bool {
    let words: Vec<&str> = line.split_whitespace().collect();
    let flags = ["-w", "--watch", "-f", "--follow", "-it", "-ti", "-i"];
    let follows = !words.contains(&"apply") && !words.contains(&"create");
    words.contains(&"edit") || (follows && words.iter().any(|word| flags.contains(word)))
}

/// What a program prints.
fn output(command: &mut Command) -> Result<String> {
    let done = command
        .stdin(Stdio::null())
        .output()
        .with_context(|| format!("cannot run {}", command.get_program().to_string_lossy()))?;
    if !done.status.success() {
        bail!("{}", String::from_utf8_lossy(&done.stderr).trim());
    }
    Ok(String::from_utf8_lossy(&done.stdout).into_owned())
}

/// Lines as they are typed, from a thread of their own, so that the cluster can be watched meanwhile.
fn lines() -> Receiver<String> {
    let (sender, receiver) = channel();
    std::thread::spawn(move || {
        for line in std::io::stdin().lock().lines().map_while(Result::ok) {
            if sender.send(line).is_err() {
                break;
            }
        }
    });
    receiver
}

fn prompt() {
    print!("$ ");
    let _ = std::io::stdout().flush();
}

fn now() -> i64 {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    i64::try_from(since.as_micros()).unwrap_or(i64::MAX)
}

/// Prints text as a terminal can show it.
fn show(blocks: &[Block]) {
    for block in blocks {
        match block {
            Block::Heading { text, .. } | Block::Paragraph(text) => println!("\n{}", plain(text)),
            Block::Code { text, .. } => {
                println!();
                text.lines().for_each(|line| println!("    {line}"));
            }
            Block::List { items, .. } => items.iter().for_each(|item| show(item)),
            Block::Note(inner) => show(inner),
        }
    }
}

fn plain(text: &[Inline]) -> String {
    let one = |inline: &Inline| match inline {
        Inline::Text(text) => text.clone(),
        Inline::Code { text, .. } => format!("`{text}`"),
        Inline::Emphasis(inner) | Inline::Strong(inner) | Inline::Link { text: inner, .. } => {
            plain(inner)
        }
    };
    text.iter().map(one).collect()
}
