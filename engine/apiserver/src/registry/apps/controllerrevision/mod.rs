//! ControllerRevision: an earlier template of a stateful or daemon set.

use api::apps::v1::ControllerRevision;

use crate::context::Context;
use crate::printers::{Cells, Column, PrintOptions};
use crate::registry::Strategy;
use crate::registry::workload::validate_nonnegative;
use crate::validation::IMMUTABLE;
use crate::validation::field::{Errors, Path, Verbatim};

/// The strategy.
pub(crate) struct ControllerRevisionStrategy;

impl Strategy for ControllerRevisionStrategy {
    type Kind = ControllerRevision;

    fn validate(&self, _cx: &Context, object: &ControllerRevision, errors: &mut Errors) {
        validate(object, errors);
    }

    fn validate_update(
        &self,
        _cx: &Context,
        new: &ControllerRevision,
        old: &ControllerRevision,
        errors: &mut Errors,
    ) {
        validate(new, errors);
        if new.data != old.data {
            errors.invalid(
                &Path::new("data"),
                Verbatim(new.data.as_json().into_owned()),
                IMMUTABLE,
            );
        }
    }

    fn columns(&self) -> std::borrow::Cow<'static, [Column]> {
        const COLUMNS: &[Column] = &[
            Column::NAME,
            Column::text("Controller"),
            Column::text("Revision"),
            Column::AGE,
        ];
        COLUMNS.into()
    }

    fn row(&self, object: &ControllerRevision, options: &PrintOptions) -> Cells {
        let controller = object
            .metadata
            .controller()
            .map_or("<none>".into(), |owner| {
                let group = owner.api_version.split_once('/').map(|(group, _)| group);
                let kind = owner.kind.to_lowercase();
                match group {
                    Some(group) => format!("{kind}.{group}/{}", owner.name),
                    None => format!("{kind}/{}", owner.name),
                }
            });
        Cells::new()
            .text(object.metadata.name.clone())
            .text(controller)
            .integer(object.revision)
            .age(object.metadata.creation_timestamp, options)
    }
}

fn validate(object: &ControllerRevision, errors: &mut Errors) {
    if object.data.is_null() {
        errors.required(&Path::new("data"), "data is mandatory");
    }
    validate_nonnegative(object.revision, &Path::new("revision"), errors);
}
