//! Soft constraints: the fewer pods a node's domains have, the better.

use std::collections::BTreeSet;
use std::rc::Rc;

use super::super::normalize::MAX_NODE_SCORE;
use super::constraint::{self, Constraint, HOSTNAME};
use super::count_pods;
use crate::framework::math::{float, ln, round};
use crate::framework::{ClassMemo, Cycle, NodeIndex, NodeRef, PodInfo, Snapshot, Topology};

/// How many pods each constraint counts in each domain of the nodes that fit.
pub(super) struct Counts {
    constraints: Vec<Soft>,
    /// Nodes that fit but lack a label; they score 0.
    ignored: BTreeSet<NodeIndex>,
}

struct Soft {
    constraint: Constraint,
    topology: Rc<Topology>,
    /// By domain; empty for hosts, whose pods are counted one by one.
    counts: Vec<Option<i64>>,
    /// Makes constraints over few domains and over many comparable.
    weight: f64,
    memo: ClassMemo<bool>,
}

impl Soft {
    fn new(constraint: Constraint, snapshot: &Snapshot) -> Self {
        let topology = snapshot.topology(&constraint.topology_key);
        let domains = if constraint.topology_key == HOSTNAME {
            0
        } else {
            topology.len()
        };
        Self {
            constraint,
            topology,
            counts: vec![None; domains],
            weight: 0.0,
            memo: ClassMemo::new(snapshot.classes()),
        }
    }

    fn pods_on(&self, snapshot: &Snapshot, pod: &PodInfo, node: NodeRef<'_>) -> i64 {
        let namespace = &pod.key.namespace;
        count_pods(snapshot, &self.constraint, &self.memo, namespace, node.info)
    }
}

impl Counts {
    /// Counts; `None` if there is no soft constraint.
    pub(super) fn count(cycle: &Cycle<'_>, pod: &PodInfo, nodes: &[NodeIndex]) -> Option<Self> {
        let (constraints, own) = constraint::soft(pod, cycle.objects);
        if constraints.is_empty() {
            return None;
        }
        let snapshot = cycle.snapshot;
        let mut counts = Self {
            constraints: constraints
                .into_iter()
                .map(|c| Soft::new(c, snapshot))
                .collect(),
            ignored: BTreeSet::new(),
        };
        counts.find_domains(nodes, own);
        for node in snapshot.nodes() {
            if own && counts.lacks_label(node.index) {
                continue;
            }
            for i in 0..counts.constraints.len() {
                counts.add_node(i, snapshot, pod, node);
            }
        }
        Some(counts)
    }

    fn lacks_label(&self, node: NodeIndex) -> bool {
        self.constraints
            .iter()
            .any(|c| c.topology.domain(node).is_none())
    }

    /// Finds the domains of the nodes that fit. The pod's own constraints leave out nodes without all labels.
    fn find_domains(&mut self, nodes: &[NodeIndex], own: bool) {
        if own {
            let lacking = nodes.iter().copied().filter(|node| self.lacks_label(*node));
            self.ignored = lacking.collect();
        }
        let hosts = nodes.len() - self.ignored.len();
        for soft in &mut self.constraints {
            let mut size = 0;
            if soft.constraint.topology_key == HOSTNAME {
                size = hosts;
            } else {
                let mut unlabelled = 0;
                for node in nodes.iter().filter(|node| !self.ignored.contains(node)) {
                    match soft.topology.domain(*node) {
                        // Nodes without the label make one domain more, which no node belongs to.
                        None => unlabelled = 1,
                        Some(domain) if soft.counts[domain].is_none() => {
                            soft.counts[domain] = Some(0);
                            size += 1;
                        }
                        Some(_) => (),
                    }
                }
                size += unlabelled;
            }
            soft.weight = ln(float(i64::try_from(size).unwrap_or(0)) + 2.0);
        }
    }

    fn add_node(&mut self, i: usize, snapshot: &Snapshot, pod: &PodInfo, node: NodeRef<'_>) {
        let soft = &self.constraints[i];
        let Some(domain) = soft.topology.domain(node.index) else {
            return;
        };
        let wanted = matches!(soft.counts.get(domain), Some(Some(_)));
        if !wanted || !soft.constraint.includes(pod, node.info) {
            return;
        }
        let pods = soft.pods_on(snapshot, pod, node);
        if let Some(Some(count)) = self.constraints[i].counts.get_mut(domain) {
            *count += pods;
        }
    }

    /// How crowded the node's domains are.
    pub(super) fn score(&self, cycle: &Cycle<'_>, pod: &PodInfo, node: NodeRef<'_>) -> i64 {
        if self.ignored.contains(&node.index) {
            return 0;
        }
        let mut score = 0.0;
        for soft in &self.constraints {
            let Some(domain) = soft.topology.domain(node.index) else {
                continue;
            };
            let pods = if soft.constraint.topology_key == HOSTNAME {
                soft.pods_on(cycle.snapshot, pod, node)
            } else {
                soft.counts[domain].unwrap_or(0)
            };
            score += float(pods) * soft.weight + float(soft.constraint.max_skew - 1);
        }
        round(score)
    }

    /// Turns "crowded" into "good": the emptiest gets the most.
    pub(super) fn normalize(&self, nodes: &[NodeIndex], scores: &mut [i64]) {
        let counted =
            |(node, score): (&NodeIndex, &i64)| (!self.ignored.contains(node)).then_some(*score);
        let rated = nodes.iter().zip(scores.iter()).filter_map(counted);
        let lowest = rated.clone().min().unwrap_or(0);
        let highest = rated.max().unwrap_or(0);
        for (node, score) in nodes.iter().zip(scores.iter_mut()) {
            *score = match highest {
                _ if self.ignored.contains(node) => 0,
                0 => MAX_NODE_SCORE,
                highest => MAX_NODE_SCORE * (highest + lowest - *score) / highest,
            };
        }
    }
}
