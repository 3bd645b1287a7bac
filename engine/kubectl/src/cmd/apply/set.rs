//! `kubectl apply set-last-applied`: writes a file into the annotation, and nothing else.

use serde_json::{Value, json};

use crate::apply::annotation::{self, LAST_APPLIED};
use crate::cli::{Action, Command, Flag, Running};
use crate::cmd::shared::{self, DryRun};
use crate::context::Context;
use crate::error::Error;
use crate::fail;
use crate::resource::builder::FilenameOptions;
use crate::resource::{Builder, Info};
use crate::rest::helper::{Helper, PatchType};
use crate::util::json as j;

/// `apply set-last-applied`
pub(super) const COMMAND: Command = Command {
    name: "set-last-applied",
    usage: "-f FILENAME",
    no_flags_in_use: true,
    short: "Set the last-applied-configuration annotation on a live object to match the \
                 contents of a file",
    flags: &[
        shared::PRINT,
        shared::DRY_RUN,
        &[
            Flag::bool(
                "create-annotation",
                "Will create 'last-applied-configuration' annotations if current objects \
                 doesn't have one",
            ),
            Flag::slice(
                "filename",
                "Filename, directory, or URL to files that contains the \
                 last-applied-configuration annotations",
            )
            .short('f'),
        ],
    ],
    long: "Set the latest last-applied-configuration annotations to the contents of a \
file, as if 'kubectl apply -f <file>' had been run, without changing any other part of the \
object.",
    example: "# Set the annotation of an object to the contents of a file
kubectl apply set-last-applied -f deploy.yaml

# The same for every file of a folder
kubectl apply set-last-applied -f path/

# Add the annotation if there is none yet
kubectl apply set-last-applied -f deploy.yaml --create-annotation=true",
    action: Action::Run(run),
    ..Command::DEFAULT
};

/// The patch that sets the annotation to an object's own configuration.
pub(super) fn patch(object: &Value) -> Value {
    json!({"metadata": {"annotations": {LAST_APPLIED: j::compact_escaped(object) + "\n"}}})
}

fn run(cx: Context) -> Running {
    Box::pin(async move {
        let dry_run = DryRun::from_flags(&cx)?;
        let mut printer = shared::printer(&cx, "configured", dry_run)?;
        let create = cx.flags.bool("create-annotation");
        let (namespace, explicit) = cx.namespace()?;
        let mut changes: Vec<(Info, Value)> = Vec::new();
        Builder::new(&cx)
            .namespace(&namespace)
            .filenames(explicit, &FilenameOptions::from_flags(&cx))
            .flatten()
            .find()?
            .each(|mut info| {
                let wanted = info.value().clone();
                let what = format!(
                    "retrieving current configuration of:\n{}\nfrom server for:",
                    info.describe()
                );
                info.get(&cx, false, false).map_err(|e| match e {
                    e if e.is_not_found() => e,
                    e => e.while_doing(&what, &info.source),
                })?;
                let old = annotation::original(info.value());
                if old.is_none() && !create {
                    return Err(fail!(
                        "no last-applied-configuration annotation found on resource: {}, to create the annotation, run \
                         the command with --create-annotation",
                        info.name
                    ));
                }
                let old: Option<Value> = old.and_then(|text| serde_json::from_str(text).ok());
                if old.as_ref() == Some(&wanted) {
                    cx.out(&format!("set-last-applied {}: no changes required.\n", info.name));
                } else {
                    changes.push((info, patch(&wanted)));
                }
                Ok(())
            })?;
        for (info, patch) in &changes {
            let object = if dry_run == DryRun::Client {
                info.value().clone()
            } else {
                Helper::new(&cx, info.mapping()?)
                    .dry_run(dry_run.is_server())
                    .patch(
                        &info.namespace,
                        &info.name,
                        PatchType::Merge,
                        j::compact_escaped(patch).as_bytes(),
                    )?
            };
            printer.print(&cx, &object)?;
        }
        Ok::<(), Error>(())
    })
}
