//! The rules of quotas.

use std::collections::BTreeSet;

use api::core::v1::{
    ResourceQuota, ResourceQuotaSpec, ResourceQuotaStatus, ScopedResourceSelectorRequirement,
};
use apimachinery::codec::to_json;
use apimachinery::{Map, Quantity, Str, Value};

use crate::validation::IMMUTABLE;
use crate::validation::field::{Errors, Path, Verbatim};
use crate::validation::quantity::{validate_resource_name, validate_resource_quantity};

/// What has no domain and may be counted.
const STANDARD: [&str; 19] = [
    "cpu",
    "memory",
    "ephemeral-storage",
    "requests.cpu",
    "requests.memory",
    "requests.storage",
    "requests.ephemeral-storage",
    "limits.cpu",
    "limits.memory",
    "limits.ephemeral-storage",
    "pods",
    "resourcequotas",
    "services",
    "replicationcontrollers",
    "secrets",
    "persistentvolumeclaims",
    "configmaps",
    "services.nodeports",
    "services.loadbalancers",
];
/// What pods use and ask for.
const COMPUTE: [&str; 6] = [
    "cpu",
    "memory",
    "limits.cpu",
    "limits.memory",
    "requests.cpu",
    "requests.memory",
];
const SCOPES: [&str; 7] = [
    "Terminating",
    "NotTerminating",
    "BestEffort",
    "NotBestEffort",
    "PriorityClass",
    "CrossNamespacePodAffinity",
    "VolumeAttributesClass",
];
const OPPOSITES: [(&str, &str); 2] = [
    ("BestEffort", "NotBestEffort"),
    ("Terminating", "NotTerminating"),
];

fn is_standard(name: &str) -> bool {
    STANDARD.contains(&name)
        || name.starts_with("hugepages-")
        || name.starts_with("requests.hugepages-")
}

fn fits(scope: &str, resource: &str) -> bool {
    match scope {
        "BestEffort" => resource == "pods",
        "VolumeAttributesClass" => {
            matches!(resource, "persistentvolumeclaims" | "requests.storage")
        }
        _ => resource == "pods" || COMPUTE.contains(&resource),
    }
}

fn validate_list(list: &Map<Str, Quantity>, path: &Path<'_>, errors: &mut Errors) {
    for (name, value) in list.iter() {
        let at = path.key(name);
        validate_resource_name(name, &at, errors);
        if !name.contains('/') && !is_standard(name) {
            errors.invalid(&at, name, "must be a standard resource for quota");
        }
        validate_resource_quantity(name, value, &at, errors);
    }
}

fn shown(scopes: &[Str]) -> Value {
    scopes
        .iter()
        .map(|scope| Value::from(scope.as_str()))
        .collect()
}

pub(super) fn validate_spec(spec: &ResourceQuotaSpec, errors: &mut Errors) {
    let path = Path::new("spec");
    validate_list(&spec.hard, &path.child("hard"), errors);
    let at = path.child("scopes");
    for scope in &spec.scopes {
        if !SCOPES.contains(&scope.as_str()) {
            errors.invalid(&at, shown(&spec.scopes), "unsupported scope");
        }
        for _ in spec
            .hard
            .keys()
            .filter(|name| is_standard(name) && !fits(scope, name))
        {
            errors.invalid(
                &at,
                shown(&spec.scopes),
                "unsupported scope applied to resource",
            );
        }
    }
    let given: BTreeSet<&str> = spec.scopes.iter().map(Str::as_str).collect();
    validate_opposites(&given, spec, &at, errors);
    let Some(selector) = &spec.scope_selector else {
        return;
    };
    let at = path.child("scopeSelector");
    let at = at.child("matchExpressions");
    for requirement in &selector.match_expressions {
        if !SCOPES.contains(&requirement.scope_name.as_str()) {
            errors.invalid(
                &at.child("scopeName"),
                &requirement.scope_name,
                "unsupported scope",
            );
        }
        for _ in spec
            .hard
            .keys()
            .filter(|name| is_standard(name) && !fits(&requirement.scope_name, name))
        {
            errors.invalid(
                &at,
                Verbatim(to_json(&**selector)),
                "unsupported scope applied to resource",
            );
        }
        validate_requirement(requirement, &at, errors);
    }
    let given = selector
        .match_expressions
        .iter()
        .map(|requirement| requirement.scope_name.as_str())
        .collect();
    validate_opposites(&given, spec, &at, errors);
}

fn validate_opposites(
    given: &BTreeSet<&str>,
    spec: &ResourceQuotaSpec,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    for (one, other) in OPPOSITES {
        if given.contains(one) && given.contains(other) {
            errors.invalid(path, shown(&spec.scopes), "conflicting scopes");
        }
    }
}

fn validate_requirement(
    requirement: &ScopedResourceSelectorRequirement,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    let (operator, values) = (path.child("operator"), path.child("values"));
    let valued = matches!(
        requirement.scope_name.as_str(),
        "PriorityClass" | "VolumeAttributesClass"
    );
    if !valued
        && SCOPES.contains(&requirement.scope_name.as_str())
        && requirement.operator != "Exists"
    {
        let detail = "must be 'Exists' when scope is any of ResourceQuotaScopeTerminating, \
                      ResourceQuotaScopeNotTerminating, ResourceQuotaScopeBestEffort, ResourceQuotaScopeNotBestEffort \
                      or ResourceQuotaScopeCrossNamespacePodAffinity";
        errors.invalid(&operator, &requirement.operator, detail);
    }
    match requirement.operator.as_str() {
        "In" | "NotIn" if requirement.values.is_empty() => {
            let detail =
                "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector";
            errors.required(&values, detail);
        }
        "Exists" | "DoesNotExist" if !requirement.values.is_empty() => {
            let detail =
                "must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector";
            errors.invalid(&values, shown(&requirement.values), detail);
        }
        "In" | "NotIn" | "Exists" | "DoesNotExist" => {}
        other => errors.invalid(&operator, other, "not a valid selector operator"),
    }
}

pub(super) fn validate_kept(new: &ResourceQuota, old: &ResourceQuota, errors: &mut Errors) {
    let set = |quota: &ResourceQuota| quota.spec.scopes.iter().cloned().collect::<BTreeSet<Str>>();
    if set(new) != set(old) {
        errors.invalid(
            &Path::new("spec.scopes"),
            shown(&new.spec.scopes),
            IMMUTABLE,
        );
    }
}

pub(super) fn validate_status(status: &ResourceQuotaStatus, errors: &mut Errors) {
    let path = Path::new("status");
    validate_list(&status.hard, &path.child("hard"), errors);
    validate_list(&status.used, &path.child("used"), errors);
}
