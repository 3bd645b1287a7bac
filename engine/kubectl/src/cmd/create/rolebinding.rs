//! `kubectl create rolebinding`

use serde_json::json;

use super::super::shared;
use super::{Generator, set_some, subjects};
use crate::cli::{Action, Command, Flag, Running};
use crate::context::Context;

pub(super) const COMMAND: Command = Command {
    name: "rolebinding",
    usage: "NAME --clusterrole=NAME|--role=NAME [--user=username] [--group=groupname] \
                 [--serviceaccount=namespace:serviceaccountname] [--dry-run=server|client|\
                 none]",
    no_flags_in_use: true,
    short: "Create a role binding for a particular role or cluster role",
    flags: &[
        shared::PRINT,
        shared::DRY_RUN,
        shared::VALIDATE,
        shared::SAVE_CONFIG,
        &[
            Flag::string(
                "clusterrole",
                "ClusterRole this RoleBinding should reference",
            ),
            Flag::string(
                "field-manager",
                "Name of the manager used to track field ownership.",
            )
            .default("kubectl-create"),
            Flag::array(
                "group",
                "Groups to bind to the role. The flag can be repeated to add multiple groups.",
            ),
            Flag::string("role", "Role this RoleBinding should reference"),
            Flag::array(
                "serviceaccount",
                "Service accounts to bind, in the format <namespace>:<name>. The flag can be \
                 repeated.",
            ),
            Flag::array(
                "user",
                "Usernames to bind to the role. The flag can be repeated to add multiple \
                 users.",
            ),
        ],
    ],
    long: "Create a role binding for a particular role or cluster role.",
    example: "# A role binding for two users and a group with the cluster role admin
kubectl create rolebinding admin --clusterrole=admin --user=user1 --user=user2 --group=group1

# A role binding for a service account
kubectl create rolebinding admin-binding --role=admin --serviceaccount=monitoring:default",
    action: Action::Run(run),
    ..Command::DEFAULT
};

fn run(cx: Context) -> Running {
    Box::pin(async move {
        let generator = Generator::new(&cx)?;
        let (cluster_role, role) = (cx.flags.str("clusterrole"), cx.flags.str("role"));
        if cluster_role.is_empty() == role.is_empty() {
            return Err("exactly one of clusterrole or role must be specified".into());
        }
        let (kind, name) = if role.is_empty() {
            ("ClusterRole", cluster_role)
        } else {
            ("Role", role)
        };
        let mut object = json!({
            "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "RoleBinding",
            "metadata": {"name": generator.name},
            "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": kind, "name": name},
        });
        set_some(&mut object, &["subjects"], subjects(&cx)?);
        generator.create(&cx, object, "failed to create rolebinding: ")
    })
}
