//! From the simulation's time to the API's.

use apimachinery::{MicroTime, Time};

/// To the second, as most of the API has it.
pub(crate) fn api_time(at: sim::Time) -> Time {
    Time::from_unix_micros(at.as_micros())
}

/// To the microsecond, as leases have it.
pub(crate) fn api_micro_time(at: sim::Time) -> MicroTime {
    MicroTime::from_unix_micros(at.as_micros())
}
