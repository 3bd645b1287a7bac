//! Virtual time for the whole cluster.
//!
//! Everything that happens in a Tabernetes cluster happens on one [`Sim`]: a clock that only moves when there is
//! nothing left to do at the present instant, a queue of timers ordered by `(due, seq)`, seeded randomness, and a
//! trace that remembers which event caused which.
//!
//! ```text
//!             spawn / wake                      nothing ready
//!   tasks ────────────────► ready queue (FIFO) ───────────────► earliest timer (due, seq)
//!     ▲                         │ poll                                │ clock jumps to `due`
//!     └─────────────────────────┘◄────────────────────────────────────┘ wake its task
//! ```
//!
//! Components (controllers, scheduler, kubelets) are tasks whose logic is synchronous: they sleep until something
//! wakes them, look at the state of the world, act, and sleep again. Programs inside containers and in the
//! learner's shell are ordinary `async fn`s. Neither ever polls: an idle cluster costs nothing, and skipping an hour
//! costs as much as the events in that hour.
//!
//! What makes it deterministic: one thread; first-in-first-out wake-ups; ties between timers broken by the order in
//! which they were set; randomness only from [`Sim::rng`]; ordered maps. The same seed and the same input give the
//! same trace, byte for byte, natively and in Wasm, at any speed.
//!
//! Not here: wall-clock time (the embedder decides how far to run), threads, I/O, anything of Kubernetes.

mod executor;
mod notify;
mod rng;
mod time;
mod timer;
mod trace;

pub use executor::{Progress, Sim, TaskHandle, TaskId};
pub use futures_channel::{mpsc, oneshot};
pub use notify::{Notified, Notify};
pub use rng::Rng;
pub use time::Time;
pub use timer::Sleep;
pub use trace::{Link, LinkId, Trace};

/// Re-exported future combinators, so that every crate of the engine uses the same ones.
///
/// `select_biased!` and [`futures_util::future::select`] look at their arms in order; never use the unbiased
/// `select!`, which draws random numbers of its own.
pub use futures_util;
