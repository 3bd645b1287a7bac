//! Lessons: their data, their words, their checks, and where a learner is in one.
//!
//! A lesson is a folder, `lessons/<track>/<nn-slug>/`:
//!
//! ```text
//! lesson.yaml      what it does: set-up, steps, checks, solution        -> model
//! text.md          its words in English: title, steps, hints, …         -> text
//! setup/           manifests that its set-up applies
//! <language>/text.md   the same words in another language
//! files/           files that are put into the learner's home folder
//! ```
//!
//! No lesson has code. What a step asks for is checked against the state of the cluster, so every way to get there is
//! right; only where a lesson is about looking (`kubectl describe`) does it check that one looked.
//!
//! ```text
//!   files ─► Library ─► Lesson ─► Session ──(what is so? a `World`)──► progress
//! ```
//!
//! Not here: the cluster. [`World`] is all that a check can see, so that the same lesson runs in the page, in
//! `tabernetes lesson check` and on a real cluster.

mod check;
mod command;
mod library;
mod markdown;
mod model;
mod nonsense;
mod object;
mod place;
mod session;
mod text;
mod world;

pub use check::Outcome;
pub use command::CommandPattern;
pub use library::{Error, Library, Track};
pub use model::{
    Check, Condition, Data, EventCheck, Expectation, Lesson, Need, ObjectCheck, Operator, Setup,
    Step, TrafficCheck,
};
pub use session::{Seen, Session};
pub use text::{CheckText, Question, StepText, Text};
pub use world::{RanCommand, World};
