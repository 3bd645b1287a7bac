//! `tabernetes lesson run`: a lesson on a real cluster, in an ordinary terminal.
//!
//! ```text
//!   what is typed ─► shell (bash, kubectl) ─► the cluster ─► cluster (kube-rs: lists and watches) ─► checks
//! ```
//!
//! The learner has a kubeconfig of their own whose namespace is the lesson's. Steps are checked whenever something
//! changes. What only the playground has (faults, traffic, add-ons, machines) is skipped and named. At the end, and after
//! Ctrl-C, what the lesson made is deleted.
//!
//! Not here: what a check means, which is the `lesson` crate's.

use std::io::{BufRead, IsTerminal, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result, bail};
use lesson::{Lesson, RanCommand, Seen, Session, Setup, Step, World};
use serde_json::Value;

use cluster::Cluster;
use plan::Plan;
use shell::Shell;
use words::show;

mod cluster;
mod kubeconfig;
mod nodes;
mod plan;
mod refusal;
mod shell;
mod stand;
mod traces;
mod words;

/// How often the clock is looked at while nothing happens: for checks that must hold for a while.
const LOOK: Duration = Duration::from_secs(1);
/// How often a running command's output is shown.
const SHOW: Duration = Duration::from_millis(50);
/// How long the last step may take to become done after the input's end.
const PATIENCE: Duration = Duration::from_secs(120);
/// Programs that only the playground has.
const OWN: [&str; 5] = ["addons", "fault", "k0s", "ssh", "traffic"];

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
    /// Leave what the lesson made at the end
    #[arg(long)]
    keep: bool,
}

/// What a lesson that is being taken waits for.
enum Event {
    /// A line was typed.
    Line(String),
    /// There is no more input.
    EndOfInput,
    /// Something in the cluster has changed.
    Changed,
    /// The command has ended, with this code; `None` if the shell itself has.
    Exit(Option<i32>),
    /// Ctrl-C.
    Interrupt,
}

/// The cluster, and the learner's place in it.
struct Place {
    cluster: Cluster,
    shell: Shell,
    namespace: String,
    commands: Vec<RanCommand>,
    events: Receiver<Event>,
    /// Asks for a line.
    ask: Sender<()>,
    /// A line was asked for and has not come.
    asked: bool,
}

/// How a step ended.
#[derive(PartialEq)]
enum End {
    /// Done or skipped.
    Done,
    /// Given up, or not done at the end of the input.
    Open,
}

