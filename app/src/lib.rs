//! The page: draws the cluster and talks to the engine's worker.
//!
//! - [`app`]: the page as a whole.
//! - [`bridge`]: the one way to the engine.
//! - [`late`]: what comes after the first view.
//! - `lessons`: lessons on their way from the site to the engine.
//! - `pending`: what has changed in the cluster, in portions.
//! - `tutor`: what a learner does with lessons beside reading them.
//! - [`state`]: what the page knows, in signals.
//! - [`components`]: what is on it.
//! - [`interop`]: the one way to JavaScript.
//!
//! A library, so that tests in a browser can mount its components; `main.rs` only starts it. It knows nothing of
//! Kubernetes but what the read model in `view` says.

#![allow(
    clippy::redundant_closure,
    reason = "`view!` shares one copy of its machinery among closures, but has to see that they are some"
)]

pub mod app;
pub mod bridge;
pub mod components;
pub mod interop;
pub mod late;
mod lessons;
mod pending;
pub mod state;
mod tutor;

pub use app::Page;
