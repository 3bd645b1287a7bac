//! Binds a volume and a claim to each other, in four writes, each of which may have happened already.

use api::core::v1::{ObjectReference, PersistentVolume, PersistentVolumeClaim};
use apimachinery::Status;

use super::{BIND_COMPLETED, BOUND_BY_CONTROLLER, Controller, matching};

impl Controller {
    pub(super) fn bind(
        &self,
        volume: &PersistentVolume,
        claim: &PersistentVolumeClaim,
    ) -> Result<(), Status> {
        let (volume_name, meta) = (&volume.metadata.name, &claim.metadata);
        let points_here = |volume: &PersistentVolume| {
            let reference = volume.spec.claim_ref.as_ref();
            reference.is_some_and(|reference| reference.uid == meta.uid)
        };
        if !points_here(volume) {
            let reference: ObjectReference = client::events::reference(claim);
            let written = self
                .client
                .patch::<PersistentVolume>("", volume_name, |volume| {
                    let free = volume.spec.claim_ref.is_none();
                    if !free && !matching::is_reserved_for(volume, claim) {
                        return;
                    }
                    volume.spec.claim_ref = Some(reference.clone().into());
                    if free {
                        volume
                            .metadata
                            .annotations
                            .insert(BOUND_BY_CONTROLLER, "yes");
                    }
                })?;
            if !points_here(&written) {
                // Another claim was faster.
                return Err(Status::internal_error("the volume was taken meanwhile"));
            }
        }
        self.set_volume_phase(volume, "Bound", "")?;
        let annotations = &meta.annotations;
        let done =
            claim.spec.volume_name == *volume_name && annotations.contains_key(BIND_COMPLETED);
        let mut now = None;
        if !done {
            let bound = self.client.patch::<PersistentVolumeClaim>(
                &meta.namespace,
                &meta.name,
                |claim| {
                    let annotations = &mut claim.metadata.annotations;
                    annotations.insert(BIND_COMPLETED, "yes");
                    if claim.spec.volume_name.is_empty() {
                        annotations.insert(BOUND_BY_CONTROLLER, "yes");
                        claim.spec.volume_name = volume_name.clone();
                    }
                },
            )?;
            now = Some(bound);
        }
        let claim = now.as_deref().unwrap_or(claim);
        let status = &claim.status;
        let (modes, capacity) = (&volume.spec.access_modes, &volume.spec.capacity);
        // A claim keeps its size until the file system has grown, too.
        let sized = status.phase == "Bound" || status.capacity == *capacity;
        if status.phase == "Bound" && status.access_modes == *modes && sized {
            return Ok(());
        }
        let patched = self.client.patch_status::<PersistentVolumeClaim>(
            &meta.namespace,
            &meta.name,
            |claim| {
                claim.status.phase = "Bound".into();
                claim.status.access_modes.clone_from(modes);
                claim.status.capacity = capacity.clone();
            },
        );
        crate::worker::ignore_not_found(patched)
    }
}
