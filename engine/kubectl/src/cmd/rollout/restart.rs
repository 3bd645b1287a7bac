//! `kubectl rollout restart`

use super::{FILENAME, change_all};
use crate::cli::{Action, Command, Running};
use crate::cmd::shared;
use crate::context::Context;
use crate::fail;
use crate::util::{json as j, time};

pub(super) const COMMAND: Command = Command {
    name: "restart",
    usage: "RESOURCE",
    no_flags_in_use: true,
    short: "Restart a resource",
    flags: &[
        shared::PRINT,
        shared::FOLDERS,
        shared::SELECTOR,
        &[shared::manager("kubectl-rollout"), FILENAME],
    ],
    long: "Restart a resource.

All its pods are replaced, as if its template had changed.",
    example: "# All deployments of a namespace
kubectl rollout restart deployment -n test-namespace

# A deployment
kubectl rollout restart deployment/nginx

# A daemon set
kubectl rollout restart daemonset/abc

# The deployments with the label app=nginx
kubectl rollout restart deployment --selector=app=nginx",
    action: Action::Run(run),
    ..Command::DEFAULT
};

/// The annotation that makes the template another one.
const RESTARTED: &str = "kubectl.kubernetes.io/restartedAt";

fn run(cx: Context) -> Running {
    Box::pin(async move {
        let now = time::rfc3339(cx.host.now());
        let again = |name: &str| {
            Err(fail!(
                "failed to create patch for {name}: if restart has already been triggered within the past second, \
                 please wait before attempting to trigger another"
            ))
        };
        change_all(&cx, "restarted", &again, &|object| {
            match (j::group(object), j::kind(object)) {
                ("apps", "Deployment") if j::at(object, &["spec", "paused"]) == true => {
                    return Err("can't restart paused deployment (run rollout resume first)".into());
                }
                ("apps", "Deployment" | "DaemonSet" | "StatefulSet") => {}
                _ => return Err("restarting is not supported".into()),
            }
            let path = ["spec", "template", "metadata", "annotations", RESTARTED];
            j::set(object, &path, now.as_str());
            Ok(())
        })
    })
}
