//! The shell: bash and the small tools around it, on the little operating system (`os`).
//!
//! ```text
//!   text ──syntax──▶ tree ──interp──▶ processes, redirections, jobs
//!                              │
//!                              ├── expand   words: variables, $(…), arithmetic, globs
//!                              └── builtins one file each: cd, export …; ls, grep … (programs as well)
//! ```
//!
//! One implementation serves the learner's terminal, `tabernetes shell`, lesson scripts and the shells inside of
//! containers (there with the manners of busybox' ash). [`register`] puts everything into a table of programs;
//! [`Session`] is what a terminal holds.
//!
//! Its room in Kubernetes: none; it is what people type kubectl into, and what `sh -c` in a container runs.
//! Not here: kubectl, networks, and the editing of a line before Enter is pressed.

mod arith;
mod builtins;
mod complete;
mod datetime;
mod escape;
mod expand;
mod history;
mod history_expand;
mod interactive;
mod interp;
mod opts;
mod pattern;
mod program;
mod regex;
mod session;
pub mod syntax;
mod users;
mod vars;

pub use program::register;
pub use session::{Completion, Prompt, Session, Start};
