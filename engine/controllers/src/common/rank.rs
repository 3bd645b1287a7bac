//! In which order pods are deleted when there are too many (`ActivePodsWithRanks`).

use std::cmp::{Ordering, Reverse};
use std::collections::BTreeMap;
use std::rc::Rc;

use api::core::v1::Pod;
use apimachinery::{Str, Time};
use component_helpers::pod;

const DELETION_COST: &str = "controller.kubernetes.io/pod-deletion-cost";

/// Sorts pods, the one to be deleted first at the front.
///
/// `related` are the pods that stand in for each other: of two equal pods, the one with more of those on its node goes
/// first.
pub(crate) fn sort_for_deletion(pods: &mut [Rc<Pod>], related: &[Rc<Pod>], now: Time) {
    let mut on_node: BTreeMap<&Str, usize> = BTreeMap::new();
    for pod in related.iter().filter(|pod| pod::is_active(pod)) {
        *on_node.entry(&pod.spec.node_name).or_default() += 1;
    }
    let rank = |pod: &Pod| on_node.get(&pod.spec.node_name).copied().unwrap_or(0);
    pods.sort_by(|a, b| compare(a, b, rank(a), rank(b), now));
}

fn compare(a: &Pod, b: &Pod, rank_a: usize, rank_b: usize, now: Time) -> Ordering {
    let assigned = |pod: &Pod| !pod.spec.node_name.is_empty();
    let phase = |pod: &Pod| match pod.status.phase.as_str() {
        "Pending" => 0,
        "Unknown" => 1,
        _ => 2,
    };
    let both_ready = pod::is_ready(a) && pod::is_ready(b);
    assigned(a)
        .cmp(&assigned(b))
        .then_with(|| phase(a).cmp(&phase(b)))
        .then_with(|| pod::is_ready(a).cmp(&pod::is_ready(b)))
        .then_with(|| deletion_cost(a).cmp(&deletion_cost(b)))
        .then_with(|| Reverse(rank_a).cmp(&Reverse(rank_b)))
        .then_with(|| {
            if both_ready {
                by_age(a, b, ready_since(a), ready_since(b), now)
            } else {
                Ordering::Equal
            }
        })
        .then_with(|| Reverse(max_restarts(a)).cmp(&Reverse(max_restarts(b))))
        .then_with(|| {
            let (a_time, b_time) = (a.metadata.creation_timestamp, b.metadata.creation_timestamp);
            by_age(a, b, a_time, b_time, now)
        })
}

fn deletion_cost(pod: &Pod) -> i32 {
    let text = pod.metadata.annotations.text(DELETION_COST);
    text.parse().unwrap_or(0)
}

fn ready_since(pod: &Pod) -> Time {
    pod::condition(&pod.status, "Ready")
        .map(|c| c.last_transition_time)
        .unwrap_or_default()
}

fn max_restarts(pod: &Pod) -> i32 {
    let statuses = pod.status.container_statuses.iter();
    statuses
        .map(|status| status.restart_count)
        .max()
        .unwrap_or(0)
}

/// The younger first, but ages are compared by their order of magnitude only; among pods of about the same age it is
/// as good as chance: the order of their UIDs.
fn by_age(a: &Pod, b: &Pod, a_time: Time, b_time: Time, now: Time) -> Ordering {
    if a_time == b_time {
        return Ordering::Equal;
    }
    if a_time.is_zero() || b_time.is_zero() {
        // An unknown time counts as the youngest.
        return b_time.is_zero().cmp(&a_time.is_zero());
    }
    let magnitude = |time: Time| match now.unix() - time.unix() {
        age @ 1.. => age.ilog2(),
        _ => 0,
    };
    magnitude(a_time)
        .cmp(&magnitude(b_time))
        .then_with(|| a.metadata.uid.cmp(&b.metadata.uid))
}

#[cfg(test)]
mod tests {
    use api::core::v1::{ContainerStatus, PodCondition};

    use super::*;

    fn pod(name: &str, change: impl FnOnce(&mut Pod)) -> Rc<Pod> {
        let mut pod = Pod::default();
        pod.metadata.name = name.into();
        pod.metadata.uid = name.into();
        pod.metadata.creation_timestamp = Time::from_unix(1000);
        pod.spec.node_name = "node-1".into();
        pod.status.phase = "Running".into();
        pod.status.conditions.push(PodCondition {
            type_: "Ready".into(),
            status: "True".into(),
            last_transition_time: Time::from_unix(1000),
            ..PodCondition::default()
        });
        change(&mut pod);
        Rc::new(pod)
    }

    #[test]
    fn the_least_useful_pod_goes_first() {
        let mut pods = vec![
            pod("old", |_| ()),
            pod("young", |p| {
                p.status.conditions[0].last_transition_time = Time::from_unix(4990)
            }),
            pod("restarted", |p| {
                p.status.container_statuses.push(ContainerStatus {
                    restart_count: 3,
                    ..ContainerStatus::default()
                });
            }),
            pod("crowded", |p| p.spec.node_name = "node-2".into()),
            pod("cheap", |p| {
                drop(p.metadata.annotations.insert(DELETION_COST, "-1"))
            }),
            pod("unready", |p| {
                p.status.conditions[0].status = "False".into()
            }),
            pod("pending", |p| p.status.phase = "Pending".into()),
            pod("unassigned", |p| p.spec.node_name = Str::new()),
        ];
        let neighbour = |name: &str| pod(name, |p| p.spec.node_name = "node-2".into());
        let mut related: Vec<Rc<Pod>> = pods.clone();
        related.extend((0..9).map(|i| neighbour(&format!("n{i}"))));
        sort_for_deletion(&mut pods, &related, Time::from_unix(5000));
        let order: Vec<&str> = pods.iter().map(|p| p.metadata.name.as_str()).collect();
        let expected = [
            "unassigned",
            "pending",
            "unready",
            "cheap",
            "crowded",
            "young",
            "restarted",
            "old",
        ];
        assert_eq!(order, expected);
    }
}
