//! The condition type shared by newer kinds.

use crate::{Str, Time};

crate::api_struct! {
    /// One aspect of an object's state.
    pub struct Condition("v1.Condition") {
        type_: Str = "type",
        status: Str = "status" go("v1.ConditionStatus"),
        observed_generation: i64 = "observedGeneration" omitempty,
        last_transition_time: Time = "lastTransitionTime",
        reason: Str = "reason",
        message: Str = "message",
    }
}
