//! `kubectl config delete-cluster`, `delete-context`, `delete-user`

use crate::cli::{Action, Command, Running};
use crate::context::Context;
use crate::error::Error;
use crate::fail;

pub(super) const CLUSTER: Command = Command {
    name: "delete-cluster",
    usage: "NAME",
    no_flags_in_use: true,
    short: "Delete the specified cluster from the kubeconfig",
    long: "Delete the specified cluster from the kubeconfig.",
    example: "# Forget a cluster\nkubectl config delete-cluster minikube",
    action: Action::Run(|cx| Box::pin(async move { delete(&cx, "cluster") }) as Running),
    ..Command::DEFAULT
};

pub(super) const CONTEXT: Command = Command {
    name: "delete-context",
    usage: "NAME",
    no_flags_in_use: true,
    short: "Delete the specified context from the kubeconfig",
    long: "Delete the specified context from the kubeconfig.",
    example: "# Forget a context\nkubectl config delete-context minikube",
    action: Action::Run(|cx| Box::pin(async move { delete(&cx, "context") }) as Running),
    ..Command::DEFAULT
};

pub(super) const USER: Command = Command {
    name: "delete-user",
    usage: "NAME",
    no_flags_in_use: true,
    short: "Delete the specified user from the kubeconfig",
    long: "Delete the specified user from the kubeconfig.",
    example: "# Forget a user\nkubectl config delete-user minikube",
    action: Action::Run(|cx| Box::pin(async move { delete(&cx, "user") }) as Running),
    ..Command::DEFAULT
};

fn delete(cx: &Context, what: &str) -> Result<(), Error> {
    let (mut store, mut config) = super::starting(cx)?;
    let [name] = cx.args.as_slice() else {
        if what == "user" {
            return Err(cx.usage_error("user to delete is required"));
        }
        cx.out(&crate::help_of(cx));
        return Ok(());
    };
    let file = super::file_name(&store);
    let before = config.clusters.len() + config.contexts.len() + config.users.len();
    match what {
        "cluster" => config.clusters.retain(|c| c.name != *name),
        "context" => config.contexts.retain(|c| c.name != *name),
        _ => config.users.retain(|u| u.name != *name),
    }
    if before == config.clusters.len() + config.contexts.len() + config.users.len() {
        return Err(fail!("cannot delete {what} {name}, not in {file}"));
    }
    if what == "context" && config.current_context == *name {
        cx.err(
            "warning: this removed your active context, use \"kubectl config use-context\" to select a different one\n",
        );
    }
    store.write(&*cx.host, &config)?;
    cx.out(&format!("deleted {what} {name} from {file}\n"));
    Ok(())
}
