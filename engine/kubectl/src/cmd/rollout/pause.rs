//! `kubectl rollout pause` and `resume`

use serde_json::Value;

use super::{FILENAME, change_all};
use crate::cli::{Action, Command, Flag, Running};
use crate::cmd::shared;
use crate::context::Context;
use crate::error::Error;
use crate::util::json as j;

const FLAGS: &[&[Flag]] = &[
    shared::PRINT,
    shared::FOLDERS,
    shared::SELECTOR,
    &[shared::manager("kubectl-rollout"), FILENAME],
];

pub(super) const PAUSE: Command = Command {
    name: "pause",
    usage: "RESOURCE",
    no_flags_in_use: true,
    short: "Mark the provided resource as paused",
    flags: FLAGS,
    long: "Mark the provided resource as paused.

The controller does not act on paused resources. Use \"kubectl rollout resume\" to have it act again. Only deployments \
can be paused.",
    example: "# Pause a deployment: its pods stay as they are, and changes of its template wait
kubectl rollout pause deployment/nginx",
    action: Action::Run(pause),
    ..Command::DEFAULT
};

pub(super) const RESUME: Command = Command {
    name: "resume",
    usage: "RESOURCE",
    no_flags_in_use: true,
    short: "Resume a paused resource",
    flags: FLAGS,
    long: "Resume a paused resource.

The controller does not act on paused resources; from now on it does. Only deployments can be resumed.",
    example: "# Resume a paused deployment
kubectl rollout resume deployment/nginx",
    action: Action::Run(resume),
    ..Command::DEFAULT
};

fn is_deployment(object: &Value) -> bool {
    (j::group(object), j::kind(object)) == ("apps", "Deployment")
}

fn is_paused(object: &Value) -> bool {
    j::at(object, &["spec", "paused"]) == true
}

fn pause(cx: Context) -> Running {
    Box::pin(async move {
        change_all(
            &cx,
            "paused",
            &|_| Ok("already paused".to_owned()),
            &|object| {
                if !is_deployment(object) {
                    return Err(Error::from("pausing is not supported"));
                }
                if is_paused(object) {
                    return Err("is already paused".into());
                }
                j::set(object, &["spec", "paused"], true);
                Ok(())
            },
        )
    })
}

fn resume(cx: Context) -> Running {
    Box::pin(async move {
        change_all(
            &cx,
            "resumed",
            &|_| Ok("already resumed".to_owned()),
            &|object| {
                if !is_deployment(object) {
                    return Err(Error::from("resuming is not supported"));
                }
                if !is_paused(object) {
                    return Err("is not paused".into());
                }
                j::remove(object, &["spec", "paused"]);
                Ok(())
            },
        )
    })
}
