//! Processor time: what makes even an empty loop move the virtual clock.
//!
//! Every system call and every command a shell runs costs some. The price rises with what the process has used up
//! while it was busy, so that a script of a few thousand commands is over in no time, while a loop that spins for an hour of
//! virtual time costs its host thousands of steps and not hundreds of millions.

use std::time::Duration;

use sim::Time;

/// A process sleeps its time off in portions of this length.
pub(crate) const PORTION: Duration = Duration::from_millis(1);
/// The dearest a unit of work can get, in units of its first price.
const MAX_FACTOR: u32 = 100;
/// The price doubles for every this much that was used.
const GROWTH: Duration = Duration::from_millis(400);

/// Long work is done in portions of this length.
pub(crate) const SLICE: Duration = Duration::from_millis(100);
/// A machine with a share of the processors may run ahead of it by what it gets in this time (a CFS period).
const PERIOD: Duration = Duration::from_millis(100);
/// Who has rested for this long, and for far longer than it was busy, begins anew at the first price.
const REST: Duration = Duration::from_millis(5);

/// Since when a process is busy and how much it used from then on, now.
pub(crate) fn busy((since, used): (Time, Duration), now: Time) -> (Time, Duration) {
    let idle = (now - since).saturating_sub(used);
    if idle > REST && idle > used * 4 {
        (now, Duration::ZERO)
    } else {
        (since, used)
    }
}

/// A share of the processors, used up from time to time.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Quota {
    /// In thousandths of a processor; 0 for no bound.
    pub(crate) milli: u32,
    /// Until when what was used would take at that rate.
    pub(crate) until: Time,
}

impl Quota {
    /// How long work takes.
    pub(crate) fn spend(&mut self, work: Duration, now: Time) -> Duration {
        if self.milli == 0 {
            return work;
        }
        let from = self.until.max(now - PERIOD);
        self.until = from + work * 1000 / self.milli;
        work.max(self.until - now)
    }
}

/// What work of `cost` is charged to a process that has used `used` so far.
pub(crate) fn price(cost: Duration, used: Duration) -> Duration {
    let factor = 1 + u32::try_from(used.as_micros() / GROWTH.as_micros()).unwrap_or(MAX_FACTOR);
    cost * factor.min(MAX_FACTOR)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_a_processor_does_half_the_work() {
        let mut quota = Quota {
            milli: 500,
            ..Quota::default()
        };
        let (begin, work) = (Time::from_secs(1000), Duration::from_millis(30));
        let mut now = begin;
        assert_eq!(quota.spend(work, now), work, "a burst is allowed");
        now += work;
        for _ in 1..1000 {
            now += quota.spend(work, now);
        }
        let took = (now - begin).as_secs_f64();
        assert!((59.8..60.1).contains(&took), "{took}");
    }

    #[test]
    fn who_rests_begins_anew() {
        let busy_for = Duration::from_millis(700);
        let from = Time::from_secs(1000);
        let working = busy((from, busy_for), from + busy_for);
        assert_eq!(working, (from, busy_for));
        let later = from + Duration::from_secs(60);
        assert_eq!(busy((from, busy_for), later), (later, Duration::ZERO));
    }

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
