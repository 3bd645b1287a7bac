//! In which order pods are deleted when there are too many (`ActivePodsWithRanks`).

use std::cmp::Reverse;
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
    pods.sort_by(|a, b| key(a, rank(a), now).cmp(&key(b, rank(b), now)));
}

/// What a pod is compared by, the first difference decides.
///
/// Upstream compares two pods that are about as old by their UIDs, and two that are exactly as old by what comes next,
/// which is no order among three. Here UIDs, which are as good as chance, decide at the very end.
type Key<'a> = (
    bool,
    u8,
    bool,
    i32,
    Reverse<usize>,
    Age,
    Reverse<i32>,
    Age,
    &'a str,
);

fn key(pod: &Pod, rank: usize, now: Time) -> Key<'_> {
    let phase = match pod.status.phase.as_str() {
        "Pending" => 0,
        "Unknown" => 1,
        _ => 2,
    };
    let ready = pod::is_ready(pod);
    let readiness = if ready {
        ready_since(pod)
    } else {
        Time::default()
    };
    (
        !pod.spec.node_name.is_empty(),
        phase,
        ready,
        deletion_cost(pod),
        Reverse(rank),
        age(readiness, now),
        Reverse(max_restarts(pod)),
        age(pod.metadata.creation_timestamp, now),
        &pod.metadata.uid,
    )
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

/// The younger is less. Ages are compared by their order of magnitude only; an unknown time counts as the youngest.
type Age = Option<u32>;

fn age(since: Time, now: Time) -> Age {
    let seconds = match now.unix() - since.unix() {
        age @ 1.. => age.ilog2(),
        _ => 0,
    };
    (!since.is_zero()).then_some(seconds)
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
    fn pods_that_are_about_as_old_have_an_order_among_many() {
        let mut pods: Vec<Rc<Pod>> = (0..100_i64)
            .map(|i| {
                pod(&format!("{:02}", i * 37 % 100), |p| {
                    p.status.conditions[0].last_transition_time = Time::from_unix(1000 + i % 5);
                    p.metadata.creation_timestamp = Time::from_unix(900 + i % 7);
                    p.status.container_statuses.push(ContainerStatus {
                        restart_count: (i % 3) as i32,
                        ..ContainerStatus::default()
                    });
                })
            })
            .collect();
        sort_for_deletion(&mut pods, &[], Time::from_unix(5000));
        let restarts = |pod: &Rc<Pod>| Reverse(max_restarts(pod));
        assert!(pods.is_sorted_by_key(restarts));
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
