//! What could stand at the cursor: commands, files, variables, and what programs know of their own arguments.

use os::{Candidate, Proc};

use crate::session::Known;

/// The place where the word at the cursor begins, and what it could become.
pub(crate) fn complete(_proc: &Proc, _known: &Known, _line: &str, cursor: usize) -> (usize, Vec<Candidate>) {
    (cursor, Vec::new())
}
