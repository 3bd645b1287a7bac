//! `kubectl describe statefulset`: with the templates of its claims.

use api::apps::v1::StatefulSet;
use api::core::v1::PersistentVolumeClaim;

use super::about::About;
use super::page::{Page, date};
use super::workload::{pod_template, pods_status, selector_text};
use crate::error::Error;
use crate::util::go;

/// The stateful set and how its pods do.
pub(crate) fn stateful_set(set: &StatefulSet, about: &About<'_>) -> Result<String, Error> {
    let (meta, spec, status) = (&set.metadata, &set.spec, &set.status);
    let selector = selector_text(spec.selector.as_deref())?;
    let pods = pods_status(meta, &selector, about.related)?;
    let mut page = about.page();
    page.field(0, "Name", &meta.name);
    page.field(0, "Namespace", &meta.namespace);
    page.field(0, "CreationTimestamp", &date(meta.creation_timestamp));
    page.field(0, "Selector", &selector);
    page.labels(0, "Labels", &meta.labels);
    page.annotations("Annotations", &meta.annotations);
    let counts = format!(
        "{} desired | {} total",
        spec.replicas.unwrap_or(1),
        status.replicas
    );
    page.field(0, "Replicas", &counts);
    page.field(0, "Update Strategy", &spec.update_strategy.type_);
    if let Some(rolling) = &spec.update_strategy.rolling_update
        && let Some(partition) = rolling.partition
    {
        page.field(1, "Partition", &partition.to_string());
        if let Some(most) = &rolling.max_unavailable {
            page.field(1, "MaxUnavailable", &most.to_string());
        }
    }
    page.field(0, "Pods Status", &pods);
    pod_template(&mut page, &spec.template);
    claim_templates(&mut page, &spec.volume_claim_templates);
    Ok(about.finish(page))
}

fn claim_templates(page: &mut Page, templates: &[PersistentVolumeClaim]) {
    if templates.is_empty() {
        page.field(0, "Volume Claims", "<none>");
        return;
    }
    page.line(0, "Volume Claims:");
    for claim in templates {
        page.field(1, "Name", &claim.metadata.name);
        page.field(1, "StorageClass", class_of(claim));
        page.labels(1, "Labels", &claim.metadata.labels);
        // Even what apply keeps for itself is shown here.
        page.labels(1, "Annotations", &claim.metadata.annotations);
        let capacity = claim.spec.resources.requests.get("storage");
        page.field(
            1,
            "Capacity",
            capacity.map_or("<default>", |quantity| quantity.as_str()),
        );
        page.field(1, "Access Modes", &go::slice(&claim.spec.access_modes));
    }
}

/// The storage class that a claim names.
pub(crate) fn class_of(claim: &PersistentVolumeClaim) -> &str {
    let old = claim
        .metadata
        .annotations
        .get("volume.beta.kubernetes.io/storage-class");
    match old {
        Some(class) => class,
        None => claim.spec.storage_class_name.as_deref().unwrap_or_default(),
    }
}
