//! VolumeAttachment: a volume that is, or shall be, attached to a node.

use api::storage::v1::VolumeAttachment;
use apimachinery::Shared;

use crate::context::Context;
use crate::printers::{Cells, Column, PrintOptions};
use crate::registry::Strategy;
use crate::registry::core::persistentvolume::validate_spec;
use crate::registry::core::pod::validation::validate_csi_driver_name;
use crate::registry::workload::share_parts;
use crate::validation::content::name_is_dns_subdomain;
use crate::validation::field::{Errors, Path};

/// The strategy.
pub(crate) struct VolumeAttachmentStrategy;

impl Strategy for VolumeAttachmentStrategy {
    type Kind = VolumeAttachment;

    share_parts!(spec, status);

    fn prepare_for_create(&self, _cx: &Context, object: &mut VolumeAttachment) {
        object.status = Shared::default();
    }

    fn validate(&self, _cx: &Context, object: &VolumeAttachment, errors: &mut Errors) {
        let path = Path::new("spec");
        let spec = &object.spec;
        validate_csi_driver_name(&spec.attacher, &path.child("attacher"), errors);
        let source = path.child("source");
        const ONE: &str = "must specify exactly one of inlineVolumeSpec and persistentVolumeName";
        match (
            &spec.source.persistent_volume_name,
            &spec.source.inline_volume_spec,
        ) {
            (None, None) => errors.required(&source, ONE),
            (Some(_), Some(_)) => errors.forbidden(&source, ONE),
            (Some(name), None) => {
                let at = source.child("persistentVolumeName");
                if name.is_empty() {
                    errors.required(&at, "must specify non empty persistentVolumeName");
                }
                errors.invalid_each(&at, name, name_is_dns_subdomain(name, false));
            }
            (None, Some(spec)) => {
                validate_spec(spec, true, &source.child("inlineVolumeSpec"), errors);
            }
        }
        let node = &spec.node_name;
        let complaints = name_is_dns_subdomain(node, false);
        errors.invalid_each(&path.child("nodeName"), node, complaints);
    }

    fn prepare_for_update(
        &self,
        _cx: &Context,
        new: &mut VolumeAttachment,
        old: &VolumeAttachment,
    ) {
        new.status = old.status.clone();
    }

    fn validate_update(
        &self,
        _cx: &Context,
        new: &VolumeAttachment,
        old: &VolumeAttachment,
        errors: &mut Errors,
    ) {
        if new.spec != old.spec {
            let shown =
                crate::validation::field::Verbatim(apimachinery::codec::to_json(&*new.spec));
            errors.invalid(&Path::new("spec"), shown, crate::validation::IMMUTABLE);
        }
    }

    fn has_status(&self) -> bool {
        true
    }

    fn prepare_for_status_update(
        &self,
        _cx: &Context,
        new: &mut VolumeAttachment,
        old: &VolumeAttachment,
    ) {
        new.spec = old.spec.clone();
    }

    fn returns_deleted_object(&self) -> bool {
        true
    }

    fn columns(&self) -> std::borrow::Cow<'static, [Column]> {
        const COLUMNS: &[Column] = &[
            Column::NAME,
            Column::text("Attacher"),
            Column::text("PV"),
            Column::text("Node"),
            Column::boolean("Attached"),
            Column::AGE,
        ];
        COLUMNS.into()
    }

    fn row(&self, object: &VolumeAttachment, options: &PrintOptions) -> Cells {
        let spec = &object.spec;
        Cells::new()
            .text(object.metadata.name.clone())
            .text(spec.attacher.clone())
            .text(
                spec.source
                    .persistent_volume_name
                    .clone()
                    .unwrap_or_default(),
            )
            .text(spec.node_name.clone())
            .boolean(object.status.attached)
            .age(object.metadata.creation_timestamp, options)
    }
}
