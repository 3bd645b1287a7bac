//! `kubectl describe persistentvolumeclaim`: with the pods that use it.

use api::core::v1::{PersistentVolumeClaim, Pod};
use apimachinery::Quantity;

use super::about::About;
use super::page::date;
use super::persistent_volume::access_modes;
use super::stateful_set::class_of;
use super::{Query, list};
use crate::error::Error;
use crate::util::go;

/// The claim and who uses it.
pub(crate) fn persistent_volume_claim(
    claim: &PersistentVolumeClaim,
    about: &About<'_>,
) -> Result<String, Error> {
    let (meta, spec, status) = (&claim.metadata, &claim.spec, &claim.status);
    let users = users(claim, about)?;
    let mut page = about.page();
    page.field(0, "Name", &meta.name);
    page.field(0, "Namespace", &meta.namespace);
    page.field(0, "StorageClass", class_of(claim));
    match meta.deletion_timestamp {
        Some(since) => {
            let text = format!("Terminating (lasts {})", page.since(since));
            page.field(0, "Status", &text);
        }
        None => page.field(0, "Status", &status.phase),
    }
    page.field(0, "Volume", &spec.volume_name);
    page.labels(0, "Labels", &meta.labels);
    page.annotations("Annotations", &meta.annotations);
    page.field(0, "Finalizers", &go::slice(&meta.finalizers));
    // Only a bound claim has what it has.
    if spec.volume_name.is_empty() {
        page.field(0, "Capacity", "");
        page.field(0, "Access Modes", "");
    } else {
        let capacity = status.capacity.get("storage");
        page.field(0, "Capacity", capacity.map_or("0", Quantity::as_str));
        page.field(0, "Access Modes", &access_modes(&status.access_modes));
    }
    if let Some(mode) = &spec.volume_mode {
        page.field(0, "VolumeMode", mode);
    }
    if let Some(source) = &spec.data_source {
        page.line(0, "DataSource:");
        if let Some(group) = &source.api_group {
            page.field(1, "APIGroup", group);
        }
        page.field(1, "Kind", &source.kind);
        page.field(1, "Name", &source.name);
    }
    page.items(0, "Used By", &users);
    if !status.conditions.is_empty() {
        page.line(0, "Conditions:");
        page.line(
            1,
            "Type\tStatus\tLastProbeTime\tLastTransitionTime\tReason\tMessage",
        );
        page.line(
            1,
            "----\t------\t-----------------\t------------------\t------\t-------",
        );
    }
    for c in &status.conditions {
        let row = format!(
            "{} \t{} \t{} \t{} \t{} \t{}",
            c.type_,
            c.status,
            date(c.last_probe_time),
            date(c.last_transition_time),
            c.reason,
            c.message
        );
        page.line(1, &row);
    }
    Ok(about.finish(page))
}

/// Names of the pods that mount the claim, and of those that own it.
fn users(claim: &PersistentVolumeClaim, about: &About<'_>) -> Result<Vec<String>, Error> {
    let meta = &claim.metadata;
    let pods: Vec<Pod> = list(
        about.related,
        &Query {
            namespace: &meta.namespace,
            ..Query::default()
        },
    )?;
    let mounts = |pod: &Pod| {
        pod.spec.volumes.iter().any(|volume| {
            let source = volume.persistent_volume_claim.as_ref();
            source.is_some_and(|source| source.claim_name == meta.name)
        })
    };
    let owns = |pod: &Pod| {
        meta.owner_references
            .iter()
            .any(|owner| owner.kind == "Pod" && owner.uid == pod.metadata.uid)
    };
    let users = pods.iter().filter(|pod| mounts(pod) || owns(pod));
    let mut names: Vec<String> = users.map(|pod| pod.metadata.name.to_string()).collect();
    names.sort_unstable();
    Ok(names)
}
