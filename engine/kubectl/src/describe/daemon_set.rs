//! `kubectl describe daemonset`.

use api::apps::v1::DaemonSet;
use apimachinery::labels::format_labels;

use super::about::About;
use super::workload::{pod_template, pods_status, selector_text};
use crate::error::Error;

/// The daemon set and how its pods do.
pub(crate) fn daemon_set(set: &DaemonSet, about: &About<'_>) -> Result<String, Error> {
    let (meta, spec, status) = (&set.metadata, &set.spec, &set.status);
    let selector = selector_text(spec.selector.as_deref())?;
    let pods = pods_status(meta, &selector, about.related)?;
    let mut page = about.page();
    page.field(0, "Name", &meta.name);
    page.field(0, "Namespace", &meta.namespace);
    page.field(0, "Selector", &selector);
    page.field(
        0,
        "Node-Selector",
        &format_labels(&spec.template.spec.node_selector),
    );
    page.labels(0, "Labels", &meta.labels);
    page.annotations("Annotations", &meta.annotations);
    for (what, count) in [
        (
            "Desired Number of Nodes Scheduled",
            status.desired_number_scheduled,
        ),
        (
            "Current Number of Nodes Scheduled",
            status.current_number_scheduled,
        ),
        (
            "Number of Nodes Scheduled with Up-to-date Pods",
            status.updated_number_scheduled,
        ),
        (
            "Number of Nodes Scheduled with Available Pods",
            status.number_available,
        ),
        ("Number of Nodes Misscheduled", status.number_misscheduled),
    ] {
        // These are not aligned with the others.
        page.line(0, &format!("{what}: {count}"));
    }
    page.field(0, "Pods Status", &pods);
    pod_template(&mut page, &spec.template);
    Ok(about.finish(page))
}
