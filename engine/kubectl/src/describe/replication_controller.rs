//! `kubectl describe replicationcontroller`.

use api::core::v1::ReplicationController;
use apimachinery::labels::{Selector, format_labels};

use super::about::About;
use super::workload::{conditions, pod_template, pods_status};
use crate::error::Error;

/// The replication controller and how its pods do.
pub(crate) fn replication_controller(
    controller: &ReplicationController,
    about: &About<'_>,
) -> Result<String, Error> {
    let (meta, spec, status) = (&controller.metadata, &controller.spec, &controller.status);
    let selector = Selector::from_set(&spec.selector).to_string();
    let pods = pods_status(meta, &selector, about.related)?;
    let mut page = about.page();
    page.field(0, "Name", &meta.name);
    page.field(0, "Namespace", &meta.namespace);
    page.field(0, "Selector", &format_labels(&spec.selector));
    page.labels(0, "Labels", &meta.labels);
    page.annotations("Annotations", &meta.annotations);
    let counts = format!(
        "{} current / {} desired",
        status.replicas,
        spec.replicas.unwrap_or(1)
    );
    page.field(0, "Replicas", &counts);
    page.field(0, "Pods Status", &pods);
    match &spec.template {
        Some(template) => pod_template(&mut page, template),
        None => page.raw("Pod Template:\n  <unset>"),
    }
    conditions(
        &mut page,
        status
            .conditions
            .iter()
            .map(|c| (&*c.type_, &*c.status, &*c.reason)),
    );
    Ok(about.finish(page))
}
