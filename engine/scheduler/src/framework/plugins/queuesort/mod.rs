//! `PrioritySort`: the more important pod first, then the one that has waited longer.

use std::cmp::Reverse;

use sim::Time;

/// Where a pod stands in the queue; the smallest goes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rank {
    priority: Reverse<i32>,
    since: Time,
    /// Tells pods apart that came at the same instant: first come, first served.
    seq: u64,
}

impl Rank {
    /// The rank of a pod of that priority that has been in the queue since then.
    pub fn new(priority: i32, since: Time, seq: u64) -> Self {
        Self {
            priority: Reverse(priority),
            since,
            seq,
        }
    }
}
