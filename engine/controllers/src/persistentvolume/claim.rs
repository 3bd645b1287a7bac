//! What is to be done about a claim.

use std::rc::Rc;
use std::time::Duration;

use api::core::v1::{PersistentVolume, PersistentVolumeClaim};
use apimachinery::Status;
use client::NamespacedName;
use client::events::{NORMAL, WARNING};

use super::{BIND_COMPLETED, Controller, RESYNC, SELECTED_NODE, class_of_claim, matching};

/// How long a volume that has just been made takes to become available.
const SOON: Duration = Duration::from_millis(5);

impl Controller {
    pub(super) fn sync_claim(&self, key: &NamespacedName) -> Result<(), Status> {
        let Some(claim) = self.claims.by_key(key) else {
            return Ok(());
        };
        if claim.metadata.annotations.contains_key(BIND_COMPLETED) {
            return self.sync_bound(&claim);
        }
        if claim.spec.volume_name.is_empty() && self.has_new_volume_for(&claim) {
            self.claim_queue.add_after(key.clone(), SOON);
            return Ok(());
        }
        let bound = if claim.spec.volume_name.is_empty() {
            self.find_volume(&claim)?
        } else {
            self.take_named_volume(&claim)?
        };
        if !bound {
            self.set_pending(&claim)?;
            self.claim_queue.add_after(key.clone(), RESYNC);
        }
        Ok(())
    }

    /// Whether a volume that would fit was made just now, with the claim: on a real cluster it would be available by the
    /// time that the claim comes.
    fn has_new_volume_for(&self, claim: &PersistentVolumeClaim) -> bool {
        let mut found = false;
        let now = self.client.now().unix();
        self.volumes.for_each(|volume| {
            let meta = &volume.metadata;
            found |= volume.status.phase == "Pending"
                && now - meta.creation_timestamp.unix() <= 1
                && volume.spec.claim_ref.is_none()
                && matching::fits(volume, claim).is_ok();
        });
        found
    }

    /// A claim that is open to any volume that fits. Whether it has one now.
    fn find_volume(&self, claim: &Rc<PersistentVolumeClaim>) -> Result<bool, Status> {
        let class_name = class_of_claim(claim);
        let class = self.classes.get("", &class_name);
        let delayed = class.as_ref().is_some_and(|class| {
            class.volume_binding_mode.as_deref() == Some("WaitForFirstConsumer")
        });
        if let Some(volume) = matching::best(&self.volumes.list(), claim, delayed) {
            self.bind(&volume, claim)?;
            return Ok(true);
        }
        let scheduled = claim.metadata.annotations.contains_key(SELECTED_NODE);
        if delayed && !scheduled {
            self.tell_that_it_waits(claim);
        } else if class_name.is_empty() {
            let text = "no persistent volumes available for this claim and no storage class is set";
            self.recorder.event(&**claim, NORMAL, "FailedBinding", text);
        } else {
            self.provision(claim, &class_name, class.as_deref())?;
        }
        Ok(false)
    }

    fn tell_that_it_waits(&self, claim: &PersistentVolumeClaim) {
        let meta = &claim.metadata;
        let users = self.pods.in_namespace(&meta.namespace);
        let waiting = users
            .iter()
            .find(|pod| pod.spec.node_name.is_empty() && uses_claim(pod, &meta.name));
        let (reason, text) = match waiting {
            Some(pod) => (
                "WaitForPodScheduled",
                format!("waiting for pod {} to be scheduled", pod.metadata.name),
            ),
            None => (
                "WaitForFirstConsumer",
                "waiting for first consumer to be created before binding".to_owned(),
            ),
        };
        self.recorder.event(claim, NORMAL, reason, &text);
    }

    /// A claim that names its volume. Whether it has it now.
    fn take_named_volume(&self, claim: &Rc<PersistentVolumeClaim>) -> Result<bool, Status> {
        let Some(volume) = self.volumes.get("", &claim.spec.volume_name) else {
            return Ok(false);
        };
        if volume.spec.claim_ref.is_none() {
            if let Err(reason) = matching::fits(&volume, claim) {
                let name = &volume.metadata.name;
                let text = format!("Cannot bind to requested volume {name:?}: {reason}");
                self.recorder
                    .event(&**claim, WARNING, "VolumeMismatch", &text);
                return Ok(false);
            }
        } else if !matching::is_reserved_for(&volume, claim) {
            let name = &volume.metadata.name;
            let text = format!("volume {name:?} already bound to a different claim.");
            self.recorder
                .event(&**claim, WARNING, "FailedBinding", &text);
            return Ok(false);
        }
        self.bind(&volume, claim)?;
        Ok(true)
    }

    /// A claim that had a volume: it must still be there and be its.
    fn sync_bound(&self, claim: &Rc<PersistentVolumeClaim>) -> Result<(), Status> {
        let volume: Option<Rc<PersistentVolume>> = match &*claim.spec.volume_name {
            "" => None,
            name => self.volumes.get("", name),
        };
        let Some(volume) = volume else {
            let text = "Bound claim has lost its PersistentVolume. Data on the volume is lost!";
            return self.set_lost(claim, "ClaimLost", text);
        };
        match volume.spec.claim_ref.as_ref() {
            None => self.bind(&volume, claim),
            Some(reference) if reference.uid == claim.metadata.uid => self.bind(&volume, claim),
            Some(_) => {
                let text = "Two claims are bound to the same volume, this one is bound incorrectly";
                self.set_lost(claim, "ClaimMisbound", text)
            }
        }
    }

    fn set_pending(&self, claim: &PersistentVolumeClaim) -> Result<(), Status> {
        if !claim.status.phase.is_empty() {
            return Ok(());
        }
        self.set_phase(claim, "Pending")
    }

    fn set_lost(
        &self,
        claim: &PersistentVolumeClaim,
        reason: &str,
        text: &str,
    ) -> Result<(), Status> {
        if claim.status.phase == "Lost" {
            return Ok(());
        }
        self.recorder.event(claim, WARNING, reason, text);
        self.set_phase(claim, "Lost")
    }

    fn set_phase(&self, claim: &PersistentVolumeClaim, phase: &str) -> Result<(), Status> {
        let meta = &claim.metadata;
        let patched = self.client.patch_status::<PersistentVolumeClaim>(
            &meta.namespace,
            &meta.name,
            |claim| claim.status.phase = phase.into(),
        );
        crate::worker::ignore_not_found(patched)
    }
}

/// Whether a pod has the claim of that name among its volumes.
pub(crate) fn uses_claim(pod: &api::core::v1::Pod, claim: &str) -> bool {
    pod.spec.volumes.iter().any(|volume| {
        let named = volume.persistent_volume_claim.as_ref();
        let ephemeral = || format!("{}-{}", pod.metadata.name, volume.name) == claim;
        named.is_some_and(|source| source.claim_name == claim)
            || (volume.ephemeral.is_some() && ephemeral())
    })
}
