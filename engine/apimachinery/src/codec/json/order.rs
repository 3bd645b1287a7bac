//! JSON whose fields come in the order of Kubernetes' Go structs, as an API server writes it. Only the fields that
//! people look at in raw answers are known; others follow by name. Custom resources are maps upstream too, and stay as
//! they are.

use serde_json::{Map, Value};

use super::Writer;

const META: &[&str] = &[
    "name",
    "generateName",
    "namespace",
    "selfLink",
    "uid",
    "resourceVersion",
    "generation",
    "creationTimestamp",
    "deletionTimestamp",
    "deletionGracePeriodSeconds",
    "labels",
    "annotations",
    "ownerReferences",
    "finalizers",
    "managedFields",
    "continue",
    "remainingItemCount",
];
const ROOT: &[&str] = &["kind", "apiVersion", "metadata", "immutable"];
const STATUS: &[&str] = &[
    "kind",
    "apiVersion",
    "metadata",
    "status",
    "message",
    "reason",
    "details",
    "code",
];
/// The fields of a version, `version.Info`.
pub const VERSION: &[&str] = &[
    "major",
    "minor",
    "emulationMajor",
    "emulationMinor",
    "minCompatibilityMajor",
    "minCompatibilityMinor",
    "gitVersion",
    "gitCommit",
    "gitTreeState",
    "buildDate",
    "goVersion",
    "compiler",
    "platform",
];
const CONTAINER: &[&str] = &[
    "name",
    "image",
    "command",
    "args",
    "workingDir",
    "ports",
    "envFrom",
    "env",
    "resources",
    "resizePolicy",
    "restartPolicy",
    "volumeMounts",
    "volumeDevices",
    "livenessProbe",
    "readinessProbe",
    "startupProbe",
    "lifecycle",
];
const POD_SPEC: &[&str] = &[
    "volumes",
    "initContainers",
    "containers",
    "ephemeralContainers",
    "restartPolicy",
    "terminationGracePeriodSeconds",
    "activeDeadlineSeconds",
    "dnsPolicy",
    "nodeSelector",
    "serviceAccountName",
    "serviceAccount",
    "automountServiceAccountToken",
    "nodeName",
    "hostNetwork",
    "hostPID",
    "hostIPC",
    "shareProcessNamespace",
    "securityContext",
    "imagePullSecrets",
    "hostname",
    "subdomain",
    "affinity",
    "schedulerName",
    "tolerations",
    "hostAliases",
    "priorityClassName",
    "priority",
];
const POD_STATUS: &[&str] = &[
    "observedGeneration",
    "phase",
    "conditions",
    "message",
    "reason",
    "hostIP",
    "hostIPs",
    "podIP",
    "podIPs",
    "startTime",
    "initContainerStatuses",
    "containerStatuses",
    "qosClass",
];
const SERVICE_SPEC: &[&str] = &[
    "ports",
    "selector",
    "clusterIP",
    "clusterIPs",
    "type",
    "externalIPs",
    "sessionAffinity",
];

/// Of what is served, in both forms of discovery; and of what a container asks for.
const RESOURCE: &[&str] = &[
    "limits",
    "requests",
    "name",
    "singularName",
    "namespaced",
    "subresource",
    "group",
    "version",
    "kind",
    "resource",
    "responseKind",
    "scope",
    "singularResource",
    "verbs",
    "shortNames",
    "categories",
];

