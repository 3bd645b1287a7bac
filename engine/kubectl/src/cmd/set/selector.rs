//! `kubectl set selector`

use serde_json::Value;

use super::{LOCAL, patch, typed};
use crate::cli::{Action, Command, Flag, Running};
use crate::cmd::shared::{self, DryRun};
use crate::context::Context;
use crate::error::Error;
use crate::fail;
use crate::resource::Builder;
use crate::resource::builder::FilenameOptions;
use crate::rest::helper::{Helper, PatchType};
use crate::util::{json as j, selector};

pub(super) const COMMAND: Command = Command {
    name: "selector",
    usage: "(-f FILENAME | TYPE NAME) EXPRESSIONS [--resource-version=version]",
    no_flags_in_use: true,
    short: "Set the selector on a resource",
    flags: &[
        shared::PRINT,
        shared::DRY_RUN,
        &[
            shared::ALL,
            shared::manager("kubectl-set"),
            shared::filename("identifying the resource."),
            Flag::bool(
                "local",
                "If true, annotation will NOT contact api-server but run locally.",
            ),
            Flag::bool(
                "recursive",
                "Go through the folders given with -f, --filename to any depth.",
            )
            .default("true")
            .short('R'),
            Flag::string(
                "resource-version",
                "If non-empty, the update only succeeds when this is the current version of the object. Only for a \
                 single resource.",
            ),
            shared::RECORD,
        ],
    ],
    long: "Set the selector on a resource. The new selector takes the place of the old one.

A selector must begin with a letter or number, and may contain letters, numbers, hyphens, dots, and underscores, up to \
63 characters. Note: currently selectors can only be set on Service objects.",
    example: "# The same label and selector for a deployment and its service
kubectl create service clusterip my-svc --clusterip=\"None\" -o yaml --dry-run=client | kubectl set selector --local -f \
- 'environment=qa' -o yaml | kubectl create -f -
kubectl create deployment my-dep --image=nginx -o yaml --dry-run=client | kubectl label --local -f - environment=qa -o \
yaml | kubectl create -f -",
    action: Action::Run(run),
    ..Command::DEFAULT
};

fn run(cx: Context) -> Running {
    Box::pin(async move {
        let flags = &cx.flags;
        let dry_run = DryRun::from_flags(&cx)?;
        let parsed = match cx.args.split_last() {
            Some((text, resources)) => Some((selector::to_label_selector(text)?, resources)),
            None => None,
        };
        let mut printer = shared::printer(&cx, "selector updated", dry_run)?.typed();
        let Some((wanted, resources)) = parsed else {
            return Err("one selector is required".into());
        };
        let local = flags.bool("local");
        let (namespace, explicit) = cx.namespace()?;
        let mut builder = Builder::new(&cx)
            .local(local)
            .continue_on_error()
            .namespace(&namespace)
            .filenames(explicit, &FilenameOptions::from_flags(&cx))
            .flatten();
        if !local {
            builder = builder.args(flags.bool("all"), resources).latest();
        } else if !resources.is_empty() {
            return Err(LOCAL.into());
        }
        builder.find()?.each(|info| {
            let mut before = typed(info.value());
            let mut after = before.clone();
            let version = flags.str("resource-version");
            if !version.is_empty() {
                j::remove(&mut before, &["metadata", "resourceVersion"]);
                j::set(&mut after, &["metadata", "resourceVersion"], version);
            }
            set(&mut after, &wanted)?;
            shared::record(&cx, &mut after);
            if local || dry_run == DryRun::Client {
                return printer.print(&cx, &after);
            }
            let changed = Helper::new(&cx, info.mapping()?)
                .dry_run(dry_run.is_server())
                .manager(flags.str("field-manager"))
                .patch(
                    &info.namespace,
                    &info.name,
                    PatchType::Strategic,
                    patch(&before, &after)?.to_string().as_bytes(),
                )?;
            printer.print(&cx, &changed)
        })
    })
}

fn set(object: &mut Value, wanted: &Value) -> Result<(), Error> {
    if (j::group(object), j::kind(object)) != ("", "Service") {
        return Err("setting a selector is only supported for Services".into());
    }
    let expressions = j::list(wanted, &["matchExpressions"]);
    if !expressions.is_empty() {
        let shown: Vec<String> = expressions
            .iter()
            .map(|e| {
                let values: Vec<&str> = j::list(e, &["values"])
                    .iter()
                    .filter_map(Value::as_str)
                    .collect();
                let (key, operator) = (j::text(e, &["key"]), j::text(e, &["operator"]));
                format!("{{{key} {operator} [{}]}}", values.join(" "))
            })
            .collect();
        return Err(fail!(
            "match expression [{}] not supported on this object",
            shown.join(" ")
        ));
    }
    let labels = j::at(wanted, &["matchLabels"]).clone();
    j::set(object, &["spec", "selector"], labels);
    Ok(())
}
