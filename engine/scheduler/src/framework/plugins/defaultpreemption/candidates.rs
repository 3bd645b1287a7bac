//! Which of several nodes to take (`pickOneNodeForPreemption`).

use std::cmp::Reverse;
use std::rc::Rc;

use apimachinery::Time;

use crate::framework::{NodeIndex, PodInfo};

/// A node on which the pod would fit if its victims were gone.
pub(super) struct Candidate {
    pub(super) node: NodeIndex,
    /// Most important first.
    pub(super) victims: Vec<Rc<PodInfo>>,
    /// How many victims a disruption budget protects.
    pub(super) violations: usize,
}

/// The candidate that hurts least: fewest budget violations, then the least important most important victim, then the
/// smallest sum of priorities, then the fewest victims, then the latest start of the most important ones. The first of
/// equals.
pub(super) fn least_harm(candidates: Vec<Candidate>) -> Option<Candidate> {
    // `min_by_key` takes the first of equals.
    candidates.into_iter().min_by_key(harm)
}

fn harm(candidate: &Candidate) -> (usize, i32, i64, usize, Reverse<Time>) {
    let victims = &candidate.victims;
    let highest = victims.first().map_or(i32::MIN, |victim| victim.priority);
    // Shifted to be positive, so that more victims never sum up to less.
    let shifted = |victim: &Rc<PodInfo>| i64::from(victim.priority) + i64::from(i32::MAX) + 1;
    let most_important = victims.iter().filter(|victim| victim.priority == highest);
    let earliest = most_important.map(|victim| start_time(victim)).min();
    (
        candidate.violations,
        highest,
        victims.iter().map(shifted).sum(),
        victims.len(),
        Reverse(earliest.unwrap_or(Time::ZERO)),
    )
}

/// When the pod started; a pod that has not started yet counts as started now, that is, last.
pub(super) fn start_time(pod: &PodInfo) -> Time {
    let started = pod.pod.status.start_time;
    started.unwrap_or(Time::from_unix(i64::MAX / 2_000_000))
}

/// Orders pods by importance, the most important first: by priority, then by how long they have been running.
pub(super) fn importance(pod: &PodInfo) -> (Reverse<i32>, Time) {
    (Reverse(pod.priority), start_time(pod))
}
