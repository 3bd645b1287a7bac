//! `kubectl describe persistentvolume`.

use api::core::v1::{NodeSelectorRequirement, PersistentVolume, VolumeNodeAffinity};
use apimachinery::{Quantity, Str, codec};

use super::about::About;
use super::endpoints::joined;
use super::page::Page;
use super::volume::foreign;
use crate::error::Error;
use crate::util::go;

/// The volume, with where it is.
pub(crate) fn persistent_volume(
    volume: &PersistentVolume,
    about: &About<'_>,
) -> Result<String, Error> {
    let (meta, spec, status) = (&volume.metadata, &volume.spec, &volume.status);
    let mut page = about.page();
    page.field(0, "Name", &meta.name);
    page.labels(0, "Labels", &meta.labels);
    page.annotations("Annotations", &meta.annotations);
    page.field(0, "Finalizers", &go::slice(&meta.finalizers));
    let old = meta
        .annotations
        .get("volume.beta.kubernetes.io/storage-class");
    page.field(0, "StorageClass", old.unwrap_or(&spec.storage_class_name));
    match meta.deletion_timestamp {
        Some(since) => {
            let text = format!("Terminating (lasts {})", page.since(since));
            page.field(0, "Status", &text);
        }
        None => page.field(0, "Status", &status.phase),
    }
    let claim = spec
        .claim_ref
        .as_ref()
        .map(|claim| format!("{}/{}", claim.namespace, claim.name));
    page.field(0, "Claim", &claim.unwrap_or_default());
    page.field(0, "Reclaim Policy", &spec.persistent_volume_reclaim_policy);
    page.field(0, "Access Modes", &access_modes(&spec.access_modes));
    if let Some(mode) = &spec.volume_mode {
        page.field(0, "VolumeMode", mode);
    }
    let capacity = spec.capacity.get("storage");
    page.field(0, "Capacity", capacity.map_or("0", Quantity::as_str));
    node_affinity(&mut page, spec.node_affinity.as_deref());
    page.field(0, "Message", &status.message);
    page.line(0, "Source:");
    source(&mut page, volume);
    Ok(about.finish(page))
}

/// `RWO,ROX`
pub(crate) fn access_modes(modes: &[Str]) -> String {
    const SHORT: [(&str, &str); 4] = [
        ("ReadWriteOnce", "RWO"),
        ("ReadOnlyMany", "ROX"),
        ("ReadWriteMany", "RWX"),
        ("ReadWriteOncePod", "RWOP"),
    ];
    let known = SHORT
        .iter()
        .filter(|(mode, _)| modes.iter().any(|m| m == mode));
    known.map(|(_, short)| *short).collect::<Vec<_>>().join(",")
}

fn node_affinity(page: &mut Page, affinity: Option<&VolumeNodeAffinity>) {
    let Some(required) = affinity.and_then(|affinity| affinity.required.as_ref()) else {
        page.field(0, "Node Affinity", "<none>");
        return;
    };
    page.field(0, "Node Affinity", "");
    if required.node_selector_terms.is_empty() {
        page.field(1, "Required Terms", "<none>");
        return;
    }
    page.field(1, "Required Terms", "");
    for (i, term) in required.node_selector_terms.iter().enumerate() {
        let items: Vec<String> = term.match_expressions.iter().map(requirement).collect();
        page.items(2, &format!("Term {i}"), &items);
    }
}

fn requirement(requirement: &NodeSelectorRequirement) -> String {
    let text = format!(
        "{} {}",
        requirement.key,
        requirement.operator.to_lowercase()
    );
    if requirement.values.is_empty() {
        return text;
    }
    format!("{text} [{}]", joined(&requirement.values, ", "))
}

fn source(page: &mut Page, volume: &PersistentVolume) {
    let spec = &volume.spec;
    if let Some(path) = &spec.host_path {
        super::volume::host_path(page, path);
    } else if let Some(local) = &spec.local {
        page.field(
            2,
            "Type",
            "LocalVolume (a persistent volume backed by local storage on a node)",
        );
        page.field(2, "Path", &local.path);
    } else if let Some(csi) = &spec.csi {
        page.field(
            2,
            "Type",
            "CSI (a Container Storage Interface (CSI) volume source)",
        );
        page.field(2, "Driver", &csi.driver);
        page.field(2, "FSType", &csi.fs_type);
        page.field(2, "VolumeHandle", &csi.volume_handle);
        page.field(2, "ReadOnly", if csi.read_only { "true" } else { "false" });
        page.labels(2, "VolumeAttributes", &csi.volume_attributes);
    } else {
        foreign(page, &codec::to_value(&**spec));
    }
}
