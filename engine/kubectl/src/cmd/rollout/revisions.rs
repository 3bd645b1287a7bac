//! The revisions of workloads: replica sets of deployments, controller revisions of the others.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::apply::patcher::apply_locally;
use crate::context::Context;
use crate::error::Error;
use crate::fail;
use crate::resource::Info;
use crate::rest::helper::{Helper, ListOptions};
use crate::rest::mapper::Mapping;
use crate::util::{go, json as j, selector};

/// Annotation with a replica set's revision.
const REVISION: &str = "deployment.kubernetes.io/revision";
/// Annotation that says why there is a revision.
pub(super) const CHANGE_CAUSE: &str = "kubernetes.io/change-cause";

/// `Deployment.apps`, or `Pod`.
pub(super) fn group_kind(mapping: &Mapping) -> String {
    match mapping.group.as_str() {
        "" => mapping.kind.clone(),
        group => format!("{}.{group}", mapping.kind),
    }
}

/// The revision that an object's annotation names; 0 without one.
pub(super) fn of_annotation(object: &Value) -> Option<i64> {
    match j::text(object, &["metadata", "annotations", REVISION]) {
        "" => Some(0),
        text => text.parse().ok(),
    }
}

/// One revision.
pub(super) struct Revision {
    /// The replica set, or the workload as it was.
    pub(super) object: Value,
    /// What keeps it: the replica set or the controller revision.
    pub(super) keeper: Value,
    /// Why it is there.
    pub(super) cause: String,
}

impl Revision {
    /// Its pods.
    pub(super) fn template(&self) -> Value {
        let mut template = j::at(&self.object, &["spec", "template"]).clone();
        let is_set = j::kind(&self.keeper) == "ReplicaSet";
        if is_set && !self.cause.is_empty() {
            let path = ["metadata", "annotations", CHANGE_CAUSE];
            j::set(&mut template, &path, self.cause.as_str());
        }
        template
    }
}

/// Whether an object is one of those that keep a history; `what` says what would be done with it.
pub(super) fn check_kind(mapping: &Mapping, what: &str, none: &str) -> Result<(), Error> {
    match (mapping.group.as_str(), mapping.kind.as_str()) {
        ("apps", "Deployment" | "DaemonSet" | "StatefulSet") => Ok(()),
        ("", "Pod" | "ReplicationController")
        | ("apps" | "extensions", "ReplicaSet")
        | ("batch", "Job" | "CronJob") => Err(fail!(
            "no {none} has been implemented for {}",
            go::quote(&group_kind(mapping))
        )),
        (group, kind) => Err(fail!(
            "error retrieving {what} for {}, no visitor method exists for {{{group} {kind}}}",
            go::quote(&group_kind(mapping))
        )),
    }
}

/// All revisions of an object, by number.
pub(super) fn of(cx: &Context, info: &Info) -> Result<BTreeMap<i64, Revision>, Error> {
    let mapping = info.mapping()?;
    let object = Helper::new(cx, mapping)
        .get(&info.namespace, &info.name)
        .map_err(|e| {
            fail!(
                "failed to retrieve {} {}: {}",
                mapping.kind,
                info.name,
                e.text()
            )
        })?;
    let keeper = |resource: &str, kind: &str| Mapping {
        group: "apps".to_owned(),
        version: "v1".to_owned(),
        resource: resource.to_owned(),
        kind: kind.to_owned(),
        namespaced: true,
    };
    let is_deployment = mapping.kind == "Deployment";
    let kept = if is_deployment {
        keeper("replicasets", "ReplicaSet")
    } else {
        keeper("controllerrevisions", "ControllerRevision")
    };
    let options = ListOptions {
        label_selector: selector::from_label_selector(j::at(&object, &["spec", "selector"])),
        ..ListOptions::default()
    };
    let list = Helper::new(cx, &kept).list(&info.namespace, &options)?;
    let uid = j::text(&object, &["metadata", "uid"]);
    let mut revisions = BTreeMap::new();
    for item in j::list(&list, &["items"]) {
        if !is_controlled_by(item, uid) {
            continue;
        }
        let mut item = item.clone();
        j::set(&mut item, &["kind"], kept.kind.as_str());
        j::set(&mut item, &["apiVersion"], "apps/v1");
        let cause = j::text(&item, &["metadata", "annotations", CHANGE_CAUSE]).to_owned();
        let (number, then) = if is_deployment {
            (of_annotation(&item), item.clone())
        } else {
            let data = j::at(&item, &["data"]).clone();
            let then = apply_locally(mapping, &object, data)?;
            (Some(j::int(&item, &["revision"])), then)
        };
        let Some(number) = number else { continue };
        let revision = Revision {
            object: then,
            keeper: item,
            cause,
        };
        revisions.insert(number, revision);
    }
    Ok(revisions)
}

fn is_controlled_by(object: &Value, uid: &str) -> bool {
    j::list(object, &["metadata", "ownerReferences"])
        .iter()
        .any(|r| j::at(r, &["controller"]) == true && j::text(r, &["uid"]) == uid)
}

/// The patch that a controller keeps of a workload: its whole template.
pub(super) fn kept_patch(object: &Value) -> Value {
    let mut template = j::at(object, &["spec", "template"]).clone();
    j::set(&mut template, &["$patch"], "replace");
    json!({"spec": {"template": template}})
}
