//! The lessons: the list, the open one, and how far the learner is.

use std::sync::Arc;

use view::{LessonCard, LessonProgress, LessonSource, LessonView, Time};

use super::live::{Live, live};
use crate::interop::remember;

/// The finished lessons' ids, in the browser's memory.
const DONE: &str = "lessons-done";
/// The lesson that was begun last, and when.
const BEGAN: &str = "lesson-began";

/// Lessons and progress.
#[derive(Clone, Copy)]
pub struct LessonStore {
    /// All lessons by track and order.
    pub cards: Live<Vec<LessonCard>>,
    /// The language that lessons are wanted in.
    pub language: Live<String>,
    /// The lessons' files, as far as they have been fetched.
    pub sources: Live<Vec<Arc<LessonSource>>>,
    /// The open lesson.
    pub open: Live<Option<Arc<LessonView>>>,
    /// The open lesson's progress.
    pub progress: Live<LessonProgress>,
    /// How many hints of each step have been opened.
    pub hints: Live<Vec<usize>>,
    /// By question of the open lesson: the answers that were tried, the last one last.
    pub answers: Live<Vec<Vec<usize>>>,
    /// The lessons that have been finished once.
    pub done: Live<Vec<String>>,
    /// What is searched for in the list of lessons.
    pub search: Live<String>,
    /// When the open lesson was begun, in virtual time.
    pub began: Live<Time>,
}

impl LessonStore {
    /// No lesson.
    pub fn new() -> Self {
        LessonStore {
            cards: live(Vec::new()),
            language: live(remember::get("language").unwrap_or_else(|| "en".into())),
            sources: live(Vec::new()),
            open: live(None),
            progress: live(LessonProgress::default()),
            hints: live(Vec::new()),
            answers: live(Vec::new()),
            done: live(
                remember::get(DONE)
                    .unwrap_or_default()
                    .lines()
                    .map(str::to_owned)
                    .collect(),
            ),
            search: live(String::new()),
            began: live(Time::default()),
        }
    }

    /// Takes in the open lesson, at this virtual time. Called by the bridge alone.
    pub fn take(&self, view: Option<LessonView>, now: Time) {
        let (steps, questions) = view
            .as_ref()
            .map_or((0, 0), |view| (view.steps.len(), view.questions.len()));
        self.hints.set(vec![0; steps]);
        self.answers.set(vec![Vec::new(); questions]);
        self.progress.set(LessonProgress::default());
        if let Some(view) = &view {
            // One that came back after a reload was begun before it.
            let kept = remember::get(BEGAN).unwrap_or_default();
            let before = kept.rsplit_once(' ').filter(|(id, _)| *id == view.card.id);
            let before = before.and_then(|(_, at)| at.parse().ok().map(Time));
            self.began
                .set(before.filter(|at| *at <= now).unwrap_or(now));
            let began = self.began.get_untracked().0;
            remember::set(BEGAN, &format!("{} {began}", view.card.id));
        }
        self.open.set(view.map(Arc::new));
    }

    /// A lesson is about to be begun anew.
    pub fn begins_anew(&self) {
        remember::forget(BEGAN);
    }

    /// Opens one more hint of a step.
    pub fn more_hints(&self, step: usize) {
        self.hints.update(|hints| {
            if let Some(shown) = hints.get_mut(step) {
                *shown += 1;
            }
        });
    }

    /// Tries an answer to a question.
    pub fn answer(&self, question: usize, answer: usize) {
        self.answers.update(|all| {
            if let Some(tried) = all.get_mut(question) {
                tried.retain(|other| *other != answer);
                tried.push(answer);
            }
        });
    }

    /// Whether a lesson has been finished once.
    pub fn was_finished(&self, id: &str) -> bool {
        self.done.with(|done| done.iter().any(|other| other == id))
    }

    fn finished(&self, id: &str) {
        let new = self
            .done
            .with_untracked(|done| !done.iter().any(|other| other == id));
        if new {
            self.done.update(|done| done.push(id.to_owned()));
            remember::set(DONE, &self.done.with_untracked(|done| done.join("\n")));
        }
    }

    /// Takes in the progress, and returns what is to be said of it. Called by the bridge alone.
    pub fn advance(&self, progress: LessonProgress) -> Option<String> {
        let done =
            |progress: &LessonProgress| progress.steps.iter().filter(|step| step.done).count();
        let (before, now, total) = (
            self.progress.with_untracked(done),
            done(&progress),
            progress.steps.len(),
        );
        if now == total && total > 0 {
            self.finished(&progress.id);
        }
        self.progress.put(progress);
        (now > before).then(|| format!("Step {now} of {total} is done."))
    }

    /// The lesson that comes after this one.
    pub fn after(&self, id: &str) -> Option<LessonCard> {
        self.cards.with_untracked(|cards| {
            let place = cards.iter().position(|card| card.id == id)?;
            cards.get(place + 1).cloned()
        })
    }

    /// Whether a step of the open lesson is done.
    pub fn is_done(&self, step: usize) -> bool {
        self.progress
            .with(|progress| progress.steps.get(step).is_some_and(|step| step.done))
    }

    /// Whether a step of the open lesson was skipped.
    pub fn is_skipped(&self, step: usize) -> bool {
        self.progress
            .with(|progress| progress.steps.get(step).is_some_and(|step| step.skipped))
    }

    /// The first step that is not done; the number of steps when all are.
    pub fn current(&self) -> usize {
        self.progress.with(|progress| progress.current as usize)
    }

    /// Whether all steps are done.
    pub fn is_finished(&self) -> bool {
        self.progress.with(|progress| {
            !progress.steps.is_empty() && progress.steps.iter().all(|step| step.done)
        })
    }
}

impl Default for LessonStore {
    fn default() -> Self {
        LessonStore::new()
    }
}
