//! Processor time: what makes even an empty loop move the virtual clock.
//!
//! Every system call and every command a shell runs costs some. The price rises with what the process has used up
//! already, so that a script of a few thousand commands is over in no time, while a loop that spins for an hour of
//! virtual time costs its host thousands of steps and not hundreds of millions.

use std::time::Duration;

/// A process sleeps its time off in portions of this length.
pub(crate) const PORTION: Duration = Duration::from_millis(1);
/// The dearest a unit of work can get, in units of its first price.
const MAX_FACTOR: u32 = 100;
/// The price doubles for every this much that was used.
const GROWTH: Duration = Duration::from_millis(400);

/// What work of `cost` is charged to a process that has used `used` so far.
pub(crate) fn price(cost: Duration, used: Duration) -> Duration {
    let factor = 1 + u32::try_from(used.as_micros() / GROWTH.as_micros()).unwrap_or(MAX_FACTOR);
    cost * factor.min(MAX_FACTOR)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_hour_of_spinning_is_cheap_for_the_host() {
        let cost = Duration::from_micros(20);
        let mut used = Duration::ZERO;
        let mut steps = 0_u64;
        while used < Duration::from_secs(3600) {
            used += price(cost, used);
            steps += 1;
        }
        assert!(steps < 2_000_000, "{steps}");
        let mut used = Duration::ZERO;
        for _ in 0..10_000 {
            used += price(cost, used);
        }
        assert!(used < Duration::from_secs(1), "{used:?}");
    }
}