pub(crate) fn run(options: &Options) -> Result<ExitCode> {
    let files = super::files(&options.dir)?;
    let Some(library) = super::library(&options.dir, &files)? else {
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
    println!("# {}\n\n{}", lesson.text.title, lesson.text.summary);
    let mut steps = lesson.data.steps.iter();
    if steps.all(|step| plan::playground(step).is_some()) {
        println!("\n{}", plan::PLAYGROUND_ONLY);
        return Ok(ExitCode::SUCCESS);
    }
    let slug = lesson.id.replace('/', "-");
    let namespace = format!("lesson-{slug}");
    let folder = std::env::temp_dir().join(format!("lesson-{slug}-{}", std::process::id()));
    let (sender, events) = channel();
    let cluster = Cluster::connect(options.context.as_deref(), &namespace, sender.clone())?;
    let own = files.iter().filter_map(|(path, text)| {
        let path = path.strip_prefix(&lesson.id)?.strip_prefix('/')?;
        Some((path.to_owned(), text.clone()))
    });
    let own: Vec<(String, String)> = own.collect();
    let plan = plan::plan(lesson, &own, &stand::Stand::look(&cluster))?;
    plan.said.iter().for_each(|said| println!("\n{said}"));
    if plan.is_empty() {
        return Ok(ExitCode::SUCCESS);
    }
    if plan.touches_nodes && std::io::stdin().is_terminal() && !is_wanted()? {
        return Ok(ExitCode::FAILURE);
    }
    let lesson = &plan.lesson;
    let before = traces::Before::look(&cluster, lesson);
    cluster.create_namespace(&namespace)?;
    let outcome = lay_out(lesson, &folder, &cluster).and_then(|kubeconfig| {
        let mut place = Place {
            shell: Shell::start(&folder, &kubeconfig, sender.clone())?,
            cluster,
            namespace: namespace.clone(),
            commands: Vec::new(),
            events,
            ask: typed_lines(sender),
            asked: false,
        };
        let outcome = place.take(&plan);
        place.shell.end();
        if options.keep {
            println!("The namespace {namespace} is left as it is.");
        } else {
            place.clean_up(&before)?;
        }
        outcome
    });
    // Litter at worst.
    let _ = std::fs::remove_dir_all(&folder);
    outcome
}

/// Asks whether to go on.
fn is_wanted() -> Result<bool> {
    print!("\nGo on? (y/N) ");
    std::io::stdout().flush()?;
    let mut answer = String::new();
    std::io::stdin().read_line(&mut answer)?;
    Ok(matches!(answer.trim(), "y" | "Y" | "yes"))
}

/// Makes a folder with the lesson's files and a kubeconfig; the latter's path. The folder is the learner's alone: what
/// logs in is in it.
fn lay_out(lesson: &Lesson, folder: &std::path::Path, cluster: &Cluster) -> Result<PathBuf> {
    use std::os::unix::fs::DirBuilderExt;
    std::fs::DirBuilder::new()
        .mode(0o700)
        .create(folder)
        .with_context(|| format!("making the folder {}", folder.display()))?;
    for (path, text) in &lesson.files {
        let path = folder.join(path);
        std::fs::create_dir_all(path.parent().unwrap_or(folder))?;
        std::fs::write(path, text)?;
    }
    let path = folder.join(".kubeconfig");
    // JSON is YAML.
    std::fs::write(&path, serde_json::to_string(&cluster.kubeconfig)?)?;
    Ok(path)
}

impl Place {
    /// Deletes what the lesson made.
    fn clean_up(&self, before: &traces::Before) -> Result<()> {
        println!("Cleaning up: the namespace {} is deleted.", self.namespace);
        let trouble = before.restore(&self.cluster);
        self.cluster.delete("v1", "Namespace", &self.namespace)?;
        if !trouble.is_empty() {
            bail!(
                "some things could not be cleaned up:\n  {}",
                trouble.join("\n  ")
            );
        }
        Ok(())
    }

    /// Goes through the steps.
    fn take(&mut self, plan: &Plan) -> Result<ExitCode> {
        let lesson = &plan.lesson;
        show(&lesson.text.intro);
        self.set_up(lesson, &lesson.data.setup)?;
        let mut session = Session::new(lesson.clone(), now());
        let mut skipped = Vec::new();
        while let Some(step) = lesson.data.steps.get(session.current()) {
            if let Some(why) = plan.skipped.get(&step.id) {
                println!("\nSkipped: the step {:?} needs {why}.", step.id);
                skipped.push(step.id.as_str());
                session.complete_step(now());
                continue;
            }
            self.set_up(lesson, &step.setup)?;
            session.begun(now());
            if self.take_step(lesson, step, &mut session)? == End::Open {
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

    /// Does a set-up.
    fn set_up(&mut self, lesson: &Lesson, setup: &Setup) -> Result<()> {
        if setup.needs_playground() {
            println!(
                "\nThis begins with something that only the playground can do; it is left out here."
            );
        }
        for name in &setup.apply {
            let found = lesson.manifests.iter().find(|(path, _)| path == name);
            let (_, text) = found.with_context(|| format!("there is no file setup/{name}"))?;
            self.cluster.apply(text, &self.namespace)?;
        }
        for line in &setup.run {
            match line.split(' ').next().unwrap_or_default() {
                // What these are for is there already: the lesson needs it.
                "addons" => continue,
                own if OWN.contains(&own) => {
                    println!("\nLeft out, for only the playground has it: {line}");
                    continue;
                }
                _ => {}
            }
            let (exit, printed) = self.run_line(line, false)?;
            if exit != 0 {
                bail!("setting up: {line}: {}", printed.trim());
            }
        }
        Ok(())
    }

    /// One step.
    fn take_step(&mut self, lesson: &Lesson, step: &Step, session: &mut Session) -> Result<End> {
        let index = session.current();
        let words = lesson.text.steps.get(&step.id).cloned().unwrap_or_default();
        let count = lesson.data.steps.len();
        println!(
            "\n## {}. {} ({} of {count})",
            index + 1,
            words.title,
            index + 1
        );
        show(&words.body);
        println!("\n(Type commands; or hint, why, solution, skip, quit.)");
        let mut hints = words.hints.iter();
        let mut ended = None;
        if self.asked {
            // The prompt is above the words by now.
            print!("$ ");
            let _ = std::io::stdout().flush();
        }
        loop {
            if session.update(&*self) == Seen::StepDone {
                println!("\n✓ step {} is done", step.id);
                session.complete_step(now());
                return Ok(End::Done);
            }
            if ended.is_some_and(|at: Instant| at.elapsed() > PATIENCE) {
                self.why(session);
                return Ok(End::Open);
            }
            self.prompt();
            let line = match self.events.recv_timeout(LOOK) {
                Ok(Event::Line(line)) => line,
                Ok(Event::EndOfInput) => {
                    ended = Some(Instant::now());
                    continue;
                }
                Ok(Event::Interrupt | Event::Exit(_)) => return Ok(End::Open),
                Ok(Event::Changed) | Err(RecvTimeoutError::Timeout) => continue,
                Err(RecvTimeoutError::Disconnected) => bail!("nobody is there any more"),
            };
            self.asked = false;
            match line.trim() {
                "" => {}
                "quit" | "exit" => return Ok(End::Open),
                "skip" => {
                    session.complete_step(now());
                    return Ok(End::Done);
                }
                "why" => self.why(session),
                "hint" => match hints.next() {
                    Some(hint) => show(hint),
                    None => println!("There are no more hints; there is the solution."),
                },
                "solution" => step.solution.iter().for_each(|line| println!("  {line}")),
                command => {
                    let at = now();
                    let (exit, output) = self.run_line(command, true)?;
                    self.commands.push(RanCommand {
                        line: command.to_owned(),
                        exit,
                        output,
                        at,
                    });
                }
            }
        }
    }

    /// Asks for a line, unless that was done.
    fn prompt(&mut self) {
        if !self.asked {
            print!("$ ");
            let _ = std::io::stdout().flush();
            self.asked = self.ask.send(()).is_ok();
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

    /// Runs a line in the shell; its exit code and what it printed, which is shown unless nobody is to see it.
    fn run_line(&mut self, line: &str, shown: bool) -> Result<(i32, String)> {
        let by_hand = shown && std::io::stdin().is_terminal();
        let terminal = by_hand && shell::wants_the_terminal(line);
        let mut printed = self.shell.run(line, terminal)?;
        let exit = loop {
            let event = self.events.recv_timeout(SHOW);
            let more = printed.more();
            if shown && !more.is_empty() {
                print!("{more}");
                let _ = std::io::stdout().flush();
            }
            match event {
                Ok(Event::Exit(Some(code))) => break code,
                Ok(Event::Exit(None)) => bail!("the shell has ended"),
                // At a terminal the command has got it as well, and ends.
                Ok(Event::Interrupt) if !by_hand => bail!("interrupted"),
                _ => {}
            }
        };
        let more = printed.more();
        if shown {
            print!("{more}");
        }
        Ok((exit, printed.text))
    }
}

impl World for Place {
    fn now(&self) -> i64 {
        now()
    }

    fn list(&self, api_version: &str, kind: &str, namespace: Option<&str>) -> Vec<Value> {
        let namespace = match namespace {
            Some("default") => Some(self.namespace.as_str()),
            other => other,
        };
        self.cluster.list(api_version, kind, namespace)
    }

    fn commands(&self) -> &[RanCommand] {
        &self.commands
    }
}

/// Reads a line whenever it is asked to, so that a command that is running may read the terminal itself.
fn typed_lines(events: Sender<Event>) -> Sender<()> {
    let (ask, asked) = channel();
    std::thread::spawn(move || {
        let mut lines = std::io::stdin().lock().lines().map_while(Result::ok);
        while asked.recv().is_ok() {
            let event = lines.next().map_or(Event::EndOfInput, Event::Line);
            if events.send(event).is_err() {
                break;
            }
        }
    });
    ask
}

fn now() -> i64 {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    i64::try_from(since.as_micros()).unwrap_or(i64::MAX)
}
