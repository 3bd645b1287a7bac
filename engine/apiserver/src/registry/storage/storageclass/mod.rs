//! StorageClass: a kind of storage that can be made on demand.

use api::storage::v1::StorageClass;
use apimachinery::validation::is_qualified_name;
use apimachinery::{Str, Value};

use crate::context::Context;
use crate::printers::{Cells, Column, PrintOptions};
use crate::registry::Strategy;
use crate::registry::core::node::labels;
use crate::validation::IMMUTABLE;
use crate::validation::field::{Errors, Path};

/// The annotations that mark the class of claims that name none.
const DEFAULT: [&str; 2] = [
    "storageclass.kubernetes.io/is-default-class",
    "storageclass.beta.kubernetes.io/is-default-class",
];
const PARAMETERS_MAX: usize = 512;
const PARAMETERS_SIZE_MAX: usize = 256 * 1024;

/// The strategy.
pub(crate) struct StorageClassStrategy;

impl Strategy for StorageClassStrategy {
    type Kind = StorageClass;

    fn default(&self, class: &mut StorageClass) {
        class.reclaim_policy.get_or_insert_with(|| "Delete".into());
        class
            .volume_binding_mode
            .get_or_insert_with(|| "Immediate".into());
    }

    fn validate(&self, _cx: &Context, class: &StorageClass, errors: &mut Errors) {
        validate(class, errors);
    }

    fn validate_update(
        &self,
        _cx: &Context,
        new: &StorageClass,
        old: &StorageClass,
        errors: &mut Errors,
    ) {
        validate(new, errors);
        if new.parameters != old.parameters {
            let entries = new.parameters.iter();
            let shown: serde_json::Map<_, _> = entries
                .map(|(key, value)| (key.to_string(), Value::from(value.as_str())))
                .collect();
            errors.invalid(&Path::new("parameters"), Value::Object(shown), IMMUTABLE);
        }
        if new.provisioner != old.provisioner {
            errors.invalid(&Path::new("provisioner"), &new.provisioner, IMMUTABLE);
        }
        for (field, new, old) in [
            ("reclaimPolicy", &new.reclaim_policy, &old.reclaim_policy),
            (
                "volumeBindingMode",
                &new.volume_binding_mode,
                &old.volume_binding_mode,
            ),
        ] {
            if new != old {
                errors.invalid(
                    &Path::new(field),
                    new.clone().unwrap_or_default(),
                    IMMUTABLE,
                );
            }
        }
    }

    fn warnings_on_create(&self, _cx: &Context, class: &StorageClass, out: &mut Vec<String>) {
        warn(class, out);
    }

    fn warnings_on_update(
        &self,
        _cx: &Context,
        new: &StorageClass,
        _old: &StorageClass,
        out: &mut Vec<String>,
    ) {
        warn(new, out);
    }

    fn returns_deleted_object(&self) -> bool {
        true
    }

    fn columns(&self) -> std::borrow::Cow<'static, [Column]> {
        const COLUMNS: &[Column] = &[
            Column::NAME,
            Column::text("Provisioner"),
            Column::text("ReclaimPolicy"),
            Column::text("VolumeBindingMode"),
            Column::text("AllowVolumeExpansion"),
            Column::AGE,
        ];
        COLUMNS.into()
    }

    fn row(&self, class: &StorageClass, options: &PrintOptions) -> Cells {
        let mut name = class.metadata.name.clone();
        if is_default(class) {
            name.push_str(" (default)");
        }
        let text =
            |value: &Option<Str>, default: &str| value.clone().unwrap_or_else(|| default.into());
        Cells::new()
            .text(name)
            .text(class.provisioner.clone())
            .text(text(&class.reclaim_policy, "Delete"))
            .text(text(&class.volume_binding_mode, "Immediate"))
            .boolean(class.allow_volume_expansion.unwrap_or_default())
            .age(class.metadata.creation_timestamp, options)
    }
}

/// Whether claims that name no class get this one.
pub(crate) fn is_default(class: &StorageClass) -> bool {
    DEFAULT
        .iter()
        .any(|key| class.metadata.annotations.text(key) == "true")
}

fn validate(class: &StorageClass, errors: &mut Errors) {
    let path = Path::new("provisioner");
    if class.provisioner.is_empty() {
        errors.required(&path, &class.provisioner[..]);
    } else {
        let lower = class.provisioner.to_lowercase();
        errors.invalid_each(&path, &lower, is_qualified_name(&lower));
    }
    let path = Path::new("parameters");
    if class.parameters.len() > PARAMETERS_MAX {
        errors.too_long(&path, PARAMETERS_MAX);
    } else if class.parameters.contains_key("") {
        errors.invalid(&path, "", "field can not be empty.");
    }
    if class
        .parameters
        .iter()
        .map(|(key, value)| key.len() + value.len())
        .sum::<usize>()
        > PARAMETERS_SIZE_MAX
    {
        errors.too_long(&path, PARAMETERS_SIZE_MAX);
    }
    let policy = class.reclaim_policy.as_deref().unwrap_or_default();
    if !matches!(policy, "Delete" | "Retain" | "") {
        errors.not_supported(&Path::new("reclaimPolicy"), policy, &["Delete", "Retain"]);
    }
    let path = Path::new("volumeBindingMode");
    match class.volume_binding_mode.as_deref() {
        None => errors.required(&path, ""),
        Some("Immediate" | "WaitForFirstConsumer") => {}
        Some(other) => errors.not_supported(&path, other, &["Immediate", "WaitForFirstConsumer"]),
    }
    let path = Path::new("allowedTopologies");
    for (i, term) in class.allowed_topologies.iter().enumerate() {
        let at = path.index(i);
        let at = at.child("matchLabelExpressions");
        for (i, requirement) in term.match_label_expressions.iter().enumerate() {
            let at = at.index(i);
            let values = at.child("values");
            if requirement.values.is_empty() {
                errors.required(&values, "");
            }
            for (i, value) in requirement.values.iter().enumerate() {
                if requirement.values[..i].contains(value) {
                    errors.duplicate(&values.index(i), value);
                }
            }
            let key = at.child("key");
            crate::validation::meta::validate_label_name(&requirement.key, &key, errors);
            let before = &term.match_label_expressions[..i];
            if before.iter().any(|other| other.key == requirement.key) {
                errors.duplicate(&key, &requirement.key);
            }
        }
    }
}

fn warn(class: &StorageClass, out: &mut Vec<String>) {
    for (i, term) in class.allowed_topologies.iter().enumerate() {
        for (j, expression) in term.match_label_expressions.iter().enumerate() {
            if let Some(message) = labels::deprecation(&expression.key) {
                out.push(format!(
                    "allowedTopologies[{i}].matchLabelExpressions[{j}].key: {message}"
                ));
            }
        }
    }
}
