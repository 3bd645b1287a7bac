//! What replica sets and replication controllers have in common, and what differs.

use api::apps::v1::{ReplicaSet, ReplicaSetCondition, ReplicaSetStatus};
use api::core::v1::{
    PodTemplateSpec, ReplicationController, ReplicationControllerCondition,
    ReplicationControllerStatus,
};
use apimachinery::labels::Selector;
use apimachinery::{Kind, Str, Time};

use super::{Counts, selector_of};

/// Something that asks for a number of pods of one template.
pub(crate) trait Replicated: Kind {
    /// How many pods.
    fn replicas(&self) -> i32;
    /// How long a pod must be ready to be available.
    fn min_ready_seconds(&self) -> i32;
    /// Which pods it has.
    fn selector(&self) -> Selector;
    /// What its pods look like.
    fn template(&self) -> PodTemplateSpec;
    /// Whether its status counts pods that are on their way out.
    fn tells_terminating(&self) -> bool;
    /// The counts in its status.
    fn counts(&self) -> Counts;
    /// The generation that its status is about.
    fn observed_generation(&self) -> i64;
    /// Whether its status says that something is wrong, and what: reason and message.
    fn failure(&self) -> Option<(Str, Str)>;
    /// Writes its status.
    fn set_status(&mut self, counts: &Counts, failure: Option<(Str, Str)>, now: Time);
}

const REPLICA_FAILURE: &str = "ReplicaFailure";

impl Replicated for ReplicaSet {
    fn replicas(&self) -> i32 {
        self.spec.replicas.unwrap_or(1)
    }

    fn min_ready_seconds(&self) -> i32 {
        self.spec.min_ready_seconds
    }

    fn selector(&self) -> Selector {
        selector_of(self.spec.selector.as_deref())
    }

    fn template(&self) -> PodTemplateSpec {
        self.spec.template.clone()
    }

    fn tells_terminating(&self) -> bool {
        true
    }

    fn counts(&self) -> Counts {
        let status = &self.status;
        Counts {
            replicas: status.replicas,
            fully_labeled: status.fully_labeled_replicas,
            ready: status.ready_replicas,
            available: status.available_replicas,
            terminating: status.terminating_replicas,
        }
    }

    fn observed_generation(&self) -> i64 {
        self.status.observed_generation
    }

    fn failure(&self) -> Option<(Str, Str)> {
        let condition = self
            .status
            .conditions
            .iter()
            .find(|c| c.type_ == REPLICA_FAILURE)?;
        Some((condition.reason.clone(), condition.message.clone()))
    }

    fn set_status(&mut self, counts: &Counts, failure: Option<(Str, Str)>, now: Time) {
        let mut conditions = std::mem::take(&mut self.status.conditions);
        if failure.is_some() != self_has(&conditions, |c| &c.type_) {
            conditions.retain(|c| c.type_ != REPLICA_FAILURE);
            conditions.extend(failure.map(|(reason, message)| ReplicaSetCondition {
                type_: REPLICA_FAILURE.into(),
                status: "True".into(),
                last_transition_time: now,
                reason,
                message,
            }));
        }
        *self.status = ReplicaSetStatus {
            replicas: counts.replicas,
            fully_labeled_replicas: counts.fully_labeled,
            ready_replicas: counts.ready,
            available_replicas: counts.available,
            terminating_replicas: counts.terminating,
            observed_generation: self.metadata.generation,
            conditions,
        };
    }
}

impl Replicated for ReplicationController {
    fn replicas(&self) -> i32 {
        self.spec.replicas.unwrap_or(1)
    }

    fn min_ready_seconds(&self) -> i32 {
        self.spec.min_ready_seconds
    }

    fn selector(&self) -> Selector {
        Selector::from_set(&self.spec.selector)
    }

    fn template(&self) -> PodTemplateSpec {
        self.spec.template.as_deref().cloned().unwrap_or_default()
    }

    fn tells_terminating(&self) -> bool {
        false
    }

    fn counts(&self) -> Counts {
        let status = &self.status;
        Counts {
            replicas: status.replicas,
            fully_labeled: status.fully_labeled_replicas,
            ready: status.ready_replicas,
            available: status.available_replicas,
            terminating: None,
        }
    }

    fn observed_generation(&self) -> i64 {
        self.status.observed_generation
    }

    fn failure(&self) -> Option<(Str, Str)> {
        let condition = self
            .status
            .conditions
            .iter()
            .find(|c| c.type_ == REPLICA_FAILURE)?;
        Some((condition.reason.clone(), condition.message.clone()))
    }

    fn set_status(&mut self, counts: &Counts, failure: Option<(Str, Str)>, now: Time) {
        let mut conditions = std::mem::take(&mut self.status.conditions);
        if failure.is_some() != self_has(&conditions, |c| &c.type_) {
            conditions.retain(|c| c.type_ != REPLICA_FAILURE);
            conditions.extend(
                failure.map(|(reason, message)| ReplicationControllerCondition {
                    type_: REPLICA_FAILURE.into(),
                    status: "True".into(),
                    last_transition_time: now,
                    reason,
                    message,
                }),
            );
        }
        *self.status = ReplicationControllerStatus {
            replicas: counts.replicas,
            fully_labeled_replicas: counts.fully_labeled,
            ready_replicas: counts.ready,
            available_replicas: counts.available,
            observed_generation: self.metadata.generation,
            conditions,
        };
    }
}

/// Whether there is a failure condition already. As upstream, its text stays as it was first written.
fn self_has<C>(conditions: &[C], type_of: impl Fn(&C) -> &Str) -> bool {
    conditions.iter().any(|c| type_of(c) == REPLICA_FAILURE)
}
