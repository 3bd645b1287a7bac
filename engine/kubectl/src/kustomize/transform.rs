//! The transformers that every kustomization can use: namespace, names, labels, annotations, replicas, images.

use serde_json::Value;

use super::Resource;
use crate::cmd::create::builtin;
use crate::error::Error;
use crate::fail;
use crate::util::json as j;

/// Does what the fields of a kustomization say, in kustomize's order.
pub(super) fn run(kustomization: &Value, resources: &mut [Resource]) -> Result<(), Error> {
    let text = |field: &str| j::text(kustomization, &[field]);
    namespace(resources, text("namespace"));
    rename(resources, text("namePrefix"), text("nameSuffix"));
    for (key, value) in j::entries(kustomization, &["commonLabels"]) {
        for resource in resources.iter_mut() {
            label(&mut resource.value, key, value, Reach::Selectors);
        }
    }
    for entry in j::list(kustomization, &["labels"]) {
        let switch = |name: &str| j::at(entry, &[name]) == true;
        let reach = match (switch("includeSelectors"), switch("includeTemplates")) {
            (true, _) => Reach::Selectors,
            (false, true) => Reach::Templates,
            (false, false) => Reach::Object,
        };
        for (key, value) in j::entries(entry, &["pairs"]) {
            for resource in resources.iter_mut() {
                label(&mut resource.value, key, value, reach);
            }
        }
    }
    for (key, value) in j::entries(kustomization, &["commonAnnotations"]) {
        for resource in resources.iter_mut() {
            annotate(&mut resource.value, key, value);
        }
    }
    for entry in j::list(kustomization, &["replicas"]) {
        replicas(resources, entry)?;
    }
    for entry in j::list(kustomization, &["images"]) {
        for resource in resources.iter_mut() {
            images(&mut resource.value, entry);
        }
    }
    Ok(())
}

/// Whether a kind lives in namespaces, as far as anybody here knows.
pub(super) fn is_namespaced(value: &Value) -> bool {
    if j::kind(value) == "CustomResourceDefinition" {
        return false;
    }
    builtin(value).map_or(true, |mapping| mapping.namespaced)
}

fn namespace(resources: &mut [Resource], namespace: &str) {
    if namespace.is_empty() {
        return;
    }
    for resource in resources.iter_mut() {
        resource.note();
        let value = &mut resource.value;
        if j::kind(value) == "Namespace" && j::group(value).is_empty() {
            j::set(value, &["metadata", "name"], namespace);
        } else if is_namespaced(value) {
            j::set(value, &["metadata", "namespace"], namespace);
        }
        if matches!(j::kind(value), "RoleBinding" | "ClusterRoleBinding") {
            let subjects = value.get_mut("subjects").and_then(Value::as_array_mut);
            for subject in subjects.into_iter().flatten() {
                if j::text(subject, &["name"]) == "default" && j::kind(subject) == "ServiceAccount"
                {
                    j::set(subject, &["namespace"], namespace);
                }
            }
        }
        resource.note();
    }
}

fn rename(resources: &mut [Resource], prefix: &str, suffix: &str) {
    if prefix.is_empty() && suffix.is_empty() {
        return;
    }
    for resource in resources.iter_mut() {
        if matches!(
            j::kind(&resource.value),
            "CustomResourceDefinition" | "APIService" | "Namespace"
        ) {
            continue;
        }
        resource.note();
        let name = format!("{prefix}{}{suffix}", j::name(&resource.value));
        j::set(&mut resource.value, &["metadata", "name"], name);
        resource.note();
    }
}

/// Where a label goes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reach {
    Object,
    Templates,
    Selectors,
}

/// Where kinds have the metadata of what they make.
fn templates(kind: &str) -> &'static [&'static [&'static str]] {
    match kind {
        "Deployment"
        | "ReplicaSet"
        | "DaemonSet"
        | "StatefulSet"
        | "ReplicationController"
        | "Job" => &[&["spec", "template", "metadata"]],
        "CronJob" => &[
            &["spec", "jobTemplate", "metadata"],
            &["spec", "jobTemplate", "spec", "template", "metadata"],
        ],
        _ => &[],
    }
}

fn label(value: &mut Value, key: &str, text: &str, reach: Reach) {
    j::set(value, &["metadata", "labels", key], text);
    if reach == Reach::Object {
        return;
    }
    let kind = j::kind(value).to_owned();
    for path in templates(&kind) {
        let path = [path, &["labels", key][..]].concat();
        j::set(value, &path, text);
    }
    if reach == Reach::Templates {
        return;
    }
    // Selectors that a controller needs are made; others are only added to.
    let (path, make): (&[&str], bool) = match kind.as_str() {
        "Service" => (&["spec", "selector"], true),
        "ReplicationController" => (&["spec", "selector"], true),
        "Deployment" | "ReplicaSet" | "DaemonSet" | "StatefulSet" => {
            (&["spec", "selector", "matchLabels"], true)
        }
        "Job" | "PodDisruptionBudget" => (&["spec", "selector", "matchLabels"], false),
        "CronJob" => (
            &["spec", "jobTemplate", "spec", "selector", "matchLabels"],
            false,
        ),
        "NetworkPolicy" => (&["spec", "podSelector", "matchLabels"], false),
        _ => return,
    };
    if make || j::at(value, path).is_object() {
        j::set(value, &[path, &[key]].concat(), text);
    }
    match kind.as_str() {
        "StatefulSet" => {
            for claim in items(value, &["spec", "volumeClaimTemplates"]) {
                j::set(claim, &["metadata", "labels", key], text);
            }
        }
        "NetworkPolicy" => {
            for (rules, peers) in [("ingress", "from"), ("egress", "to")] {
                for rule in items(value, &["spec", rules]) {
                    for peer in items(rule, &[peers]) {
                        if j::at(peer, &["podSelector", "matchLabels"]).is_object() {
                            j::set(peer, &["podSelector", "matchLabels", key], text);
                        }
                    }
                }
            }
        }
        _ => {}
    }
}

