//! The group `node.k8s.io`: how containers are run.

use std::collections::BTreeSet;

use api::core::v1::ResourceRequirements;
use api::node::v1::RuntimeClass;

use crate::context::Context;
use crate::printers::{Cells, Column, PrintOptions};
use crate::registry::Strategy;
use crate::registry::core::node::labels;
use crate::registry::core::pod::validation::validate_tolerations;
use crate::validation::content::name_is_dns_label;
use crate::validation::field::{Errors, Path, Verbatim};
use crate::validation::internal::Internal;
use crate::validation::meta::validate_labels;
use crate::validation::quantity::validate_requirements;

/// The strategy.
pub(crate) struct RuntimeClassStrategy;

impl Strategy for RuntimeClassStrategy {
    type Kind = RuntimeClass;

    fn validate(&self, _cx: &Context, class: &RuntimeClass, errors: &mut Errors) {
        let path = Path::new("handler");
        if let Some(problem) = name_is_dns_label(&class.handler, false).first() {
            errors.invalid(&path, class.handler.as_str(), problem.as_ref());
        }
        if let Some(overhead) = &class.overhead {
            // Upstream takes the overhead for the limits of a container, and says so.
            let limits = ResourceRequirements {
                limits: overhead.pod_fixed.clone(),
                ..ResourceRequirements::default()
            };
            validate_requirements(&limits, &Path::new("overhead"), errors);
        }
        if let Some(scheduling) = &class.scheduling {
            let path = Path::new("scheduling");
            validate_labels(
                &scheduling.node_selector,
                &path.child("nodeSelector"),
                errors,
            );
            let list = path.child("tolerations");
            validate_tolerations(&scheduling.tolerations, &list, errors);
            let mut seen = BTreeSet::new();
            for (i, t) in scheduling.tolerations.iter().enumerate() {
                if !seen.insert((&t.key, &t.operator, &t.value, &t.effect)) {
                    let shown = Verbatim(Internal::of(t).compact());
                    errors.duplicate(&list.index(i), shown);
                }
            }
        }
    }

    fn warnings_on_create(&self, _cx: &Context, class: &RuntimeClass, out: &mut Vec<String>) {
        warn(class, out);
    }

    fn warnings_on_update(
        &self,
        _cx: &Context,
        new: &RuntimeClass,
        _old: &RuntimeClass,
        out: &mut Vec<String>,
    ) {
        warn(new, out);
    }

    fn validate_update(
        &self,
        _cx: &Context,
        new: &RuntimeClass,
        old: &RuntimeClass,
        errors: &mut Errors,
    ) {
        if new.handler != old.handler {
            errors.invalid(
                &Path::new("handler"),
                new.handler.as_str(),
                "field is immutable",
            );
        }
    }

    fn columns(&self) -> std::borrow::Cow<'static, [Column]> {
        const COLUMNS: &[Column] = &[Column::NAME, Column::text("Handler"), Column::AGE];
        COLUMNS.into()
    }

    fn row(&self, class: &RuntimeClass, options: &PrintOptions) -> Cells {
        Cells::new()
            .text(class.metadata.name.clone())
            .text(class.handler.clone())
            .age(class.metadata.creation_timestamp, options)
    }
}

fn warn(class: &RuntimeClass, out: &mut Vec<String>) {
    let keys = class.scheduling.iter().flat_map(|s| s.node_selector.keys());
    out.extend(
        keys.filter_map(|key| labels::deprecation(key))
            .map(|message| format!("scheduling.nodeSelector: {message}")),
    );
}
