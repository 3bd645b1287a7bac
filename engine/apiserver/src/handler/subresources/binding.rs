//! `pods/binding`, and `bindings` by itself: POST of a Binding.

use api::core::v1::{Binding, Pod};
use apimachinery::meta::v1::Status as StatusKind;
use apimachinery::{Status, codec};

use crate::handler::{Call, Method, Response, ResponseBody, decode, verbs};
use crate::registry::pod_binding;

/// Puts the pod of the URL on a node.
pub(super) fn bind(call: &Call<'_>) -> Result<Response, Status> {
    if call.request.method != Method::Post {
        return Err(Status::method_not_allowed());
    }
    let binding = read(call)?;
    if binding.metadata.name != call.route.name.as_str() {
        return Err(Status::bad_request(
            "name in URL does not match name in Binding object",
        ));
    }
    put(call, &call.route.name, &binding)
}

/// POST to `bindings`: puts the pod that the body names on a node.
pub(crate) fn bind_named(call: &Call<'_>) -> Result<Response, Status> {
    let binding = read(call)?;
    if binding.metadata.name.is_empty() {
        return Err(Status::bad_request("name must be provided"));
    }
    put(call, &binding.metadata.name, &binding)
}

fn read(call: &Call<'_>) -> Result<Binding, Status> {
    let (value, _) = decode::body(call.request)?;
    codec::from_value(&value).map_err(|error| Status::bad_request(error.0))
}

fn put(call: &Call<'_>, name: &str, binding: &Binding) -> Result<Response, Status> {
    let (cx, _) = verbs::writing(call, "CreateOptions")?;
    let resource = call.cx.server.resource_of::<Pod>();
    let resource = resource.ok_or_else(Status::no_such_resource)?;
    pod_binding::bind(&cx, &resource, call.namespace(), name, binding)?;
    let status = StatusKind {
        status: "Success".into(),
        code: 201,
        ..StatusKind::default()
    };
    Ok(Response::new(201, ResponseBody::Status(Box::new(status))))
}
