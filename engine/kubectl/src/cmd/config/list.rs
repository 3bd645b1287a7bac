//! `kubectl config get-clusters` and `get-users`

use crate::cli::{Action, Command, Running};
use crate::context::Context;

pub(super) const CLUSTERS: Command = Command {
    name: "get-clusters",
    short: "Display clusters defined in the kubeconfig",
    long: "Display clusters defined in the kubeconfig.",
    example: "# The clusters that kubectl knows\nkubectl config get-clusters",
    action: Action::Run(clusters),
    ..Command::DEFAULT
};

pub(super) const USERS: Command = Command {
    name: "get-users",
    short: "Display users defined in the kubeconfig",
    long: "Display users defined in the kubeconfig.",
    example: "# The users that kubectl knows\nkubectl config get-users",
    action: Action::Run(users),
    ..Command::DEFAULT
};

fn clusters(cx: Context) -> Running {
    Box::pin(async move {
        let (_, config) = super::starting(&cx)?;
        cx.out("NAME\n");
        for cluster in &config.clusters {
            cx.out(&format!("{}\n", cluster.name));
        }
        Ok(())
    })
}

fn users(cx: Context) -> Running {
    Box::pin(async move {
        let (_, config) = super::starting(&cx)?;
        cx.out("NAME\n");
        for user in &config.users {
            cx.out(&format!("{}\n", user.name));
        }
        Ok(())
    })
}
