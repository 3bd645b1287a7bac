//! Lease: who is in charge, or alive, and since when.

use api::coordination::v1::{Lease, LeaseSpec};

use crate::context::Context;
use crate::printers::{Cells, Column, PrintOptions};
use crate::registry::Strategy;
use crate::registry::workload::share_parts;
use crate::validation::field::{Errors, Path};
use crate::validation::{NEGATIVE, NOT_POSITIVE};

/// The strategy.
pub(crate) struct LeaseStrategy;

impl Strategy for LeaseStrategy {
    type Kind = Lease;

    share_parts!(spec);

    fn validate(&self, _cx: &Context, lease: &Lease, errors: &mut Errors) {
        validate(&lease.spec, errors);
    }

    fn allow_create_on_update(&self) -> bool {
        true
    }

    fn allow_unconditional_update(&self) -> bool {
        false
    }

    fn validate_update(&self, _cx: &Context, new: &Lease, _old: &Lease, errors: &mut Errors) {
        validate(&new.spec, errors);
    }

    fn columns(&self) -> std::borrow::Cow<'static, [Column]> {
        const COLUMNS: &[Column] = &[Column::NAME, Column::text("Holder"), Column::AGE];
        COLUMNS.into()
    }

    fn row(&self, lease: &Lease, options: &PrintOptions) -> Cells {
        Cells::new()
            .text(lease.metadata.name.clone())
            .text(lease.spec.holder_identity.clone().unwrap_or_default())
            .age(lease.metadata.creation_timestamp, options)
    }
}

fn validate(spec: &LeaseSpec, errors: &mut Errors) {
    let path = Path::new("spec");
    if let Some(seconds) = spec.lease_duration_seconds.filter(|seconds| *seconds <= 0) {
        errors.invalid(&path.child("leaseDurationSeconds"), seconds, NOT_POSITIVE);
    }
    if let Some(count) = spec.lease_transitions.filter(|count| *count < 0) {
        errors.invalid(&path.child("leaseTransitions"), count, NEGATIVE);
    }
    if spec
        .holder_identity
        .as_ref()
        .is_some_and(|holder| holder.is_empty())
    {
        errors.invalid(&path.child("holderIdentity"), "", "must not be empty");
    }
}
