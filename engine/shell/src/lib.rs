//! The shell.

mod arith;
mod escape;
mod pattern;
pub mod syntax;
mod vars;