fn annotate(value: &mut Value, key: &str, text: &str) {
    j::set(value, &["metadata", "annotations", key], text);
    let kind = j::kind(value).to_owned();
    for path in templates(&kind) {
        j::set(value, &[path, &["annotations", key][..]].concat(), text);
    }
}

/// The items of a list, to change.
pub(super) fn items<'a>(
    value: &'a mut Value,
    path: &[&str],
) -> impl Iterator<Item = &'a mut Value> + use<'a> {
    let mut at = Some(value);
    for key in path {
        at = at.and_then(|v| v.get_mut(*key));
    }
    at.and_then(Value::as_array_mut).into_iter().flatten()
}

fn replicas(resources: &mut [Resource], entry: &Value) -> Result<(), Error> {
    let name = j::text(entry, &["name"]);
    let mut found = false;
    for resource in resources.iter_mut() {
        let scales = matches!(
            j::kind(&resource.value),
            "Deployment" | "ReplicaSet" | "ReplicationController" | "StatefulSet"
        );
        if scales && resource.is_called(name) {
            j::set(
                &mut resource.value,
                &["spec", "replicas"],
                j::at(entry, &["count"]).clone(),
            );
            found = true;
        }
    }
    if found {
        return Ok(());
    }
    Err(fail!(
        "resource with name {name} does not match a config with the following GVK [Deployment.[noVer].[noGrp] \
         ReplicationController.[noVer].[noGrp] ReplicaSet.[noVer].[noGrp] StatefulSet.[noVer].[noGrp]]"
    ))
}

/// The specification of an object's pods.
pub(super) fn pod_spec(value: &mut Value) -> Option<&mut Value> {
    let path: &[&str] = match j::kind(value) {
        "Pod" => &["spec"],
        "Deployment"
        | "ReplicaSet"
        | "DaemonSet"
        | "StatefulSet"
        | "ReplicationController"
        | "Job" => &["spec", "template", "spec"],
        "CronJob" => &["spec", "jobTemplate", "spec", "template", "spec"],
        _ => return None,
    };
    let mut at = value;
    for key in path {
        at = at.get_mut(*key)?;
    }
    Some(at)
}

fn images(value: &mut Value, entry: &Value) {
    let Some(spec) = pod_spec(value) else { return };
    for list in ["containers", "initContainers"] {
        for container in items(spec, &[list]) {
            let image = j::text(container, &["image"]);
            if let Some(new) = image_of(image, entry) {
                j::set(container, &["image"], new);
            }
        }
    }
}

/// The image that takes the place of another.
fn image_of(image: &str, entry: &Value) -> Option<String> {
    let (rest, digest) = match image.split_once('@') {
        Some((rest, digest)) => (rest, Some(digest)),
        None => (image, None),
    };
    let (name, tag) = match rest.rsplit_once(':') {
        Some((name, tag)) if !tag.contains('/') => (name, Some(tag)),
        _ => (rest, None),
    };
    if name != j::text(entry, &["name"]) {
        return None;
    }
    let given = |field: &str| Some(j::text(entry, &[field])).filter(|t| !t.is_empty());
    let name = given("newName").unwrap_or(name);
    let (mut tag, mut digest) = (tag.map(str::to_owned), digest);
    if let Some(new) = given("newTag") {
        (tag, digest) = (Some(new.to_owned()), None);
    }
    if let Some(new) = given("digest") {
        (tag, digest) = (None, Some(new));
    }
    if let Some(suffix) = given("tagSuffix") {
        tag = Some(tag.unwrap_or_default() + suffix);
    }
    let mut new = name.to_owned();
    if let Some(tag) = tag {
        new.push(':');
        new.push_str(&tag);
    }
    if let Some(digest) = digest {
        new.push('@');
        new.push_str(digest);
    }
    Some(new)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn images_by_name() {
        for (image, entry, expected) in [
            (
                "nginx",
                json!({"name": "nginx", "newTag": "1"}),
                Some("nginx:1"),
            ),
            (
                "nginx:2",
                json!({"name": "nginx", "newName": "r/n"}),
                Some("r/n:2"),
            ),
            (
                "a:5000/n:2",
                json!({"name": "a:5000/n", "digest": "sha256:x"}),
                Some("a:5000/n@sha256:x"),
            ),
            (
                "nginx@sha256:y",
                json!({"name": "nginx", "newTag": "3"}),
                Some("nginx:3"),
            ),
            ("other", json!({"name": "nginx", "newTag": "1"}), None),
        ] {
            assert_eq!(image_of(image, &entry).as_deref(), expected, "{image}");
        }
    }
}
