//! The rules of roles and bindings.

use api::rbac::v1::{PolicyRule, RoleRef, Subject};
use apimachinery::Value;
use apimachinery::codec::to_json;
use apimachinery::validation::is_dns1123_subdomain;

use super::GROUP;
use crate::validation::content::name_is_path_segment;
use crate::validation::field::{Errors, Path, Verbatim};

pub(super) fn validate_rules(rules: &[PolicyRule], namespaced: bool, errors: &mut Errors) {
    let path = Path::new("rules");
    for (i, rule) in rules.iter().enumerate() {
        let at = path.index(i);
        if rule.verbs.is_empty() {
            errors.required(&at.child("verbs"), "verbs must contain at least one value");
        }
        if !rule.non_resource_urls.is_empty() {
            let urls: Value = rule
                .non_resource_urls
                .iter()
                .map(|url| Value::from(url.as_str()))
                .collect();
            let urls_path = at.child("nonResourceURLs");
            if namespaced {
                let detail = "namespaced rules cannot apply to non-resource URLs";
                errors.invalid(&urls_path, urls.clone(), detail);
            }
            if !rule.api_groups.is_empty()
                || !rule.resources.is_empty()
                || !rule.resource_names.is_empty()
            {
                let detail = "rules cannot apply to both regular resources and non-resource URLs";
                errors.invalid(&urls_path, urls, detail);
            }
            continue;
        }
        if rule.api_groups.is_empty() {
            errors.required(
                &at.child("apiGroups"),
                "resource rules must supply at least one api group",
            );
        }
        if rule.resources.is_empty() {
            errors.required(
                &at.child("resources"),
                "resource rules must supply at least one resource",
            );
        }
    }
}

pub(super) fn validate_binding(
    role: &RoleRef,
    subjects: &[Subject],
    namespaced: bool,
    errors: &mut Errors,
) {
    let path = Path::new("roleRef");
    if role.api_group != GROUP {
        errors.not_supported(&path.child("apiGroup"), &role.api_group, &[GROUP]);
    }
    let kinds: &[&str] = if namespaced {
        &["Role", "ClusterRole"]
    } else {
        &["ClusterRole"]
    };
    if !kinds.contains(&role.kind.as_str()) {
        errors.not_supported(&path.child("kind"), &role.kind, kinds);
    }
    if role.name.is_empty() {
        errors.required(&path.child("name"), "");
    } else {
        errors.invalid_each(
            &path.child("name"),
            &role.name,
            name_is_path_segment(&role.name, false),
        );
    }
    let path = Path::new("subjects");
    for (i, subject) in subjects.iter().enumerate() {
        validate_subject(subject, namespaced, &path.index(i), errors);
    }
}

fn validate_subject(subject: &Subject, namespaced: bool, path: &Path<'_>, errors: &mut Errors) {
    if subject.name.is_empty() {
        errors.required(&path.child("name"), "");
    }
    let group = path.child("apiGroup");
    match subject.kind.as_str() {
        "ServiceAccount" => {
            if !subject.name.is_empty() {
                errors.invalid_each(
                    &path.child("name"),
                    &subject.name,
                    is_dns1123_subdomain(&subject.name),
                );
            }
            if !subject.api_group.is_empty() {
                errors.not_supported(&group, &subject.api_group, &[""]);
            }
            if !namespaced && subject.namespace.is_empty() {
                errors.required(&path.child("namespace"), "");
            }
        }
        "User" | "Group" => {
            if subject.api_group != GROUP {
                errors.not_supported(&group, &subject.api_group, &[GROUP]);
            }
        }
        other => errors.not_supported(
            &path.child("kind"),
            other,
            &["ServiceAccount", "User", "Group"],
        ),
    }
}

pub(super) fn validate_ref_kept(new: &RoleRef, old: &RoleRef, errors: &mut Errors) {
    if new != old {
        errors.invalid(
            &Path::new("roleRef"),
            Verbatim(to_json(new)),
            "cannot change roleRef",
        );
    }
}
