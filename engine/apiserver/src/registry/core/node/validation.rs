//! The rules of nodes. Kubernetes' room for this is `ValidateNode` of `pkg/apis/core/validation`.

use api::core::v1::{Node, Taint};
use apimachinery::codec::to_json;
use apimachinery::validation::is_label_value;

use crate::registry::core::service::validate_cidr;
use crate::validation::field::{Errors, Path, Verbatim};
use crate::validation::meta::validate_label_name;
use crate::validation::quantity;

pub(super) fn validate(node: &Node, errors: &mut Errors) {
    validate_taints(&node.spec.taints, &Path::new("metadata.taints"), errors);
    validate_resources(node, errors);
    let path = Path::new("spec.podCIDRs");
    let ranges = &node.spec.pod_cidrs;
    for (i, range) in ranges.iter().enumerate() {
        validate_cidr(range, &path.index(i), errors);
    }
    let families = |six: bool| {
        ranges
            .iter()
            .filter(|range| range.contains(':') == six)
            .count()
    };
    if ranges.len() > 2 || families(true) > 1 || families(false) > 1 {
        let shown: apimachinery::Value = ranges.iter().map(|range| range.as_str()).collect();
        let detail = "may specify no more than one CIDR for each IP family";
        errors.invalid(&path, shown, detail);
    }
}

pub(super) fn validate_update(new: &Node, old: &Node, errors: &mut Errors) {
    validate_resources(new, errors);
    let addresses = &new.status.addresses;
    for (i, address) in addresses.iter().enumerate() {
        if addresses[..i].contains(address) {
            let path = Path::new("status.addresses");
            errors.duplicate(&path.index(i), Verbatim(to_json(address)));
        }
    }
    if !old.spec.pod_cidrs.is_empty() && old.spec.pod_cidrs != new.spec.pod_cidrs {
        let detail = "node updates may not change podCIDR except from \"\" to valid";
        errors.forbidden(&Path::new("spec.podCIDRs"), detail);
    }
    if !old.spec.provider_id.is_empty() && old.spec.provider_id != new.spec.provider_id {
        let detail = "node updates may not change providerID except from \"\" to valid";
        errors.forbidden(&Path::new("spec.providerID"), detail);
    }
    validate_taints(&new.spec.taints, &Path::new("metadata.taints"), errors);
    if new.spec.external_id != old.spec.external_id {
        errors.forbidden(&Path::new("spec.externalID"), "may not be updated");
    }
}

fn validate_resources(node: &Node, errors: &mut Errors) {
    for (field, list) in [
        ("status.capacity", &node.status.capacity),
        ("status.allocatable", &node.status.allocatable),
    ] {
        for (name, value) in list.iter() {
            quantity::validate_resource_quantity(
                name,
                value,
                &Path::new(field).child(name),
                errors,
            );
        }
    }
}

/// Checks taints: keys, values, effects, and each key and effect only once.
pub(crate) fn validate_taints(taints: &[Taint], path: &Path<'_>, errors: &mut Errors) {
    for (i, taint) in taints.iter().enumerate() {
        let path = path.index(i);
        validate_label_name(&taint.key, &path.child("key"), errors);
        let complaints = is_label_value(&taint.value);
        if !complaints.is_empty() {
            errors.invalid(&path.child("value"), &taint.value, complaints.join(";"));
        }
        let effect = path.child("effect");
        match taint.effect.as_str() {
            "NoSchedule" | "PreferNoSchedule" | "NoExecute" => {}
            "" => errors.required(&effect, ""),
            other => errors.not_supported(
                &effect,
                other,
                &["NoSchedule", "PreferNoSchedule", "NoExecute"],
            ),
        }
        if taints[..i]
            .iter()
            .any(|other| other.key == taint.key && other.effect == taint.effect)
        {
            let shown = format!(
                "{}: taints must be unique by key and effect pair",
                to_json(taint)
            );
            errors.duplicate(&path, Verbatim(shown));
        }
    }
}
