//! Resource versions: what a client may ask for when it lists or watches, and the texts when it asks for nonsense.

use ecow::eco_format;

use crate::Str;
use crate::meta::v1::ListOptions;

/// The state a list or watch starts from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    /// The newest state (`resourceVersion` unset).
    MostRecent,
    /// Any state (`resourceVersion=0`).
    Any,
    /// A state at least this new.
    NotOlderThan(u64),
    /// Exactly this state.
    Exact(u64),
}

/// Reads a resource version; empty is 0.
///
/// # Errors
/// Go's text for text that is no number.
pub fn parse(text: &str) -> Result<u64, Str> {
    if text.is_empty() {
        return Ok(0);
    }
    text.parse().map_err(|_| {
        eco_format!(
            "strconv.ParseUint: parsing {}: invalid syntax",
            crate::gotext::quote(text)
        )
    })
}

impl Start {
    /// What list options ask for.
    ///
    /// # Errors
    /// Go's text for a version that is no number.
    pub fn of_list(options: &ListOptions) -> Result<Self, Str> {
        let version = parse(&options.resource_version)?;
        Ok(match options.resource_version_match.as_str() {
            "Exact" => Self::Exact(version),
            _ if options.resource_version.is_empty() => Self::MostRecent,
            _ if version == 0 => Self::Any,
            // Before resourceVersionMatch existed, a limit made the version exact.
            "" if options.limit > 0 => Self::Exact(version),
            _ => Self::NotOlderThan(version),
        })
    }
}
