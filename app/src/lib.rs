//! The page: draws the cluster and talks to the engine's worker.
//!
//! A library, so that tests in a browser can mount its components; `main.rs` only starts it. It never touches the
//! engine: everything goes through the worker.

pub mod assets;
pub mod shell;

pub use shell::Page;
