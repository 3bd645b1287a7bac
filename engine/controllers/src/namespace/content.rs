//! Deletes everything in a namespace: pods first, and the rest when they are gone, so that what pods use outlives them.

use std::collections::BTreeMap;

use api::core::v1::{Namespace, Pod};
use apimachinery::Status;
use client::{AnyResource, Client, Delete};
use component_helpers::pod;

/// How long finalizers are given, in seconds.
const FINALIZER_ESTIMATE: u64 = 15;

/// What is left in a namespace.
#[derive(Debug, Default)]
pub(super) struct Remains {
    /// In how many seconds to look again; 0 when nothing is left.
    pub(super) estimate: u64,
    /// How many objects are left, by resource.
    pub(super) resources: BTreeMap<String, usize>,
    /// On how many of them each finalizer is.
    pub(super) finalizers: BTreeMap<String, usize>,
    /// What went wrong.
    pub(super) errors: Vec<Status>,
}

pub(super) fn delete_all(client: &Client, namespace: &Namespace) -> Remains {
    let mut remains = Remains::default();
    let namespaced = client
        .resources()
        .into_iter()
        .filter(AnyResource::namespaced);
    let (pods, others): (Vec<_>, Vec<_>) =
        namespaced.partition(|r| r.group().is_empty() && r.plural() == "pods");
    for resource in &pods {
        delete_collection(client, namespace, resource, &mut remains);
    }
    if !remains.resources.is_empty() {
        return remains;
    }
    for resource in &others {
        delete_collection(client, namespace, resource, &mut remains);
    }
    remains
}

fn delete_collection(
    client: &Client,
    namespace: &Namespace,
    resource: &AnyResource,
    remains: &mut Remains,
) {
    let name = &namespace.metadata.name;
    let objects = match client.list_any(resource, name) {
        Ok(objects) => objects,
        Err(status) => return remains.errors.push(status),
    };
    let mut estimate = 0;
    for object in &objects {
        if let Some(pod) = (**object).downcast_ref::<Pod>() {
            estimate = estimate.max(time_to_end(client, namespace, pod));
        }
        let delete = Delete::default().propagation("Background");
        match client.delete_any(resource, name, &object.meta().name, &delete) {
            Err(status) if !status.is_not_found() => remains.errors.push(status),
            _ => (),
        }
    }
    let left = client.list_any(resource, name).unwrap_or_default();
    if left.is_empty() {
        return;
    }
    let finalizers = left.iter().flat_map(|object| &object.meta().finalizers);
    for finalizer in finalizers.clone() {
        *remains.finalizers.entry(finalizer.to_string()).or_default() += 1;
    }
    if estimate == 0 {
        // Either finalizers, or a deletion that is not over yet: look again soon.
        estimate = if finalizers.count() > 0 {
            FINALIZER_ESTIMATE
        } else {
            1
        };
    }
    remains.resources.insert(resource.qualified(), left.len());
    remains.estimate = remains.estimate.max(estimate);
}

/// How many seconds a pod may still take, counted from the deletion of the namespace.
fn time_to_end(client: &Client, namespace: &Namespace, pod: &Pod) -> u64 {
    if pod::is_terminal(pod) {
        return 0;
    }
    let grace = pod.spec.termination_grace_period_seconds.unwrap_or(0);
    let deleted = namespace
        .metadata
        .deletion_timestamp
        .map_or(0, |time| time.unix());
    let passed = client.now().unix() - deleted;
    if passed >= grace {
        return 0;
    }
    u64::try_from(grace).unwrap_or(0)
}
