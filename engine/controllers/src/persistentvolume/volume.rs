//! What is to be done about a volume.

use api::core::v1::{PersistentVolume, PersistentVolumeClaim};
use apimachinery::Status;
use client::events::WARNING;
use client::{Delete, NamespacedName};

use super::{Controller, PROVISIONED_BY};
use crate::worker;

/// What a pretended host path provisioner may delete.
const DELETABLE: &str = "/tmp/";

impl Controller {
    pub(super) fn sync_volume(&self, key: &NamespacedName) -> Result<(), Status> {
        let Some(volume) = self.volumes.by_key(key) else {
            return Ok(());
        };
        let Some(reference) = volume.spec.claim_ref.as_ref() else {
            return self.set_volume_phase(&volume, "Available", "");
        };
        let name = NamespacedName::new(reference.namespace.clone(), reference.name.clone());
        if reference.uid.is_empty() {
            // Promised by its maker to a claim that may come.
            self.set_volume_phase(&volume, "Available", "")?;
            if self.claims.by_key(&name).is_some() {
                self.claim_queue.add(name);
            }
            return Ok(());
        }
        let claim = self.claims.by_key(&name);
        let claim = claim.filter(|claim| claim.metadata.uid == reference.uid);
        let Some(claim) = claim else {
            // The cache may be behind when a claim was made again.
            return self.release(&volume);
        };
        if claim.spec.volume_name.is_empty() {
            self.claim_queue.add(name);
            return Ok(());
        }
        if claim.spec.volume_name == volume.metadata.name {
            return self.set_volume_phase(&volume, "Bound", "");
        }
        self.let_go(&volume, &claim)
    }

    /// The volume's claim is gone.
    fn release(&self, volume: &PersistentVolume) -> Result<(), Status> {
        if !matches!(&*volume.status.phase, "Released" | "Failed") {
            self.set_volume_phase(volume, "Released", "")?;
        }
        if volume.spec.persistent_volume_reclaim_policy == "Recycle" {
            return self.recycle(volume);
        }
        if volume.spec.persistent_volume_reclaim_policy != "Delete" || volume.metadata.is_deleting()
        {
            return Ok(());
        }
        let path = volume.spec.host_path.as_ref().map(|source| &source.path);
        match path {
            Some(path) if !path.starts_with(DELETABLE) => {
                let text =
                    format!("host_path deleter only supports /tmp/.+ but received provided {path}");
                if volume.status.message != text {
                    self.recorder
                        .event(volume, WARNING, "VolumeFailedDelete", &text);
                }
                return self.set_volume_phase(volume, "Failed", &text);
            }
            Some(_) => {}
            None => {
                // Somebody else has made it and will delete it.
                return Ok(());
            }
        }
        let meta = &volume.metadata;
        let delete = Delete::default().uid(&meta.uid);
        let deleted = self
            .client
            .delete::<PersistentVolume>("", &meta.name, &delete);
        worker::ignore_not_found(deleted)
    }

    /// The volume's claim has taken another one.
    fn let_go(
        &self,
        volume: &PersistentVolume,
        _claim: &PersistentVolumeClaim,
    ) -> Result<(), Status> {
        let annotations = &volume.metadata.annotations;
        let ours = annotations.contains_key(PROVISIONED_BY);
        if ours && volume.spec.persistent_volume_reclaim_policy == "Delete" {
            return self.release(volume);
        }
        self.unbind(volume)
    }
}
