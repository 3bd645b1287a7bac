//! The group `apiextensions.k8s.io`: kinds that users define. Upstream's room is `k8s.io/apiextensions-apiserver`.
//!
//! ```text
//!  CustomResourceDefinition ─► validation ─► storage ─► establish: names accepted, resource served, condition set
//!  its deletion ─► finalize: objects deleted, waited for, definition let go
//!  custom resource ─► schema: prune, default ─► custom: strategy ─► schema: validate ─► storage
//! ```
//!
//! Not here: conversion by webhooks (all versions of a kind look alike), and rules in CEL, about which a warning is given.

mod custom;
mod establish;
mod finalize;
mod json_path;
mod schema;
mod schema_check;
mod schema_rules;
mod structural;
mod validation;

use api::apiextensions::v1::{CustomResourceConversion, CustomResourceDefinition};
use apimachinery::{Shared, Str};

pub(crate) use establish::{establish, retire};

use crate::context::Context;
use crate::printers::{Cells, Column, PrintOptions};
use crate::registry::Strategy;
use crate::registry::workload::share_parts;
use crate::validation::field::Errors;

/// The strategy of definitions.
pub(crate) struct CustomResourceDefinitionStrategy;

impl Strategy for CustomResourceDefinitionStrategy {
    type Kind = CustomResourceDefinition;

    share_parts!(spec, status);

    /// Theirs is none (see [`finalize`]).
    fn qualified_finalizers(&self) -> bool {
        false
    }

    fn default(&self, crd: &mut CustomResourceDefinition) {
        let spec = &mut *crd.spec;
        if spec.names.singular.is_empty() {
            spec.names.singular = spec.names.kind.to_lowercase();
        }
        if spec.names.list_kind.is_empty() && !spec.names.kind.is_empty() {
            spec.names.list_kind = format!("{}List", spec.names.kind).into();
        }
        if spec.conversion.is_none() {
            let none = CustomResourceConversion {
                strategy: "None".into(),
                webhook: None,
            };
            spec.conversion = Some(none.into());
        }
    }

    fn prepare_for_create(&self, _cx: &Context, crd: &mut CustomResourceDefinition) {
        crd.status = Shared::default();
        crd.metadata.generation = 1;
        crd.status.stored_versions = stored_versions(crd);
    }

    fn validate(&self, _cx: &Context, crd: &CustomResourceDefinition, errors: &mut Errors) {
        validation::validate(crd, errors);
        validation::validate_approval(crd, errors);
    }

    fn warnings_on_create(
        &self,
        _cx: &Context,
        crd: &CustomResourceDefinition,
        warnings: &mut Vec<String>,
    ) {
        validation::warn_of_formats(crd, None, warnings);
        validation::warn_of_rules(crd, warnings);
    }

    fn warnings_on_update(
        &self,
        _cx: &Context,
        new: &CustomResourceDefinition,
        old: &CustomResourceDefinition,
        warnings: &mut Vec<String>,
    ) {
        validation::warn_of_formats(new, Some(old), warnings);
    }

    fn prepare_for_update(
        &self,
        _cx: &Context,
        new: &mut CustomResourceDefinition,
        old: &CustomResourceDefinition,
    ) {
        new.status = old.status.clone();
        if new.spec != old.spec {
            new.metadata.generation = old.metadata.generation + 1;
        }
        for version in stored_versions(new) {
            if !new.status.stored_versions.contains(&version) {
                new.status.stored_versions.push(version);
            }
        }
    }

    fn validate_update(
        &self,
        _cx: &Context,
        new: &CustomResourceDefinition,
        old: &CustomResourceDefinition,
        errors: &mut Errors,
    ) {
        validation::validate(new, errors);
        validation::validate_kept(new, old, errors);
    }

    fn has_status(&self) -> bool {
        true
    }

    fn prepare_for_status_update(
        &self,
        _cx: &Context,
        new: &mut CustomResourceDefinition,
        old: &CustomResourceDefinition,
    ) {
        new.spec = old.spec.clone();
    }

    fn begin_delete(&self, cx: &Context, crd: &mut CustomResourceDefinition) {
        finalize::begin(&cx.server, crd);
    }

    fn columns(&self) -> std::borrow::Cow<'static, [Column]> {
        const COLUMNS: &[Column] = &[Column::NAME, Column::text("Created At")];
        COLUMNS.into()
    }

    fn row(&self, crd: &CustomResourceDefinition, _options: &PrintOptions) -> Cells {
        Cells::new()
            .text(crd.metadata.name.clone())
            .text(crd.metadata.creation_timestamp.to_string())
    }
}

fn stored_versions(crd: &CustomResourceDefinition) -> Vec<Str> {
    crd.spec
        .versions
        .iter()
        .filter(|v| v.storage)
        .map(|v| v.name.clone())
        .collect()
}
