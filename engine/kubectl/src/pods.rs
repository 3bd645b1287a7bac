//! Pods of other objects, and containers of pods: what `logs`, `exec`, `attach` and `port-forward` work on.
//!
//! A deployment, a job or a service stands for its pods; which of them is taken depends on what it is taken for.

use std::cmp::Ordering;

use serde_json::{Value, json};

use crate::context::Context;
use crate::error::Error;
use crate::fail;
use crate::rest::helper::{Helper, ListOptions};
use crate::rest::mapper::Mapping;
use crate::util::json as j;
use crate::util::timer::before;
use crate::util::{go, selector};

/// Annotation that names the container to take when none is named.
pub const DEFAULT_CONTAINER: &str = "kubectl.kubernetes.io/default-container";

/// The type of pods.
pub fn mapping() -> Mapping {
    Mapping {
        group: String::new(),
        version: "v1".to_owned(),
        resource: "pods".to_owned(),
        kind: "Pod".to_owned(),
        namespaced: true,
    }
}

/// Go's name for the type of an object, as some errors spell it.
pub fn go_type(object: &Value) -> String {
    let version = j::text(object, &["apiVersion"]).rsplit('/').next();
    format!("*{}.{}", version.unwrap_or_default(), j::kind(object))
}

/// The selector of an object's pods.
pub fn selector_of(object: &Value) -> Result<String, Error> {
    let plain =
        |path: &[&str]| selector::from_label_selector(&json!({"matchLabels": j::at(object, path)}));
    match (j::group(object), j::kind(object)) {
        ("apps", "ReplicaSet" | "StatefulSet" | "DaemonSet" | "Deployment") | ("batch", "Job") => {
            Ok(selector::from_label_selector(j::at(
                object,
                &["spec", "selector"],
            )))
        }
        ("", "ReplicationController") => Ok(plain(&["spec", "selector"])),
        ("", "Service") => {
            if j::entries(object, &["spec", "selector"]).is_empty() {
                return Err(fail!(
                    "invalid service '{}': Service is defined without a selector",
                    j::name(object)
                ));
            }
            Ok(plain(&["spec", "selector"]))
        }
        _ => Err(fail!("selector for {} not implemented", go_type(object))),
    }
}

/// An order of pods; the first one is taken.
pub type Order = fn(&Value, &Value) -> Ordering;

/// Pods of a selector, best first; if there are none yet, waits for one.
pub async fn of_selector(
    cx: &Context,
    namespace: &str,
    selector: &str,
    timeout: i64,
    order: Order,
) -> Result<Vec<Value>, Error> {
    let mapping = mapping();
    let options = ListOptions {
        label_selector: selector.to_owned(),
        ..ListOptions::default()
    };
    let helper = Helper::new(cx, &mapping);
    let list = helper.list(namespace, &options)?;
    let mut pods = j::list(&list, &["items"]).to_vec();
    if !pods.is_empty() {
        pods.sort_by(order);
        return Ok(pods);
    }
    cx.flush().await?;
    let version = j::text(&list, &["metadata", "resourceVersion"]).to_owned();
    let mut watch = helper.watch(
        namespace,
        &ListOptions {
            resource_version: version,
            ..options
        },
    )?;
    let deadline = cx.host.now() + timeout;
    loop {
        match before(cx, deadline, watch.next()).await {
            Some(Some(event)) if matches!(event.kind.as_str(), "ADDED" | "MODIFIED") => {
                return Ok(vec![event.object]);
            }
            Some(Some(_)) => {}
            Some(None) => return Err("watch closed before UntilWithoutRetry timeout".into()),
            None => return Err("timed out waiting for the condition".into()),
        }
    }
}

/// The pod that stands for an object when something is to run in it.
pub async fn attachable(cx: &Context, object: &Value, timeout: i64) -> Result<Value, Error> {
    if (j::group(object), j::kind(object)) == ("", "Pod") {
        return Ok(object.clone());
    }
    let selector = selector_of(object)
        .map_err(|e| fail!("cannot attach to {}: {}", go_type(object), e.text()))?;
    let mut pods = of_selector(cx, j::namespace(object), &selector, timeout, most_active).await?;
    Ok(pods.swap_remove(0))
}

fn phase_rank(pod: &Value) -> u8 {
    match j::text(pod, &["status", "phase"]) {
        "Running" => 2,
        "Unknown" => 1,
        _ => 0,
    }
}

/// The condition `Ready`, if it is true.
fn ready_since(pod: &Value) -> Option<Option<i64>> {
    let conditions = j::list(pod, &["status", "conditions"]);
    let ready = conditions
        .iter()
        .find(|c| j::text(c, &["type"]) == "Ready" && j::text(c, &["status"]) == "True")?;
    Some(crate::util::time::micros(j::at(
        ready,
        &["lastTransitionTime"],
    )))
}

/// Whether a pod is ready.
pub fn is_ready(pod: &Value) -> bool {
    ready_since(pod).is_some()
}

