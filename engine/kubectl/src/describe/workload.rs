//! What descriptions of workloads share: pod templates, how the pods do, conditions.

use api::core::v1::{Pod, PodTemplateSpec};
use apimachinery::labels::Selector;
use apimachinery::meta::v1::{LabelSelector, ObjectMeta};

use super::container::{Section, containers};
use super::page::Page;
use super::pod::{spread, tolerations};
use super::volume::volumes;
use super::{Query, Related, list};
use crate::error::Error;

/// A selector as it is sent in requests.
pub(crate) fn selector_text(selector: Option<&LabelSelector>) -> Result<String, Error> {
    Selector::from_label_selector(selector)
        .map(|selector| selector.to_string())
        .map_err(|e| Error::Message(e.to_string()))
}

/// `2 Running / 0 Waiting / 0 Succeeded / 0 Failed`: the pods that a workload controls.
pub(crate) fn pods_status(
    meta: &ObjectMeta,
    selector: &str,
    related: &dyn Related,
) -> Result<String, Error> {
    let pods: Vec<Pod> = list(
        related,
        &Query {
            namespace: &meta.namespace,
            labels: selector,
            ..Query::default()
        },
    )?;
    let count = |phase: &str| {
        pods.iter()
            .filter(|pod| is_controlled_by(&pod.metadata, meta) && pod.status.phase == phase)
            .count()
    };
    Ok(format!(
        "{} Running / {} Waiting / {} Succeeded / {} Failed",
        count("Running"),
        count("Pending"),
        count("Succeeded"),
        count("Failed")
    ))
}

/// Whether `owner` controls an object.
pub(crate) fn is_controlled_by(meta: &ObjectMeta, owner: &ObjectMeta) -> bool {
    meta.owner_references
        .iter()
        .any(|reference| reference.controller == Some(true) && reference.uid == owner.uid)
}

/// The template that pods are made from.
pub(crate) fn pod_template(page: &mut Page, template: &PodTemplateSpec) {
    let spec = &template.spec;
    page.line(0, "Pod Template:");
    page.labels(0, "  Labels", &template.metadata.labels);
    if !template.metadata.annotations.is_empty() {
        page.annotations("  Annotations", &template.metadata.annotations);
    }
    page.field_if(1, "Service Account", &spec.service_account_name);
    let section = |label| Section {
        label,
        level: 1,
        pod: None,
    };
    if !spec.init_containers.is_empty() {
        containers(
            page,
            &section("Init Containers"),
            &spec.init_containers,
            &[],
        );
    }
    containers(page, &section("Containers"), &spec.containers, &[]);
    volumes(page, 1, &spec.volumes);
    spread(page, "  ", &spec.topology_spread_constraints);
    page.field_if(1, "Priority Class Name", &spec.priority_class_name);
    page.labels(0, "  Node-Selectors", &spec.node_selector);
    tolerations(page, 0, "  Tolerations", &spec.tolerations);
}

/// The table of conditions with type, status and reason, if there are any.
pub(crate) fn conditions<'a>(
    page: &mut Page,
    conditions: impl Iterator<Item = (&'a str, &'a str, &'a str)>,
) {
    for (i, (type_, status, reason)) in conditions.enumerate() {
        if i == 0 {
            page.line(0, "Conditions:");
            page.line(1, "Type\tStatus\tReason");
            page.line(1, "----\t------\t------");
        }
        page.line(1, &format!("{type_} \t{status}\t{reason}"));
    }
}

/// A number, or `<unset>`.
pub(crate) fn or_unset(number: Option<impl std::fmt::Display>) -> String {
    number.map_or_else(|| "<unset>".to_owned(), |number| number.to_string())
}
