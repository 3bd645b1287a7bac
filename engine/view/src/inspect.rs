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
    /// The trace, the first cause first.
    Why(Vec<WhyStep>),
    /// kubectl's own error, for example that a container has not started yet.
    Error(String),
    /// The object has been deleted; the page keeps what it showed last, marked so.
    Gone,
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
