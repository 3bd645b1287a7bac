//! Preferred terms.

use apimachinery::labels::Labels;

use super::super::normalize::MAX_NODE_SCORE;
use super::counts::DomainCounts;
use super::namespace_labels;
use crate::framework::math::{float, truncate};
use crate::framework::pod_info::AffinityTerm;
use crate::framework::{ClassMemo, Cycle, NodeRef, PodInfo};

/// What a required affinity term of a pod that is there counts for the pod it speaks of.
const HARD_POD_AFFINITY_WEIGHT: i64 = 1;

/// How much the pods of each domain speak for it.
pub(super) struct Preferences(pub(super) DomainCounts);

/// A term with its weight; negative for anti-affinity.
type Weighted = (i64, AffinityTerm);

/// Looks at all pods; `None` if nothing speaks for or against any node.
pub(super) fn preferences(cycle: &Cycle<'_>, pod: &PodInfo) -> Option<Preferences> {
    let snapshot = cycle.snapshot;
    let classes = snapshot.classes();
    let own = own_terms(cycle, pod);
    let namespace_labels = namespace_labels(cycle, pod);
    let mut counts = DomainCounts::default();
    for (_, term) in &own {
        counts.prepare(snapshot, &term.topology_key);
    }
    let own_memos: Vec<ClassMemo<bool>> = own.iter().map(|_| ClassMemo::new(classes)).collect();
    let theirs = ClassMemo::new(classes);
    let mut visit = |node: NodeRef<'_>| {
        for count in &node.info.classes {
            let pods = i64::from(count.total);
            for ((weight, term), memo) in own.iter().zip(&own_memos) {
                let matches = memo.get(classes, count.class, |class| {
                    term.matches(&class.namespace, &class.labels, &Labels::new())
                });
                if matches == Some(true) {
                    counts.add(&term.topology_key, node.index, pods * weight);
                }
            }
            let Some(affinity) = classes.get(count.class).and_then(|c| c.affinity.as_ref()) else {
                continue;
            };
            let terms = || {
                let hard = affinity
                    .required
                    .iter()
                    .map(|t| (HARD_POD_AFFINITY_WEIGHT, t));
                let soft = affinity.preferred.iter().map(|(weight, t)| (*weight, t));
                let against = affinity
                    .preferred_anti
                    .iter()
                    .map(|(weight, t)| (-*weight, t));
                hard.chain(soft).chain(against)
            };
            let matches = |term: &AffinityTerm| {
                term.matches(&pod.key.namespace, pod.labels(), &namespace_labels)
            };
            let any = theirs.get(classes, count.class, |_| terms().any(|(_, t)| matches(t)));
            if any == Some(true) {
                for (weight, term) in terms().filter(|(_, term)| matches(term)) {
                    counts.prepare(snapshot, &term.topology_key);
                    counts.add(&term.topology_key, node.index, pods * weight);
                }
            }
        }
    };
    if own.is_empty() {
        snapshot.with_affinity().for_each(&mut visit);
    } else {
        snapshot.nodes().for_each(&mut visit);
    }
    counts.is_touched().then_some(Preferences(counts))
}

fn own_terms(cycle: &Cycle<'_>, pod: &PodInfo) -> Vec<Weighted> {
    let Some(affinity) = &pod.affinity else {
        return Vec::new();
    };
    let namespaces = &cycle.objects.namespaces;
    let near = affinity
        .preferred
        .iter()
        .map(|(weight, term)| (*weight, term));
    let away = affinity
        .preferred_anti
        .iter()
        .map(|(weight, term)| (-*weight, term));
    near.chain(away)
        .map(|(weight, term)| (weight, term.with_namespaces(namespaces)))
        .collect()
}

/// The lowest becomes 0, the highest 100.
pub(super) fn normalize(scores: &mut [i64]) {
    let lowest = scores.iter().copied().min().unwrap_or(0);
    let highest = scores.iter().copied().max().unwrap_or(0);
    let range = highest - lowest;
    for score in scores {
        *score = match range {
            0 => 0,
            range => truncate(float(MAX_NODE_SCORE) * (float(*score - lowest) / float(range))),
        };
    }
}
