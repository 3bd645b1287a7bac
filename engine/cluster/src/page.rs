//! The cluster as the page drives it: messages in, slices of virtual time, patches out.
//!
//! ```text
//!   ToEngine ─► handle ─► journal, terminal, inspector, files, lesson
//!                              │ advance(until, steps)
//!   FromEngine ◄─ drain ◄── output, prompt, patches, panes, progress, journal's changes
//! ```
//!
//! A saved journal is replayed in the same slices, so that even a long one keeps the page responsive.

mod check_file;
mod files;
mod inspector;
mod lesson_pane;
mod replay;
mod terminal;
mod why;

use std::rc::Rc;

use lesson::RanCommand;
use sim::Time;
use view::{Advance, Boot, Engine, FromEngine, Log, Ready, ToEngine, ViewPatch};

use self::files::Files;
use self::inspector::Inspector;
use self::lesson_pane::LessonPane;
use self::replay::Replay;
use self::terminal::Terminal;
use crate::journal::{Input, Journal, Recording};
use crate::read_model::ReadModel;
use crate::traces::Traces;
use crate::views::instant;
use crate::{Cluster, Config};

/// How often the journal notes how late it has become, in microseconds of virtual time.
const CLOCK_EVERY: i64 = 1_000_000;

/// The engine of the page. It does nothing until it is booted.
pub struct PageEngine {
    /// What the clock shows when a new cluster is made.
    start: Time,
    running: Option<Running>,
    out: Vec<FromEngine>,
    /// What the page last said of the terminal: columns and rows.
    size: (u16, u16),
    docs: Option<Rc<dyn Fn() -> Option<String>>>,
}

/// A booted cluster and everything the page looks at.
struct Running {
    cluster: Cluster,
    terminal: Terminal,
    read_model: ReadModel,
    traces: Rc<Traces>,
    inspector: Inspector,
    files: Files,
    lessons: LessonPane,
    journal: Journal,
    /// What this cluster was made with.
    seed: u64,
    nodes: u16,
    /// When the journal last noted the time.
    noted: Time,
    replay: Option<Replay>,
    /// Virtual time at the cluster's very start.
    started: Time,
    /// Whether the page knows that the cluster is up.
    ready: Option<String>,
    commands: Vec<RanCommand>,
    home_version: Option<u64>,
    history_sent: usize,
    /// The version of the faults that the page knows.
    faults_sent: u64,
}

impl PageEngine {
    /// An engine whose new clusters begin at `start`.
    pub fn new(start: Time) -> Self {
        Self {
            start,
            running: None,
            out: Vec::new(),
            size: (80, 24),
            docs: None,
        }
    }

    /// Says where the text comes from with which `kubectl explain` describes fields; it is asked for when it is needed.
    #[must_use]
    pub fn with_docs(mut self, source: impl Fn() -> Option<String> + 'static) -> Self {
        self.docs = Some(Rc::new(source));
        self
    }

