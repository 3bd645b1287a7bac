//! What follows an object's name in a URL: `status` and its like take the whole object, the others have a file each.

mod binding;
mod eviction;
mod log;
mod node_proxy;
mod pod_connect;
mod proxy;
mod scale;
mod token;

pub(super) use binding::bind_named;

use apimachinery::Status;

use super::{Call, Method, Response, patch, verbs};

/// Answers a request for a subresource.
///
/// # Errors
/// Whatever is wrong with it, in upstream's words.
pub(super) fn handle(call: &Call<'_>) -> Result<Response, Status> {
    let sub = call.route.subresource.as_str();
    let strategy = &call.served.resource.strategy;
    if (sub == "status" && strategy.has_status()) || strategy.subresources().contains(&sub) {
        // A namespace is released as a whole, and not looked at in this way.
        let released = sub == "finalize";
        return match call.request.method {
            Method::Get | Method::Patch if released => Err(Status::method_not_allowed()),
            Method::Get => verbs::get(call),
            Method::Put => verbs::update(call, sub),
            Method::Patch => patch::patch(call, sub),
            Method::Post | Method::Delete | Method::Head | Method::Options => {
                Err(Status::method_not_allowed())
            }
        };
    }
    if sub == "scale" && strategy.has_scale() {
        return scale::scale(call);
    }
    let names = &call.served.names;
    match (&*names.group, &*names.plural, sub) {
        ("", "serviceaccounts", "token") => token::create(call),
        ("", "pods", "binding") => binding::bind(call),
        ("", "pods", "eviction") => eviction::evict(call),
        ("", "pods", "log") => log::log(call),
        ("", "pods", "exec" | "attach" | "portforward") => pod_connect::connect(call),
        ("", "pods" | "services", "proxy") => proxy::proxy(call),
        ("", "nodes", "proxy") => node_proxy::proxy(call),
        _ => Err(Status::no_such_resource()),
    }
}
