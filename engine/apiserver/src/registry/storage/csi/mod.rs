//! What storage drivers tell about themselves: CSIDriver, CSINode and CSIStorageCapacity. Nothing here talks to drivers.

mod validation;

use api::storage::v1::{CSIDriver, CSINode, CSIStorageCapacity};
use apimachinery::Str;

use crate::context::Context;
use crate::printers::{Cells, Column, PrintOptions, joined};
use crate::registry::Strategy;
use crate::registry::core::node::labels;
use crate::registry::workload::share_parts;
use crate::validation::field::{Errors, Path};

/// The strategy of [`CSIDriver`].
pub(crate) struct CSIDriverStrategy;

impl Strategy for CSIDriverStrategy {
    type Kind = CSIDriver;

    fn default(&self, object: &mut CSIDriver) {
        let spec = &mut *object.spec;
        spec.attach_required.get_or_insert(true);
        spec.pod_info_on_mount.get_or_insert(false);
        spec.storage_capacity.get_or_insert(false);
        spec.requires_republish.get_or_insert(false);
        spec.se_linux_mount.get_or_insert(false);
        spec.fs_group_policy
            .get_or_insert_with(|| "ReadWriteOnceWithFSType".into());
        if spec.volume_lifecycle_modes.is_empty() {
            spec.volume_lifecycle_modes.push("Persistent".into());
        }
    }

    share_parts!(spec);

    fn prepare_for_create(&self, _cx: &Context, object: &mut CSIDriver) {
        object.metadata.generation = 1;
    }

    fn validate(&self, _cx: &Context, object: &CSIDriver, errors: &mut Errors) {
        validation::validate_driver(&object.spec, errors);
    }

    fn validate_update(
        &self,
        _cx: &Context,
        new: &CSIDriver,
        old: &CSIDriver,
        errors: &mut Errors,
    ) {
        validation::validate_driver_update(new, old, errors);
    }

    fn prepare_for_update(&self, _cx: &Context, new: &mut CSIDriver, old: &CSIDriver) {
        if new.spec != old.spec {
            new.metadata.generation = old.metadata.generation + 1;
        }
    }

    fn columns(&self) -> std::borrow::Cow<'static, [Column]> {
        const COLUMNS: &[Column] = &[
            Column::NAME,
            Column::boolean("AttachRequired"),
            Column::boolean("PodInfoOnMount"),
            Column::boolean("StorageCapacity"),
            Column::text("TokenRequests"),
            Column::boolean("RequiresRepublish"),
            Column::text("Modes"),
            Column::AGE,
        ];
        COLUMNS.into()
    }

    fn row(&self, object: &CSIDriver, options: &PrintOptions) -> Cells {
        let spec = &object.spec;
        let tokens = match spec.token_requests.as_slice() {
            [] => "<unset>".into(),
            tokens => joined(tokens.iter().map(|token| &token.audience)),
        };
        Cells::new()
            .text(object.metadata.name.clone())
            .boolean(spec.attach_required.unwrap_or(true))
            .boolean(spec.pod_info_on_mount.unwrap_or_default())
            .boolean(spec.storage_capacity.unwrap_or_default())
            .text(tokens)
            .boolean(spec.requires_republish.unwrap_or_default())
            .text(joined(&spec.volume_lifecycle_modes))
            .age(object.metadata.creation_timestamp, options)
    }
}

/// The strategy of [`CSINode`].
pub(crate) struct CSINodeStrategy;

impl Strategy for CSINodeStrategy {
    type Kind = CSINode;

    share_parts!(spec);

    fn validate(&self, _cx: &Context, object: &CSINode, errors: &mut Errors) {
        validation::validate_node(object, errors);
    }

    fn validate_update(&self, _cx: &Context, new: &CSINode, old: &CSINode, errors: &mut Errors) {
        validation::validate_node_update(new, old, errors);
    }

    fn columns(&self) -> std::borrow::Cow<'static, [Column]> {
        const COLUMNS: &[Column] = &[Column::NAME, Column::integer("Drivers"), Column::AGE];
        COLUMNS.into()
    }

    fn row(&self, object: &CSINode, options: &PrintOptions) -> Cells {
        Cells::new()
            .text(object.metadata.name.clone())
            .integer(i64::try_from(object.spec.drivers.len()).unwrap_or(i64::MAX))
            .age(object.metadata.creation_timestamp, options)
    }
}

/// The strategy of [`CSIStorageCapacity`].
pub(crate) struct CSIStorageCapacityStrategy;

impl Strategy for CSIStorageCapacityStrategy {
    type Kind = CSIStorageCapacity;

    fn validate(&self, _cx: &Context, object: &CSIStorageCapacity, errors: &mut Errors) {
        validation::validate_capacity(object, errors);
    }

    fn warnings_on_create(
        &self,
        _cx: &Context,
        object: &CSIStorageCapacity,
        out: &mut Vec<String>,
    ) {
        if let Some(nodes) = &object.node_topology {
            labels::warn_of_selector(nodes, &Path::new("nodeTopology"), out);
        }
    }

    fn validate_update(
        &self,
        _cx: &Context,
        new: &CSIStorageCapacity,
        old: &CSIStorageCapacity,
        errors: &mut Errors,
    ) {
        validation::validate_capacity_update(new, old, errors);
    }

    fn columns(&self) -> std::borrow::Cow<'static, [Column]> {
        const COLUMNS: &[Column] = &[
            Column::NAME,
            Column::text("StorageClassName"),
            Column::text("Capacity"),
        ];
        COLUMNS.into()
    }

    fn row(&self, object: &CSIStorageCapacity, _options: &PrintOptions) -> Cells {
        let capacity = object
            .capacity
            .as_ref()
            .map_or(Str::from("<unset>"), |capacity| capacity.to_text());
        Cells::new()
            .text(object.metadata.name.clone())
            .text(object.storage_class_name.clone())
            .text(capacity)
    }
}
