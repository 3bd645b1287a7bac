//! What the inspector shows of the selected object.
//!
//! Selecting is a subscription: the page says once what it looks at, and the engine sends that pane again whenever it
//! has changed (at most once a slice of work), until the selection changes. Events are not sent here: the page has
//! them in its read model.

use serde::{Deserialize, Serialize};

use crate::{ObjectRef, Time};

/// What the inspector is looking at.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Selection {
    /// The object's UID.
    pub uid: String,
    /// Which pane of it.
    pub pane: Pane,
}

/// A pane of the inspector that the engine fills.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Pane {
    /// As `kubectl describe`.
    #[default]
    Describe,
    /// As `kubectl get -o yaml`.
    Yaml,
    /// As `kubectl logs`.
    Logs {
        /// The container's name; empty for the default one.
        container: String,
        /// Those of the run before.
        previous: bool,
    },
    /// The causal trace: why it is there and as it is.
    Why,
}

/// The present content of a pane.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Inspected {
    /// What was asked for.
    pub selection: Selection,
    /// What is selected; when it is gone, what it was.
    pub object: ObjectRef,
    /// The content.
    pub body: InspectedBody,
}

/// What is in a pane.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum InspectedBody {
    /// Text as kubectl prints it, without colours.
    Text(String),
    /// Why it is there and as it is.
    Why {
        /// The trace, the first cause first.
        steps: Vec<WhyStep>,
        /// Of a pod: the scheduler's last word on it.
        placement: Option<Box<Placement>>,
    },
    /// kubectl's own error, for example that a container has not started yet.
    Error(String),
    /// The object has been deleted; the page keeps what it showed last, marked so.
    Gone,
}

/// Why this node: what the scheduler looked at when it chose one for a pod, or found none.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Placement {
    /// When.
    pub at: Time,
    /// How many nodes there were.
    pub nodes: u32,
    /// How many of them fitted.
    pub feasible: u32,
    /// The node that was chosen.
    pub chosen: Option<String>,
    /// Why none was chosen; empty otherwise.
    pub message: String,
    /// The node that the pod gets once the victims have left.
    pub nominated: Option<String>,
    /// Pods that have to leave for it.
    pub victims: Vec<String>,
    /// The nodes that fitted, best first.
    pub fitting: Vec<RatedNode>,
    /// The nodes that did not: their name, the plugin that refused, and its reason.
    pub refused: Vec<(String, String, String)>,
}

/// A node that fitted.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct RatedNode {
    /// Its name.
    pub node: String,
    /// The sum of the weighted scores; 0 for the only node that fitted, which is not scored.
    pub total: i64,
    /// By plugin: its weighted score.
    pub scores: Vec<(String, i64)>,
}

/// One link of the causal trace.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct WhyStep {
    /// When.
    pub at: Time,
    /// Who: `you`, `kube-apiserver`, `kube-scheduler`, `kubelet on node-1`, …
    pub actor: String,
    /// What happened, in one sentence.
    pub text: String,
    /// What to look at for it, when it is a thing of the map.
    pub object: Option<ObjectRef>,
}
