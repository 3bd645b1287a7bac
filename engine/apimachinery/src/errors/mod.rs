//! Errors of the API (upstream's `api/errors`): constructors and questions for [`Status`].
//!
//! Every text is upstream's, because kubectl shows it to people and scripts read it.

use std::fmt;

use ecow::eco_format;

use crate::field::ErrorList;
use crate::gotext::quote;
use crate::meta::v1::{StatusCause, StatusDetails};
use crate::{GroupKind, GroupResource, Status, Str};

/// The reasons upstream knows.
pub mod reason {
    /// 401
    pub const UNAUTHORIZED: &str = "Unauthorized";
    /// 403
    pub const FORBIDDEN: &str = "Forbidden";
    /// 404
    pub const NOT_FOUND: &str = "NotFound";
    /// 409, the name is taken
    pub const ALREADY_EXISTS: &str = "AlreadyExists";
    /// 409, the object changed meanwhile
    pub const CONFLICT: &str = "Conflict";
    /// 410
    pub const GONE: &str = "Gone";
    /// 422
    pub const INVALID: &str = "Invalid";
    /// 500, try again
    pub const SERVER_TIMEOUT: &str = "ServerTimeout";
    /// 504
    pub const TIMEOUT: &str = "Timeout";
    /// 429
    pub const TOO_MANY_REQUESTS: &str = "TooManyRequests";
    /// 400
    pub const BAD_REQUEST: &str = "BadRequest";
    /// 405
    pub const METHOD_NOT_ALLOWED: &str = "MethodNotAllowed";
    /// 406
    pub const NOT_ACCEPTABLE: &str = "NotAcceptable";
    /// 413
    pub const REQUEST_ENTITY_TOO_LARGE: &str = "RequestEntityTooLarge";
    /// 415
    pub const UNSUPPORTED_MEDIA_TYPE: &str = "UnsupportedMediaType";
    /// 500
    pub const INTERNAL_ERROR: &str = "InternalError";
    /// 410, the resource version is too old
    pub const EXPIRED: &str = "Expired";
    /// 503
    pub const SERVICE_UNAVAILABLE: &str = "ServiceUnavailable";
}

/// The text of [`Status::conflict`] when a write came too late.
pub const OPTIMISTIC_LOCK: &str =
    "the object has been modified; please apply your changes to the latest version and try again";

impl Status {
    /// A failure with a reason and no details.
    pub fn failure(code: i32, reason: &str, message: impl Into<Str>) -> Self {
        Self {
            status: "Failure".into(),
            code,
            reason: reason.into(),
            message: message.into(),
            ..Self::default()
        }
    }

    /// A success, as the answer to a delete.
    pub fn success(details: StatusDetails) -> Self {
        Self {
            status: "Success".into(),
            details: Some(details.into()),
            ..Self::default()
        }
    }

    fn about(mut self, group: &str, kind: &str, name: &str) -> Self {
        let details = self.details.get_or_insert_default();
        details.group = group.into();
        details.kind = kind.into();
        details.name = name.into();
        self
    }

    /// `pods "x" not found`
    pub fn not_found(resource: &GroupResource, name: &str) -> Self {
        Self::failure(
            404,
            reason::NOT_FOUND,
            eco_format!("{resource} {} not found", quote(name)),
        )
        .about(&resource.group, &resource.resource, name)
    }

    /// `pods "x" already exists`
    pub fn already_exists(resource: &GroupResource, name: &str) -> Self {
        Self::failure(
            409,
            reason::ALREADY_EXISTS,
            eco_format!("{resource} {} already exists", quote(name)),
        )
        .about(&resource.group, &resource.resource, name)
    }

    /// No free name was found for `generateName`.
    pub fn generate_name_conflict(
        resource: &GroupResource,
        name: &str,
        retry_after_seconds: i32,
    ) -> Self {
        let message = eco_format!(
            "{resource} {} already exists, the server was not able to generate a unique name for the object",
            quote(name)
        );
        Self::failure(409, reason::ALREADY_EXISTS, message)
            .about(&resource.group, &resource.resource, name)
            .retry_after(retry_after_seconds)
    }

    /// `Operation cannot be fulfilled on pods "x": because`
    pub fn conflict(resource: &GroupResource, name: &str, because: &str) -> Self {
        let message = eco_format!(
            "Operation cannot be fulfilled on {resource} {}: {because}",
            quote(name)
        );
        Self::failure(409, reason::CONFLICT, message).about(
            &resource.group,
            &resource.resource,
            name,
        )
    }

