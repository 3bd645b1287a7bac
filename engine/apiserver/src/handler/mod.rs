//! Requests and responses as HTTP clients see them. Kubernetes' room for this is `k8s.io/apiserver/pkg/endpoints/handlers`.
//!
//! ```text
//!   Request ─► route ─► (discovery, health, version)
//!                │
//!                └────► decode ─► registry verb ─► negotiate ─► Response
//! ```
//!
//! In-process clients (the playground's kubectl) call [`handle`] directly; the native binary puts sockets in front of it.
//! A response keeps objects as they are in storage; JSON is made by who needs it.

mod apply;
mod decode;
mod extension;
mod limit;
mod negotiate;
mod params;
mod patch;
mod proxied;
mod request;
mod response;
mod reviews;
mod route;
mod streams;
mod subresources;
mod verbs;

use std::rc::Rc;

use apimachinery::{Status, Str};

pub use extension::Extension;
pub use proxied::{Proxied, ProxiedAnswer};
pub use request::{Method, Request, RequestBody};
pub use response::{Response, ResponseBody, Shape, WatchBody, WatchMessage, WatchStream};
pub use route::{Route, Target, parse as parse_path, verb};
pub use streams::{ContainerUsage, ExecRequest, LogStream, NodeApi, Session};

use crate::context::{Context, User};
use crate::registry::{Served, Verbs};
use crate::{ApiServer, authz, discovery};

/// Answers a request.
pub fn handle(server: &ApiServer, request: &Request) -> Response {
    let cx = asked(server, &request.user, &request.user_agent);
    let mut response = match route::parse(&request.path) {
        Target::Path => match authz::check_path(server, request) {
            Ok(()) => discovery::handle(server, request),
            Err(refused) => refused.into(),
        },
        Target::Resource(route) => {
            let allowed = authz::check_resource(server, request, &route);
            let answered = allowed.and_then(|()| resource(&cx, request, &route));
            let response = Response::from(answered);
            let registry = server.registry();
            let known = registry.find(&route.group, &route.version, &route.resource);
            if known.is_some() {
                server.requests().count(request, &route, response.code);
            }
            response
        }
    };
    response.warnings.extend(cx.take_warnings());
    response
}

/// The context of a request.
fn asked(server: &ApiServer, user: &Rc<User>, user_agent: &Str) -> Context {
    let mut cx = Context::new(server.clone(), user.clone(), user_agent.clone());
    cx.asks_permission = true;
    cx
}

/// The answer where no handler is. In a group that is built in its router says so, with a Status; elsewhere nobody speaks for
/// the path, and clients find words of their own.
fn no_handler(server: &ApiServer, route: &Route) -> Result<Response, Status> {
    let built_in = server.registry().iter().any(|served| {
        served.codec.schema.is_some()
            && *served.names.group == *route.group
            && *served.names.version == *route.version
    });
    if built_in {
        Err(Status::no_such_resource())
    } else {
        Ok(Response::no_page())
    }
}

fn resource(cx: &Context, request: &Request, route: &Route) -> Result<Response, Status> {
    let served = cx
        .server
        .registry()
        .find(&route.group, &route.version, &route.resource)
        .cloned();
    let Some(served) = served else {
        if let Some(extension) = cx.server.extension(&route.group, &route.version) {
            return extension.answer(request, route);
        }
        return no_handler(&cx.server, route);
    };
    limit::check(request)?;
    let strategy = &served.resource.strategy;
    if let Some(text) = strategy.deprecation() {
        cx.warn(text);
    }
    let misplaced = served.names.namespaced && route.namespace.is_empty() && !route.name.is_empty();
    let passed_on = route.subresource == "proxy";
    if misplaced || (!route.rest.is_empty() && !passed_on) {
        return Err(Status::no_such_resource());
    }
    if matches!(request.method, Method::Head | Method::Options) && !passed_on {
        return Err(Status::method_not_allowed());
    }
    // Across namespaces there is only reading, but for what has no namespace of its own and is only made.
    let across = served.names.namespaced && route.namespace.is_empty();
    if across && request.method != Method::Get {
        return Err(Status::method_not_allowed());
    }
    let call = Call {
        cx,
        request,
        route,
        served: &served,
    };
    strategy.before_use(&Context::of_server(&cx.server));
    if !route.subresource.is_empty() {
        return subresources::handle(&call);
    }
    if strategy.verbs() == Verbs::ReadOnly {
        return match request.method {
            Method::Get if !request.flag("watch") => verbs::computed(&call),
            _ => Err(Status::method_not_allowed()),
        };
    }
    if strategy.verbs() == Verbs::CreateOnly {
        return match (request.method, route.name.is_empty()) {
            (Method::Post, true) if served.names.plural == "bindings" => {
                subresources::bind_named(&call)
            }
            (Method::Post, true) => reviews::create(&call),
            _ => Err(Status::method_not_allowed()),
        };
    }
    match (request.method, route.name.is_empty()) {
        (Method::Get, _) if request.flag("watch") => verbs::watch(&call),
        (Method::Get, true) => verbs::list(&call),
        (Method::Get, false) => verbs::get(&call),
        (Method::Post, true) => verbs::create(&call),
        (Method::Put, false) => verbs::update(&call, ""),
        (Method::Patch, false) => patch::patch(&call, ""),
        (Method::Delete, false) => verbs::delete(&call),
        (Method::Delete, true) if strategy.verbs() != Verbs::OneByOne => {
            verbs::delete_collection(&call)
        }
        (Method::Post, false)
        | (Method::Put | Method::Patch | Method::Delete, true)
        | (Method::Head | Method::Options, _) => Err(Status::method_not_allowed()),
    }
}

/// A request on its way.
#[derive(Clone, Copy)]
pub(crate) struct Call<'a> {
    /// Who asks, and how.
    pub(crate) cx: &'a Context,
    /// The request.
    pub(crate) request: &'a Request,
    /// What its URL says.
    pub(crate) route: &'a Route,
    /// The resource, in the version of the URL.
    pub(crate) served: &'a Served,
}

impl Call<'_> {
    /// The namespace that objects are in; empty for cluster-scoped resources.
    pub(crate) fn namespace(&self) -> &str {
        if self.served.names.namespaced {
            &self.route.namespace
        } else {
            ""
        }
    }

    /// A context of its own for a write with options; warnings are passed back by the caller.
    pub(crate) fn context(&self) -> Context {
        let mut cx = asked(&self.cx.server, &self.cx.user, &self.cx.user_agent);
        cx.served = Some(self.served.clone());
        cx
    }
}
