//! `kubectl rollout undo`

use serde_json::{Map, Value, json};

use super::revisions::{self, Revision, kept_patch};
use super::{FILENAME, check_target, find};
use crate::apply::annotation;
use crate::cli::{Action, Command, Flag, Running};
use crate::cmd::shared::{self, DryRun};
use crate::context::Context;
use crate::describe;
use crate::error::Error;
use crate::fail;
use crate::resource::Info;
use crate::rest::helper::{Helper, PatchType};
use crate::util::{go, json as j};

pub(super) const COMMAND: Command = Command {
    name: "undo",
    usage: "(TYPE NAME | TYPE/NAME) [flags]",
    no_flags_in_use: true,
    short: "Undo a previous rollout",
    flags: &[
        shared::PRINT,
        shared::FOLDERS,
        shared::DRY_RUN,
        shared::SELECTOR,
        &[
            FILENAME,
            Flag::int(
                "to-revision",
                "0",
                "The revision to rollback to. Default to 0 (last revision).",
            ),
        ],
    ],
    long: "Roll back to a previous rollout.",
    example: "# To the revision before
kubectl rollout undo deployment/abc

# To revision 3 of a daemon set
kubectl rollout undo daemonset/abc --to-revision=3

# Only a trial
kubectl rollout undo --dry-run=server deployment/abc",
    action: Action::Run(run),
    ..Command::DEFAULT
};

fn run(cx: Context) -> Running {
    Box::pin(async move {
        let dry_run = DryRun::from_flags(&cx)?;
        check_target(&cx)?;
        find(&cx)?.each(|info| {
            if annotation::original(info.value()).is_some() {
                cx.err(&format!(
                    "Warning: resource {} was previously managed with 'kubectl apply'. Rolling back will not update \
                     the {} annotation, which may cause unexpected behavior on future 'kubectl apply' operations. \
                     Consider using 'kubectl apply' with your previous configuration file instead.\n",
                    info.object_name(),
                    annotation::LAST_APPLIED
                ));
            }
            revisions::check_kind(info.mapping()?, "rollbacker", "rollbacker")?;
            let done = roll_back(&cx, &info, dry_run)?;
            shared::printer(&cx, &done, dry_run)?.print(&cx, info.value())
        })
    })
}

fn roll_back(cx: &Context, info: &Info, dry_run: DryRun) -> Result<String, Error> {
    let to = cx.flags.int("to-revision");
    let missing = || fail!("unable to find specified revision {to} in history");
    if to < 0 {
        return Err(missing());
    }
    let mapping = info.mapping()?;
    let is_deployment = mapping.kind == "Deployment";
    let all = revisions::of(cx, info)?;
    let revision = match to {
        0 => all.values().rev().nth(1).ok_or_else(|| {
            if is_deployment {
                fail!(
                    "no rollout history found for deployment {}",
                    go::quote(&info.name)
                )
            } else {
                "no last revision to roll back to".into()
            }
        })?,
        to => all.get(&to).ok_or_else(missing)?,
    };
    if dry_run == DryRun::Client {
        // The cause of the change is not told here.
        let template = j::at(&revision.object, &["spec", "template"]);
        let text = describe::pod_template(template, cx.host.now())?;
        return Ok(match is_deployment {
            true => text,
            false => format!("will roll back to {text}"),
        });
    }
    let live = Helper::new(cx, mapping).get(&info.namespace, &info.name)?;
    if is_deployment && j::at(&live, &["spec", "paused"]) == true {
        return Err(
            "you cannot rollback a paused deployment; resume it first with 'kubectl rollout resume' and try again"
                .into(),
        );
    }
    let (same, kind, patch) = if is_deployment {
        let template = without_hash(j::at(&revision.keeper, &["spec", "template"]));
        let same = template == without_hash(j::at(&live, &["spec", "template"]));
        (same, PatchType::Json, restore(&live, revision, &template))
    } else {
        let patch = j::at(&revision.keeper, &["data"]).clone();
        (kept_patch(&live) == patch, PatchType::Strategic, patch)
    };
    if same {
        return Ok(format!(
            "skipped rollback (current template already matches revision {to})"
        ));
    }
    Helper::new(cx, mapping)
        .dry_run(dry_run.is_server())
        .patch(
            &info.namespace,
            &info.name,
            kind,
            patch.to_string().as_bytes(),
        )
        .map_err(|e| fail!("failed restoring revision {to}: {}", e.text()))?;
    Ok("rolled back".to_owned())
}

/// The template without the label that the controller puts on it.
fn without_hash(template: &Value) -> Value {
    let mut template = template.clone();
    j::remove(&mut template, &["metadata", "labels", "pod-template-hash"]);
    template
}

/// Annotations that a deployment keeps for itself.
const KEPT: [&str; 6] = [
    annotation::LAST_APPLIED,
    "deployment.kubernetes.io/revision",
    "deployment.kubernetes.io/revision-history",
    "deployment.kubernetes.io/desired-replicas",
    "deployment.kubernetes.io/max-replicas",
    "deprecated.deployment.rollback.to",
];

/// The patch that gives a deployment a replica set's template and annotations.
fn restore(live: &Value, revision: &Revision, template: &Value) -> Value {
    let mut annotations = Map::new();
    let path = ["metadata", "annotations"];
    for (key, value) in j::entries(live, &path) {
        if KEPT.contains(&key) {
            annotations.insert(key.to_owned(), value.into());
        }
    }
    for (key, value) in j::entries(&revision.keeper, &path) {
        if !KEPT.contains(&key) {
            annotations.insert(key.to_owned(), value.into());
        }
    }
    json!([
        {"op": "replace", "path": "/spec/template", "value": template},
        {"op": "replace", "path": "/metadata/annotations", "value": annotations},
    ])
}
