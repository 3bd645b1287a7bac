//! PATCH. Kubernetes' room for this is `k8s.io/apiserver/pkg/endpoints/handlers/patch.go`.

use apimachinery::Status;

use super::{Call, Response};

/// Changes an object, or a subresource that takes the whole object, in part.
pub(super) fn patch(call: &Call<'_>, _subresource: &str) -> Result<Response, Status> {
    Err(Status::unsupported_media_type(format!(
        "the body of the request was in an unknown format - accepted media types include: ; got {}",
        call.request.content_type
    )))
}
