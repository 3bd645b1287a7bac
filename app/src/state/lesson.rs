//! The lessons: the list, the open one, and how far the learner is.

use std::sync::Arc;

use leptos::prelude::*;
use view::{LessonCard, LessonProgress, LessonView};

/// Lessons and progress.
#[derive(Clone, Copy)]
pub struct LessonStore {
    /// All lessons by track and order.
    pub cards: RwSignal<Vec<LessonCard>>,
    /// The open lesson.
    pub open: RwSignal<Option<Arc<LessonView>>>,
    /// The open lesson's progress.
    pub progress: RwSignal<LessonProgress>,
    /// How many hints of each step have been opened.
    pub hints: RwSignal<Vec<usize>>,
}

impl LessonStore {
    /// No lesson.
    pub fn new() -> Self {
        LessonStore {
            cards: RwSignal::new(Vec::new()),
            open: RwSignal::new(None),
            progress: RwSignal::new(LessonProgress::default()),
            hints: RwSignal::new(Vec::new()),
        }
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
