//! `kubectl describe deployment`: with its replica sets, old and new.

use api::apps::v1::{Deployment, ReplicaSet};
use api::core::v1::PodTemplateSpec;

use super::about::About;
use super::page::{date, or_none};
use super::workload::{conditions, is_controlled_by, pod_template, selector_text};
use super::{Query, list};
use crate::error::Error;

/// The label that tells the pods of a deployment's replica sets apart.
const TEMPLATE_HASH: &str = "pod-template-hash";

/// The deployment.
pub(crate) fn deployment(deployment: &Deployment, about: &About<'_>) -> Result<String, Error> {
    let (meta, spec, status) = (&deployment.metadata, &deployment.spec, &deployment.status);
    let selector = selector_text(spec.selector.as_deref())?;
    let mut page = about.page();
    page.field(0, "Name", &meta.name);
    page.field(0, "Namespace", &meta.namespace);
    page.field(0, "CreationTimestamp", &date(meta.creation_timestamp));
    page.labels(0, "Labels", &meta.labels);
    page.annotations("Annotations", &meta.annotations);
    page.field(0, "Selector", &selector);
    let counts = format!(
        "{} desired | {} updated | {} total | {} available | {} unavailable",
        spec.replicas.unwrap_or(1),
        status.updated_replicas,
        status.replicas,
        status.available_replicas,
        status.unavailable_replicas
    );
    page.field(0, "Replicas", &counts);
    page.field(0, "StrategyType", &spec.strategy.type_);
    page.field(0, "MinReadySeconds", &spec.min_ready_seconds.to_string());
    if let Some(rolling) = &spec.strategy.rolling_update {
        let text = |value: &Option<apimachinery::IntOrString>| {
            value.as_ref().map_or("<nil>".to_owned(), |v| v.to_string())
        };
        let text = format!(
            "{} max unavailable, {} max surge",
            text(&rolling.max_unavailable),
            text(&rolling.max_surge)
        );
        page.field(0, "RollingUpdateStrategy", &text);
    }
    pod_template(&mut page, &spec.template);
    conditions(
        &mut page,
        status
            .conditions
            .iter()
            .map(|c| (&*c.type_, &*c.status, &*c.reason)),
    );
    let mut sets: Vec<ReplicaSet> = list(
        about.related,
        &Query {
            namespace: &meta.namespace,
            labels: &selector,
            ..Query::default()
        },
    )?;
    sets.retain(|set| is_controlled_by(&set.metadata, meta));
    if !sets.is_empty() {
        let new = newest(&sets, &spec.template);
        let is_new =
            |set: &&ReplicaSet| new.is_some_and(|new| new.metadata.uid == set.metadata.uid);
        let old: Vec<String> = sets
            .iter()
            .filter(|set| !is_new(set))
            .map(created)
            .collect();
        page.field(0, "OldReplicaSets", or_none(&old.join(", ")));
        let new = new.map(created).unwrap_or_default();
        page.field(0, "NewReplicaSet", or_none(&new));
    }
    Ok(about.finish(page))
}

/// The replica set of the present template; the oldest, should there be several.
fn newest<'a>(sets: &'a [ReplicaSet], template: &PodTemplateSpec) -> Option<&'a ReplicaSet> {
    let plain = |template: &PodTemplateSpec| {
        let mut template = template.clone();
        template.metadata.labels.remove(TEMPLATE_HASH);
        template
    };
    let wanted = plain(template);
    sets.iter()
        .filter(|set| plain(&set.spec.template) == wanted)
        .min_by_key(|set| (set.metadata.creation_timestamp, set.metadata.name.clone()))
}

fn created(set: &ReplicaSet) -> String {
    format!(
        "{} ({}/{} replicas created)",
        set.metadata.name,
        set.status.replicas,
        set.spec.replicas.unwrap_or(1)
    )
}