    fn boot(&mut self, boot: &Boot) {
        self.out.clear();
        self.running = None;
        self.size = (boot.columns, boot.rows);
        let (recording, lost) = match Recording::read(&boot.log) {
            Ok(Some(mut recording)) => {
                recording.forget(boot.forget);
                let lost = recording.lost.clone();
                (Some(recording), lost)
            }
            Ok(None) => (None, String::new()),
            Err(lost) => (None, lost),
        };
        let nodes = if boot.nodes == 0 {
            Config::default().nodes
        } else {
            boot.nodes
        };
        let config = match &recording {
            Some(saved) => Config {
                seed: saved.seed,
                nodes: saved.nodes,
                start: saved.start,
            },
            None => Config {
                seed: boot.seed,
                nodes,
                start: self.start,
            },
        };
        let mut cluster = Cluster::new(config);
        if let Some(source) = &self.docs {
            cluster.server().set_docs_source(source.clone());
        }
        let client = client::Client::new(cluster.server().clone());
        let read_model = match ReadModel::new(cluster.server(), &client) {
            Ok(read_model) => read_model,
            Err(status) => {
                let message = format!("the cluster did not start: {}", status.message);
                self.out.push(FromEngine::Fatal(view::Fatal { message }));
                return;
            }
        };
        cluster.settle();
        let terminal = Terminal::start(&cluster, boot.columns, boot.rows);
        let mut journal = Journal::start(config.seed, config.nodes, config.start);
        // What is replayed in full is what the page has; anything else replaces it, entry by entry.
        let known = lost.is_empty() && boot.forget == 0 && recording.is_some();
        if known {
            journal.mark_reported();
        }
        self.running = Some(Running {
            noted: cluster.now(),
            traces: cluster.trace_requests(),
            seed: config.seed,
            nodes: config.nodes,
            cluster,
            terminal,
            read_model,
            inspector: Inspector::default(),
            files: Files::default(),
            lessons: LessonPane::default(),
            journal,
            replay: recording.map(|recording| Replay::new(recording.inputs, known)),
            started: config.start,
            ready: Some(lost),
            commands: Vec::new(),
            home_version: None,
            history_sent: 0,
            faults_sent: 0,
        });
    }

    /// Starts again from the journal's part before a step of the lesson.
    fn restart_step(&mut self, step: u32) {
        let Some(running) = &self.running else { return };
        let Some(log) = running.journal.until_step(step as usize) else {
            return;
        };
        let keep = log.len() as u64;
        self.boot(&Boot {
            log,
            columns: self.size.0,
            rows: self.size.1,
            ..Boot::default()
        });
        let add = Vec::new();
        self.out.push(FromEngine::Saved(Log { keep, add }));
    }

    /// A lesson begins in a cluster that nobody has touched: a new one, unless this one is.
    fn fresh_cluster(&mut self) {
        let Some(running) = self.running.as_ref().filter(|r| r.journal.is_used()) else {
            return;
        };
        self.boot(&Boot {
            seed: running.seed.wrapping_add(1),
            nodes: running.nodes,
            columns: self.size.0,
            rows: self.size.1,
            ..Boot::default()
        });
    }
}

impl Engine for PageEngine {
    fn handle(&mut self, message: ToEngine) {
        match message {
            ToEngine::Boot(boot) => self.boot(&boot),
            ToEngine::RestartStep(step) => self.restart_step(step),
            other => {
                match &other {
                    ToEngine::Resize { columns, rows } => self.size = (*columns, *rows),
                    ToEngine::OpenLesson(source) | ToEngine::ReloadLesson(source) => {
                        // Not in the journal, where it would be refused again with every replay.
                        if let Err(errors) = lesson::Lesson::read(source) {
                            let errors = errors.iter().map(ToString::to_string).collect();
                            let id = source.id.clone();
                            self.out.push(FromEngine::LessonRefused { id, errors });
                            return;
                        }
                        if matches!(other, ToEngine::OpenLesson(_)) {
                            self.fresh_cluster();
                        }
                    }
                    _ => {}
                }
                if let Some(running) = &mut self.running {
                    running.handle(other, &mut self.out);
                }
            }
        }
    }

    fn now(&self) -> view::Time {
        instant(
            self.running
                .as_ref()
                .map_or(self.start, |running| running.cluster.now()),
        )
    }

    fn next_due(&self) -> Option<view::Time> {
        let running = self.running.as_ref()?;
        if running.replay.is_some() {
            return Some(self.now());
        }
        let lesson = running.lessons.next_due().map(view::Time);
        let sim = running.cluster.sim().next_due().map(instant);
        [lesson, sim].into_iter().flatten().min()
    }

    fn advance(&mut self, until: view::Time, steps: u32) -> Advance {
        let Some(running) = &mut self.running else {
            return Advance::Reached;
        };
        let mut budget = u64::from(steps);
        if !running.replay_some(&mut budget) {
            return Advance::Spent;
        }
        let until = Time::from_micros(until.0);
        let progress = running.cluster.sim().run_until(until, &mut budget);
        running.read_model.note();
        match progress {
            sim::Progress::Reached => Advance::Reached,
            sim::Progress::OutOfBudget => Advance::Spent,
        }
    }

