//! What a lesson that can be read says wrongly all the same: what its data and its words say differently, or leave out, and
//! values that mean nothing.
//!
//! `lessons/lesson.schema.json` tells editors the same about values; a test holds the two together. Not here: whether it can
//! be played.

use std::collections::BTreeSet;

use view::TrafficSpec;

use crate::{Check, Lesson, Setup, Step};

/// A lesson's file, and what is wrong with it.
type Finding = (&'static str, String);

/// How long a lesson may take, in minutes.
const MINUTES: std::ops::RangeInclusive<u32> = 1..=15;
/// How many requests may be sent in a second.
const RATE: std::ops::RangeInclusive<u32> = 1..=50;

/// Everything that is wrong.
pub(crate) fn nonsense(lesson: &Lesson) -> Vec<Finding> {
    let mut out = Vec::new();
    if !MINUTES.contains(&lesson.data.minutes) {
        out.push(data("minutes: a lesson takes 1 to 15 of them".into()));
    }
    setup(lesson, &lesson.data.setup, "setup", &mut out);
    if lesson.data.steps.is_empty() {
        out.push(data("has no steps".into()));
    }
    let mut seen = BTreeSet::new();
    for step in &lesson.data.steps {
        if !seen.insert(step.id.as_str()) {
            out.push(data(format!("two steps have the id {:?}", step.id)));
        }
        of_step(lesson, step, &mut out);
        words(lesson, step, &mut out);
    }
    let sections = lesson.text.steps.keys();
    for id in sections.filter(|id| !seen.contains(id.as_str())) {
        let message = format!("the section {{#{id}}} belongs to no step of lesson.yaml");
        out.push(text(message));
    }
    for (section, empty) in [
        ("learned", lesson.text.learned.is_empty()),
        ("production", lesson.text.production.is_empty()),
        ("questions", lesson.text.questions.is_empty()),
    ] {
        if empty {
            out.push(text(format!("has no section {{#{section}}}")));
        }
    }
    out
}

fn data(message: String) -> Finding {
    ("lesson.yaml", message)
}

fn text(message: String) -> Finding {
    ("text.md", message)
}

/// Whether an id is one: it is a name in text.md and in saved progress.
fn is_id(id: &str) -> bool {
    let good = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    !id.is_empty() && id.chars().all(good)
}

/// What a step's data says wrongly.
fn of_step(lesson: &Lesson, step: &Step, out: &mut Vec<Finding>) {
    let id = &step.id;
    if !is_id(id) {
        let message = "is no id: lower-case letters, digits and dashes";
        out.push(data(format!("step {id:?} {message}")));
    }
    if step.checks.is_empty() {
        out.push(data(format!("step {id:?} checks nothing")));
    }
    if step.solution.is_empty() {
        out.push(data(format!("step {id:?} has no solution")));
    }
    let ways = step.alternatives.iter().chain(&step.wrong).flatten();
    if step.solution.iter().chain(ways).any(String::is_empty) {
        out.push(data(format!("step {id:?} has an empty command line")));
    }
    setup(lesson, &step.setup, &format!("step {id:?}"), out);
    let mut seen = BTreeSet::new();
    for check in &step.checks {
        let wrong = |message: String| data(format!("step {id:?}, check {:?}: {message}", check.id));
        if !is_id(&check.id) {
            out.push(wrong(
                "is no id: lower-case letters, digits and dashes".into(),
            ));
        }
        if !seen.insert(check.id.as_str()) {
            out.push(wrong("two checks have this id".into()));
        }
        out.extend(check.nonsense().or_else(|| values(check)).map(wrong));
    }
}

/// Values of a check that mean nothing.
fn values(check: &Check) -> Option<String> {
    if let Some(object) = &check.object {
        let known = ["True", "False", "Unknown"];
        let strange = |status: &str| !known.contains(&status);
        let condition = object.conditions.iter().find(|c| strange(&c.status))?;
        return Some(format!(
            "the status of a condition is \"True\", \"False\" or \"Unknown\", not {:?}",
            condition.status
        ));
    }
    if let Some(event) = &check.event {
        return (event.at_least == 0).then(|| "atLeast: an event happens once at least".into());
    }
    if let Some(command) = &check.command {
        let mut texts = command
            .resource
            .iter()
            .chain(&command.flag)
            .chain(&command.output);
        return texts
            .any(String::is_empty)
            .then(|| "has an empty text to look for".into());
    }
    let traffic = check.traffic.as_ref()?;
    let good = |percent: f64| (0.0..=100.0).contains(&percent);
    if !traffic.at_least.is_none_or(good) || !traffic.at_most.is_none_or(good) {
        return Some("of a hundred requests, 0 to 100 are answered".into());
    }
    (traffic.requests == 0).then(|| "requests: one at least".into())
}

/// What a set-up says wrongly.
fn setup(lesson: &Lesson, setup: &Setup, place: &str, out: &mut Vec<Finding>) {
    for name in &setup.apply {
        if !lesson.manifests.iter().any(|(path, _)| path == name) {
            out.push(data(format!("{place}: there is no file setup/{name}")));
        }
    }
    if setup.run.iter().chain(&setup.faults).any(String::is_empty) {
        out.push(data(format!("{place}: has an empty command line")));
    }
    if setup.speed == Some(0) {
        out.push(data(format!("{place}: speed: time would stand still")));
    }
    let strange = |spec: &&TrafficSpec| !RATE.contains(&spec.rate);
    for spec in setup.traffic.iter().filter(strange) {
        out.push(data(format!(
            "{place}: traffic to {}: 1 to 50 requests in a second, not {}",
            spec.url, spec.rate
        )));
    }
}

/// What the words for a step leave out.
fn words(lesson: &Lesson, step: &Step, out: &mut Vec<Finding>) {
    let id = &step.id;
    let Some(words) = lesson.text.steps.get(id) else {
        out.push(text(format!(
            "has no section {{#{id}}} for the step {id:?}"
        )));
        return;
    };
    if words.hints.is_empty() {
        out.push(text(format!("step {id:?} has no hint")));
    }
    for check in &step.checks {
        let name = &check.id;
        match words.checks.get(name) {
            Some(words) if !words.why.is_empty() => {}
            Some(_) => out.push(text(format!(
                "check {name:?} of step {id:?} does not say why it fails"
            ))),
            None => out.push(text(format!(
                "step {id:?} has no words for its check {name:?}"
            ))),
        }
    }
    let known = |name: &&String| step.checks.iter().any(|check| check.id == **name);
    for name in words.checks.keys().filter(|name| !known(name)) {
        out.push(text(format!(
            "step {id:?} has words for {name:?}, which is none of its checks"
        )));
    }
}
