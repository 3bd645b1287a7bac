//! Lexer and parser of the shell language: from text to [`ast`].
//!
//! Hand-written, by recursive descent over the characters, because a shell's tokens depend on where they stand (an
//! alias, a pattern after `=~`, a here-document). It parses one complete command at a time, as bash does: what comes
//! before a syntax error has already run. Nesting is bounded, no input can make it panic.

pub mod ast;
mod command;
mod compound;
mod cond;
mod error;
mod lexer;
mod param;
pub mod print;
mod word;

pub use error::{SyntaxError, SyntaxErrorKind};
pub use lexer::{Aliases, Parser};
pub(crate) use word::literal_word;

#[cfg(test)]
mod tests;
