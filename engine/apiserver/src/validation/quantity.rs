//! The rules of resource names and quantities. Kubernetes' room for this is `pkg/apis/core/helper` and
//! `ValidateResourceRequirements` of `pkg/apis/core/validation`.

use api::core::v1::ResourceRequirements;
use apimachinery::validation::is_qualified_name;
use apimachinery::{Map, Quantity, Str};

use super::NEGATIVE;
use super::field::{Errors, Path};

/// Names that mean something to quotas and nodes without a domain in front.
const STANDARD: [&str; 20] = [
    "cpu",
    "memory",
    "ephemeral-storage",
    "requests.cpu",
    "requests.memory",
    "requests.ephemeral-storage",
    "limits.cpu",
    "limits.memory",
    "limits.ephemeral-storage",
    "pods",
    "resourcequotas",
    "services",
    "replicationcontrollers",
    "secrets",
    "configmaps",
    "persistentvolumeclaims",
    "storage",
    "requests.storage",
    "services.nodeports",
    "services.loadbalancers",
];

/// Names that are counted, not measured.
const COUNTED: [&str; 9] = [
    "pods",
    "resourcequotas",
    "services",
    "replicationcontrollers",
    "secrets",
    "configmaps",
    "persistentvolumeclaims",
    "services.nodeports",
    "services.loadbalancers",
];

/// Whether it is a resource that nodes, quotas or volumes know by a bare name.
pub fn is_standard(name: &str) -> bool {
    STANDARD.contains(&name) || is_huge_pages(name) || name.starts_with("requests.hugepages-")
}

/// Whether it is `hugepages-` of some size.
pub fn is_huge_pages(name: &str) -> bool {
    name.starts_with("hugepages-")
}

/// Whether Kubernetes itself gives the name its meaning.
pub fn is_native(name: &str) -> bool {
    !name.contains('/') || name.contains("kubernetes.io/")
}

/// Whether it is a resource that some vendor adds to nodes.
pub fn is_extended(name: &str) -> bool {
    !is_native(name)
        && !name.starts_with("requests.")
        && is_qualified_name(&format!("requests.{name}")).is_empty()
}

/// Whether more may be allowed than is asked for.
pub fn is_overcommit_allowed(name: &str) -> bool {
    is_native(name) && !is_huge_pages(name)
}

/// Checks the name of any resource.
pub fn validate_resource_name(name: &str, path: &Path<'_>, errors: &mut Errors) -> bool {
    let complaints = is_qualified_name(name);
    if !complaints.is_empty() {
        errors.invalid_each(path, name, complaints);
        return false;
    }
    if !name.contains('/') && !is_standard(name) {
        errors.invalid(
            path,
            name,
            "must be a standard resource type or fully qualified",
        );
        return false;
    }
    true
}

/// Checks the name of a resource that containers ask for.
pub fn validate_container_resource_name(name: &str, path: &Path<'_>, errors: &mut Errors) {
    validate_resource_name(name, path, errors);
    if !name.contains('/') {
        if !matches!(name, "cpu" | "memory" | "ephemeral-storage") && !is_huge_pages(name) {
            errors.invalid(path, name, "must be a standard resource for containers");
        }
    } else if !is_native(name) && !is_extended(name) {
        errors.invalid(path, name, "doesn't follow extended resource name standard");
    }
}

/// Checks that a quantity is not negative, and whole where it counts things.
pub fn validate_resource_quantity(
    name: &str,
    value: &Quantity,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    validate_nonnegative(value, path, errors);
    if (COUNTED.contains(&name) || is_extended(name)) && !value.is_integer() {
        errors.invalid(path, value.as_str(), "must be an integer");
    }
}

/// Checks that a quantity is not negative.
pub fn validate_nonnegative(value: &Quantity, path: &Path<'_>, errors: &mut Errors) {
    if value.signum() < 0 {
        errors.invalid(path, value.as_str(), NEGATIVE);
    }
}

/// Checks the names and amounts of what may be used at most.
pub fn validate_limits(limits: &Map<Str, Quantity>, path: &Path<'_>, errors: &mut Errors) {
    for (name, value) in limits.iter() {
        let path = path.key(name);
        validate_container_resource_name(name, &path, errors);
        validate_resource_quantity(name, value, &path, errors);
        validate_pages(name, value, &path, errors);
    }
}

/// Checks that huge pages are asked for as a whole.
fn validate_pages(name: &str, value: &Quantity, path: &Path<'_>, errors: &mut Errors) {
    if !is_huge_pages(name) {
        return;
    }
    let size = name.strip_prefix("hugepages-").map(Quantity::parse);
    let whole = match size {
        Some(Ok(size)) if size.is_integer() && size.value() > 0 => {
            value.value() % size.value() == 0
        }
        _ => false,
    };
    if !whole || value.signum() <= 0 {
        let text = format!("{value} is not positive integer multiple of {name}");
        errors.invalid(path, value.as_str(), text);
    }
}

/// Checks what a container asks for and may use.
pub fn validate_requirements(
    requirements: &ResourceRequirements,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    let (limits, requests) = (path.child("limits"), path.child("requests"));
    validate_limits(&requirements.limits, &limits, errors);
    for (name, value) in requirements.requests.iter() {
        let key = requests.key(name);
        validate_container_resource_name(name, &key, errors);
        validate_resource_quantity(name, value, &key, errors);
        match requirements.limits.get(name.as_str()) {
            Some(limit) if value != limit && !is_overcommit_allowed(name) => {
                errors.invalid(
                    &requests,
                    value.as_str(),
                    format!("must be equal to {name} limit of {limit}"),
                );
            }
            Some(limit) if value > limit => {
                let detail = format!("must be less than or equal to {name} limit of {limit}");
                errors.invalid(&requests, value.as_str(), detail);
            }
            None if !is_overcommit_allowed(name) => {
                errors.required(
                    &limits,
                    "Limit must be set for non overcommitable resources",
                );
            }
            _ => {}
        }
        validate_pages(name, value, &key, errors);
    }
    let names = || {
        requirements
            .limits
            .keys()
            .chain(requirements.requests.keys())
    };
    if names().any(|name| is_huge_pages(name))
        && !names().any(|name| name == "cpu" || name == "memory")
    {
        errors.forbidden(path, "HugePages require cpu or memory");
    }
}
