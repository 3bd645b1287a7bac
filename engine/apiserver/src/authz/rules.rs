//! The rules that bindings give to somebody. Kubernetes' room for this is `pkg/registry/rbac/validation`.

use std::rc::Rc;

use api::rbac::v1::{
    ClusterRole, ClusterRoleBinding, PolicyRule, Role, RoleBinding, RoleRef, Subject,
};
use apimachinery::{Kind, Str};

use super::{Action, Decision};
use crate::ApiServer;
use crate::context::User;
use crate::storage::Key;

/// Decides by the bindings of the cluster and of the action's namespace.
pub(super) fn decide(server: &ApiServer, user: &User, action: &Action) -> Decision {
    let mut problems = Vec::new();
    let mut found = None;
    visit(server, user, &action.namespace, &mut |rule, why| {
        match rule {
            Ok(rule) if allows(rule, action) => found = Some(why()),
            Ok(_) => {}
            Err(problem) => problems.push(problem),
        }
        found.is_none()
    });
    match found {
        Some(reason) => Decision {
            allowed: true,
            reason,
        },
        None if problems.is_empty() => Decision {
            allowed: false,
            reason: String::new(),
        },
        None => {
            problems.sort();
            problems.dedup();
            let text = match problems.as_slice() {
                [only] => only.clone(),
                many => format!("[{}]", many.join(", ")),
            };
            Decision {
                allowed: false,
                reason: format!("RBAC: {text}"),
            }
        }
    }
}

/// Every rule that somebody has in a namespace (empty: in the whole cluster), and the roles that are missing.
pub(crate) fn rules_for(
    server: &ApiServer,
    user: &User,
    namespace: &str,
) -> (Vec<PolicyRule>, Vec<String>) {
    let (mut rules, mut problems) = (Vec::new(), Vec::new());
    visit(server, user, namespace, &mut |rule, _| {
        match rule {
            Ok(rule) => rules.push(rule.clone()),
            Err(problem) => problems.push(problem),
        }
        true
    });
    (rules, problems)
}

type Why<'a> = &'a dyn Fn() -> String;

/// Shows every rule to `look`, until it has seen enough.
fn visit(
    server: &ApiServer,
    user: &User,
    namespace: &str,
    look: &mut dyn FnMut(Result<&PolicyRule, String>, Why<'_>) -> bool,
) {
    for binding in all::<ClusterRoleBinding>(server, "") {
        let Some(subject) = binding.subjects.iter().find(|s| applies(s, user, "")) else {
            continue;
        };
        let why = || {
            reason(
                "ClusterRoleBinding",
                &binding.metadata.name,
                &binding.role_ref,
                subject,
            )
        };
        if !show(role_rules(server, &binding.role_ref, ""), &why, look) {
            return;
        }
    }
    if namespace.is_empty() {
        return;
    }
    for binding in all::<RoleBinding>(server, namespace) {
        let Some(subject) = binding
            .subjects
            .iter()
            .find(|s| applies(s, user, namespace))
        else {
            continue;
        };
        let why = || {
            let name = format!("{}/{}", binding.metadata.name, namespace);
            reason("RoleBinding", &name, &binding.role_ref, subject)
        };
        if !show(role_rules(server, &binding.role_ref, namespace), &why, look) {
            return;
        }
    }
}

fn show(
    rules: Result<Vec<PolicyRule>, String>,
    why: Why<'_>,
    look: &mut dyn FnMut(Result<&PolicyRule, String>, Why<'_>) -> bool,
) -> bool {
    match rules {
        Ok(rules) => rules.iter().all(|rule| look(Ok(rule), why)),
        Err(problem) => look(Err(problem), why),
    }
}

/// `RBAC: allowed by RoleBinding "read/default" of Role "reader" to User "jane"`
fn reason(kind: &str, name: &str, role: &RoleRef, subject: &Subject) -> String {
    let mut who = subject.name.to_string();
    if subject.kind == "ServiceAccount" {
        who = format!("{who}/{}", subject.namespace);
    }
    format!(
        "RBAC: allowed by {kind} \"{name}\" of {} \"{}\" to {} \"{who}\"",
        role.kind, role.name, subject.kind
    )
}

/// The rules of a role; an error when it does not exist.
pub(super) fn role_rules(
    server: &ApiServer,
    role: &RoleRef,
    namespace: &str,
) -> Result<Vec<PolicyRule>, String> {
    let missing = |resource: &str| {
        format!(
            "{resource}.rbac.authorization.k8s.io \"{}\" not found",
            role.name
        )
    };
    if role.kind == "Role" {
        let found = one::<Role>(server, namespace, &role.name).ok_or_else(|| missing("role"))?;
        return Ok(found.rules.clone());
    }
    let found = one::<ClusterRole>(server, "", &role.name).ok_or_else(|| missing("clusterrole"))?;
    Ok(found.rules.clone())
}

fn one<K: Kind>(server: &ApiServer, namespace: &str, name: &str) -> Option<Rc<K>> {
    let resource = server.resource_of::<K>()?;
    let storage = server.storage();
    let found = storage
        .table(resource.table)
        .get(&Key::new(namespace, name))?;
    found.downcast_rc()
}

fn all<K: Kind>(server: &ApiServer, namespace: &str) -> Vec<Rc<K>> {
    let Some(resource) = server.resource_of::<K>() else {
        return Vec::new();
    };
    let storage = server.storage();
    let namespace = (!namespace.is_empty()).then_some(namespace);
    let objects = storage.table(resource.table).iter(namespace, None);
    objects
        .filter_map(|(_, object)| object.downcast_rc())
        .collect()
}

/// Whether a subject of a binding is this user.
fn applies(subject: &Subject, user: &User, namespace: &str) -> bool {
    match subject.kind.as_str() {
        "User" => subject.name == user.name,
        "Group" => user.groups.contains(&subject.name),
        "ServiceAccount" => {
            let namespace = if subject.namespace.is_empty() {
                namespace
            } else {
                &subject.namespace
            };
            let rest = user.name.strip_prefix("system:serviceaccount:");
            !namespace.is_empty()
                && rest.and_then(|rest| rest.split_once(':')) == Some((namespace, &subject.name))
        }
        _ => false,
    }
}

fn has(list: &[Str], wanted: &str) -> bool {
    list.iter().any(|item| item == "*" || item == wanted)
}

/// Whether a rule allows an action.
pub(super) fn allows(rule: &PolicyRule, action: &Action) -> bool {
    if !has(&rule.verbs, &action.verb) {
        return false;
    }
    if action.resource.is_empty() {
        return rule.non_resource_urls.iter().any(|url| {
            *url == action.path
                || url
                    .strip_suffix('*')
                    .is_some_and(|start| action.path.starts_with(start))
        });
    }
    let resource = |item: &Str| {
        if item == "*" {
            return true;
        }
        if action.subresource.is_empty() {
            return *item == action.resource;
        }
        match item.split_once('/') {
            Some((resource, sub)) => {
                (resource == "*" || resource == action.resource) && sub == action.subresource
            }
            None => false,
        }
    };
    has(&rule.api_groups, &action.group)
        && rule.resources.iter().any(resource)
        && (rule.resource_names.is_empty() || rule.resource_names.contains(&action.name))
}
