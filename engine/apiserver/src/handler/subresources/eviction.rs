//! `pods/eviction`: POST of an Eviction.

use api::policy::v1::Eviction;
use apimachinery::meta::v1::Status as StatusKind;
use apimachinery::{Status, codec};

use crate::handler::{Call, Method, Response, ResponseBody, decode, verbs};
use crate::registry::eviction;

/// Evicts the pod of the URL.
pub(super) fn evict(call: &Call<'_>) -> Result<Response, Status> {
    if call.request.method != Method::Post {
        return Err(Status::method_not_allowed());
    }
    let (cx, _) = verbs::writing(call, "CreateOptions")?;
    let (value, _) = decode::body(call.request)?;
    let body: Eviction = codec::from_value(&value).map_err(|error| Status::bad_request(error.0))?;
    if body.metadata.name != call.route.name.as_str() {
        return Err(Status::bad_request(
            "name in URL does not match name in Eviction object",
        ));
    }
    let options = body.delete_options.as_deref().cloned().unwrap_or_default();
    let dry_run = cx.dry_run || !options.dry_run.is_empty();
    let cx = cx.dry_run(dry_run);
    eviction::evict(&cx, call.namespace(), &call.route.name, options)?;
    let status = StatusKind {
        status: "Success".into(),
        code: 201,
        ..StatusKind::default()
    };
    Ok(Response::new(201, ResponseBody::Status(Box::new(status))))
}
