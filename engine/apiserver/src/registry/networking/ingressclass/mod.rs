//! IngressClass: who serves ingresses of a class.

use api::networking::v1::IngressClass;
use apimachinery::validation::is_dns1123_label;

use crate::context::Context;
use crate::printers::{Cells, Column, PrintOptions};
use crate::registry::Strategy;
use crate::registry::workload::share_parts;
use crate::validation::IMMUTABLE;
use crate::validation::content::validate_domain_prefixed;
use crate::validation::field::{Errors, Path};

/// The annotation of the class for ingresses that name none.
const DEFAULT: &str = "ingressclass.kubernetes.io/is-default-class";
const CONTROLLER_MAX: usize = 250;

/// The strategy.
pub(crate) struct IngressClassStrategy;

impl Strategy for IngressClassStrategy {
    type Kind = IngressClass;

    fn default(&self, class: &mut IngressClass) {
        if let Some(parameters) = &mut class.spec.parameters {
            parameters.scope.get_or_insert_with(|| "Cluster".into());
        }
    }

    share_parts!(spec);

    fn prepare_for_create(&self, _cx: &Context, class: &mut IngressClass) {
        class.metadata.generation = 1;
    }

    fn validate(&self, _cx: &Context, class: &IngressClass, errors: &mut Errors) {
        validate(class, errors);
    }

    fn prepare_for_update(&self, _cx: &Context, new: &mut IngressClass, old: &IngressClass) {
        if new.spec != old.spec {
            new.metadata.generation = old.metadata.generation + 1;
        }
    }

    fn validate_update(
        &self,
        _cx: &Context,
        new: &IngressClass,
        old: &IngressClass,
        errors: &mut Errors,
    ) {
        validate(new, errors);
        if new.spec.controller != old.spec.controller {
            errors.invalid(
                &Path::new("spec.controller"),
                &new.spec.controller,
                IMMUTABLE,
            );
        }
    }

    fn columns(&self) -> std::borrow::Cow<'static, [Column]> {
        const COLUMNS: &[Column] = &[
            Column::NAME,
            Column::text("Controller"),
            Column::text("Parameters"),
            Column::AGE,
        ];
        COLUMNS.into()
    }

    fn row(&self, class: &IngressClass, options: &PrintOptions) -> Cells {
        let parameters = class.spec.parameters.as_ref().map_or_else(
            || "<none>".to_owned(),
            |given| match &given.api_group {
                Some(group) => format!("{}.{group}/{}", given.kind, given.name),
                None => format!("{}/{}", given.kind, given.name),
            },
        );
        let mut name = class.metadata.name.clone();
        if class.metadata.annotations.text(DEFAULT) == "true" {
            name.push_str(" (default)");
        }
        Cells::new()
            .text(name)
            .text(class.spec.controller.clone())
            .text(parameters)
            .age(class.metadata.creation_timestamp, options)
    }
}

fn validate(class: &IngressClass, errors: &mut Errors) {
    let path = Path::new("spec");
    let controller = &class.spec.controller;
    let at = path.child("controller");
    if controller.is_empty() {
        errors.required(&at, "");
    } else {
        if controller.len() > CONTROLLER_MAX {
            errors.too_long(&at, CONTROLLER_MAX);
        }
        validate_domain_prefixed(controller, &at, errors);
    }
    let Some(parameters) = &class.spec.parameters else {
        return;
    };
    let at = path.child("parameters");
    super::ingress::validate_reference(
        parameters.api_group.as_deref(),
        &parameters.kind,
        &parameters.name,
        &at,
        errors,
    );
    match parameters.scope.as_deref() {
        Some("Namespace") => match &parameters.namespace {
            None => errors.required(
                &at.child("namespace"),
                "`parameters.scope` is set to 'Namespace'",
            ),
            Some(namespace) => errors.invalid_each(
                &at.child("namespace"),
                namespace,
                is_dns1123_label(namespace),
            ),
        },
        Some("Cluster") if parameters.namespace.is_some() => {
            errors.forbidden(
                &at.child("namespace"),
                "`parameters.scope` is set to 'Cluster'",
            );
        }
        Some("Cluster") => {}
        Some(other) => errors.not_supported(&at.child("scope"), other, &["Cluster", "Namespace"]),
        None => errors.required(&at.child("scope"), ""),
    }
}
