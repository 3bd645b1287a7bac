//! What the worker needs from a cluster in order to drive it.
//!
//! The engine has no clock of its own: the worker's pacer turns real time into virtual time, and says how far to go.
//! A slice of work is bounded, so that keys and clicks are never kept waiting. `cluster`'s façade implements this.

use crate::{FromEngine, Time, ToEngine};

/// A cluster with its shell, as the worker sees it.
pub trait Engine {
    /// Takes a message of the page, at the present virtual time. Never waits; what follows from it happens in
    /// [`advance`](Engine::advance). Messages the pacer handles are ignored.
    fn handle(&mut self, message: ToEngine);

    /// Virtual time.
    fn now(&self) -> Time;

    /// When something is next due. `Some(t)` with `t <= now()` means there is work to do at once.
    fn next_due(&self) -> Option<Time>;

    /// Runs what is due until `until`, or until `steps` steps are done, whichever is first. Having reached `until`,
    /// [`now`](Engine::now) is `until`.
    fn advance(&mut self, until: Time, steps: u32) -> Advance;

    /// What there is to say since the last call: coalesced, in order. The first call after a
    /// [`ToEngine::Boot`] begins with [`FromEngine::Ready`] once the cluster is up.
    fn drain(&mut self) -> Vec<FromEngine>;
}

/// How far a slice of work came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Advance {
    /// Everything due until then is done.
    Reached,
    /// The steps were used up before.
    Spent,
}