    fn drain(&mut self) -> Vec<FromEngine> {
        let mut out = std::mem::take(&mut self.out);
        if let Some(running) = &mut self.running {
            running.drain(&mut out);
        }
        out
    }
}

impl Running {
    fn now(&self) -> Time {
        self.cluster.now()
    }

    /// Takes a message of the page; what changes the cluster goes into the journal.
    fn handle(&mut self, message: ToEngine, out: &mut Vec<FromEngine>) {
        let input = match message {
            ToEngine::Line(line) => Input::Line(line),
            ToEngine::Keys(bytes) => Input::Keys(bytes.0),
            ToEngine::Resize { columns, rows } => Input::Resize { columns, rows },
            ToEngine::WriteFile { path, text } => Input::WriteFile { path, text },
            ToEngine::EditDone { id, text } => Input::EditDone { id, text },
            ToEngine::OpenLesson(source) => Input::OpenLesson(source),
            ToEngine::ReloadLesson(source) => Input::ReloadLesson(source),
            ToEngine::StartTraffic(spec) => Input::StartTraffic(spec),
            ToEngine::StopTraffic(url) => Input::StopTraffic(url),
            ToEngine::CloseLesson => Input::CloseLesson,
            ToEngine::Fault(fault) => Input::Fault(fault),
            ToEngine::Heal(id) => Input::Heal(id),
            ToEngine::SkipStep => Input::SkipStep,
            ToEngine::Complete { id, line, cursor } => {
                out.push(FromEngine::Completions(
                    self.terminal.complete(id, &line, cursor),
                ));
                return;
            }
            ToEngine::Inspect(selection) => return self.inspector.select(selection),
            ToEngine::ReadFile(path) => return out.push(self.files.read(&self.cluster, &path)),
            ToEngine::CheckFile {
                path,
                version,
                text,
            } => {
                let diagnostics = check_file::check(&self.cluster, &text);
                out.push(FromEngine::Checked(view::CheckedFile {
                    path,
                    version,
                    diagnostics,
                }));
                return;
            }
            // The pacer's, or handled already.
            ToEngine::Boot(_)
            | ToEngine::RestartStep(_)
            | ToEngine::Drawn(_)
            | ToEngine::Speed(_)
            | ToEngine::Pause
            | ToEngine::Resume
            | ToEngine::StepToNextEvent => return,
        };
        self.journal.push(self.now(), &input);
        self.noted = self.now();
        self.apply(input, out);
    }

    /// Does what an input says, whether it comes from the page or from a journal.
    fn apply(&mut self, input: Input, out: &mut Vec<FromEngine>) {
        match input {
            Input::Line(line) => self.terminal.line(&self.cluster, line),
            Input::Keys(keys) => self.terminal.keys(&keys),
            Input::Resize { columns, rows } => self.terminal.resize(columns, rows),
            Input::WriteFile { path, text } => self.files.write(&self.cluster, &path, &text, out),
            Input::EditDone { id, text } => self.terminal.edit_done(&self.cluster, id, text),
            Input::OpenLesson(source) => self.lessons.open(&mut self.cluster, &source, out),
            Input::ReloadLesson(source) => self.lessons.reload(&mut self.cluster, &source, out),
            Input::StartTraffic(spec) => {
                if let Err(why) = self.cluster.traffic().start(spec) {
                    out.push(FromEngine::Trouble(why));
                }
            }
            Input::StopTraffic(url) => drop(self.cluster.traffic().stop(url.as_deref())),
            Input::CloseLesson => self.lessons.close(out),
            Input::Fault(fault) => {
                if let Err(why) = self.cluster.inject(fault) {
                    out.push(FromEngine::FaultRefused(why));
                }
            }
            Input::Heal(Some(id)) => drop(self.cluster.heal(id)),
            Input::Heal(None) => self.cluster.heal_all(),
            Input::SkipStep => self.lessons.skip_step(&mut self.cluster, out),
            Input::StepDone => self.lessons.complete_step(&mut self.cluster, out),
            Input::Start { .. } | Input::Clock => {}
        }
    }

