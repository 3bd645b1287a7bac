//! `kubectl set subject`

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{Changes, check_all_and_selector, check_local, find};
use crate::cli::{Action, Command, Flag, Running};
use crate::cmd::shared::{self, DryRun};
use crate::context::Context;
use crate::error::Error;
use crate::resource::Info;
use crate::util::json as j;

pub(super) const COMMAND: Command = Command {
    name: "subject",
    usage: "(-f FILENAME | TYPE NAME) [--user=username] [--group=groupname] \
            [--serviceaccount=namespace:serviceaccountname] [--dry-run=server|client|none]",
    no_flags_in_use: true,
    short: "Update the user, group, or service account in a role binding or cluster role binding",
    flags: &[
        shared::PRINT,
        shared::FOLDERS,
        shared::DRY_RUN,
        shared::SELECTOR,
        &[
            shared::ALL,
            shared::manager("kubectl-set"),
            shared::filename(
                "Filename, directory, or URL to files the resource to update the subjects",
            ),
            Flag::array("group", "Groups to bind to the role"),
            Flag::bool(
                "local",
                "If true, set subject will NOT contact api-server but run locally.",
            ),
            Flag::array("serviceaccount", "Service accounts to bind to the role"),
            Flag::array("user", "Usernames to bind to the role"),
        ],
    ],
    long: "Update the user, group, or service account in a role binding or cluster role binding.",
    example: "# A service account for a cluster role binding
kubectl set subject clusterrolebinding admin --serviceaccount=namespace:serviceaccount1

# Two users and a group for a role binding
kubectl set subject rolebinding admin --user=user1 --user=user2 --group=group1

# Only print what becomes of an object
kubectl create rolebinding admin --role=admin --user=admin -o yaml --dry-run=client | kubectl set subject --local -f - \
--user=foo -o yaml",
    action: Action::Run(run),
    ..Command::DEFAULT
};

const GROUP: &str = "rbac.authorization.k8s.io";

fn run(cx: Context) -> Running {
    Box::pin(async move {
        let dry_run = DryRun::from_flags(&cx)?;
        let (namespace, _) = cx.namespace()?;
        let infos = find(&cx, &cx.args)?;
        check_local(&cx, dry_run)?;
        check_all_and_selector(&cx)?;
        let wanted = subjects(&cx, &infos, &namespace)?;
        let changes = Changes {
            cx: &cx,
            dry_run,
            done: "subjects updated",
            failed: "failed to patch subjects to rolebinding: ",
            skip_unchanged: true,
            errors: Vec::new(),
        };
        changes.make(infos, &mut |object, _| {
            if j::group(object) != GROUP
                || !matches!(j::kind(object), "RoleBinding" | "ClusterRoleBinding")
            {
                return Err(
                    "setting subjects is only supported for RoleBinding/ClusterRoleBinding".into(),
                );
            }
            let mut subjects = j::list(object, &["subjects"]).to_vec();
            let known = subjects.len();
            for subject in &wanted {
                if !subjects[..known].contains(subject) {
                    subjects.push(subject.clone());
                }
            }
            let more = subjects.len() > known;
            j::set(object, &["subjects"], subjects);
            Ok(more)
        })
    })
}

fn subjects(cx: &Context, infos: &[Info], namespace: &str) -> Result<Vec<Value>, Error> {
    let flags = &cx.flags;
    let sorted = |flag: &str| flags.strings(flag).into_iter().collect::<BTreeSet<_>>();
    let (users, groups) = (sorted("user"), sorted("group"));
    let accounts = sorted("serviceaccount");
    if users.is_empty() && groups.is_empty() && accounts.is_empty() {
        return Err("you must specify at least one value of user, group or serviceaccount".into());
    }
    let mut subjects = Vec::new();
    for (kind, names) in [("User", users), ("Group", groups)] {
        for name in names {
            subjects.push(json!({"kind": kind, "apiGroup": GROUP, "name": name}));
        }
    }
    for account in accounts {
        let (its_namespace, name) = match account.split(':').collect::<Vec<_>>()[..] {
            [namespace, name] if !name.is_empty() => (namespace.to_owned(), name.to_owned()),
            _ => return Err("serviceaccount must be <namespace>:<name>".into()),
        };
        let cluster_wide = infos
            .iter()
            .any(|info| j::kind(info.value()) == "ClusterRoleBinding");
        if its_namespace.is_empty() && cluster_wide {
            return Err(
                "serviceaccount must be <namespace>:<name>, namespace must be specified".into(),
            );
        }
        let its_namespace = match its_namespace.as_str() {
            "" => namespace,
            own => own,
        };
        subjects.push(json!({"kind": "ServiceAccount", "name": name, "namespace": its_namespace}));
    }
    Ok(subjects)
}
