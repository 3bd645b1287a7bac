//! The data of a lesson: `lesson.yaml`.
//!
//! Every name here is part of the format that lesson authors write, documented in `lessons/README.md`. Unknown fields
//! are errors, so that a misspelt check cannot silently check nothing.

use serde::Deserialize;
use serde_json::Value;

use view::TrafficSpec;

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
    /// The manifests of the folder `setup`: relative path and content.
    pub manifests: Vec<(String, String)>,
    /// The language that its words are in, as far as they are written in it.
    pub language: String,
    /// The other languages of its words, English aside.
    pub languages: Vec<String>,
}

/// `lesson.yaml`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Data {
    /// How long it takes a newcomer, in minutes.
    #[serde(default = "five")]
    pub minutes: u32,
    /// What a cluster must have for it, beside what every cluster has.
    #[serde(default)]
    pub needs: Vec<Need>,
    /// What happens before the first step.
    #[serde(default)]
    pub setup: Setup,
    /// What is to be done, in order.
    pub steps: Vec<Step>,
}

fn five() -> u32 {
    5
}

/// What not every cluster has. The playground has all of it, some after `addons enable`; on another cluster
/// `tabernetes lesson run` looks before it begins, and says what is missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Need {
    /// A StorageClass that claims get which name none.
    DefaultStorageClass,
    /// What `kubectl top` and autoscalers ask.
    MetricsServer,
    /// Somebody who reads Ingresses that name no class, and gives them an address.
    IngressController,
    /// A network that does what NetworkPolicies say. Cannot be seen from outside.
    NetworkPolicies,
    /// At least two nodes that take Pods.
    TwoOrMoreWorkers,
    /// At least three nodes that take Pods.
    ThreeOrMoreWorkers,
    /// Three nodes that take Pods: no more, and no fewer.
    ThreeWorkers,
    /// Nodes with room for 6 CPUs, and not for 12.
    #[serde(rename = "workers-of-8-cpus")]
    WorkersOf8Cpus,
    /// Nodes that belong to no zone yet.
    WorkersWithoutZones,
}

/// What happens, out of the learner's sight, before the first step or before a step. In the order of the fields.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Setup {
    /// Manifests of the lesson's folder `setup/` that are applied: their paths in it.
    #[serde(default)]
    pub apply: Vec<String>,
    /// Command lines that are run. All must succeed.
    #[serde(default)]
    pub run: Vec<String>,
    /// Ends all faults.
    #[serde(default)]
    pub heal: bool,
    /// Faults that begin, each in the words of the command `fault`, such as `node-down node-2`.
    #[serde(default)]
    pub faults: Vec<String>,
    /// Ends all traffic.
    #[serde(default)]
    pub stop_traffic: bool,
    /// Traffic that begins.
    #[serde(default)]
    pub traffic: Vec<TrafficSpec>,
    /// How many virtual seconds pass in a real one from here on.
    #[serde(default)]
    pub speed: Option<u16>,
}

impl Setup {
    /// Whether only the playground can do it.
    pub fn needs_playground(&self) -> bool {
        self.heal || !self.faults.is_empty() || !self.traffic.is_empty() || self.stop_traffic
    }
}

/// A step.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Step {
    /// Names the step in `text.md` and in saved progress; unique in the lesson.
    pub id: String,
    /// What happens when the step begins.
    #[serde(default)]
    pub setup: Setup,
    /// It only makes sense in the playground: a real cluster is asked to skip it.
    #[serde(default)]
    pub playground: bool,
    /// What a cluster must have for this step; it is skipped on one that has not.
    #[serde(default)]
    pub needs: Vec<Need>,
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

/// Something that must be so. Exactly one of `object`, `event`, `command` and `traffic` is given.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Check {
    /// Names the check in `text.md`; unique in the step.
    pub id: String,
    /// The state of API objects.
    #[serde(default)]
    pub object: Option<ObjectCheck>,
    /// An event that was recorded, at any time.
    #[serde(default)]
    pub event: Option<EventCheck>,
    /// A command that the learner ran since the step began.
    #[serde(default)]
    pub command: Option<CommandPattern>,
    /// How many requests are answered.
    #[serde(default)]
    pub traffic: Option<TrafficCheck>,
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
    /// Conditions that each counted object must have.
    #[serde(default)]
    pub conditions: Vec<Condition>,
    /// How many selected objects must be like that; at least one if nothing is said.
    #[serde(default)]
    pub count: Option<usize>,
    /// At least so many must be.
    #[serde(default)]
    pub at_least: Option<usize>,
    /// At most so many may be.
    #[serde(default)]
    pub at_most: Option<usize>,
    /// All selected objects must be like that, and there must be one.
    #[serde(default)]
    pub all: bool,
}

/// A condition of an object, `.status.conditions`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Condition {
    /// Such as `Ready`.
    #[serde(rename = "type")]
    pub type_: String,
    /// `"True"` if not given.
    #[serde(default = "yes")]
    pub status: String,
    /// Such as `MinimumReplicasAvailable`; any if not given.
    #[serde(default)]
    pub reason: Option<String>,
}

fn yes() -> String {
    "True".into()
}

/// An event that was recorded.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct EventCheck {
    /// Such as `BackOff`.
    pub reason: String,
    /// The kind of the object that it is about, such as `Pod`; any if not given.
    #[serde(default)]
    pub kind: Option<String>,
    /// The object's name, or how it begins; any if not given.
    #[serde(default)]
    pub name: Option<String>,
    /// The object's namespace.
    #[serde(default = "default_namespace")]
    pub namespace: String,
    /// A text that stands in its message.
    #[serde(default)]
    pub message: Option<String>,
    /// How often it must have happened, over all events like that; once if not given.
    #[serde(default = "one")]
    pub at_least: u64,
}

fn one() -> u64 {
    1
}

/// How many requests are answered.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct TrafficCheck {
    /// Where the traffic goes to; any if not given.
    #[serde(default)]
    pub url: Option<String>,
    /// Of a hundred requests of the last 30 seconds, at least so many must be answered well.
    #[serde(default)]
    pub at_least: Option<f64>,
    /// At most so many may be.
    #[serde(default)]
    pub at_most: Option<f64>,
    /// So many requests must have been made in that time; one if not given.
    #[serde(default = "one")]
    pub requests: u64,
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
    /// A text that begins with the value.
    StartsWith,
    /// One of the values, which are a list.
    In,
    /// A number, or a quantity such as `500m` or `64Mi`, that is greater.
    Greater,
    /// A number or quantity that is less.
    Less,
    /// A number or quantity that is not less.
    AtLeast,
    /// A number or quantity that is not greater.
    AtMost,
}
