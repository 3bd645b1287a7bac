//! Hard constraints: no domain may get more than `maxSkew` pods ahead of the emptiest.

use std::rc::Rc;

use super::constraint::{self, Constraint};
use super::count_pods;
use crate::framework::{ClassMemo, Cycle, NodeRef, PodInfo, Status, Topology};

const REASON: &str = "node(s) didn't match pod topology spread constraints";
const REASON_LABEL: &str =
    "node(s) didn't match pod topology spread constraints (missing required label)";

/// How many pods each constraint counts in each domain.
#[derive(Clone)]
pub(super) struct Domains {
    constraints: Rc<Vec<Constraint>>,
    topologies: Vec<Rc<Topology>>,
    /// By constraint, by domain; `None` where no node of the domain counts.
    counts: Vec<Vec<Option<i64>>>,
    /// By constraint: the count of the emptiest domain, 0 if there are too few domains.
    lowest: Vec<i64>,
}

impl Domains {
    /// Counts; `None` if the pod has no hard constraint.
    pub(super) fn count(cycle: &Cycle<'_>, pod: &PodInfo) -> Option<Self> {
        let constraints = constraint::hard(pod);
        if constraints.is_empty() {
            return None;
        }
        let snapshot = cycle.snapshot;
        let topologies: Vec<Rc<Topology>> = constraints
            .iter()
            .map(|c| snapshot.topology(&c.topology_key))
            .collect();
        let mut counts: Vec<Vec<Option<i64>>> =
            topologies.iter().map(|t| vec![None; t.len()]).collect();
        let memos: Vec<ClassMemo<bool>> = constraints
            .iter()
            .map(|_| ClassMemo::new(snapshot.classes()))
            .collect();
        for node in snapshot.nodes() {
            if topologies.iter().any(|t| t.domain(node.index).is_none()) {
                continue;
            }
            for (i, constraint) in constraints.iter().enumerate() {
                let Some(domain) = topologies[i].domain(node.index) else {
                    continue;
                };
                if constraint.includes(pod, node.info) {
                    let pods = count_pods(
                        snapshot,
                        constraint,
                        &memos[i],
                        &pod.key.namespace,
                        node.info,
                    );
                    *counts[i][domain].get_or_insert(0) += pods;
                }
            }
        }
        let mut domains = Self {
            constraints: Rc::new(constraints),
            topologies,
            counts,
            lowest: Vec::new(),
        };
        domains.find_lowest();
        Some(domains)
    }

    fn find_lowest(&mut self) {
        let lowest = |(constraint, counts): (&Constraint, &Vec<Option<i64>>)| {
            let there = counts.iter().flatten();
            let domains = i64::try_from(there.clone().count()).unwrap_or(i64::MAX);
            if domains < constraint.min_domains {
                return 0;
            }
            // Without any domain nothing is too far ahead.
            there.min().copied().unwrap_or(i64::from(i32::MAX))
        };
        self.lowest = self
            .constraints
            .iter()
            .zip(&self.counts)
            .map(lowest)
            .collect();
    }

    /// What if `other` came to the node (`delta` 1) or left it (-1)?
    pub(super) fn update(
        &mut self,
        _: &Cycle<'_>,
        pod: &PodInfo,
        other: &PodInfo,
        node: NodeRef<'_>,
        delta: i64,
    ) {
        let elsewhere = other.key.namespace != pod.key.namespace;
        if elsewhere
            || self
                .topologies
                .iter()
                .any(|t| t.domain(node.index).is_none())
        {
            return;
        }
        let constraints = Rc::clone(&self.constraints);
        for (i, constraint) in constraints.iter().enumerate() {
            if let Some(domain) = self.topologies[i].domain(node.index)
                && constraint.selector.matches(other.labels())
                && constraint.includes(pod, node.info)
            {
                *self.counts[i][domain].get_or_insert(0) += delta;
            }
        }
        self.find_lowest();
    }

    /// May the pod come to this node?
    pub(super) fn check(&self, pod: &PodInfo, node: NodeRef<'_>) -> Status {
        for (i, constraint) in self.constraints.iter().enumerate() {
            let Some(domain) = self.topologies[i].domain(node.index) else {
                return Status::unresolvable(REASON_LABEL);
            };
            let own = i64::from(constraint.selector.matches(pod.labels()));
            let skew = self.counts[i][domain].unwrap_or(0) + own - self.lowest[i];
            if skew > constraint.max_skew {
                return Status::unschedulable(REASON);
            }
        }
        Status::SUCCESS
    }
}
