//! The rules of label selectors in objects. Kubernetes' room for this is `k8s.io/apimachinery/pkg/apis/meta/v1/validation`.

use apimachinery::meta::v1::{LabelSelector, LabelSelectorRequirement};

use apimachinery::validation::is_label_value;

use super::field::{Errors, Path};
use super::meta::{validate_label_name, validate_labels};

/// Checks a label selector.
pub fn validate_label_selector(selector: &LabelSelector, path: &Path<'_>, errors: &mut Errors) {
    validate_labels(&selector.match_labels, &path.child("matchLabels"), errors);
    let expressions = path.child("matchExpressions");
    for (i, requirement) in selector.match_expressions.iter().enumerate() {
        validate_requirement(requirement, &expressions.index(i), errors);
    }
}

fn validate_requirement(
    requirement: &LabelSelectorRequirement,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    let values = path.child("values");
    match requirement.operator.as_str() {
        "In" | "NotIn" => {
            if requirement.values.is_empty() {
                errors.required(
                    &values,
                    "must be specified when `operator` is 'In' or 'NotIn'",
                );
            }
        }
        "Exists" | "DoesNotExist" => {
            if !requirement.values.is_empty() {
                errors.forbidden(
                    &values,
                    "may not be specified when `operator` is 'Exists' or 'DoesNotExist'",
                );
            }
        }
        _ => errors.invalid(
            &path.child("operator"),
            &requirement.operator,
            "not a valid selector operator",
        ),
    }
    validate_label_name(&requirement.key, &path.child("key"), errors);
    for (i, value) in requirement.values.iter().enumerate() {
        errors.invalid_each(&values.index(i), value, is_label_value(value));
    }
}
