//! Rolling update: node by node, as many at a time as may be missing, or may be there twice.

use std::rc::Rc;

use api::apps::v1::DaemonSet;
use api::core::v1::Pod;
use apimachinery::{IntOrString, Status};

use super::manage::{HASH_LABEL, Plan};
use super::{Controller, PodsByNode, nodes};

fn bound(value: Option<&IntOrString>, desired: i32) -> i32 {
    value
        .and_then(|value| value.scaled(desired, true).ok())
        .unwrap_or(0)
}

fn max_surge(set: &DaemonSet, desired: i32) -> i32 {
    let rolling = set.spec.update_strategy.rolling_update.as_ref();
    bound(
        rolling.and_then(|rolling| rolling.max_surge.as_ref()),
        desired,
    )
}

fn max_unavailable(set: &DaemonSet, desired: i32) -> i32 {
    let rolling = set.spec.update_strategy.rolling_update.as_ref();
    bound(
        rolling.and_then(|rolling| rolling.max_unavailable.as_ref()),
        desired,
    )
}

/// Whether two pods of the set may be on a node during an update.
pub(super) fn allows_surge(set: &DaemonSet) -> bool {
    set.spec.update_strategy.type_ == "RollingUpdate" && max_surge(set, 100) > 0
}

/// Whether the pod is of today's template.
pub(super) fn is_updated(pod: &Pod, hash: &str) -> bool {
    pod.metadata.labels.text(HASH_LABEL) == hash
}

/// The pod of today's template and the one of an older template on a node.
struct OnNode {
    new: Option<Rc<Pod>>,
    old: Option<Rc<Pod>>,
}

/// `None` if there are more than one of a kind, which is for [`Controller::manage`] to put right.
fn sort_out(pods: &[Rc<Pod>], hash: &str) -> Option<OnNode> {
    let mut found = OnNode {
        new: None,
        old: None,
    };
    for pod in pods.iter().filter(|pod| !pod.metadata.is_deleting()) {
        let slot = if is_updated(pod, hash) {
            &mut found.new
        } else {
            &mut found.old
        };
        if slot.is_some() {
            return None;
        }
        *slot = Some(Rc::clone(pod));
    }
    Some(found)
}

impl Controller {
    /// Replaces old pods, as far as the limits allow.
    pub(super) fn roll(
        &self,
        set: &DaemonSet,
        pods: &PodsByNode,
        hash: &str,
    ) -> Result<(), Status> {
        let rule = nodes::Rule::of(set);
        let desired = self
            .nodes
            .list()
            .iter()
            .filter(|node| rule.applies(node).run)
            .count();
        let desired = i32::try_from(desired).unwrap_or(i32::MAX);
        let surge = max_surge(set, desired);
        let plan = if surge > 0 {
            self.plan_surge(set, pods, hash, surge)
        } else {
            let most = max_unavailable(set, desired).max(1);
            self.plan_replacements(set, pods, hash, most)
        };
        self.carry_out(set, plan, hash)
    }

    /// Without surge: deletes old pods; their nodes get new ones in the next sync.
    fn plan_replacements(&self, set: &DaemonSet, pods: &PodsByNode, hash: &str, most: i32) -> Plan {
        let mut unavailable = 0;
        let mut plan = Plan::default();
        let mut candidates = Vec::new();
        for there in pods.values() {
            match sort_out(there, hash) {
                Some(OnNode {
                    new: Some(new),
                    old: None,
                }) => {
                    if !self.is_available(set, &new) {
                        unavailable += 1;
                    }
                }
                Some(OnNode {
                    new: None,
                    old: Some(old),
                }) => {
                    if self.is_available(set, &old) {
                        candidates.push(old);
                    } else {
                        // It does no good as it is, so it costs nothing to replace it.
                        plan.delete.push(old);
                        unavailable += 1;
                    }
                }
                _ => unavailable += 1,
            }
        }
        let more = usize::try_from(most - unavailable).unwrap_or(0);
        plan.delete.extend(candidates.into_iter().take(more));
        plan
    }

    /// With surge: makes new pods beside old ones, and deletes the old ones when the new ones are available.
    fn plan_surge(&self, set: &DaemonSet, pods: &PodsByNode, hash: &str, most: i32) -> Plan {
        let mut surging = 0;
        let mut plan = Plan::default();
        let mut candidates = Vec::new();
        for (node, there) in pods {
            match sort_out(there, hash) {
                Some(OnNode {
                    new: None,
                    old: Some(old),
                }) => {
                    if self.is_available(set, &old) {
                        candidates.push(node.clone());
                    } else {
                        plan.create.push(node.clone());
                    }
                }
                Some(OnNode {
                    new: Some(new),
                    old: Some(old),
                }) => {
                    if self.is_available(set, &new) {
                        plan.delete.push(old);
                    } else {
                        surging += 1;
                    }
                }
                Some(OnNode {
                    new: Some(_),
                    old: None,
                }) => (),
                _ => surging += 1,
            }
        }
        let more = usize::try_from(most - surging).unwrap_or(0);
        plan.create.extend(candidates.into_iter().take(more));
        plan
    }
}
