//! The group `node.k8s.io`: how containers are run.

use api::node::v1::RuntimeClass;

use crate::context::Context;
use crate::printers::{Cells, Column, PrintOptions};
use crate::registry::Strategy;
use crate::validation::content::name_is_dns_label;
use crate::validation::field::{Errors, Path};
use crate::validation::quantity::validate_resource_quantity;

/// The strategy.
pub(crate) struct RuntimeClassStrategy;

impl Strategy for RuntimeClassStrategy {
    type Kind = RuntimeClass;

    fn validate(&self, _cx: &Context, class: &RuntimeClass, errors: &mut Errors) {
        let path = Path::new("handler");
        if let Some(problem) = name_is_dns_label(&class.handler, false).first() {
            errors.invalid(&path, class.handler.as_str(), problem.as_ref());
        }
        let overhead = Path::new("overhead");
        let fixed = overhead.child("podFixed");
        for (name, amount) in class.overhead.iter().flat_map(|o| &o.pod_fixed) {
            validate_resource_quantity(name, amount, &fixed.key(name), errors);
        }
    }

    fn validate_update(
        &self,
        cx: &Context,
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
        self.validate(cx, new, errors);
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
