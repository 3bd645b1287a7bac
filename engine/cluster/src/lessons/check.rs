//! `tabernetes lesson check`: plays a lesson in fresh clusters to see that it is right.
//!
//! ```text
//!   for each step:  set-up and the steps before ─┬─ open at its start
//!                   (by their solutions)         ├─ its solution, each alternative ─► done
//!                                                ├─ each wrong way ─► still open
//!                                                └─ the commands of its text ─► run, and print what it says
//!   the whole:      its words and its typing fit into its minutes
//! ```

use lesson::{Lesson, RanCommand, Seen, Session};
use sim::Time;
use view::FromEngine;

use super::{ClusterWorld, begin, begin_step};
use crate::{Cluster, Config};

mod text;

/// How long a step's solution may take to show: two minutes of virtual time.
const PATIENCE: i64 = 120_000_000;
/// How long a wrong way is watched: it must not become right by waiting.
const WATCHED: i64 = 15_000_000;

/// Something wrong with a lesson.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The step's id, or `setup`, or `text`.
    pub step: String,
    /// What is wrong.
    pub message: String,
}

/// Plays a lesson in fresh clusters. Empty when all is well.
pub fn check(lesson: &Lesson) -> Vec<Finding> {
    let mut findings = Vec::new();
    for index in 0..lesson.data.steps.len() {
        match check_step(lesson, index) {
            Ok(found) => findings.extend(found),
            Err(message) => {
                findings.push(Finding {
                    step: "setup".into(),
                    message,
                });
                // The steps after it cannot be reached.
                break;
            }
        }
    }
    findings
}

/// Reads a lesson's words: they fit into its minutes, and the commands in them run and print what they say.
pub fn check_text(lesson: &Lesson) -> Vec<Finding> {
    let mut findings: Vec<Finding> = text::too_long(lesson).into_iter().collect();
    for (index, step) in lesson.data.steps.iter().enumerate() {
        let told = text::commands(lesson, index);
        // A step that cannot be reached is the other check's to say.
        let Ok(mut play) = Play::up_to(lesson, index) else {
            break;
        };
        findings.extend(told.iter().filter_map(|command| {
            let message = play.follows(command).err()?;
            let step = step.id.clone();
            Some(Finding { step, message })
        }));
    }
    findings
}

/// Everything about one step; an error if it cannot be reached.
fn check_step(lesson: &Lesson, index: usize) -> Result<Vec<Finding>, String> {
    let step = &lesson.data.steps[index];
    let mut found = Vec::new();
    let mut report = |message: String| {
        found.push(Finding {
            step: step.id.clone(),
            message,
        });
    };
    let mut ways = vec![("its solution".to_owned(), &step.solution)];
    let others = step.alternatives.iter().enumerate();
    ways.extend(others.map(|(i, way)| (format!("alternative {}", i + 1), way)));
    for (name, way) in ways {
        let mut play = Play::up_to(lesson, index)?;
        if !play.solves(index, way) {
            report(format!("not solved by {name}: {}", play.open_checks(index)));
        }
    }
    for (i, way) in step.wrong.iter().enumerate() {
        if Play::up_to(lesson, index)?.is_solved_by_wrong_way(index, way) {
            report(format!("solved by wrong way {}", i + 1));
        }
    }
    Ok(found)
}

/// A lesson that is being played.
struct Play {
    cluster: Cluster,
    session: Session,
    commands: Vec<RanCommand>,
}

impl Play {
    /// Begins the lesson and does all steps before `index` by their solutions.
    fn up_to(lesson: &Lesson, index: usize) -> Result<Self, String> {
        let mut cluster = Cluster::new(Config::default());
        cluster.settle();
        begin(&mut cluster, lesson)?;
        let session = Session::new(lesson.clone(), cluster.now().as_micros());
        let mut play = Self {
            cluster,
            session,
            commands: Vec::new(),
        };
        play.begin_step()?;
        play.update();
        for (i, step) in lesson.data.steps.iter().enumerate().take(index) {
            if play.session.current() > i {
                return Err(format!(
                    "step {:?} is solved before anything was done",
                    step.id
                ));
            }
            if !play.solves(i, &step.solution) {
                return Err(format!(
                    "step {:?} is not solved by its solution: {}",
                    step.id,
                    play.open_checks(i)
                ));
            }
        }
        if play.session.current() > index {
            return Err(format!(
                "step {:?} is solved before anything was done",
                lesson.data.steps[index].id
            ));
        }
        Ok(play)
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
    fn solves(&mut self, index: usize, way: &[String]) -> bool {
        for line in way {
            self.type_line(line);
        }
        self.wait(index, PATIENCE)
    }

    fn is_solved_by_wrong_way(&mut self, index: usize, way: &[String]) -> bool {
        for line in way {
            self.type_line(line);
        }
        self.wait(index, WATCHED)
    }

    /// Types a command of the text, and compares what it prints with what the text says.
    fn follows(&mut self, command: &text::Told) -> Result<(), String> {
        let line = command.line.trim_end();
        if text::goes_on(line) {
            return Ok(());
        }
        let (output, exit) = self.type_line(line);
        let unknown = [
            "command not found",
            "error: unknown",
            "unknown flag",
            "unknown shorthand",
        ];
        let last = output.trim_end().lines().last().unwrap_or_default();
        if unknown.iter().any(|text| output.contains(text)) {
            return Err(format!(
                "the text says {line:?}, which does not run: {last}"
            ));
        }
        if exit != 0 && !command.fails {
            return Err(format!(
                "the text says {line:?}, which fails here: {last} (if it is to fail, write ```sh fails)"
            ));
        }
        if exit == 0 && command.fails {
            return Err(format!(
                "the text says that {line:?} fails, and it does not"
            ));
        }
        match text::missing_line(&command.prints, &output) {
            Some(missing) => Err(format!(
                "the text says that {line:?} prints {missing:?}; it prints:\n{output}"
            )),
            None => Ok(()),
        }
    }

    /// Lets time pass, a quarter of a second at a time, until the step is done; whether it is.
    fn wait(&mut self, index: usize, patience: i64) -> bool {
        let until = self.cluster.now().as_micros() + patience;
        while self.session.current() <= index && self.cluster.now().as_micros() < until {
            let next = Time::from_micros(self.cluster.now().as_micros() + 250_000);
            self.cluster.run_until(next);
            self.update();
        }
        self.session.current() > index
    }

    /// The checks of a step that do not hold, in words.
    fn open_checks(&self, index: usize) -> String {
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
