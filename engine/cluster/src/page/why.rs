//! "Why is it there, and as it is?": the causal trace of an object, in sentences.

use client::NamespacedName;
use sim::{Link, LinkId, Trace};
use view::{ObjectRef, Placement, RatedNode, WhyStep};

use crate::Cluster;
use crate::views::instant;

/// How many steps are told.
const MOST: usize = 60;

/// What led to the object, the first cause first, and what has happened to it since.
pub(super) fn steps(cluster: &Cluster, object: &ObjectRef) -> Vec<WhyStep> {
    let trace = cluster.sim().trace();
    let plural = format!("{}s", object.kind.to_lowercase());
    let path = match object.namespace.as_str() {
        "" => format!("{plural}/{}", object.name),
        namespace => format!("{plural}/{namespace}/{}", object.name),
    };
    // Names are used again: what happened before the object was last created was about another one.
    let created = trace
        .iter()
        .rev()
        .find(|link| *link.object == *path && link.verb == "create")
        .map(|link| link.id);
    let mut told: Vec<LinkId> = created.map(|id| causes(&trace, id)).unwrap_or_default();
    let about =
        |link: &&Link| *link.object == *path || link.object.starts_with(&format!("{path}/"));
    let since = created.unwrap_or_default();
    told.extend(
        trace
            .iter()
            .filter(|link| link.id > since)
            .filter(about)
            .map(|link| link.id),
    );
    told.sort_unstable();
    told.dedup();
    let links = told.iter().filter_map(|id| trace.get(*id));
    links.take(MOST).map(|link| step(link, object)).collect()
}

/// "Why this node?": the scheduler's last word on a pod, if it is still kept.
pub(super) fn placement(cluster: &Cluster, object: &ObjectRef) -> Option<Placement> {
    if object.kind != "Pod" {
        return None;
    }
    let name = NamespacedName::new(&object.namespace, &object.name);
    let decision = cluster.scheduler().last_decision(&name)?;
    let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    let fitting = decision.fitting.iter().map(|rated| RatedNode {
        node: rated.node.to_string(),
        total: rated.total,
        scores: rated
            .scores
            .iter()
            .map(|score| (score.plugin.to_owned(), score.weighted))
            .collect(),
    });
    let refused = decision.refused.iter().map(|refused| {
        let status = &refused.status;
        (
            refused.node.to_string(),
            status.plugin.to_owned(),
            status.message(),
        )
    });
    Some(Placement {
        at: instant(decision.at),
        nodes: count(decision.nodes),
        feasible: count(decision.feasible),
        chosen: decision.chosen.as_ref().map(ToString::to_string),
        message: decision.message.clone(),
        nominated: decision.nominated.as_ref().map(ToString::to_string),
        victims: decision.victims.iter().map(ToString::to_string).collect(),
        fitting: fitting.collect(),
        refused: refused.collect(),
    })
}

/// The link and everything that led to it.
fn causes(trace: &Trace, id: LinkId) -> Vec<LinkId> {
    trace.chain(id).map(|link| link.id).collect()
}

fn step(link: &Link, object: &ObjectRef) -> WhyStep {
    let detail = if link.detail.is_empty() {
        String::new()
    } else {
        format!(": {}", link.detail)
    };
    WhyStep {
        at: instant(link.at),
        actor: actor(&link.actor),
        text: format!("{} {}{detail}", deed(link.verb), link.object),
        object: link
            .object
            .ends_with(&format!("/{}", object.name))
            .then(|| object.clone()),
    }
}

/// Whoever it was, as a person would say it.
fn actor(name: &str) -> String {
    match name.split_once('/') {
        Some(("kubelet", node)) => format!("kubelet on {node}"),
        _ if name.starts_with("kubectl") => "you".into(),
        _ => name.to_owned(),
    }
}

/// What was done, in the past.
fn deed(verb: &str) -> &str {
    match verb {
        "create" => "created",
        "update" => "updated",
        "patch" => "changed",
        "apply" => "applied",
        "delete" => "deleted",
        "bind" => "chose a node for",
        other => other,
    }
}
