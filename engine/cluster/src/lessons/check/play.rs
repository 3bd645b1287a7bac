//! A learner without a page, who types and waits.

use lesson::{Lesson, RanCommand, Seen, Session};
use sim::Time;
use view::FromEngine;

use super::{Finding, text};
use crate::lessons::{ClusterWorld, begin, begin_step};
use crate::{Cluster, Config};

/// How long a step's solution may take to show: two minutes of virtual time.
const PATIENCE: i64 = 120_000_000;
/// How often it is looked at while time passes.
const LOOK: i64 = 250_000;

/// A lesson that is being played.
pub(super) struct Play {
    cluster: Cluster,
    session: Session,
    commands: Vec<RanCommand>,
}

impl Play {
    /// Begins the lesson and does all steps before `index` by their solutions.
    pub(super) fn up_to(lesson: &Lesson, index: usize) -> Result<Self, Finding> {
        let set_up = |message: String| Finding::new("setup", message);
        let mut cluster = Cluster::new(Config::default());
        cluster.settle();
        begin(&mut cluster, lesson).map_err(set_up)?;
        let session = Session::new(lesson.clone(), cluster.now().as_micros());
        let mut play = Self {
            cluster,
            session,
            commands: Vec::new(),
        };
        play.begin_step().map_err(set_up)?;
        for (i, step) in lesson.data.steps.iter().enumerate().take(index + 1) {
            play.update();
            if play.current() > i {
                return Err(Finding::new(&step.id, "is solved before anything was done"));
            }
            if i < index && !play.solves(i, &step.solution) {
                let open = play.open_checks(i);
                return Err(Finding::new(
                    &step.id,
                    format!("is not solved by its solution: {open}"),
                ));
            }
        }
        Ok(play)
    }

    /// The step that is to be done.
    pub(super) fn current(&self) -> usize {
        self.session.current()
    }

    /// Does the current step's set-up.
    fn begin_step(&mut self) -> Result<(), String> {
        let mut said = Vec::new();
        begin_step(&mut self.cluster, &mut self.session, &mut said);
        let trouble = said.into_iter().find_map(|message| match message {
            FromEngine::Trouble(text) => Some(text),
            _ => None,
        });
        trouble.map_or(Ok(()), Err)
    }

    fn update(&mut self) {
        let world = ClusterWorld {
            cluster: &self.cluster,
            commands: &self.commands,
        };
        if self.session.update(&world) == Seen::StepDone {
            self.session.complete_step(self.cluster.now().as_micros());
            // What goes wrong here is found when that step is looked at.
            let _ = self.begin_step();
        }
    }

    /// Types a line; what the terminal showed, and the exit code.
    fn type_line(&mut self, line: &str) -> (String, i32) {
        let at = self.cluster.now().as_micros();
        let done = self.cluster.run_line(line);
        let output = done.output.replace('\r', "");
        self.commands.push(RanCommand {
            line: line.to_owned(),
            exit: done.exit,
            output: output.clone(),
            at,
        });
        self.update();
        (output, done.exit)
    }

    /// Runs the commands; whether the step is done soon after.
    pub(super) fn solves(&mut self, index: usize, way: &[String]) -> bool {
        self.does(index, way, PATIENCE)
    }

    /// Runs the commands; whether the step is done so much later at the latest.
    pub(super) fn does(&mut self, index: usize, way: &[String], patience: i64) -> bool {
        for line in way {
            self.type_line(line);
        }
        self.wait(index, patience)
    }

    /// Types a command of the text, and compares what it prints with what the text says.
    pub(super) fn follows(&mut self, told: &text::Told) -> Result<(), String> {
        let line = told.line.trim_end();
        if text::goes_on(line) {
            return Ok(());
        }
        let (output, exit) = self.type_line(line);
        no_command(line, &output)?;
        let last = output.trim_end().lines().last().unwrap_or_default();
        if exit != 0 && !told.fails {
            return Err(format!(
                "the text says {line:?}, which fails here: {last} (if it is to fail, write ```sh fails)"
            ));
        }
        if exit == 0 && told.fails {
            return Err(format!(
                "the text says that {line:?} fails, and it does not"
            ));
        }
        match text::missing_line(&told.prints, &output) {
            Some(missing) => Err(format!(
                "the text says that {line:?} prints {missing:?}; it prints:\n{output}"
            )),
            None => Ok(()),
        }
    }

    /// Types a command of a hint: it must be one, whatever comes of it.
    pub(super) fn runs(&mut self, told: &text::Told) -> Result<(), String> {
        let line = told.line.trim_end();
        if text::goes_on(line) {
            return Ok(());
        }
        let (output, _) = self.type_line(line);
        no_command(line, &output)
    }

    /// Lets time pass.
    pub(super) fn pass(&mut self, time: i64) {
        self.wait(usize::MAX, time);
    }

    /// Lets time pass until the step is done; whether it is.
    fn wait(&mut self, index: usize, patience: i64) -> bool {
        let until = self.cluster.now().as_micros() + patience;
        let mut looked_at = None;
        while self.current() <= index && self.cluster.now().as_micros() < until {
            let next = Time::from_micros(self.cluster.now().as_micros() + LOOK);
            self.cluster.run_until(next);
            // Looking is what takes time here: it is left out when nothing can have changed.
            let revision = self.cluster.server().storage().revision();
            let due = self
                .session
                .next_due()
                .is_some_and(|due| due <= next.as_micros());
            if due || looked_at != Some(revision) || !self.cluster.traffic().views().is_empty() {
                looked_at = Some(revision);
                self.update();
            }
        }
        self.current() > index
    }

    /// The checks of a step that do not hold, in words.
    pub(super) fn open_checks(&self, index: usize) -> String {
        let Some(step) = self.session.progress().steps.get(index) else {
            return String::new();
        };
        let open: Vec<String> = step
            .checks
            .iter()
            .filter(|c| !c.passed)
            .map(|c| format!("{} {}", c.label, c.why))
            .collect();
        open.join("; ")
    }
}

/// What the terminal says to words that are no command.
fn no_command(line: &str, output: &str) -> Result<(), String> {
    let unknown = [
        "command not found",
        "error: unknown",
        "unknown flag",
        "unknown shorthand",
        "the server doesn't have a resource type",
    ];
    let mut lines = output.lines();
    match lines.find(|line| unknown.iter().any(|text| line.contains(text))) {
        Some(said) => Err(format!(
            "the text says {line:?}, which does not run: {said}"
        )),
        None => Ok(()),
    }
}
