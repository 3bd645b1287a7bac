//! `kubectl rollout`: how deployments, daemon sets and stateful sets change their pods, and what they were before.

mod history;
mod pause;
mod restart;
mod revisions;
mod status;
mod undo;

use serde_json::Value;

use super::set::{patch, patch_type, typed};
use super::shared::{self, DryRun};
use crate::cli::{Action, Command, Flag};
use crate::context::Context;
use crate::error::Error;
use crate::fail;
use crate::resource::builder::FilenameOptions;
use crate::resource::{Builder, Found};
use crate::rest::helper::Helper;
use crate::util::go;

/// `rollout`
pub const COMMAND: Command = Command {
    name: "rollout",
    usage: "SUBCOMMAND",
    no_flags_in_use: true,
    short: "Manage the rollout of a resource",
    long: "Manage the rollout of one or many resources.
        
 Valid resource types include:

* deployments
* daemonsets
* statefulsets",
    example: "# Rollback to the previous deployment
kubectl rollout undo deployment/abc

# Check the rollout status of a daemonset
kubectl rollout status daemonset/foo

# Restart a deployment
kubectl rollout restart deployment/abc

# Restart deployments with the 'app=nginx' label
kubectl rollout restart deployment --selector=app=nginx",
    commands: &[
        &history::COMMAND,
        &pause::PAUSE,
        &pause::RESUME,
        &undo::COMMAND,
        &status::COMMAND,
        &restart::COMMAND,
    ],
    action: Action::SubCommandNeeded(false),
    ..Command::DEFAULT
};

/// `-f`
const FILENAME: Flag = shared::filename(
    "Filename, directory, or URL to files identifying the resource to get from a server.",
);

/// Whether anything was named.
fn check_target(cx: &Context) -> Result<(), Error> {
    if cx.args.is_empty() && FilenameOptions::from_flags(cx).is_empty() {
        return Err("required resource not specified".into());
    }
    Ok(())
}

/// What was named.
fn find(cx: &Context) -> Result<Found, Error> {
    let (namespace, explicit) = cx.namespace()?;
    Builder::new(cx)
        .namespace(&namespace)
        .filenames(explicit, &FilenameOptions::from_flags(cx))
        .label_selector(cx.flags.str("selector"))
        .args(true, &cx.args)
        .continue_on_error()
        .latest()
        .flatten()
        .find()
}

/// Changes each object with `change`, which may refuse; `done` and `unchanged` say what became of it.
fn change_all(
    cx: &Context,
    done: &str,
    unchanged: &dyn Fn(&str) -> Result<String, Error>,
    change: &dyn Fn(&mut Value) -> Result<(), Error>,
) -> Result<(), Error> {
    shared::printer(cx, done, DryRun::None)?;
    check_target(cx)?;
    let (infos, result) = find(cx)?.infos();
    let mut errors: Vec<Error> = result.err().into_iter().collect();
    if infos.is_empty() && errors.is_empty() {
        let (namespace, _) = cx.namespace()?;
        cx.err(&format!("No resources found in {namespace} namespace.\n"));
        return Ok(());
    }
    for mut info in infos {
        let before = typed(info.value());
        let mut after = before.clone();
        if let Err(error) = change(&mut after) {
            errors.push(fail!(
                "error: {} {} {}",
                info.mapping()?.group_resource(),
                go::quote(&info.name),
                error.text()
            ));
            continue;
        }
        if before == after {
            match unchanged(&info.name) {
                Ok(text) => shared::printer(cx, &text, DryRun::None)?.print(cx, info.value())?,
                Err(error) => errors.push(error),
            }
            continue;
        }
        let patched = Helper::new(cx, info.mapping()?)
            .manager(cx.flags.str("field-manager"))
            .patch(
                &info.namespace,
                &info.name,
                patch_type(&before),
                patch(&before, &after)?.to_string().as_bytes(),
            );
        match patched {
            Ok(object) => {
                info.refresh(object);
                shared::printer(cx, done, DryRun::None)?.print(cx, info.value())?;
            }
            Err(error) => errors.push(fail!("failed to patch: {}", error.text())),
        }
    }
    Error::check(errors)
}
