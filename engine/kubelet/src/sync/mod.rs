//! The three steps of a pod's life on a node (upstream's `SyncPod`, `SyncTerminatingPod`, `SyncTerminatedPod`).

mod pod;
mod terminated;
mod terminating;

use sim::Time;

/// What came of a step that went well.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Synced {
    /// All containers have ended and none will be started again.
    pub(crate) terminal: bool,
    /// Something was done about containers.
    pub(crate) acted: bool,
}

/// Why a step did not come to its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum SyncError {
    /// It was told to give up, because something more important came.
    Canceled,
    /// A container or an image has to wait until then.
    Backoff(Time),
    /// Something else; it was said in an event.
    Failed,
}
