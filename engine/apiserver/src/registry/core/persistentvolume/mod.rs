//! PersistentVolume: a piece of storage.

mod validation;

use api::core::v1::PersistentVolume;
use apimachinery::{Shared, Str};

use super::node::labels;
use crate::context::Context;
use crate::printers::{Cells, Column, PrintOptions};
use crate::registry::Strategy;
use crate::registry::workload::share_parts;
use crate::validation::field::{Errors, Path};

pub(crate) use validation::validate_spec;
pub(super) use validation::{validate_access_modes, validate_positive, validate_volume_mode};

/// The strategy.
pub(crate) struct PersistentVolumeStrategy;

impl Strategy for PersistentVolumeStrategy {
    type Kind = PersistentVolume;

    fn default(&self, object: &mut PersistentVolume) {
        if object.status.phase.is_empty() {
            object.status.phase = "Pending".into();
        }
        let spec = &mut *object.spec;
        if spec.persistent_volume_reclaim_policy.is_empty() {
            spec.persistent_volume_reclaim_policy = "Retain".into();
        }
        spec.volume_mode.get_or_insert_with(|| "Filesystem".into());
        if let Some(host) = &mut spec.host_path {
            host.type_.get_or_insert_default();
        }
        if let Some(iscsi) = &mut spec.iscsi
            && iscsi.iscsi_interface.is_empty()
        {
            iscsi.iscsi_interface = "default".into();
        }
        if let Some(rbd) = &mut spec.rbd {
            let rbd = &mut **rbd;
            for (field, value) in [
                (&mut rbd.pool, "rbd"),
                (&mut rbd.user, "admin"),
                (&mut rbd.keyring, "/etc/ceph/keyring"),
            ] {
                if field.is_empty() {
                    *field = value.into();
                }
            }
        }
        if let Some(disk) = &mut spec.azure_disk {
            disk.caching_mode.get_or_insert_with(|| "ReadWrite".into());
            disk.kind.get_or_insert_with(|| "Shared".into());
            disk.fs_type.get_or_insert_with(|| "ext4".into());
            disk.read_only.get_or_insert(false);
        }
    }

    share_parts!(spec, status);

    fn prepare_for_create(&self, cx: &Context, object: &mut PersistentVolume) {
        object.status = Shared::default();
        object.status.phase = "Pending".into();
        object.status.last_phase_transition_time = Some(cx.now());
    }

    fn validate(&self, _cx: &Context, object: &PersistentVolume, errors: &mut Errors) {
        validation::validate_spec(&object.spec, false, &Path::new("spec"), errors);
    }

    fn warnings_on_create(&self, _cx: &Context, object: &PersistentVolume, out: &mut Vec<String>) {
        warn(object, out);
    }

    fn warnings_on_update(
        &self,
        _cx: &Context,
        new: &PersistentVolume,
        _old: &PersistentVolume,
        out: &mut Vec<String>,
    ) {
        warn(new, out);
    }

    fn prepare_for_update(
        &self,
        _cx: &Context,
        new: &mut PersistentVolume,
        old: &PersistentVolume,
    ) {
        new.status = old.status.clone();
    }

    fn validate_update(
        &self,
        _cx: &Context,
        new: &PersistentVolume,
        old: &PersistentVolume,
        errors: &mut Errors,
    ) {
        validation::validate_spec(&new.spec, false, &Path::new("spec"), errors);
        validation::validate_kept(new, old, errors);
    }

    fn has_status(&self) -> bool {
        true
    }

    fn prepare_for_status_update(
        &self,
        cx: &Context,
        new: &mut PersistentVolume,
        old: &PersistentVolume,
    ) {
        new.spec = old.spec.clone();
        if new.status.phase != old.status.phase
            && new.status.last_phase_transition_time == old.status.last_phase_transition_time
        {
            new.status.last_phase_transition_time = Some(cx.now());
        }
    }

    fn returns_deleted_object(&self) -> bool {
        true
    }

