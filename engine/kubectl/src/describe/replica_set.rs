//! `kubectl describe replicaset`.

use api::apps::v1::ReplicaSet;
use apimachinery::labels::format_label_selector;

use super::about::About;
use super::page::controller;
use super::workload::{conditions, pod_template, pods_status, selector_text};
use crate::error::Error;

/// The replica set and how its pods do.
pub(crate) fn replica_set(set: &ReplicaSet, about: &About<'_>) -> Result<String, Error> {
    let (meta, spec, status) = (&set.metadata, &set.spec, &set.status);
    let selector = selector_text(spec.selector.as_deref())?;
    let mut page = about.page();
    page.field(0, "Name", &meta.name);
    page.field(0, "Namespace", &meta.namespace);
    page.field(
        0,
        "Selector",
        &format_label_selector(spec.selector.as_deref()),
    );
    page.labels(0, "Labels", &meta.labels);
    page.annotations("Annotations", &meta.annotations);
    page.field_if(0, "Controlled By", &controller(meta).unwrap_or_default());
    let counts = format!(
        "{} current / {} desired",
        status.replicas,
        spec.replicas.unwrap_or(1)
    );
    page.field(0, "Replicas", &counts);
    let pods = match pods_status(meta, &selector, about.related) {
        Ok(pods) => pods,
        Err(error) => format!("error in fetching pods: {}", error.text()),
    };
    page.field(0, "Pods Status", &pods);
    pod_template(&mut page, &spec.template);
    conditions(
        &mut page,
        status
            .conditions
            .iter()
            .map(|c| (&*c.type_, &*c.status, &*c.reason)),
    );
    Ok(about.finish(page))
}
