//! Authentication: whom a request's credentials stand for, and as whom they want to be seen. Kubernetes' room for this is
//! `k8s.io/apiserver/pkg/authentication` with the impersonation filter.
//!
//! Not here: certificates. Whoever owns the connection knows whether one was shown ([`Credentials::trusted`]).

use std::rc::Rc;

use apimachinery::{Map, Status, Str};

use crate::ApiServer;
use crate::authz::{self, Action};
use crate::context::User;

/// What a request shows of who sends it.
#[derive(Clone, Debug, Default)]
pub struct Credentials {
    /// The administrator's certificate, or something that counts as much.
    pub trusted: bool,
    /// The token of `Authorization: Bearer`.
    pub bearer: Option<Str>,
    /// The `Impersonate-…` headers.
    pub impersonation: Impersonation,
}

/// As whom somebody wants to be seen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Impersonation {
    /// Their name; empty for no impersonation.
    pub user: Str,
    /// Their UID.
    pub uid: Str,
    /// Their groups.
    pub groups: Vec<Str>,
    /// More about them.
    pub extra: Map<Str, Vec<Str>>,
}

/// Who sends a request with these credentials.
///
/// # Errors
/// 401 for credentials that are worth nothing, 403 for an impersonation that is not allowed.
pub fn authenticate(server: &ApiServer, credentials: &Credentials) -> Result<Rc<User>, Status> {
    let user = if let Some(token) = &credentials.bearer {
        crate::tokens::user_of(server, token).ok_or_else(|| Status::unauthorized("Unauthorized"))?
    } else if credentials.trusted {
        User::admin()
    } else {
        anonymous()
    };
    impersonate(server, user, &credentials.impersonation).map(Rc::new)
}

/// Nobody in particular.
fn anonymous() -> User {
    User {
        name: "system:anonymous".into(),
        groups: vec!["system:unauthenticated".into()],
        ..User::default()
    }
}

/// Somebody seen as somebody else, if they may be.
fn impersonate(server: &ApiServer, user: User, wanted: &Impersonation) -> Result<User, Status> {
    if *wanted == Impersonation::default() {
        return Ok(user);
    }
    if wanted.user.is_empty() {
        return Err(Status::internal_error(
            "requested impersonation without impersonating a user",
        ));
    }
    let user = Rc::new(user);
    let may = |group: &str, resource: &str, subresource: &str, namespace: &str, name: &Str| {
        let action = Action {
            verb: "impersonate".into(),
            group: group.into(),
            resource: resource.into(),
            subresource: subresource.into(),
            namespace: namespace.into(),
            name: name.clone(),
            path: Str::new(),
        };
        authz::check(server, &user, &action)
    };
    let account = wanted
        .user
        .strip_prefix("system:serviceaccount:")
        .and_then(|a| a.split_once(':'));
    match account {
        Some((namespace, name)) => may("", "serviceaccounts", "", namespace, &name.into())?,
        None => may("", "users", "", "", &wanted.user)?,
    }
    for group in &wanted.groups {
        may("", "groups", "", "", group)?;
    }
    if !wanted.uid.is_empty() {
        may("authentication.k8s.io", "uids", "", "", &wanted.uid)?;
    }
    for (key, values) in &wanted.extra {
        for value in values {
            may("authentication.k8s.io", "userextras", key, "", value)?;
        }
    }
    let mut seen = User::component(wanted.user.clone());
    if !wanted.groups.is_empty() || account.is_none() {
        seen.groups = wanted.groups.clone();
    }
    let nobody = wanted.user == "system:anonymous";
    let state = if nobody {
        "system:unauthenticated"
    } else {
        "system:authenticated"
    };
    if !seen.groups.iter().any(|group| group == state) {
        seen.groups.push(state.into());
    }
    seen.uid = wanted.uid.clone();
    seen.extra = wanted.extra.clone();
    Ok(seen)
}
