//! YAML as kubectl reads and writes it (upstream's `sigs.k8s.io/yaml` over go-yaml, and `util/yaml`).
//!
//! - [`parse`]: one document to a [`Value`], with YAML 1.1's rules for plain scalars (`Y` is a boolean, `014` is twelve,
//!   a date stays text) and go-yaml's error texts and line numbers. A repeated key wins silently, as it does in kubectl;
//!   [`parse_strict`] refuses it, as the server does.
//! - [`documents`]: splits a stream at `---`; [`decode_stream`]: a stream of JSON or YAML documents, as `-f` takes it.
//! - [`to_yaml`]: byte for byte what kubectl's `-o yaml` prints.
//!
//! Tokens come from a port of libyaml, which is what go-yaml is, too; so its errors are the same. Depth and aliases are
//! bounded here.

mod compose;
mod decode;
mod emit;
mod quoting;
mod resolve;
mod stream;

use std::fmt;

use crate::{Str, Value};

pub use emit::to_yaml;
pub use stream::{decode_stream, documents, is_json};

/// How deep collections may nest.
pub const MAX_DEPTH: usize = 500;

/// Why text is not the YAML that was expected. Prints as go-yaml's errors do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    /// The whole text: `yaml: line 3: mapping values are not allowed in this context`.
    pub message: Str,
    /// Where the mistake is, counted from 1, for editors; the line in `message` is sometimes one less, as go-yaml's is.
    pub position: Option<(usize, usize)>,
}

impl Error {
    fn new(text: impl fmt::Display) -> Self {
        Self {
            message: ecow::eco_format!("yaml: {text}"),
            position: None,
        }
    }

    /// The text with the words that `sigs.k8s.io/yaml` puts in front.
    pub fn converting(&self) -> Str {
        ecow::eco_format!("error converting YAML to JSON: {}", self.message)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}

/// Reads the first document; empty text is `null`. Of repeated keys the last one counts.
///
/// # Errors
/// go-yaml's text.
pub fn parse(text: &str) -> Result<Value, Error> {
    decode::decode(compose::compose(text)?, false)
}

/// The first document as JSON text, keys in the order in which they are written.
///
/// # Errors
/// go-yaml's text.
pub fn to_json(text: &str) -> Result<String, Error> {
    decode::to_json(compose::compose(text)?)
}

/// Reads the first document; repeated keys are errors.
///
/// # Errors
/// go-yaml's text.
pub fn parse_strict(text: &str) -> Result<Value, Error> {
    decode::decode(compose::compose(text)?, true)
}

#[cfg(test)]
mod tests;
