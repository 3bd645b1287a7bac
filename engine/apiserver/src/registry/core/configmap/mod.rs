//! ConfigMap: configuration as keys and values.

use api::core::v1::ConfigMap;
use apimachinery::validation::is_config_map_key;

use crate::context::Context;
use crate::printers::{Cells, Column, PrintOptions};
use crate::registry::Strategy;
use crate::validation::IMMUTABLE_DATA;
use crate::validation::field::{Errors, Path};

/// How much a ConfigMap or Secret may hold, in bytes.
pub(crate) const MAX_SIZE: usize = 1024 * 1024;

/// The strategy.
pub(crate) struct ConfigMapStrategy;

impl Strategy for ConfigMapStrategy {
    type Kind = ConfigMap;

    fn validate(&self, _cx: &Context, object: &ConfigMap, errors: &mut Errors) {
        validate(object, errors);
    }

    fn validate_update(
        &self,
        _cx: &Context,
        new: &ConfigMap,
        old: &ConfigMap,
        errors: &mut Errors,
    ) {
        if old.immutable == Some(true) {
            if new.immutable != Some(true) {
                errors.forbidden(&Path::new("immutable"), IMMUTABLE_DATA);
            }
            if new.data != old.data {
                errors.forbidden(&Path::new("data"), IMMUTABLE_DATA);
            }
            if new.binary_data != old.binary_data {
                errors.forbidden(&Path::new("binaryData"), IMMUTABLE_DATA);
            }
        }
        validate(new, errors);
    }

    fn columns(&self) -> std::borrow::Cow<'static, [Column]> {
        const COLUMNS: &[Column] = &[Column::NAME, Column::integer("Data"), Column::AGE];
        COLUMNS.into()
    }

    fn row(&self, object: &ConfigMap, options: &PrintOptions) -> Cells {
        let entries = object.data.len() + object.binary_data.len();
        Cells::new()
            .text(object.metadata.name.clone())
            .integer(i64::try_from(entries).unwrap_or(i64::MAX))
            .age(object.metadata.creation_timestamp, options)
    }
}

fn validate(object: &ConfigMap, errors: &mut Errors) {
    let (data, binary) = (Path::new("data"), Path::new("binaryData"));
    let mut size = 0;
    for (key, value) in object.data.iter() {
        errors.invalid_each(&data.key(key), key, is_config_map_key(key));
        // The same key may not be in both maps.
        if object.binary_data.contains_key(key.as_str()) {
            errors.invalid(
                &data.key(key),
                key,
                "duplicate of key present in binaryData",
            );
        }
        size += value.len();
    }
    for (key, value) in object.binary_data.iter() {
        errors.invalid_each(&binary.key(key), key, is_config_map_key(key));
        size += value.len();
    }
    if size > MAX_SIZE {
        errors.too_long(&Path::new(""), MAX_SIZE);
    }
}