fn restarts(pod: &Value) -> (i64, i64) {
    let most = |statuses: &str, counts: &dyn Fn(&str) -> bool| {
        j::list(pod, &["status", statuses])
            .iter()
            .filter(|s| counts(j::text(s, &["name"])))
            .map(|s| j::int(s, &["restartCount"]))
            .max()
            .unwrap_or(0)
    };
    let sidecars: Vec<&str> = j::list(pod, &["spec", "initContainers"])
        .iter()
        .filter(|c| j::text(c, &["restartPolicy"]) == "Always")
        .map(|c| j::text(c, &["name"]))
        .collect();
    (
        most("containerStatuses", &|_| true),
        most("initContainerStatuses", &|name| sidecars.contains(&name)),
    )
}

/// Earlier first; unknown last.
fn older(a: Option<i64>, b: Option<i64>) -> Ordering {
    a.unwrap_or(i64::MAX).cmp(&b.unwrap_or(i64::MAX))
}

/// On a node before not, running before pending, ready before not: the parts that both orders have.
fn alive(a: &Value, b: &Value) -> Ordering {
    let unassigned = |pod| j::text(pod, &["spec", "nodeName"]).is_empty();
    unassigned(a)
        .cmp(&unassigned(b))
        .then_with(|| phase_rank(b).cmp(&phase_rank(a)))
        .then_with(|| is_ready(b).cmp(&is_ready(a)))
}

fn created(pod: &Value) -> Option<i64> {
    crate::util::time::micros(j::at(pod, &["metadata", "creationTimestamp"]))
}

/// The order for `logs`: among equals, the one with most restarts has most to tell.
pub fn best_for_logs(a: &Value, b: &Value) -> Ordering {
    alive(a, b)
        .then_with(|| match (ready_since(a), ready_since(b)) {
            (Some(a), Some(b)) => older(a, b),
            _ => Ordering::Equal,
        })
        .then_with(|| restarts(b).cmp(&restarts(a)))
        .then_with(|| older(created(a), created(b)))
}

/// The order for everything else: the steadiest first.
pub fn most_active(a: &Value, b: &Value) -> Ordering {
    let deleted = |pod| crate::util::time::micros(j::at(pod, &["metadata", "deletionTimestamp"]));
    alive(a, b)
        .then_with(|| deleted(a).is_some().cmp(&deleted(b).is_some()))
        .then_with(|| deleted(b).cmp(&deleted(a)))
        .then_with(|| match (ready_since(a), ready_since(b)) {
            (Some(a), Some(b)) => older(a, b),
            _ => Ordering::Equal,
        })
        .then_with(|| restarts(a).cmp(&restarts(b)))
        .then_with(|| older(created(a), created(b)))
}

/// The lists of containers a pod has.
pub const CONTAINER_LISTS: [&str; 3] = ["containers", "initContainers", "ephemeralContainers"];

/// The container of that name, with the list it is in.
pub fn container<'a>(pod: &'a Value, name: &str) -> Option<(&'a Value, &'static str)> {
    CONTAINER_LISTS.iter().find_map(|list| {
        let found = j::list(pod, &["spec", list])
            .iter()
            .find(|c| j::text(c, &["name"]) == name);
        found.map(|c| (c, *list))
    })
}

/// `app, debugger (ephem), setup (init)`
pub fn container_names(pod: &Value) -> String {
    let mut names = Vec::new();
    for (list, mark) in [
        ("containers", ""),
        ("ephemeralContainers", " (ephem)"),
        ("initContainers", " (init)"),
    ] {
        let containers = j::list(pod, &["spec", list]).iter();
        names.extend(containers.map(|c| format!("{}{mark}", j::text(c, &["name"]))));
    }
    names.join(", ")
}

/// Whether a pod has more than one container of any sort.
pub fn has_choice(pod: &Value) -> bool {
    let count = |list: &str| j::list(pod, &["spec", list]).len();
    count("containers") > 1 || count("initContainers") > 0 || count("ephemeralContainers") > 0
}

/// There is no such container.
pub fn no_container(pod: &Value, name: &str) -> Error {
    fail!(
        "container {name} is not valid for pod {} out of: {}",
        j::name(pod),
        container_names(pod)
    )
}

/// The container named, the one the pod prefers, or the first; tells which one it took, unless `quiet`.
pub fn container_or_default<'a>(
    cx: &Context,
    pod: &'a Value,
    name: &str,
    quiet: bool,
) -> Result<&'a Value, Error> {
    let Some(first) = j::list(pod, &["spec", "containers"]).first() else {
        return Err(fail!(
            "pod {}/{} does not have any containers",
            j::namespace(pod),
            j::name(pod)
        ));
    };
    let name = match name {
        "" => j::text(pod, &["metadata", "annotations", DEFAULT_CONTAINER]),
        name => name,
    };
    if !name.is_empty() {
        return container(pod, name)
            .map(|(c, _)| c)
            .ok_or_else(|| no_container(pod, name));
    }
    if !quiet && let Some(text) = defaulted(pod) {
        cx.err(&text);
    }
    Ok(first)
}

/// What is said when the first of several containers is taken because none was named.
pub fn defaulted(pod: &Value) -> Option<String> {
    let first = j::list(pod, &["spec", "containers"]).first()?;
    let preferred = j::text(pod, &["metadata", "annotations", DEFAULT_CONTAINER]);
    (preferred.is_empty() && has_choice(pod)).then(|| {
        format!(
            "Defaulted container {} out of: {}\n",
            go::quote(j::text(first, &["name"])),
            container_names(pod)
        )
    })
}
