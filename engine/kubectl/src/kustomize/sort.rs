//! The order of the result: what others need comes first.

use serde_json::Value;

use super::Built;
use crate::util::json as j;

const FIRST: [&str; 22] = [
    "Namespace",
    "ResourceQuota",
    "StorageClass",
    "CustomResourceDefinition",
    "ServiceAccount",
    "PodSecurityPolicy",
    "Role",
    "ClusterRole",
    "RoleBinding",
    "ClusterRoleBinding",
    "ConfigMap",
    "Secret",
    "Endpoints",
    "Service",
    "LimitRange",
    "PriorityClass",
    "PersistentVolume",
    "PersistentVolumeClaim",
    "Deployment",
    "StatefulSet",
    "CronJob",
    "PodDisruptionBudget",
];
const LAST: [&str; 2] = [
    "MutatingWebhookConfiguration",
    "ValidatingWebhookConfiguration",
];

/// Sorts by kind, then by name, unless the kustomization keeps its own order.
pub(super) fn sort(built: &mut Built) {
    if !built.in_order {
        built.resources.sort_by_cached_key(|r| key(&r.value));
    }
}

fn key(value: &Value) -> (usize, String) {
    let kind = j::kind(value);
    let middle = FIRST.len();
    let place = FIRST.iter().position(|k| *k == kind).unwrap_or_else(|| {
        let late = LAST.iter().position(|k| *k == kind);
        late.map_or(middle, |at| middle + 1 + at)
    });
    // A tilde sorts after every letter: what is not there comes last.
    let or_last = |text: &str| if text.is_empty() { "~" } else { text }.to_owned();
    let group = or_last(j::group(value));
    let text = format!(
        "{group}_{}_{kind}|{}|{}",
        j::text(value, &["apiVersion"]),
        or_last(j::namespace(value)),
        or_last(j::name(value))
    );
    (place, text)
}
