//! Nobody gives away more than they have. Kubernetes' room for this is `pkg/registry/rbac/<kind>/policybased`.

use api::rbac::v1::{PolicyRule, RoleRef};
use apimachinery::{GroupResource, Status, Str};

use super::rules::{allows, role_rules, rules_for};
use super::{Action, decide};
use crate::context::Context;

const GROUP: &str = "rbac.authorization.k8s.io";

/// Refuses a role that holds more than its maker has.
///
/// # Errors
/// 403 with what is too much.
pub(crate) fn check_role(
    cx: &Context,
    resource: &str,
    namespace: &str,
    name: &str,
    rules: &[PolicyRule],
) -> Result<(), Status> {
    if may(cx, "escalate", resource, namespace, name) {
        return Ok(());
    }
    covered(cx, resource, namespace, name, rules)
}

/// Refuses a binding to a role that holds more than the binder has.
///
/// # Errors
/// 403 with what is too much.
pub(crate) fn check_binding(
    cx: &Context,
    resource: &str,
    namespace: &str,
    name: &str,
    role: &RoleRef,
) -> Result<(), Status> {
    let roles = if role.kind == "Role" {
        "roles"
    } else {
        "clusterroles"
    };
    if may(cx, "bind", roles, namespace, &role.name) {
        return Ok(());
    }
    match role_rules(&cx.server, role, namespace) {
        Ok(rules) => covered(cx, resource, namespace, name, &rules),
        Err(_) => Err(Status::not_found(
            &GroupResource::new(GROUP, roles.trim_end_matches('s')),
            &role.name,
        )),
    }
}

fn may(cx: &Context, verb: &str, resource: &str, namespace: &str, name: &str) -> bool {
    let action = Action {
        verb: verb.into(),
        group: GROUP.into(),
        resource: resource.into(),
        namespace: namespace.into(),
        name: name.into(),
        ..Action::default()
    };
    decide(&cx.server, &cx.user, &action).allowed
}

fn covered(
    cx: &Context,
    resource: &str,
    namespace: &str,
    name: &str,
    wanted: &[PolicyRule],
) -> Result<(), Status> {
    let (owned, problems) = rules_for(&cx.server, &cx.user, namespace);
    let missing: Vec<PolicyRule> = wanted
        .iter()
        .flat_map(breakdown)
        .filter(|part| !owned.iter().any(|rule| covers(rule, part)))
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    let mut lines: Vec<String> = compact(missing).iter().map(shown).collect();
    lines.sort();
    let user = &cx.user;
    let groups: Vec<String> = user
        .groups
        .iter()
        .map(|group| apimachinery::gotext::quote(group).to_string())
        .collect();
    let mut because = format!(
        "user {} (groups=[{}]) is attempting to grant RBAC permissions not currently held:\n{}",
        apimachinery::gotext::quote(&user.name),
        groups.join(" "),
        lines.join("\n")
    );
    if !problems.is_empty() {
        because.push_str(&format!("; resolution errors: [{}]", problems.join(", ")));
    }
    Err(Status::forbidden(
        &GroupResource::new(GROUP, resource),
        name,
        &because,
    ))
}

/// A rule as many with one verb, one group and one resource each.
fn breakdown(rule: &PolicyRule) -> Vec<PolicyRule> {
    let names: Vec<Vec<Str>> = if rule.resource_names.is_empty() {
        vec![Vec::new()]
    } else {
        rule.resource_names
            .iter()
            .map(|name| vec![name.clone()])
            .collect()
    };
    let mut parts = Vec::new();
    for group in &rule.api_groups {
        for resource in &rule.resources {
            for verb in &rule.verbs {
                for resource_names in &names {
                    parts.push(PolicyRule {
                        verbs: vec![verb.clone()],
                        api_groups: vec![group.clone()],
                        resources: vec![resource.clone()],
                        resource_names: resource_names.clone(),
                        ..PolicyRule::default()
                    });
                }
            }
        }
    }
    for url in &rule.non_resource_urls {
        for verb in &rule.verbs {
            parts.push(PolicyRule {
                verbs: vec![verb.clone()],
                non_resource_urls: vec![url.clone()],
                ..PolicyRule::default()
            });
        }
    }
    parts
}

/// Whether a rule gives all that a part from [`breakdown`] gives.
fn covers(rule: &PolicyRule, part: &PolicyRule) -> bool {
    let first = |list: &[Str]| list.first().cloned().unwrap_or_default();
    let resource = first(&part.resources);
    let (resource, subresource) = resource
        .split_once('/')
        .map_or((&*resource, ""), |(resource, sub)| (resource, sub));
    let action = Action {
        verb: first(&part.verbs),
        group: first(&part.api_groups),
        resource: resource.into(),
        subresource: subresource.into(),
        name: first(&part.resource_names),
        path: first(&part.non_resource_urls),
        ..Action::default()
    };
    allows(rule, &action)
}

/// Parts that differ in their verbs only, joined.
fn compact(parts: Vec<PolicyRule>) -> Vec<PolicyRule> {
    let mut out: Vec<PolicyRule> = Vec::new();
    for part in parts {
        let same = out.iter_mut().find(|other| {
            other.api_groups == part.api_groups
                && other.resources == part.resources
                && other.resource_names == part.resource_names
                && other.non_resource_urls == part.non_resource_urls
        });
        match same {
            Some(other) => {
                for verb in part.verbs {
                    if !other.verbs.contains(&verb) {
                        other.verbs.push(verb);
                    }
                }
            }
            None => out.push(part),
        }
    }
    out
}

/// `{APIGroups:["apps"], Resources:["deployments"], Verbs:["get"]}`
fn shown(rule: &PolicyRule) -> String {
    let list = |items: &[Str]| {
        let quoted: Vec<String> = items
            .iter()
            .map(|item| apimachinery::gotext::quote(item).to_string())
            .collect();
        format!("[{}]", quoted.join(" ")).replace("\" \"", "\", \"")
    };
    let mut parts = Vec::new();
    for (name, items) in [
        ("NonResourceURLs", &rule.non_resource_urls),
        ("APIGroups", &rule.api_groups),
        ("Resources", &rule.resources),
        ("ResourceNames", &rule.resource_names),
        ("Verbs", &rule.verbs),
    ] {
        if !items.is_empty() {
            parts.push(format!("{name}:{}", list(items)));
        }
    }
    format!("{{{}}}", parts.join(", "))
}
