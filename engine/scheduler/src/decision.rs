//! What was decided about a pod and why, kept for people who ask "why this node?".
//!
//! Bounded: the last [`MAX_DECISIONS`] decisions, each with at most [`MAX_NODES`] nodes in detail.

use std::collections::VecDeque;
use std::rc::Rc;

use apimachinery::Str;
use client::NamespacedName;
use sim::Time;

use crate::framework::runtime::PluginScores;
use crate::framework::{NodeIndex, NodeStatuses, Snapshot, Status};

/// How many decisions are kept.
pub const MAX_DECISIONS: usize = 500;
/// How many nodes of a decision are kept: the best of those that fit, and the first of those that do not.
pub const MAX_NODES: usize = 64;

/// One scheduling attempt.
#[derive(Clone, Debug)]
pub struct Decision {
    /// The pod.
    pub pod: NamespacedName,
    /// When.
    pub at: Time,
    /// How many nodes there were.
    pub nodes: usize,
    /// How many of them fitted.
    pub feasible: usize,
    /// The node that was chosen.
    pub chosen: Option<Str>,
    /// Why none was chosen; empty otherwise.
    pub message: String,
    /// The node that the pod was promised, once the victims have left.
    pub nominated: Option<Str>,
    /// Pods that have to leave for it.
    pub victims: Vec<NamespacedName>,
    /// The nodes that fitted, best first.
    pub fitting: Vec<Rated>,
    /// The nodes that did not, in the order in which they were tried.
    pub refused: Vec<Refused>,
}

/// A node that fitted.
#[derive(Clone, Debug)]
pub struct Rated {
    /// The node.
    pub node: Str,
    /// The sum of the weighted scores; 0 if it was the only node that fitted, which is not scored.
    pub total: i64,
    /// What each plugin said.
    pub scores: Vec<Score>,
}

/// What one plugin said about a node.
#[derive(Clone, Copy, Debug)]
pub struct Score {
    /// The plugin.
    pub plugin: &'static str,
    /// In the plugin's own scale.
    pub raw: i64,
    /// Normalised and weighted.
    pub weighted: i64,
}

/// A node that did not fit.
#[derive(Clone, Debug)]
pub struct Refused {
    /// The node.
    pub node: Str,
    /// The plugin that refused, and its reasons.
    pub status: Status,
}

/// The last decisions.
#[derive(Default)]
pub struct Decisions(VecDeque<Rc<Decision>>);

impl Decisions {
    /// Keeps a decision, and forgets the oldest if there are too many.
    pub fn push(&mut self, decision: Decision) {
        if self.0.len() == MAX_DECISIONS {
            self.0.pop_front();
        }
        self.0.push_back(Rc::new(decision));
    }

    /// The last decision about a pod.
    pub fn last(&self, pod: &NamespacedName) -> Option<&Rc<Decision>> {
        self.0.iter().rev().find(|decision| decision.pod == *pod)
    }

    /// All decisions that are kept, oldest first.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &Rc<Decision>> {
        self.0.iter()
    }
}

/// The nodes that fitted, best first; `nodes` and `totals` belong together.
pub(crate) fn rate(
    snapshot: &Snapshot,
    nodes: &[NodeIndex],
    totals: &[i64],
    scores: &[PluginScores],
    chosen: NodeIndex,
) -> Vec<Rated> {
    let mut best: Vec<usize> = (0..nodes.len()).collect();
    best.sort_by_key(|i| {
        (
            nodes[*i] != chosen,
            std::cmp::Reverse(totals.get(*i).copied()),
        )
    });
    best.truncate(MAX_NODES);
    let rated = best.into_iter().map(|i| Rated {
        node: snapshot.node(nodes[i]).info.name.clone(),
        total: totals.get(i).copied().unwrap_or(0),
        scores: scores
            .iter()
            .map(|s| Score {
                plugin: s.plugin,
                raw: s.raw[i],
                weighted: s.weighted[i],
            })
            .collect(),
    });
    rated.collect()
}

/// The nodes that did not fit.
pub(crate) fn refusals(snapshot: &Snapshot, statuses: &NodeStatuses) -> Vec<Refused> {
    let refused = statuses
        .iter()
        .take(MAX_NODES)
        .map(|(index, status)| Refused {
            node: snapshot.node(index).info.name.clone(),
            status: status.clone(),
        });
    refused.collect()
}
