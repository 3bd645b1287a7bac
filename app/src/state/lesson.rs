//! The lessons: the list, the open one, and how far the learner is.

use std::sync::Arc;

use view::{LessonCard, LessonProgress, LessonSource, LessonView, TrafficView};

use super::live::{Live, live};

/// Lessons and progress.
#[derive(Clone, Copy)]
pub struct LessonStore {
    /// All lessons by track and order.
    pub cards: Live<Vec<LessonCard>>,
    /// The language that lessons are wanted in.
    pub language: Live<String>,
    /// The lessons' files by id, as far as they have been fetched.
    pub sources: Live<Vec<Arc<LessonSource>>>,
    /// The open lesson.
    pub open: Live<Option<Arc<LessonView>>>,
    /// The open lesson's progress.
    pub progress: Live<LessonProgress>,
    /// What is being sent to the cluster, and how it fares.
    pub traffic: Live<Vec<TrafficView>>,
    /// How many hints of each step have been opened.
    pub hints: Live<Vec<usize>>,
}

impl LessonStore {
    /// No lesson.
    pub fn new() -> Self {
        LessonStore {
            cards: live(Vec::new()),
            language: live("en".into()),
            sources: live(Vec::new()),
            open: live(None),
            progress: live(LessonProgress::default()),
            traffic: live(Vec::new()),
            hints: live(Vec::new()),
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