/// The fields of an object that come first, given the name of the field that holds it.
fn leading(under: &str, map: &Map<String, Value>) -> &'static [&'static str] {
    let kind = map.get("kind").and_then(Value::as_str).unwrap_or_default();
    match under {
        "" | "items" | "object" | "template" if kind == "Status" => STATUS,
        "" if map.contains_key("object") => &["type", "object"],
        "" if map.contains_key("gitVersion") => VERSION,
        "" | "groups" if map.contains_key("preferredVersion") => {
            &["kind", "apiVersion", "name", "versions", "preferredVersion"]
        }
        "" if kind == "APIVersions" => &["kind", "versions"],
        "" | "items" if map.contains_key("timestamp") => &[
            "kind",
            "apiVersion",
            "metadata",
            "timestamp",
            "window",
            "usage",
        ],
        "" | "items" | "object" | "template" => ROOT,
        "metadata" => META,
        "managedFields" => &[
            "manager",
            "operation",
            "apiVersion",
            "time",
            "fieldsType",
            "fieldsV1",
        ],
        "ownerReferences" => &["apiVersion", "kind", "name", "uid"],
        "details" => &["name", "group", "kind", "uid", "causes"],
        "causes" => &["reason", "message", "field"],
        "conditions" => &[
            "type",
            "status",
            "observedGeneration",
            "lastProbeTime",
            "lastHeartbeatTime",
            "lastUpdateTime",
            "lastTransitionTime",
            "reason",
            "message",
        ],
        "containers" | "initContainers" | "ephemeralContainers" => CONTAINER,
        "containerStatuses" | "initContainerStatuses" => {
            &["name", "state", "lastState", "ready", "restartCount"]
        }
        "columnDefinitions" => &["name", "type", "format", "description"],
        "resources" | "subresources" | "responseKind" => RESOURCE,
        "versions" => &[
            "name",
            "served",
            "storage",
            "groupVersion",
            "version",
            "resources",
        ],
        "roleRef" => &["apiGroup", "kind", "name"],
        "subjects" => &["kind", "apiGroup", "name"],
        "rules" | "resourceRules" | "nonResourceRules" => {
            &["verbs", "apiGroups", "resources", "resourceNames"]
        }
        "resourceAttributes" => &["namespace", "verb", "group", "version"],
        "user" | "userInfo" => &["username", "uid", "groups"],
        "spec" if map.contains_key("resourceAttributes") => &["resourceAttributes"],
        "spec" if map.contains_key("token") => &["token"],
        "status" if map.contains_key("user") => &["authenticated", "user", "audiences"],
        "status" if map.contains_key("resourceRules") => &["resourceRules", "nonResourceRules"],
        "spec" if map.contains_key("containers") => POD_SPEC,
        "spec" if map.contains_key("sessionAffinity") => SERVICE_SPEC,
        "spec" => &["replicas", "selector", "template"],
        "status" if map.contains_key("qosClass") => POD_STATUS,
        "ports" => &[
            "name",
            "hostPort",
            "containerPort",
            "protocol",
            "appProtocol",
            "port",
            "targetPort",
        ],
        "volumes" | "volumeMounts" | "env" => &["name"],
        _ => &[],
    }
}

fn value(writer: &mut Writer, under: &str, given: &Value) {
    match given {
        Value::Array(items) => {
            writer.begin('[');
            for item in items {
                writer.element();
                value(writer, under, item);
            }
            writer.end(']');
        }
        Value::Object(map) => {
            let first = leading(under, map);
            writer.begin('{');
            let ahead = first.iter().filter_map(|key| map.get_key_value(*key));
            let after = map.iter().filter(|(key, _)| !first.contains(&key.as_str()));
            for (key, field) in ahead.chain(after) {
                writer.key(key);
                if is_a_map(key) {
                    writer.value(field);
                } else {
                    value(writer, key, field);
                }
            }
            writer.end('}');
        }
        scalar => writer.value(scalar),
    }
}

/// Whether a field holds a map, whose keys are sorted by name.
fn is_a_map(key: &str) -> bool {
    matches!(
        key,
        "labels"
            | "annotations"
            | "matchLabels"
            | "data"
            | "stringData"
            | "binaryData"
            | "fieldsV1"
            | "nodeSelector"
    )
}

/// Whether this is of a kind that upstream has a Go struct for.
fn is_built_in(given: &Value) -> bool {
    let object = given.get("object").unwrap_or(given);
    let version = object.get("apiVersion").and_then(Value::as_str);
    let group = version
        .and_then(|version| version.split_once('/'))
        .map_or("", |(group, _)| group);
    !group.contains('.') || group.ends_with(".k8s.io")
}

fn written(mut writer: Writer, given: &Value) -> String {
    if is_built_in(given) {
        value(&mut writer, "", given);
    } else {
        writer.value(given);
    }
    writer.finish()
}

/// An answer of the API server, on one line.
pub fn wire(given: &Value) -> String {
    written(Writer::compact(), given)
}

/// An answer of the API server as it is given to who reads it, indented by two spaces.
pub fn wire_indented(given: &Value) -> String {
    written(Writer::pretty(2), given)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_come_as_in_the_structs() {
        let pod = serde_json::json!({
            "apiVersion": "v1", "kind": "Pod", "status": {"phase": "Running"},
            "metadata": {"labels": {"name": "b", "app": "a"}, "namespace": "d", "name": "a"},
        });
        assert_eq!(
            wire(&serde_json::json!({"object": pod, "type": "ADDED"})),
            r#"{"type":"ADDED","object":{"kind":"Pod","apiVersion":"v1","metadata":{"name":"a","namespace":"d","labels":{"app":"a","name":"b"}},"status":{"phase":"Running"}}}"#
        );
    }

    #[test]
    fn custom_resources_are_maps() {
        let custom = serde_json::json!({"kind": "Tab", "apiVersion": "stable.example.com/v1", "metadata": {}});
        assert_eq!(wire(&custom), super::super::compact(&custom));
    }
}
