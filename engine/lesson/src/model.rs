//! The data of a lesson: `lesson.yaml`.
//!
//! Every name here is part of the format that lesson authors write, documented in `lessons/README.md`. Unknown fields
//! are errors, so that a misspelt check cannot silently check nothing.

use serde::Deserialize;
use serde_json::Value;

use crate::{CommandPattern, Text};

/// A lesson: its data and its words.
#[derive(Clone, Debug)]
pub struct Lesson {
    /// `<track>/<nn-slug>`, as its folder.
    pub id: String,
    /// What it does.
    pub data: Data,
    /// Its words.
    pub text: Text,
    /// The files that are put into the home folder: relative path and content.
    pub files: Vec<(String, String)>,
}

/// `lesson.yaml`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Data {
    /// How long it takes a newcomer, in minutes.
    #[serde(default = "five")]
    pub minutes: u32,
    /// What happens before the first step.
    #[serde(default)]
    pub setup: Setup,
    /// What is to be done, in order.
    pub steps: Vec<Step>,
}

fn five() -> u32 {
    5
}

/// What happens before the first step.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Setup {
    /// Command lines that are run, out of the learner's sight, before the lesson begins. All must succeed.
    #[serde(default)]
    pub run: Vec<String>,
}

/// A step.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Step {
    /// Names the step in `text.md` and in saved progress; unique in the lesson.
    pub id: String,
    /// The step is done once all of these hold at the same time.
    pub checks: Vec<Check>,
    /// Command lines that do the step.
    pub solution: Vec<String>,
    /// Other command lines that do it as well; each is tried by `tabernetes lesson check`.
    #[serde(default)]
    pub alternatives: Vec<Vec<String>>,
    /// Command lines that look right and are not; after them the step must still be open.
    #[serde(default)]
    pub wrong: Vec<Vec<String>>,
}

/// Something that must be so. Exactly one of `object` and `command` is given.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Check {
    /// Names the check in `text.md`; unique in the step.
    pub id: String,
    /// The state of API objects.
    #[serde(default)]
    pub object: Option<ObjectCheck>,
    /// A command that the learner ran since the step began.
    #[serde(default)]
    pub command: Option<CommandPattern>,
    /// How long it must have been so without a break, in seconds.
    #[serde(default)]
    pub for_seconds: u32,
}

/// The state of API objects: of those it selects, how many there are and what they are like.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct ObjectCheck {
    /// Such as `v1` or `apps/v1`.
    #[serde(default = "v1")]
    pub api_version: String,
    /// Such as `Pod`.
    pub kind: String,
    /// Where to look; `*` for everywhere. Not looked at for cluster-wide kinds.
    #[serde(default = "default_namespace")]
    pub namespace: String,
    /// Only the object of this name.
    #[serde(default)]
    pub name: Option<String>,
    /// Only objects that this label selector matches, as `kubectl -l` takes it.
    #[serde(default)]
    pub selector: Option<String>,
    /// What each counted object must be like.
    #[serde(default)]
    pub expect: Vec<Expectation>,
    /// How many selected objects must be like that; at least one if not given.
    #[serde(default)]
    pub count: Option<usize>,
}

fn v1() -> String {
    "v1".into()
}

fn default_namespace() -> String {
    "default".into()
}

/// What a field must be like.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Expectation {
    /// A JSONPath as kubectl takes it, such as `{.status.phase}`.
    pub path: String,
    /// How to compare.
    #[serde(default)]
    pub operator: Operator,
    /// With what; not looked at for `exists` and `absent`.
    #[serde(default)]
    pub value: Value,
}

/// How a field's value is compared. A path that finds several values holds when any of them does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Operator {
    /// Equal to the value.
    #[default]
    Equals,
    /// Not equal; also when there is no such field.
    NotEquals,
    /// There is such a field.
    Exists,
    /// There is no such field.
    Absent,
    /// A text that contains the value.
    Contains,
    /// A number that is greater.
    Greater,
    /// A number that is less.
    Less,
}
