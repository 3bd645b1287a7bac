//! `kubectl create clusterrolebinding`

use serde_json::json;

use super::super::shared;
use super::{Generator, set_some, subjects};
use crate::cli::{Action, Command, Flag, Running};
use crate::context::Context;

pub(super) const COMMAND: Command = Command {
    name: "clusterrolebinding",
    usage: "NAME --clusterrole=NAME [--user=username] [--group=groupname] \
                 [--serviceaccount=namespace:serviceaccountname] [--dry-run=server|client|\
                 none]",
    no_flags_in_use: true,
    short: "Create a cluster role binding for a particular cluster role",
    flags: &[
        shared::PRINT,
        shared::DRY_RUN,
        shared::VALIDATE,
        shared::SAVE_CONFIG,
        &[
            Flag::string(
                "clusterrole",
                "ClusterRole this ClusterRoleBinding should reference",
            )
            .required(),
            Flag::string(
                "field-manager",
                "Name of the manager used to track field ownership.",
            )
            .default("kubectl-create"),
            Flag::array(
                "group",
                "Groups to bind to the clusterrole. The flag can be repeated to add multiple \
                 groups.",
            ),
            Flag::array(
                "serviceaccount",
                "Service accounts to bind, in the format <namespace>:<name>. The flag can be \
                 repeated.",
            ),
            Flag::array(
                "user",
                "Usernames to bind to the clusterrole. The flag can be repeated to add \
                 multiple users.",
            ),
        ],
    ],
    long: "Create a cluster role binding for a particular cluster role.",
    example: "# A cluster role binding for two users and a group
kubectl create clusterrolebinding cluster-admin --clusterrole=cluster-admin --user=user1 \
--user=user2 --group=group1",
    action: Action::Run(run),
    ..Command::DEFAULT
};

fn run(cx: Context) -> Running {
    Box::pin(async move {
        let generator = Generator::new(&cx)?;
        let mut object = json!({
            "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRoleBinding",
            "metadata": {"name": generator.name},
            "roleRef": {
                "apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": cx.flags.str("clusterrole"),
            },
        });
        set_some(&mut object, &["subjects"], subjects(&cx)?);
        generator.create(&cx, object, "failed to create clusterrolebinding: ")
    })
}
