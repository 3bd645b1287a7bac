//! The shell's files as the editor sees them.
//!
//! Files live in the shell's virtual file system. The page shows the list of the home folder's text files, asks for a
//! file's text when it opens one and sends the text back on saving. A program in the shell (`edit`, `vi`,
//! `kubectl edit`) can ask the page to open one.

use serde::{Deserialize, Serialize};

/// A file in the home folder or below it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileEntry {
    /// Absolute path.
    pub path: String,
    /// Size in bytes.
    pub bytes: u64,
    /// Changes with every write, so that an open editor knows that its text is old.
    pub version: u64,
}

/// A program asks for a file to be edited.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct EditRequest {
    /// Absolute path of the file.
    pub path: String,
    /// Its text; empty when it does not exist yet.
    pub text: String,
    /// Line to go to, from 1.
    pub line: u32,
    /// Set when a program waits for the end of the editing (as `kubectl edit` does): to be named in
    /// [`ToEngine::EditDone`](crate::ToEngine::EditDone).
    pub waiting: Option<u32>,
}

/// What is wrong in a text, found while it is being written.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckedFile {
    /// The file's path.
    pub path: String,
    /// The number the page gave this state of the text.
    pub version: u32,
    /// What is wrong, in the text's order; empty when nothing is.
    pub diagnostics: Vec<Diagnostic>,
}

/// A mark on a place in a text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Diagnostic {
    /// First line, from 1.
    pub line: u32,
    /// First column, from 1.
    pub column: u32,
    /// Last line.
    pub end_line: u32,
    /// Column after the last one; 0 for the line's end.
    pub end_column: u32,
    /// How bad it is.
    pub severity: Severity,
    /// What kubectl or the API server would say.
    pub message: String,
}

/// How bad a diagnostic is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Severity {
    /// It would be refused.
    #[default]
    Error,
    /// It would be accepted with a warning.
    Warning,
}
