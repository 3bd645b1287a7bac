//! `tabernetes lesson check`: plays a lesson in fresh clusters to see that it is right.
//!
//! A play is a learner who goes through the whole lesson. There are three sorts of them:
//!
//! ```text
//!   by the solution   every step is open at its start, and done by its solution
//!   by detours        every step: a wrong way ─► still open; then an alternative, or the hints' commands, ─► done.
//!                     As many plays as a step has such ways; what cannot be mended is tried again in a fresh cluster
//!   by the text       every step: a pause to read, the commands of its text ─► run, and print what it says
//! ```
//!
//! And without playing: words and typing fit into the lesson's minutes.

use lesson::{Lesson, Step};
use play::Play;

mod play;
mod text;

/// How long a wrong way is watched, in microseconds: it must not become right by waiting.
const WATCHED: i64 = 15_000_000;
/// How long a reader needs before the next command, in microseconds.
const READING: i64 = 5_000_000;
/// The same between two lines that are typed together.
const NEXT_LINE: i64 = 1_000_000;

/// Something wrong with a lesson.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The step's id, or `setup`, or `text`.
    pub step: String,
    /// What is wrong.
    pub message: String,
}

impl Finding {
    fn new(step: &str, message: impl Into<String>) -> Self {
        Self {
            step: step.to_owned(),
            message: message.into(),
        }
    }
}

/// Plays a lesson by its solution and by its detours. Empty when all is well.
pub fn check(lesson: &Lesson) -> Vec<Finding> {
    if let Err(finding) = Play::up_to(lesson, lesson.data.steps.len()) {
        // The steps after it cannot be reached.
        return vec![finding];
    }
    let ways = |step: &Step| step.wrong.len().max(step.alternatives.len() + 1);
    let rounds = lesson.data.steps.iter().map(ways).max().unwrap_or(0);
    (0..rounds)
        .flat_map(|round| detours(lesson, round))
        .collect()
}

/// Plays a lesson with each step's wrong way and alternative of that number.
fn detours(lesson: &Lesson, round: usize) -> Vec<Finding> {
    let steps = &lesson.data.steps;
    let has_any = |step: &Step| round < step.wrong.len().max(step.alternatives.len() + 1);
    let Some(last) = steps.iter().rposition(has_any) else {
        return Vec::new();
    };
    let mut findings = Vec::new();
    let mut play = Play::up_to(lesson, 0).ok();
    for (index, step) in steps.iter().enumerate().take(last + 1) {
        // What came before cannot be mended: begin anew. That it can be reached is known by now.
        let here = |play: Option<Play>| match play {
            Some(play) if play.current() == index => Some(play),
            _ => Play::up_to(lesson, index).ok(),
        };
        play = here(play);
        if let Some(wrong) = step.wrong.get(round) {
            let solved = |play: &mut Play| play.does(index, wrong, WATCHED);
            if play.as_mut().is_some_and(solved) {
                // Perhaps only after the detours before it.
                play = here(None);
                if play.as_mut().is_some_and(solved) {
                    findings.push(Finding::new(
                        &step.id,
                        format!("solved by wrong way {}", round + 1),
                    ));
                }
            }
            play = here(play);
        }
        match step.alternatives.get(round) {
            Some(way) => {
                let solved = |play: &mut Play| play.solves(index, way);
                if !play.as_mut().is_some_and(solved) {
                    play = here(None);
                    if !play.as_mut().is_some_and(solved) {
                        let open = play.as_ref().map(|play| play.open_checks(index));
                        findings.push(Finding::new(
                            &step.id,
                            format!(
                                "not solved by alternative {}: {}",
                                round + 1,
                                open.unwrap_or_default()
                            ),
                        ));
                    }
                }
            }
            None => {
                if round == step.alternatives.len()
                    && let Some(play) = &mut play
                {
                    findings.extend(hints(lesson, index, play));
                }
                if let Some(play) = play.as_mut().filter(|play| play.current() == index) {
                    play.solves(index, &step.solution);
                }
            }
        }
    }
    findings
}

/// Types the commands of a step's hints. Some come too early or too late here; but all must be commands.
fn hints(lesson: &Lesson, index: usize, play: &mut Play) -> Vec<Finding> {
    let step = &lesson.data.steps[index];
    let mut findings = Vec::new();
    for told in text::hints(lesson, index) {
        if play.current() > index {
            break;
        }
        if let Err(message) = play.runs(&told) {
            findings.push(Finding::new(&step.id, message));
        }
    }
    findings
}

/// Reads a lesson's words: they fit into its minutes, and the commands in them run and print what they say.
pub fn check_text(lesson: &Lesson) -> Vec<Finding> {
    let mut findings: Vec<Finding> = text::too_long(lesson).into_iter().collect();
    // What cannot be reached is the other check's to say.
    let mut play = Play::up_to(lesson, 0).ok();
    for (index, step) in lesson.data.steps.iter().enumerate() {
        if play.as_ref().is_none_or(|play| play.current() != index) {
            play = Play::up_to(lesson, index).ok();
        }
        let Some(play) = &mut play else { break };
        let by_itself = step.checks.iter().map(|check| check.for_seconds).max();
        play.pass(READING + i64::from(by_itself.unwrap_or(0)) * 1_000_000);
        if play.current() > index {
            findings.push(Finding::new(&step.id, "is done by waiting alone"));
        }
        for (number, told) in text::commands(lesson, index).iter().enumerate() {
            if number > 0 {
                play.pass(if told.follows { NEXT_LINE } else { READING });
            }
            if let Err(message) = play.follows(told) {
                findings.push(Finding::new(&step.id, message));
            }
        }
        if play.current() == index {
            play.solves(index, &step.solution);
        }
    }
    findings
}
