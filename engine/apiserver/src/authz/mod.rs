//! Authorisation: who may do what, by RBAC. Kubernetes' room for this is `k8s.io/apiserver/pkg/authorization` with
//! `plugin/pkg/auth/authorizer/rbac`.
//!
//! Members of `system:masters` may do everything. Typed clients in the same process are components of the cluster and are not
//! asked; requests that come as HTTP are.

mod controllers;
mod defaults;
mod escalation;
mod rules;

use std::rc::Rc;

use apimachinery::{GroupResource, Status, Str};

use crate::ApiServer;
use crate::context::User;
use crate::handler::{Request, Route, verb};

pub(crate) use controllers::ensure as ensure_roles;
pub(crate) use defaults::install;
pub(crate) use escalation::{check_binding, check_role};
pub(crate) use rules::rules_for;

/// What somebody wants to do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Action {
    /// `get`, `list`, `create`, …
    pub verb: Str,
    /// The API group; empty for core.
    pub group: Str,
    /// The resource; empty for a path that is none.
    pub resource: Str,
    /// `status` and the like.
    pub subresource: Str,
    /// Empty for the whole cluster.
    pub namespace: Str,
    /// Empty for all.
    pub name: Str,
    /// The path, when it is about no resource.
    pub path: Str,
}

/// Whether an action is allowed, and why.
pub struct Decision {
    /// It is.
    pub allowed: bool,
    /// What led to it.
    pub reason: String,
}

/// Decides.
pub fn decide(server: &ApiServer, user: &User, action: &Action) -> Decision {
    if user.groups.iter().any(|group| group == "system:masters") {
        return Decision {
            allowed: true,
            reason: String::new(),
        };
    }
    controllers::ensure_for(server, user);
    rules::decide(server, user, action)
}

/// Refuses a request for a resource that its sender may not make.
///
/// # Errors
/// 403 in upstream's words.
pub(crate) fn check_resource(
    server: &ApiServer,
    request: &Request,
    route: &Route,
) -> Result<(), Status> {
    let mut verb = verb(request, route);
    let mut name = Str::from(&route.name);
    if verb == "list" || verb == "watch" || verb == "deletecollection" {
        // Asking for one by its name is asking for that one.
        if let Some(wanted) = request
            .param("fieldSelector")
            .strip_prefix("metadata.name=")
            && !wanted.contains(',')
        {
            name = wanted.into();
        }
    }
    if verb == "get" && matches!(&*route.subresource, "exec" | "attach" | "portforward") {
        // Conversations over WebSocket begin with GET, but are no reading.
        verb = "create";
    }
    let action = Action {
        verb: verb.into(),
        group: route.group.as_str().into(),
        resource: route.resource.as_str().into(),
        subresource: route.subresource.as_str().into(),
        namespace: route.namespace.as_str().into(),
        name,
        path: Str::new(),
    };
    check(server, &request.user, &action)
}

/// Refuses a request for a path that its sender may not make.
///
/// # Errors
/// 403 in upstream's words.
pub(crate) fn check_path(server: &ApiServer, request: &Request) -> Result<(), Status> {
    let action = Action {
        verb: request.method.as_str().to_ascii_lowercase().into(),
        path: request.path.as_str().into(),
        ..Action::default()
    };
    check(server, &request.user, &action)
}

/// Refuses what is not allowed.
///
/// # Errors
/// 403 in upstream's words.
pub(crate) fn check(server: &ApiServer, user: &Rc<User>, action: &Action) -> Result<(), Status> {
    let decision = decide(server, user, action);
    if decision.allowed {
        return Ok(());
    }
    let user = apimachinery::gotext::quote(&user.name);
    let mut because = if action.resource.is_empty() {
        format!(
            "User {user} cannot {} path \"{}\"",
            action.verb, action.path
        )
    } else {
        let mut resource = action.resource.to_string();
        if !action.subresource.is_empty() {
            resource = format!("{resource}/{}", action.subresource);
        }
        let place = if action.namespace.is_empty() {
            "at the cluster scope".to_owned()
        } else {
            format!("in the namespace \"{}\"", action.namespace)
        };
        format!(
            "User {user} cannot {} resource \"{resource}\" in API group \"{}\" {place}",
            action.verb, action.group
        )
    };
    if !decision.reason.is_empty() {
        because = format!("{because}: {}", decision.reason);
    }
    let resource = GroupResource::new(action.group.clone(), action.resource.clone());
    Err(Status::forbidden(&resource, &action.name, &because))
}