    fn columns(&self) -> std::borrow::Cow<'static, [Column]> {
        const COLUMNS: &[Column] = &[
            Column::NAME,
            Column::text("Capacity"),
            Column::text("Access Modes"),
            Column::text("Reclaim Policy"),
            Column::text("Status"),
            Column::text("Claim"),
            Column::text("StorageClass"),
            Column::text("VolumeAttributesClass"),
            Column::text("Reason"),
            Column::AGE,
            Column::wide("VolumeMode"),
        ];
        COLUMNS.into()
    }

    fn row(&self, object: &PersistentVolume, options: &PrintOptions) -> Cells {
        let (spec, status) = (&object.spec, &object.status);
        let phase = if object.metadata.deletion_timestamp.is_some() {
            "Terminating"
        } else {
            &status.phase
        };
        let claim = spec
            .claim_ref
            .as_ref()
            .map(|claim| format!("{}/{}", claim.namespace, claim.name));
        let annotated = object
            .metadata
            .annotations
            .get(super::persistentvolumeclaim::CLASS_ANNOTATION);
        Cells::new()
            .text(object.metadata.name.clone())
            .text(
                spec.capacity
                    .get("storage")
                    .map_or("0".into(), |value| value.to_text()),
            )
            .text(access_modes(&spec.access_modes))
            .text(spec.persistent_volume_reclaim_policy.clone())
            .text(phase)
            .text(claim.unwrap_or_default())
            .text(annotated.unwrap_or(&spec.storage_class_name).clone())
            .text(text_or_unset(spec.volume_attributes_class_name.as_ref()))
            .text(status.reason.clone())
            .age(object.metadata.creation_timestamp, options)
            .text(text_or_unset(spec.volume_mode.as_ref()))
    }
}

/// A text, or a word for there being none.
pub(super) fn text_or_unset(text: Option<&Str>) -> Str {
    text.cloned().unwrap_or_else(|| "<unset>".into())
}

/// Access modes in short: `RWO,ROX`.
pub(super) fn access_modes(modes: &[Str]) -> Str {
    let shorts = [
        ("ReadWriteOnce", "RWO"),
        ("ReadOnlyMany", "ROX"),
        ("ReadWriteMany", "RWX"),
        ("ReadWriteOncePod", "RWOP"),
    ];
    let given = shorts
        .into_iter()
        .filter(|(mode, _)| modes.iter().any(|given| given == mode));
    given
        .map(|(_, short)| short)
        .collect::<Vec<_>>()
        .join(",")
        .into()
}

/// Kubernetes' room for this is `pkg/api/persistentvolume/util.go`.
fn warn(object: &PersistentVolume, out: &mut Vec<String>) {
    const CLASS: &str = "volume.beta.kubernetes.io/storage-class";
    if object.metadata.annotations.contains_key(CLASS) {
        out.push(format!(
            "metadata.annotations[{CLASS}]: deprecated since v1.8; use \"storageClassName\" attribute instead"
        ));
    }
    let spec = &object.spec;
    if spec.persistent_volume_reclaim_policy == "Recycle" {
        out.push(
            "spec.persistentVolumeReclaimPolicy: The Recycle reclaim policy is deprecated. Instead, the recommended \
             approach is to use dynamic provisioning."
                .to_owned(),
        );
    }
    let affinity = spec.node_affinity.as_ref();
    if let Some(required) = affinity.and_then(|affinity| affinity.required.as_ref()) {
        let path = Path::new("spec.nodeAffinity.required.nodeSelectorTerms");
        for (i, term) in required.node_selector_terms.iter().enumerate() {
            labels::warn_of_term(term, &path.index(i), out);
        }
    }
    for (field, given, message) in [
        (
            "cephfs",
            spec.cephfs.is_some(),
            "v1.28, non-functional in v1.31+",
        ),
        (
            "photonPersistentDisk",
            spec.photon_persistent_disk.is_some(),
            "v1.11, non-functional in v1.16+",
        ),
        (
            "scaleIO",
            spec.scale_io.is_some(),
            "v1.16, non-functional in v1.22+",
        ),
        (
            "storageOS",
            spec.storageos.is_some(),
            "v1.22, non-functional in v1.25+",
        ),
        (
            "glusterfs",
            spec.glusterfs.is_some(),
            "v1.25, non-functional in v1.26+",
        ),
        ("rbd", spec.rbd.is_some(), "v1.28, non-functional in v1.31+"),
    ] {
        if given {
            out.push(format!("spec.{field}: deprecated in {message}"));
        }
    }
}
