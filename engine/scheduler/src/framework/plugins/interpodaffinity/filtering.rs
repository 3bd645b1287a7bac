//! Required terms.

use apimachinery::labels::Labels;

use super::counts::DomainCounts;
use super::namespace_labels;
use crate::framework::pod_info::AffinityTerm;
use crate::framework::{ClassMemo, Cycle, NodeRef, PodInfo, Status};

const AFFINITY: &str = "node(s) didn't match pod affinity rules";
const ANTI_AFFINITY: &str = "node(s) didn't match pod anti-affinity rules";
const EXISTING_ANTI_AFFINITY: &str = "node(s) didn't satisfy existing pods anti-affinity rules";

/// Who is where, as far as required terms ask.
#[derive(Clone, Default)]
pub(super) struct Required {
    /// The pod's own terms, with namespaces spelled out.
    affinity: Vec<AffinityTerm>,
    anti_affinity: Vec<AffinityTerm>,
    namespace_labels: Labels,
    /// Pods that all affinity terms match.
    near: DomainCounts,
    /// Pods that an anti-affinity term matches.
    away: DomainCounts,
    /// Pods whose anti-affinity terms match the pod.
    refused_by: DomainCounts,
}

fn none() -> Labels {
    Labels::new()
}

impl Required {
    /// Looks at all pods.
    pub(super) fn count(cycle: &Cycle<'_>, pod: &PodInfo) -> Self {
        let mut required = Self {
            namespace_labels: namespace_labels(cycle, pod),
            ..Self::default()
        };
        if let Some(terms) = &pod.affinity {
            let spell_out = |terms: &[AffinityTerm]| {
                let namespaces = &cycle.objects.namespaces;
                terms
                    .iter()
                    .map(|term| term.with_namespaces(namespaces))
                    .collect()
            };
            required.affinity = spell_out(&terms.required);
            required.anti_affinity = spell_out(&terms.required_anti);
        }
        required.count_refusals(cycle, pod);
        if !required.affinity.is_empty() || !required.anti_affinity.is_empty() {
            required.count_own(cycle);
        }
        required
    }

    fn count_refusals(&mut self, cycle: &Cycle<'_>, pod: &PodInfo) {
        let snapshot = cycle.snapshot;
        let classes = snapshot.classes();
        let memo = ClassMemo::new(classes);
        for node in snapshot.with_required_anti_affinity() {
            for count in &node.info.classes {
                let refuses = memo.get(classes, count.class, |class| {
                    let terms = class.affinity.iter().flat_map(|a| &a.required_anti);
                    terms.clone().any(|term| self.speaks_of(term, pod))
                });
                let class = classes.get(count.class);
                let Some(class) = class.filter(|_| refuses == Some(true)) else {
                    continue;
                };
                let terms = class.affinity.iter().flat_map(|a| &a.required_anti);
                for term in terms {
                    if term.matches(&pod.key.namespace, pod.labels(), &self.namespace_labels) {
                        self.refused_by.prepare(snapshot, &term.topology_key);
                        let pods = i64::from(count.total);
                        self.refused_by.add(&term.topology_key, node.index, pods);
                    }
                }
            }
        }
    }

    fn speaks_of(&self, term: &AffinityTerm, pod: &PodInfo) -> bool {
        term.matches(&pod.key.namespace, pod.labels(), &self.namespace_labels)
    }

    fn count_own(&mut self, cycle: &Cycle<'_>) {
        let snapshot = cycle.snapshot;
        let classes = snapshot.classes();
        for term in &self.affinity {
            self.near.prepare(snapshot, &term.topology_key);
        }
        for term in &self.anti_affinity {
            self.away.prepare(snapshot, &term.topology_key);
        }
        let wanted = ClassMemo::new(classes);
        let unwanted: Vec<ClassMemo<bool>> = self
            .anti_affinity
            .iter()
            .map(|_| ClassMemo::new(classes))
            .collect();
        for node in snapshot.nodes() {
            for count in &node.info.classes {
                let pods = i64::from(count.total);
                let near = wanted.get(classes, count.class, |class| {
                    !self.affinity.is_empty()
                        && self
                            .affinity
                            .iter()
                            .all(|term| term.matches(&class.namespace, &class.labels, &none()))
                });
                if near == Some(true) {
                    for term in &self.affinity {
                        self.near.add(&term.topology_key, node.index, pods);
                    }
                }
                for (term, memo) in self.anti_affinity.iter().zip(&unwanted) {
                    let away = memo.get(classes, count.class, |class| {
                        term.matches(&class.namespace, &class.labels, &none())
                    });
                    if away == Some(true) {
                        self.away.add(&term.topology_key, node.index, pods);
                    }
                }
            }
        }
    }

    /// Whether no required term of anyone concerns the pod.
    pub(super) fn is_nothing(&self) -> bool {
        self.affinity.is_empty() && self.anti_affinity.is_empty() && self.refused_by.is_zero()
    }

    /// What if `other` came to the node (`delta` 1) or left it (-1)?
    pub(super) fn update(
        &mut self,
        cycle: &Cycle<'_>,
        pod: &PodInfo,
        other: &PodInfo,
        node: NodeRef<'_>,
        delta: i64,
    ) {
        if let Some(terms) = &other.affinity {
            for term in &terms.required_anti {
                if self.speaks_of(term, pod) {
                    self.refused_by.prepare(cycle.snapshot, &term.topology_key);
                    self.refused_by.add(&term.topology_key, node.index, delta);
                }
            }
        }
        if self.matches_all(other) {
            for term in &self.affinity {
                self.near.add(&term.topology_key, node.index, delta);
            }
        }
        for term in &self.anti_affinity {
            if term.matches(&other.key.namespace, other.labels(), &none()) {
                self.away.add(&term.topology_key, node.index, delta);
            }
        }
    }

    fn matches_all(&self, other: &PodInfo) -> bool {
        !self.affinity.is_empty()
            && self
                .affinity
                .iter()
                .all(|term| term.matches(&other.key.namespace, other.labels(), &none()))
    }

    /// May the pod come to this node?
    pub(super) fn check(&self, pod: &PodInfo, node: NodeRef<'_>) -> Status {
        let near = |term: &AffinityTerm| self.near.get(&term.topology_key, node.index);
        let mut all_there = true;
        for term in &self.affinity {
            match near(term) {
                None => return Status::unresolvable(AFFINITY),
                Some(pods) => all_there &= pods > 0,
            }
        }
        // The first of a series of pods that want to be near each other finds none of them anywhere.
        let first_of_its_kind = || self.near.is_zero() && self.matches_all(pod);
        if !(all_there || first_of_its_kind()) {
            return Status::unresolvable(AFFINITY);
        }
        let away = |term: &AffinityTerm| self.away.get(&term.topology_key, node.index);
        if self
            .anti_affinity
            .iter()
            .filter_map(away)
            .any(|pods| pods > 0)
        {
            return Status::unschedulable(ANTI_AFFINITY);
        }
        if self.refused_by.any_positive(node.index) {
            return Status::unschedulable(EXISTING_ANTI_AFFINITY);
        }
        Status::SUCCESS
    }
}
