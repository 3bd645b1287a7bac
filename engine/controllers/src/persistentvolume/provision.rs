//! Makes volumes for claims: the host path provisioner, the only one that is part of Kubernetes itself.

use api::core::v1::{
    HostPathVolumeSource, ObjectReference, PersistentVolume, PersistentVolumeClaim,
};
use api::storage::v1::StorageClass;
use apimachinery::meta::v1::ObjectMeta;
use apimachinery::{Status, Str};
use client::events::{NORMAL, WARNING};

use super::{BOUND_BY_CONTROLLER, Controller, PROVISIONED_BY};

const HOST_PATH: &str = "kubernetes.io/host-path";
const NO_PROVISIONER: &str = "kubernetes.io/no-provisioner";
const PROVISIONER: [&str; 2] = [
    "volume.beta.kubernetes.io/storage-provisioner",
    "volume.kubernetes.io/storage-provisioner",
];
const FAILED: &str = "ProvisioningFailed";

impl Controller {
    /// Makes the volume of a claim, or says why that cannot be done.
    pub(super) fn provision(
        &self,
        claim: &PersistentVolumeClaim,
        class_name: &str,
        class: Option<&StorageClass>,
    ) -> Result<(), Status> {
        let Some(class) = class else {
            let text = format!("storageclass.storage.k8s.io {class_name:?} not found");
            self.recorder.event(claim, WARNING, FAILED, &text);
            return Ok(());
        };
        let provisioner = &class.provisioner;
        if provisioner == NO_PROVISIONER {
            let text = "no volume plugin matched name: kubernetes.io/no-provisioner";
            self.recorder.event(claim, WARNING, FAILED, text);
            return Ok(());
        }
        self.note_provisioner(claim, provisioner)?;
        if provisioner != HOST_PATH {
            let text = format!(
                "Waiting for a volume to be created either by the external provisioner '{provisioner}' or manually by the \
                 system administrator. If volume creation is delayed, please verify that the provisioner is running and \
                 correctly registered."
            );
            self.recorder
                .event(claim, NORMAL, "ExternalProvisioning", &text);
            return Ok(());
        }
        // The claim may have changed by the note; events and references are about what it is now.
        let meta = &claim.metadata;
        let claim = self
            .client
            .get::<PersistentVolumeClaim>(&meta.namespace, &meta.name)?;
        match self.client.create(volume_for(&claim, class)) {
            Err(status) if !status.is_already_exists() => {
                let text = format!(
                    "Error creating provisioned PV object for claim {}/{}: {}. Deleting the volume.",
                    meta.namespace, meta.name, status.message
                );
                self.recorder.event(&*claim, WARNING, FAILED, &text);
                return Err(status);
            }
            _ => {}
        }
        let text = format!(
            "Successfully provisioned volume {} using {provisioner}",
            volume_name(&claim)
        );
        self.recorder
            .event(&*claim, NORMAL, "ProvisioningSucceeded", &text);
        Ok(())
    }

    fn note_provisioner(
        &self,
        claim: &PersistentVolumeClaim,
        provisioner: &Str,
    ) -> Result<(), Status> {
        let meta = &claim.metadata;
        let known = meta.annotations.get(PROVISIONER[0]);
        if known == Some(provisioner) {
            return Ok(());
        }
        let note = |claim: &mut PersistentVolumeClaim| {
            for name in PROVISIONER {
                claim.metadata.annotations.insert(name, provisioner.clone());
            }
        };
        self.client
            .patch(&meta.namespace, &meta.name, note)
            .map(drop)
    }
}

fn volume_name(claim: &PersistentVolumeClaim) -> String {
    format!("pvc-{}", claim.metadata.uid)
}

fn volume_for(claim: &PersistentVolumeClaim, class: &StorageClass) -> PersistentVolume {
    let name = volume_name(claim);
    let mut volume = PersistentVolume {
        metadata: ObjectMeta::named("", name.as_str()),
        ..PersistentVolume::default()
    };
    let annotations = &mut volume.metadata.annotations;
    annotations.insert(BOUND_BY_CONTROLLER, "yes");
    annotations.insert(PROVISIONED_BY, class.provisioner.clone());
    annotations.insert("kubernetes.io/createdby", "hostpath-dynamic-provisioner");
    let spec = &mut volume.spec;
    if let Some(storage) = claim.spec.resources.requests.get("storage") {
        spec.capacity.insert("storage", storage.clone());
    }
    spec.access_modes.clone_from(&claim.spec.access_modes);
    spec.volume_mode.clone_from(&claim.spec.volume_mode);
    let reclaim = class.reclaim_policy.clone();
    spec.persistent_volume_reclaim_policy = reclaim.unwrap_or_else(|| "Delete".into());
    spec.storage_class_name = class.metadata.name.clone();
    spec.mount_options.clone_from(&class.mount_options);
    let reference: ObjectReference = client::events::reference(claim);
    spec.claim_ref = Some(reference.into());
    let source = HostPathVolumeSource {
        path: format!("/tmp/hostpath_pv/{}", claim.metadata.uid).into(),
        type_: Some(Str::new()),
    };
    spec.host_path = Some(source.into());
    volume
}
