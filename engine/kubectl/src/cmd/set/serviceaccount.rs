//! `kubectl set serviceaccount`

use super::{Changes, check_local, find, pod_spec};
use crate::cli::{Action, Command, Flag, Running};
use crate::cmd::shared::{self, DryRun};
use crate::context::Context;

pub(super) const COMMAND: Command = Command {
    name: "serviceaccount",
    usage: "(-f FILENAME | TYPE NAME) SERVICE_ACCOUNT",
    no_flags_in_use: true,
    aliases: &["sa"],
    short: "Update the service account of a resource",
    flags: &[
        shared::PRINT,
        shared::FOLDERS,
        shared::DRY_RUN,
        &[
            shared::ALL,
            shared::manager("kubectl-set"),
            shared::filename(
                "Filename, directory, or URL to files identifying the resource to get from a server.",
            ),
            Flag::bool(
                "local",
                "If true, set serviceaccount will NOT contact api-server but run locally.",
            ),
            shared::RECORD,
        ],
    ],
    long: "Update the service account of pod template resources.

Possible resources (case insensitive) can be:

replicationcontroller (rc), deployment (deploy), daemonset (ds), job, replicaset (rs), statefulset",
    example: "# The service account of a deployment
kubectl set serviceaccount deployment nginx-deployment serviceaccount1

# Only print what becomes of a file
kubectl set sa -f nginx-deployment.yaml serviceaccount1 --local --dry-run=client -o yaml",
    action: Action::Run(run),
    ..Command::DEFAULT
};

fn run(cx: Context) -> Running {
    Box::pin(async move {
        let dry_run = DryRun::from_flags(&cx)?;
        check_local(&cx, dry_run)?;
        let Some((account, resources)) = cx.args.split_last() else {
            return Err("serviceaccount is required".into());
        };
        let resources = if cx.flags.bool("local") {
            &[]
        } else {
            resources
        };
        let infos = find(&cx, resources)?;
        let changes = Changes {
            cx: &cx,
            dry_run,
            done: "serviceaccount updated",
            failed: "failed to patch ServiceAccountName ",
            skip_unchanged: false,
            errors: Vec::new(),
        };
        changes.make(infos, &mut |object, _| {
            pod_spec(object)?.insert("serviceAccountName".to_owned(), account.as_str().into());
            shared::record(&cx, object);
            Ok(true)
        })
    })
}
