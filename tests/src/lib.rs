//! The project's judges: what a test needs to hold the emulation against recordings of a real cluster.
//!
//! - [`transcript`]: kubectl sessions, compared command by command.
//! - [`watch`]: what happens to objects, compared version by version.
//!
//! The tests themselves are in `tests/tests/`; the recordings in `tests/recordings/` and the documentation's manifests
//! in `tests/corpus/`, each with its source named.

pub mod transcript;
pub mod watch;
