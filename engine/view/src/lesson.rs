//! A lesson as the page shows it: its texts once, its progress as often as that changes.
//!
//! What a step checks, and how, is the engine's; the page only shows which are done and why the others are not.
//! Which hints have been opened is the page's own affair.
//!
//! Lessons are files beside the page (`lessons/` in the built site). The page fetches the list, and a lesson's files when
//! it is opened, and hands these to the engine, which reads them: a [`LessonSource`].

use serde::{Deserialize, Serialize};

use crate::{Block, Inline};

/// A lesson in the list of lessons.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct LessonCard {
    /// `<track>/<slug>`.
    pub id: String,
    /// The track's title.
    pub track: String,
    /// The lesson's title.
    pub title: String,
    /// One sentence.
    pub summary: String,
    /// How long it takes.
    pub minutes: u32,
    /// How many steps it has.
    pub steps: u32,
    /// The languages that it is written in, English (`en`) first.
    pub languages: Vec<String>,
}

/// The files of a lesson, as its author wrote them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LessonSource {
    /// `<track>/<slug>`, or any name for one that comes from elsewhere.
    pub id: String,
    /// The track's title; may be empty.
    #[serde(default)]
    pub track: String,
    /// The language that is wanted, such as `de`. What is not written in it is shown in English.
    #[serde(default)]
    pub language: String,
    /// The files: each one's path in the lesson's folder, such as `text.md`, and its text.
    pub files: Vec<(String, String)>,
}

/// The texts of an open lesson.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct LessonView {
    /// Its card.
    pub card: LessonCard,
    /// What comes before the first step.
    pub intro: Vec<Block>,
    /// The steps in their order.
    pub steps: Vec<StepView>,
    /// What was learned: shown once all steps are done, like all that follows.
    pub learned: Vec<Block>,
    /// What is the same, or different, on a production cluster.
    pub production: Vec<Block>,
    /// Questions to try oneself on.
    pub questions: Vec<Question>,
    /// Where to go on reading.
    pub links: Vec<Block>,
}

/// The texts of a step.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct StepView {
    /// Unique in the lesson.
    pub id: String,
    /// A short line in the imperative.
    pub title: String,
    /// What to do and why.
    pub text: Vec<Block>,
    /// What to watch on the map meanwhile.
    pub watch: Vec<Block>,
    /// Hints, the gentlest first.
    pub hints: Vec<Vec<Block>>,
    /// Command lines that solve the step.
    pub solution: Vec<String>,
}

/// A question with its answers, of which one is right.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Question {
    /// The question.
    pub question: String,
    /// The answers: whether it is right, and its text with the explanation.
    pub answers: Vec<(bool, Vec<Inline>)>,
}

/// Where the learner is in the open lesson.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct LessonProgress {
    /// The lesson's id.
    pub id: String,
    /// One for each step, in order.
    pub steps: Vec<StepProgress>,
    /// The first step that is not done; the number of steps when all are.
    pub current: u32,
}

/// Where the learner is in a step.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct StepProgress {
    /// Done once, done for good: what a later step deletes does not undo an earlier tick.
    pub done: bool,
    /// It was not the learner who did it: it was skipped.
    pub skipped: bool,
    /// The checks of the step in order.
    pub checks: Vec<CheckState>,
}

/// One check of a step.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct CheckState {
    /// What must be so, in words.
    pub label: String,
    /// Whether it is so.
    pub passed: bool,
    /// Why not, and what to look at; empty when passed.
    pub why: String,
}
