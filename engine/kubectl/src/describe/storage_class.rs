//! `kubectl describe storageclass` and `volumeattributesclass`.

use api::storage::v1::{StorageClass, VolumeAttributesClass};
use apimachinery::labels::format_labels;

use super::about::About;
use super::endpoints::joined;
use super::page::truth;
use super::workload::or_unset;
use crate::error::Error;

/// Annotations that make a class the default.
const DEFAULT: [&str; 2] = [
    "storageclass.kubernetes.io/is-default-class",
    "storageclass.beta.kubernetes.io/is-default-class",
];

/// The class of volumes.
pub(crate) fn storage_class(class: &StorageClass, about: &About<'_>) -> Result<String, Error> {
    let annotations = &class.metadata.annotations;
    let mut page = about.page();
    page.field(0, "Name", &class.metadata.name);
    let default = DEFAULT
        .iter()
        .any(|key| annotations.get(*key).is_some_and(|value| value == "true"));
    page.field(0, "IsDefaultClass", if default { "Yes" } else { "No" });
    page.field(0, "Annotations", &format_labels(annotations));
    page.field(0, "Provisioner", &class.provisioner);
    page.field(0, "Parameters", &format_labels(&class.parameters));
    let expands = or_unset(class.allow_volume_expansion.map(truth));
    page.field(0, "AllowVolumeExpansion", &expands);
    if class.mount_options.is_empty() {
        page.field(0, "MountOptions", "<none>");
    } else {
        page.line(0, "MountOptions:");
    }
    for option in &class.mount_options {
        page.line(1, option);
    }
    if let Some(policy) = &class.reclaim_policy {
        page.field(0, "ReclaimPolicy", policy);
    }
    if let Some(mode) = &class.volume_binding_mode {
        page.field(0, "VolumeBindingMode", mode);
    }
    if !class.allowed_topologies.is_empty() {
        page.field(0, "AllowedTopologies", "");
    }
    for (i, term) in class.allowed_topologies.iter().enumerate() {
        let items: Vec<String> = term
            .match_label_expressions
            .iter()
            .map(|e| match &*joined(&e.values, ", ") {
                "" => format!("{} in", e.key),
                values => format!("{} in [{values}]", e.key),
            })
            .collect();
        page.items(1, &format!("Term {i}"), &items);
    }
    Ok(about.finish(page))
}

/// The class of what volumes can be changed to.
pub(crate) fn volume_attributes_class(
    class: &VolumeAttributesClass,
    about: &About<'_>,
) -> Result<String, Error> {
    let mut page = about.page();
    page.field(0, "Name", &class.metadata.name);
    page.field(
        0,
        "Annotations",
        &format_labels(&class.metadata.annotations),
    );
    page.field(0, "DriverName", &class.driver_name);
    page.field(0, "Parameters", &format_labels(&class.parameters));
    Ok(about.finish(page))
}
