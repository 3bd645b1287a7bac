//! A volume that only one node may have, and another one has.

use std::rc::Rc;

use api::core::v1::{PersistentVolume, Pod};
use client::events::WARNING;

use super::{Controller, Key};

/// Access modes that let several nodes have a volume.
const SHARED: [&str; 2] = ["ReadWriteMany", "ReadOnlyMany"];

impl Controller {
    /// Whether a volume has to wait for another node to let it go; says so in an event of each pod that waits.
    pub(super) fn is_elsewhere(
        &self,
        key: &Key,
        volume: &PersistentVolume,
        users: &[Rc<Pod>],
    ) -> bool {
        let modes = &volume.spec.access_modes;
        if modes.is_empty() || modes.iter().any(|mode| SHARED.contains(&mode.as_str())) {
            return false;
        }
        let others: Vec<(Key, bool)> = self
            .attachments
            .borrow()
            .iter()
            .filter(|(other, _)| other.volume == key.volume && other.node != key.node)
            .map(|(other, known)| (other.clone(), known.is_under_way()))
            .collect();
        if others.is_empty() {
            return false;
        }
        // One operation at a time is under way for such a volume.
        if others.iter().any(|(_, under_way)| *under_way) {
            return true;
        }
        let on_others = |pod: &Rc<Pod>| {
            others
                .iter()
                .any(|(other, _)| other.node == pod.spec.node_name)
        };
        let mut blocking = self.caches.users(volume, None);
        blocking.retain(on_others);
        let names: Vec<&str> = blocking
            .iter()
            .map(|pod| pod.metadata.name.as_str())
            .collect();
        let why = if names.is_empty() {
            "Volume is already exclusively attached to one node and can't be attached to another"
                .to_owned()
        } else {
            format!("Volume is already used by pod(s) {}", names.join(", "))
        };
        let text = format!("Multi-Attach error for volume {:?} {why}", key.volume);
        let mut reported = self.reported.borrow_mut();
        let reported = reported.entry(key.clone()).or_default();
        for pod in users {
            if !reported.contains(&pod.metadata.uid) {
                reported.push(pod.metadata.uid.clone());
                self.recorder
                    .event(&**pod, WARNING, "FailedAttachVolume", &text);
            }
        }
        true
    }
}
