//! Where a learner is in a lesson.

use view::{CheckState, LessonProgress, StepProgress};

use crate::{Lesson, World};

/// What came of a look at the world.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seen {
    /// Nothing new.
    Same,
    /// A check holds now, or no longer, or fails for another reason.
    Changed,
    /// All checks of the current step hold: it can be completed.
    StepDone,
}

/// An open lesson.
///
/// Steps are done one after the other; a step that was done stays done, whatever a later step deletes.
#[derive(Clone, Debug)]
pub struct Session {
    lesson: Lesson,
    progress: LessonProgress,
    /// When the current step became current.
    since: i64,
    /// Per check of the current step: since when it has held without a break.
    holds: Vec<Option<i64>>,
}

impl Session {
    /// Opens a lesson at its first step, now.
    pub fn new(lesson: Lesson, now: i64) -> Self {
        let steps = lesson
            .data
            .steps
            .iter()
            .map(|step| {
                let words = lesson.text.steps.get(&step.id);
                let checks = step.checks.iter().map(|check| {
                    let words = words
                        .and_then(|w| w.checks.get(&check.id))
                        .cloned()
                        .unwrap_or_default();
                    CheckState {
                        label: words.label,
                        passed: false,
                        why: words.why,
                    }
                });
                StepProgress {
                    done: false,
                    skipped: false,
                    checks: checks.collect(),
                }
            })
            .collect();
        let progress = LessonProgress {
            id: lesson.id.clone(),
            steps,
            current: 0,
        };
        let mut session = Self {
            lesson,
            progress,
            since: now,
            holds: Vec::new(),
        };
        session.begin_step(now);
        session
    }

    /// Takes another version of the lesson, its author's or a translator's. Steps that were done stay done, by their ids.
    pub fn replace(&mut self, lesson: Lesson, now: i64) {
        let done = |id: &str| {
            let steps = self.lesson.data.steps.iter().zip(&self.progress.steps);
            steps
                .into_iter()
                .any(|(step, state)| step.id == id && state.done)
        };
        let done = lesson.data.steps.iter().take_while(|step| done(&step.id));
        let (done, same) = (done.count(), self.current());
        let since = self.since;
        *self = Self::new(lesson, now);
        for _ in 0..done {
            self.complete_step(now);
        }
        if done == same {
            self.since = since;
        }
    }

    /// The lesson.
    pub fn lesson(&self) -> &Lesson {
        &self.lesson
    }

    /// Where the learner is.
    pub fn progress(&self) -> &LessonProgress {
        &self.progress
    }

    /// Whether all steps are done.
    pub fn is_done(&self) -> bool {
        self.current() >= self.lesson.data.steps.len()
    }

    /// Index of the current step; the number of steps when all are done.
    pub fn current(&self) -> usize {
        self.progress.current as usize
    }

    /// When a check that holds now will have held for long enough: look again then.
    pub fn next_due(&self) -> Option<i64> {
        let step = self.lesson.data.steps.get(self.current())?;
        step.checks
            .iter()
            .zip(&self.holds)
            .filter(|(check, _)| check.for_seconds > 0)
            .filter_map(|(check, since)| Some((*since)? + i64::from(check.for_seconds) * 1_000_000))
            .min()
    }

    /// Looks at the world and ticks the current step's checks. A step that is done stays current until
    /// [`Session::complete_step`] is called, so that the next one's set-up can be run before it is looked at.
    pub fn update(&mut self, world: &dyn World) -> Seen {
        let index = self.current();
        let before = self.progress.steps.get(index).cloned();
        if self.update_step(world) {
            Seen::StepDone
        } else if self.progress.steps.get(index) != before.as_ref() {
            Seen::Changed
        } else {
            Seen::Same
        }
    }

    /// The current step is done, now; the next one begins.
    pub fn complete_step(&mut self, now: i64) {
        if let Some(step) = self.progress.steps.get_mut(self.progress.current as usize) {
            step.done = true;
            for check in &mut step.checks {
                check.passed = true;
                check.why.clear();
            }
            self.progress.current += 1;
            self.begin_step(now);
        }
    }

    /// The current step's set-up is over, now: what counts is what comes after it.
    pub fn begun(&mut self, now: i64) {
        self.since = now;
    }

    /// Goes on to the next step whether the current one is done or not.
    pub fn skip(&mut self, now: i64) {
        if let Some(step) = self.progress.steps.get_mut(self.progress.current as usize) {
            step.skipped = true;
        }
        self.complete_step(now);
    }

    fn begin_step(&mut self, now: i64) {
        self.since = now;
        let checks = self
            .lesson
            .data
            .steps
            .get(self.current())
            .map_or(0, |step| step.checks.len());
        self.holds = vec![None; checks];
    }

    /// Evaluates the current step; whether it is done.
    fn update_step(&mut self, world: &dyn World) -> bool {
        let index = self.current();
        let (Some(step), Some(progress)) = (
            self.lesson.data.steps.get(index),
            self.progress.steps.get_mut(index),
        ) else {
            return false;
        };
        let words = self.lesson.text.steps.get(&step.id);
        for ((check, state), holds) in step
            .checks
            .iter()
            .zip(&mut progress.checks)
            .zip(&mut self.holds)
        {
            let outcome = check.evaluate(world, self.since);
            *holds = if outcome.holds {
                Some(holds.unwrap_or(world.now()))
            } else {
                None
            };
            let long_enough = i64::from(check.for_seconds) * 1_000_000;
            state.passed = holds.is_some_and(|since| world.now() - since >= long_enough);
            let why = words
                .and_then(|w| w.checks.get(&check.id))
                .map_or("", |w| w.why.as_str());
            state.why = match (state.passed, outcome.holds) {
                (true, _) => String::new(),
                (false, true) => format!(
                    "So it is. It must stay so for {} seconds.",
                    check.for_seconds
                ),
                (false, false) if outcome.found.is_empty() => why.to_owned(),
                (false, false) => format!("{why} ({})", outcome.found),
            };
        }
        progress.checks.iter().all(|check| check.passed)
    }
}