    /// The [`conflict`](Self::conflict) of a stale `resourceVersion`.
    pub fn stale(resource: &GroupResource, name: &str) -> Self {
        Self::conflict(resource, name, OPTIMISTIC_LOCK)
    }

    /// Another field manager owns what was applied.
    pub fn apply_conflict(causes: Vec<StatusCause>, message: impl Into<Str>) -> Self {
        Self {
            details: Some(
                StatusDetails {
                    causes,
                    ..Default::default()
                }
                .into(),
            ),
            ..Self::failure(409, reason::CONFLICT, message)
        }
    }

    /// `pods "x" is forbidden: because` (without a name: `pods is forbidden: …`).
    pub fn forbidden(resource: &GroupResource, name: &str, because: &str) -> Self {
        let message = if resource.is_empty() {
            eco_format!("forbidden: {because}")
        } else if name.is_empty() {
            eco_format!("{resource} is forbidden: {because}")
        } else {
            eco_format!("{resource} {} is forbidden: {because}", quote(name))
        };
        Self::failure(403, reason::FORBIDDEN, message).about(
            &resource.group,
            &resource.resource,
            name,
        )
    }

    /// `Pod "x" is invalid: spec.containers: Required value`
    pub fn invalid(kind: &GroupKind, name: &str, errors: &ErrorList) -> Self {
        let message = match errors.to_aggregate() {
            None => eco_format!("{kind} {} is invalid", quote(name)),
            Some(text) => eco_format!("{kind} {} is invalid: {text}", quote(name)),
        };
        let mut status =
            Self::failure(422, reason::INVALID, message).about(&kind.group, &kind.kind, name);
        let causes = errors.iter().map(|error| StatusCause {
            type_: error.error_type.reason().into(),
            message: error.body(),
            field: error.field.clone(),
        });
        status.details.get_or_insert_default().causes = causes.collect();
        status
    }

    /// 400 with a message of its own.
    pub fn bad_request(message: impl Into<Str>) -> Self {
        Self::failure(400, reason::BAD_REQUEST, message)
    }

    /// 401; an empty message becomes `not authorized`.
    pub fn unauthorized(message: &str) -> Self {
        Self::failure(
            401,
            reason::UNAUTHORIZED,
            if message.is_empty() {
                "not authorized"
            } else {
                message
            },
        )
    }

    /// `patch is not supported on resources of kind "bindings"`
    pub fn method_not_supported(resource: &GroupResource, action: &str) -> Self {
        let message = eco_format!(
            "{action} is not supported on resources of kind {}",
            quote(&eco_format!("{resource}"))
        );
        Self::failure(405, reason::METHOD_NOT_ALLOWED, message).about(
            &resource.group,
            &resource.resource,
            "",
        )
    }

    /// `the server does not allow this method on the requested resource`
    pub fn method_not_allowed() -> Self {
        let message = "the server does not allow this method on the requested resource";
        Self {
            details: Some(Default::default()),
            ..Self::failure(405, reason::METHOD_NOT_ALLOWED, message)
        }
    }

    /// `the server could not find the requested resource`: the path names nothing the server knows.
    pub fn no_such_resource() -> Self {
        let message = "the server could not find the requested resource";
        Self {
            details: Some(Default::default()),
            ..Self::failure(404, reason::NOT_FOUND, message)
        }
    }

    /// 406
    pub fn not_acceptable(message: impl Into<Str>) -> Self {
        Self::failure(406, reason::NOT_ACCEPTABLE, message)
    }

    /// 415
    pub fn unsupported_media_type(message: impl Into<Str>) -> Self {
        Self::failure(415, reason::UNSUPPORTED_MEDIA_TYPE, message)
    }

    /// `Request entity too large: …`
    pub fn request_entity_too_large(message: &str) -> Self {
        Self::failure(
            413,
            reason::REQUEST_ENTITY_TOO_LARGE,
            eco_format!("Request entity too large: {message}"),
        )
    }

    /// 410 with reason `Gone`.
    pub fn gone(message: impl Into<Str>) -> Self {
        Self::failure(410, reason::GONE, message)
    }

