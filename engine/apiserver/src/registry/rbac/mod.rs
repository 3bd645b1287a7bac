//! The group `rbac.authorization.k8s.io`: who may do what.

mod rules;

use api::rbac::v1::{ClusterRole, ClusterRoleBinding, Role, RoleBinding, RoleRef, Subject};
use apimachinery::Str;

use crate::context::Context;
use crate::printers::{Cells, Column, PrintOptions};
use crate::registry::Strategy;
use crate::validation::content::{NameRule, name_is_path_segment};
use crate::validation::field::Errors;

const GROUP: &str = "rbac.authorization.k8s.io";
const ROLE_COLUMNS: &[Column] = &[Column::NAME, Column::text("Created At")];
const BINDING_COLUMNS: &[Column] = &[
    Column::NAME,
    Column::text("Role"),
    Column::AGE,
    Column::wide("Users"),
    Column::wide("Groups"),
    Column::wide("ServiceAccounts"),
];

macro_rules! role {
    ($strategy:ident, $kind:ident, $namespaced:literal) => {
        /// The strategy.
        pub(crate) struct $strategy;

        impl Strategy for $strategy {
            type Kind = $kind;

            fn before_use(&self, cx: &Context) {
                crate::authz::ensure_roles(&cx.server);
            }

            fn name_rule(&self) -> NameRule {
                name_is_path_segment
            }

            fn validate(&self, _cx: &Context, role: &$kind, errors: &mut Errors) {
                rules::validate_rules(&role.rules, $namespaced, errors);
            }

            fn validate_update(
                &self,
                _cx: &Context,
                new: &$kind,
                _old: &$kind,
                errors: &mut Errors,
            ) {
                rules::validate_rules(&new.rules, $namespaced, errors);
            }

            fn allow_create_on_update(&self) -> bool {
                true
            }

            fn columns(&self) -> std::borrow::Cow<'static, [Column]> {
                ROLE_COLUMNS.into()
            }

            fn row(&self, role: &$kind, _options: &PrintOptions) -> Cells {
                Cells::new()
                    .text(role.metadata.name.clone())
                    .text(role.metadata.creation_timestamp.to_string())
            }
        }
    };
}

macro_rules! binding {
    ($strategy:ident, $kind:ident, $namespaced:literal) => {
        /// The strategy.
        pub(crate) struct $strategy;

        impl Strategy for $strategy {
            type Kind = $kind;

            fn before_use(&self, cx: &Context) {
                crate::authz::ensure_roles(&cx.server);
            }

            fn name_rule(&self) -> NameRule {
                name_is_path_segment
            }

            fn default(&self, binding: &mut $kind) {
                default_binding(&mut binding.role_ref, &mut binding.subjects);
            }

            fn validate(&self, _cx: &Context, binding: &$kind, errors: &mut Errors) {
                rules::validate_binding(&binding.role_ref, &binding.subjects, $namespaced, errors);
            }

            fn validate_update(
                &self,
                _cx: &Context,
                new: &$kind,
                old: &$kind,
                errors: &mut Errors,
            ) {
                rules::validate_binding(&new.role_ref, &new.subjects, $namespaced, errors);
                rules::validate_ref_kept(&new.role_ref, &old.role_ref, errors);
            }

            fn allow_create_on_update(&self) -> bool {
                true
            }

            fn columns(&self) -> std::borrow::Cow<'static, [Column]> {
                BINDING_COLUMNS.into()
            }

            fn row(&self, binding: &$kind, options: &PrintOptions) -> Cells {
                let subjects = &binding.subjects;
                Cells::new()
                    .text(binding.metadata.name.clone())
                    .text(format!(
                        "{}/{}",
                        binding.role_ref.kind, binding.role_ref.name
                    ))
                    .age(binding.metadata.creation_timestamp, options)
                    .text(shown_subjects(subjects, "User"))
                    .text(shown_subjects(subjects, "Group"))
                    .text(shown_subjects(subjects, "ServiceAccount"))
            }
        }
    };
}

role!(RoleStrategy, Role, true);
role!(ClusterRoleStrategy, ClusterRole, false);
binding!(RoleBindingStrategy, RoleBinding, true);
binding!(ClusterRoleBindingStrategy, ClusterRoleBinding, false);

fn default_binding(role: &mut RoleRef, subjects: &mut [Subject]) {
    if role.api_group.is_empty() {
        role.api_group = GROUP.into();
    }
    for subject in subjects
        .iter_mut()
        .filter(|subject| subject.api_group.is_empty())
    {
        if matches!(subject.kind.as_str(), "User" | "Group") {
            subject.api_group = GROUP.into();
        }
    }
}

fn shown_subjects(subjects: &[Subject], kind: &str) -> Str {
    let shown = subjects
        .iter()
        .filter(|subject| subject.kind == kind)
        .map(|subject| {
            if kind == "ServiceAccount" && !subject.namespace.is_empty() {
                format!("{}/{}", subject.namespace, subject.name)
            } else {
                subject.name.to_string()
            }
        });
    shown.collect::<Vec<_>>().join(", ").into()
}
