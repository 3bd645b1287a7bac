//! PriorityClass: a name for how important pods are.

use api::scheduling::v1::PriorityClass;

use crate::context::Context;
use crate::printers::{Cells, Column, PrintOptions};
use crate::registry::Strategy;
use crate::validation::field::{Errors, Path};

const SYSTEM_PREFIX: &str = "system-";
/// Higher values are for the system.
const HIGHEST_USER: i32 = 1_000_000_000;
/// The classes that the system itself makes, with their values.
pub(crate) const SYSTEM_CLASSES: [(&str, i32, &str); 2] = [
    (
        "system-node-critical",
        2_000_001_000,
        "Used for system critical pods that must not be moved from their current node.",
    ),
    (
        "system-cluster-critical",
        2_000_000_000,
        "Used for system critical pods that must run in the cluster, but can be moved to another node if necessary.",
    ),
];

/// The strategy.
pub(crate) struct PriorityClassStrategy;

impl Strategy for PriorityClassStrategy {
    type Kind = PriorityClass;

    fn default(&self, class: &mut PriorityClass) {
        class
            .preemption_policy
            .get_or_insert_with(|| "PreemptLowerPriority".into());
    }

    fn prepare_for_create(&self, _cx: &Context, class: &mut PriorityClass) {
        class.metadata.generation = 1;
    }

    fn validate(&self, _cx: &Context, class: &PriorityClass, errors: &mut Errors) {
        let name = &class.metadata.name;
        if name.starts_with(SYSTEM_PREFIX) {
            let known = SYSTEM_CLASSES
                .iter()
                .any(|(known, value, _)| known == name && *value == class.value);
            if !known {
                let detail = format!(
                    "priority class names with '{SYSTEM_PREFIX}' prefix are reserved for system use only. error: \
                     {name} is not a known system priority class"
                );
                errors.forbidden(&Path::new("metadata.name"), detail);
            }
        } else if class.value > HIGHEST_USER {
            let detail =
                format!("maximum allowed value of a user defined priority is {HIGHEST_USER}");
            errors.forbidden(&Path::new("value"), detail);
        }
        validate_policy(class, errors);
    }

    fn validate_update(
        &self,
        _cx: &Context,
        new: &PriorityClass,
        old: &PriorityClass,
        errors: &mut Errors,
    ) {
        if new.value != old.value {
            errors.forbidden(&Path::new("value"), "may not be changed in an update.");
        }
        if new.preemption_policy != old.preemption_policy {
            let shown = new.preemption_policy.clone().unwrap_or_default();
            errors.invalid(
                &Path::new("preemptionPolicy"),
                shown,
                crate::validation::IMMUTABLE,
            );
        }
    }

    fn columns(&self) -> std::borrow::Cow<'static, [Column]> {
        const COLUMNS: &[Column] = &[
            Column::NAME,
            Column::integer("Value"),
            Column::boolean("Global-Default"),
            Column::AGE,
            Column::text("PreemptionPolicy"),
        ];
        COLUMNS.into()
    }

    fn row(&self, class: &PriorityClass, options: &PrintOptions) -> Cells {
        Cells::new()
            .text(class.metadata.name.clone())
            .integer(class.value)
            .boolean(class.global_default)
            .age(class.metadata.creation_timestamp, options)
            .text(class.preemption_policy.clone().unwrap_or_default())
    }
}

fn validate_policy(class: &PriorityClass, errors: &mut Errors) {
    let path = Path::new("preemptionPolicy");
    match class.preemption_policy.as_deref() {
        Some("PreemptLowerPriority" | "Never") | None => {}
        Some("") => errors.required(&path, ""),
        Some(other) => errors.not_supported(&path, other, &["PreemptLowerPriority", "Never"]),
    }
}
