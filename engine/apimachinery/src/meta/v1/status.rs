//! `Status`: how the API reports errors (constructors are in [`crate::errors`]).

use super::ListMeta;
use crate::{Shared, Str};

crate::api_struct! {
    /// The outcome of a request that returns no object. It is the error type of every API call.
    pub struct Status("v1.Status", kind "v1" "Status") {
        metadata: Shared<ListMeta> = "metadata" omitempty,
        status: Str = "status" omitempty,
        message: Str = "message" omitempty,
        reason: Str = "reason" omitempty go("v1.StatusReason"),
        details: Option<Shared<StatusDetails>> = "details" omitempty,
        code: i32 = "code" omitempty,
    }

    /// What a [`Status`] is about.
    pub struct StatusDetails("v1.StatusDetails") {
        name: Str = "name" omitempty,
        group: Str = "group" omitempty,
        kind: Str = "kind" omitempty,
        uid: Str = "uid" omitempty go("types.UID"),
        causes: Vec<StatusCause> = "causes" omitempty,
        retry_after_seconds: i32 = "retryAfterSeconds" omitempty,
    }

    /// One reason for a [`Status`].
    pub struct StatusCause("v1.StatusCause") {
        type_: Str = "reason" omitempty go("v1.CauseType"),
        message: Str = "message" omitempty,
        field: Str = "field" omitempty,
    }
}