    /// Replays as much as the budget allows; whether the replay is over (or there was none).
    fn replay_some(&mut self, budget: &mut u64) -> bool {
        let Some(mut replay) = self.replay.take() else {
            return true;
        };
        while let Some((at, input)) = replay.next() {
            if self.cluster.sim().run_until(at, budget) == sim::Progress::OutOfBudget {
                replay.put_back(at, input);
                self.replay = Some(replay);
                return false;
            }
            // What the page would have done on its side: the echo of the line.
            let mut out = Vec::new();
            self.collect_terminal(&mut out);
            replay.keep(out);
            if let Input::Line(line) = &input {
                replay.echo(line);
            }
            self.journal.push(at, &input);
            if replay.is_known() {
                self.journal.mark_reported();
            }
            let mut out = Vec::new();
            self.apply(input, &mut out);
            replay.keep(out);
        }
        self.noted = self.now();
        // A program that was waiting for the editor when the page went away waits again.
        let (output, edits) = replay.end();
        self.terminal.restore(&self.cluster, output, edits);
        true
    }

    /// What the terminal has to say, and the commands that have ended.
    fn collect_terminal(&mut self, out: &mut Vec<FromEngine>) {
        self.terminal
            .collect(&self.cluster, out, &mut self.commands);
    }

    fn drain(&mut self, out: &mut Vec<FromEngine>) {
        if self.replay.is_some() {
            return;
        }
        if let Some(lost) = self.ready.take() {
            out.push(FromEngine::Ready(Ready {
                kubernetes: crate::KUBERNETES_VERSION.into(),
                home: crate::workstation::HOME.into(),
                started: instant(self.started),
                lost,
            }));
            out.push(FromEngine::Patch(vec![ViewPatch::Reset]));
        }
        self.collect_terminal(out);
        self.drain_history(out);
        let moved = self.cluster.take_moved();
        let mut patches = self
            .read_model
            .changes(&moved, |pods| self.cluster.work(pods));
        if self.faults_sent != self.cluster.faults_version() {
            self.faults_sent = self.cluster.faults_version();
            patches.push(ViewPatch::Faults(self.cluster.faults()));
        }
        patches.extend(self.traces.take().map(ViewPatch::Request));
        if !patches.is_empty() {
            out.push(FromEngine::Patch(patches));
        }
        let model = &self.read_model;
        self.inspector
            .collect(&self.cluster, |uid| model.reference(uid), out);
        self.drain_lesson(out);
        self.lessons.traffic(&self.cluster, out);
        self.drain_files(out);
        if self.now().as_micros() - self.noted.as_micros() >= CLOCK_EVERY {
            self.noted = self.now();
            self.journal.push(self.noted, &Input::Clock);
        }
        if let Some(change) = self.journal.take_change() {
            out.push(FromEngine::Saved(change));
        }
    }

    /// A step that is done goes into the journal: what a later step deletes does not undo it after a reload either.
    fn drain_lesson(&mut self, out: &mut Vec<FromEngine>) {
        while self.lessons.update(&self.cluster, &self.commands, out) {
            self.journal.push(self.now(), &Input::StepDone);
            self.noted = self.now();
            self.apply(Input::StepDone, out);
        }
    }

    fn drain_history(&mut self, out: &mut Vec<FromEngine>) {
        let history = self.terminal.history();
        if history.len() != self.history_sent {
            out.push(FromEngine::History(Log {
                keep: 0,
                add: history.clone(),
            }));
            self.history_sent = history.len();
        }
    }

    fn drain_files(&mut self, out: &mut Vec<FromEngine>) {
        let version = self.cluster.workstation().machine().vfs().root().version();
        if self.home_version != Some(version) {
            self.home_version = Some(version);
            if let Some(entries) = self.files.changed(&self.cluster) {
                out.push(FromEngine::Files(entries));
            }
        }
    }
}
