//! Our kubectl and the real one, side by side: the same command lines, ours in the in-process shell, the real one in a
//! real bash against `tabernetes serve --step`, both clusters of the same seed and at the same virtual time.
//!
//! ```text
//!   tests/differential/<group>.txt ── plan ──┬── ours (Cluster) ───────────┐
//!                                            └── real (serve, bash, kubectl)┴── compare ── report, misses.txt
//! ```
//!
//! Not here: what is compared with recordings of a real cluster ([`crate::transcript`]).

mod compare;
mod misses;
mod ours;
mod plan;
mod real;

pub use compare::{Difference, compare};
pub use misses::Misses;
pub use ours::play as play_ours;
pub use plan::{Group, Step, groups};
pub use real::{Real, play as play_real};

/// What came of one command.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Done {
    /// What it printed.
    pub stdout: String,
    /// What it complained.
    pub stderr: String,
    /// Its exit code.
    pub exit: i32,
}
