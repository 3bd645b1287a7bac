//! `pods/binding`: POST of a Binding.

use api::core::v1::Binding;
use apimachinery::meta::v1::Status as StatusKind;
use apimachinery::{Status, codec};

use crate::handler::{Call, Method, Response, ResponseBody, decode, verbs};
use crate::registry::pod_binding;

/// Puts the pod of the URL on a node.
pub(super) fn bind(call: &Call<'_>) -> Result<Response, Status> {
    if call.request.method != Method::Post {
        return Err(Status::method_not_allowed());
    }
    let (cx, _) = verbs::writing(call, "CreateOptions")?;
    let (value, _) = decode::body(call.request)?;
    let binding: Binding =
        codec::from_value(&value).map_err(|error| Status::bad_request(error.0))?;
    let given = &binding.metadata.name;
    if !given.is_empty() && given != call.route.name.as_str() {
        return Err(Status::bad_request(
            "name in URL does not match name in Binding object",
        ));
    }
    pod_binding::bind(
        &cx,
        &call.served.resource,
        call.namespace(),
        &call.route.name,
        &binding,
    )?;
    let status = StatusKind {
        status: "Success".into(),
        code: 201,
        ..StatusKind::default()
    };
    Ok(Response::new(201, ResponseBody::Status(Box::new(status))))
}