    /// 410 with reason `Expired`: the resource version or the continue token is too old.
    pub fn expired(message: impl Into<Str>) -> Self {
        Self::failure(410, reason::EXPIRED, message)
    }

    /// 429, as an eviction that a disruption budget refuses.
    pub fn too_many_requests(message: impl Into<Str>, retry_after_seconds: i32) -> Self {
        Self {
            details: Some(Default::default()),
            ..Self::failure(429, reason::TOO_MANY_REQUESTS, message)
        }
        .retry_after(retry_after_seconds)
    }

    /// 503
    pub fn service_unavailable(message: impl Into<Str>) -> Self {
        Self::failure(503, reason::SERVICE_UNAVAILABLE, message)
    }

    /// `The create operation against pods could not be completed at this time, please try again.`
    pub fn server_timeout(
        resource: &GroupResource,
        operation: &str,
        retry_after_seconds: i32,
    ) -> Self {
        let message = eco_format!(
            "The {operation} operation against {resource} could not be completed at this time, please try again."
        );
        Self::failure(500, reason::SERVER_TIMEOUT, message)
            .about(&resource.group, &resource.resource, operation)
            .retry_after(retry_after_seconds)
    }

    /// `Timeout: …`
    pub fn timeout(message: &str, retry_after_seconds: i32) -> Self {
        Self {
            details: Some(Default::default()),
            ..Self::failure(504, reason::TIMEOUT, eco_format!("Timeout: {message}"))
        }
        .retry_after(retry_after_seconds)
    }

    /// `Internal error occurred: …`
    pub fn internal_error(error: &str) -> Self {
        let cause = StatusCause {
            message: error.into(),
            ..Default::default()
        };
        Self {
            details: Some(
                StatusDetails {
                    causes: vec![cause],
                    ..Default::default()
                }
                .into(),
            ),
            ..Self::failure(
                500,
                reason::INTERNAL_ERROR,
                eco_format!("Internal error occurred: {error}"),
            )
        }
    }

    fn retry_after(mut self, seconds: i32) -> Self {
        self.details.get_or_insert_default().retry_after_seconds = seconds;
        self
    }

    /// Whether the reason is `reason`.
    pub fn is(&self, reason: &str) -> bool {
        self.reason == reason
    }

    /// Whether something was not there.
    pub fn is_not_found(&self) -> bool {
        self.is(reason::NOT_FOUND)
    }

    /// Whether the name was taken.
    pub fn is_already_exists(&self) -> bool {
        self.is(reason::ALREADY_EXISTS)
    }

    /// Whether the object changed meanwhile.
    pub fn is_conflict(&self) -> bool {
        self.is(reason::CONFLICT)
    }

    /// Whether validation refused the object.
    pub fn is_invalid(&self) -> bool {
        self.is(reason::INVALID)
    }

    /// Whether the caller may not do this.
    pub fn is_forbidden(&self) -> bool {
        self.is(reason::FORBIDDEN)
    }

    /// Whether a watch or a list has to start over.
    pub fn is_expired(&self) -> bool {
        self.is(reason::EXPIRED) || self.is(reason::GONE)
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Status {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::field::{Error, Path};

    #[test]
    fn texts() {
        let pods = GroupResource::new("", "pods");
        assert_eq!(
            Status::not_found(&pods, "x").to_string(),
            r#"pods "x" not found"#
        );
        assert_eq!(
            Status::stale(&GroupResource::new("apps", "deployments"), "web").to_string(),
            r#"Operation cannot be fulfilled on deployments.apps "web": the object has been modified; please apply your changes to the latest version and try again"#
        );
        let mut errors = ErrorList::new();
        errors.push(Error::required(&Path::new("spec").child("containers"), ""));
        let status = Status::invalid(&GroupKind::new("", "Pod"), "web", &errors);
        assert_eq!(
            status.to_string(),
            r#"Pod "web" is invalid: spec.containers: Required value"#
        );
        assert_eq!(
            crate::codec::to_json(&status),
            concat!(
                r#"{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","#,
                r#""message":"Pod \"web\" is invalid: spec.containers: Required value","reason":"Invalid","#,
                r#""details":{"name":"web","kind":"Pod","causes":[{"reason":"FieldValueRequired","#,
                r#""message":"Required value","field":"spec.containers"}]},"code":422}"#
            )
        );
    }

    #[test]
    fn is_small_enough_to_return() {
        assert!(size_of::<Status>() <= 96);
    }
}
