//! Makes the pods that are missing, and deletes those that are too many.

use std::rc::Rc;

use api::core::v1::Pod;
use apimachinery::Status;

use super::{Controller, Replicated};
use crate::common::claim;
use crate::common::pod_control::{PodControl, is_namespace_terminating, pod_from_template};
use crate::common::{controller_ref, rank};

/// How many pods are made or deleted in one go.
const BURST_REPLICAS: usize = 500;

impl<K: Replicated> Controller<K> {
    /// Brings the number of pods to what is asked for; what went wrong, if anything did.
    pub(super) fn manage(&self, set: &Rc<K>, pods: &[Rc<Pod>]) -> Option<Status> {
        let wanted = usize::try_from(set.replicas()).unwrap_or(0);
        if pods.len() < wanted {
            return self.create(set, (wanted - pods.len()).min(BURST_REPLICAS));
        }
        if pods.len() > wanted {
            return self.delete(set, pods, (pods.len() - wanted).min(BURST_REPLICAS));
        }
        None
    }

    fn create(&self, set: &Rc<K>, count: usize) -> Option<Status> {
        let template = set.template();
        let (_, error) = PodControl::slow_start(count, |_| {
            let pod = pod_from_template(&template, set.meta(), controller_ref(&**set));
            match self.control.create(&**set, pod) {
                // Nothing can be made there any more, and nothing needs to be.
                Err(status) if is_namespace_terminating(&status) => Ok(()),
                other => other.map(drop),
            }
        });
        error
    }

    fn delete(&self, set: &Rc<K>, pods: &[Rc<Pod>], count: usize) -> Option<Status> {
        let mut pods = pods.to_vec();
        if count < pods.len() {
            let related = self.related_pods(set);
            rank::sort_for_deletion(&mut pods, &related, self.control.client.now());
        }
        let mut error = None;
        for pod in pods.iter().take(count) {
            let meta = &pod.metadata;
            if let Err(status) = self.control.delete(&**set, &meta.namespace, &meta.name) {
                error.get_or_insert(status);
            }
        }
        error
    }

    /// The pods of all sets with the same owner: they stand in for each other.
    fn related_pods(&self, set: &Rc<K>) -> Vec<Rc<Pod>> {
        let owner = set.meta().controller().map(|owner| owner.uid.clone());
        let Some(owner) = owner else {
            return claim::controlled_by(&self.pods, &set.meta().uid);
        };
        let same_owner = |other: &Rc<K>| {
            other
                .meta()
                .controller()
                .is_some_and(|reference| reference.uid == owner)
        };
        let sets = self.sets.in_namespace(&set.meta().namespace);
        let pods = sets.iter().filter(|other| same_owner(other));
        pods.flat_map(|other| claim::controlled_by(&self.pods, &other.meta().uid))
            .collect()
    }
}
