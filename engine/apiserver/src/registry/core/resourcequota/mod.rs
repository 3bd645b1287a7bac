//! ResourceQuota: how much a namespace may use.

mod validation;

use api::core::v1::ResourceQuota;
use apimachinery::Shared;

use crate::context::Context;
use crate::printers::{Cells, Column, PrintOptions};
use crate::registry::Strategy;
use crate::registry::workload::share_parts;
use crate::validation::field::Errors;

/// The strategy.
pub(crate) struct ResourceQuotaStrategy;

impl Strategy for ResourceQuotaStrategy {
    type Kind = ResourceQuota;

    share_parts!(spec, status);

    fn prepare_for_create(&self, _cx: &Context, object: &mut ResourceQuota) {
        object.status = Shared::default();
    }

    fn validate(&self, _cx: &Context, object: &ResourceQuota, errors: &mut Errors) {
        validation::validate_spec(&object.spec, errors);
    }

    fn prepare_for_update(&self, _cx: &Context, new: &mut ResourceQuota, old: &ResourceQuota) {
        new.status = old.status.clone();
    }

    fn validate_update(
        &self,
        _cx: &Context,
        new: &ResourceQuota,
        old: &ResourceQuota,
        errors: &mut Errors,
    ) {
        validation::validate_spec(&new.spec, errors);
        validation::validate_kept(new, old, errors);
    }

    fn has_status(&self) -> bool {
        true
    }

    fn prepare_for_status_update(
        &self,
        _cx: &Context,
        new: &mut ResourceQuota,
        old: &ResourceQuota,
    ) {
        new.spec = old.spec.clone();
    }

    fn validate_status_update(
        &self,
        _cx: &Context,
        new: &ResourceQuota,
        _old: &ResourceQuota,
        errors: &mut Errors,
    ) {
        validation::validate_status(&new.status, errors);
    }

    fn returns_deleted_object(&self) -> bool {
        true
    }

    fn columns(&self) -> std::borrow::Cow<'static, [Column]> {
        const COLUMNS: &[Column] = &[
            Column::NAME,
            Column::text("Request"),
            Column::text("Limit"),
            Column::AGE,
        ];
        COLUMNS.into()
    }

    fn row(&self, object: &ResourceQuota, options: &PrintOptions) -> Cells {
        let (mut requests, mut limits) = (Vec::new(), Vec::new());
        for (name, hard) in object.status.hard.iter() {
            let used = object
                .status
                .used
                .get(name.as_str())
                .map_or("0".into(), |used| used.to_text());
            let list = if name.starts_with("limits.") {
                &mut limits
            } else {
                &mut requests
            };
            list.push(format!("{name}: {used}/{}", hard.to_text()));
        }
        Cells::new()
            .text(object.metadata.name.clone())
            .text(requests.join(", "))
            .text(limits.join(", "))
            .age(object.metadata.creation_timestamp, options)
    }
}
