//! VolumeAttributesClass: qualities of a volume that may change while it is used.

use api::storage::v1::VolumeAttributesClass;

use crate::context::Context;
use crate::printers::{Cells, Column, PrintOptions};
use crate::registry::Strategy;
use crate::validation::IMMUTABLE;
use crate::validation::field::{Errors, Path, Verbatim};

/// The strategy.
pub(crate) struct VolumeAttributesClassStrategy;

impl Strategy for VolumeAttributesClassStrategy {
    type Kind = VolumeAttributesClass;

    fn validate(&self, _cx: &Context, object: &VolumeAttributesClass, errors: &mut Errors) {
        if object.driver_name.is_empty() {
            errors.required(&Path::new("driverName"), "");
        }
        if object.parameters.is_empty() {
            errors.required(
                &Path::new("parameters"),
                "must contain at least one key/value pair",
            );
        }
    }

    fn validate_update(
        &self,
        _cx: &Context,
        new: &VolumeAttributesClass,
        old: &VolumeAttributesClass,
        errors: &mut Errors,
    ) {
        if new.driver_name != old.driver_name {
            errors.invalid(&Path::new("driverName"), &new.driver_name, IMMUTABLE);
        }
        if new.parameters != old.parameters {
            let all = apimachinery::codec::to_value(new);
            let shown = apimachinery::codec::json::compact(&all["parameters"]);
            errors.invalid(&Path::new("parameters"), Verbatim(shown), IMMUTABLE);
        }
    }

    fn returns_deleted_object(&self) -> bool {
        true
    }

    fn columns(&self) -> std::borrow::Cow<'static, [Column]> {
        const COLUMNS: &[Column] = &[Column::NAME, Column::text("DriverName"), Column::AGE];
        COLUMNS.into()
    }

    fn row(&self, object: &VolumeAttributesClass, options: &PrintOptions) -> Cells {
        Cells::new()
            .text(object.metadata.name.clone())
            .text(object.driver_name.clone())
            .age(object.metadata.creation_timestamp, options)
    }
}
