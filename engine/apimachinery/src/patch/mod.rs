//! Patches: JSON patch, merge patch, strategic merge patch, and the three-way patches of client-side apply.
//!
//! All work on untyped values; the strategic ones are told a struct's table for the merge keys. Server-side apply is no
//! patch in this sense; it is in [`crate::managed_fields`].
//!
//! | function | RFC or upstream package |
//! |---|---|
//! | [`json_patch::apply`] | RFC 6902, as `evanphx/json-patch` |
//! | [`merge::apply`], [`merge::create`] | RFC 7386, as `evanphx/json-patch` |
//! | [`strategic::apply`], [`strategic::create`] | `util/strategicpatch` |
//! | [`three_way::strategic`], [`three_way::merge`] | `strategicpatch.CreateThreeWayMergePatch`, `util/jsonmergepatch` |

pub mod json_patch;
pub mod merge;
pub mod strategic;
pub mod three_way;

use std::fmt;

use crate::{Status, Str};

/// Why a patch cannot be made or applied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Error {
    /// The patch is malformed (400).
    BadPatch(Str),
    /// The patch does not fit the object (422, without the reason being told).
    Unprocessable(Str),
    /// The change collides with another one.
    Conflict(Str),
    /// Anything else (500).
    Other(Str),
}

impl Error {
    /// The text.
    pub fn text(&self) -> &Str {
        let (Self::BadPatch(text)
        | Self::Unprocessable(text)
        | Self::Conflict(text)
        | Self::Other(text)) = self;
        text
    }

    /// What the server answers.
    pub fn to_status(&self) -> Status {
        match self {
            Self::BadPatch(text) => Status::bad_request(text.clone()),
            Self::Unprocessable(_) => Status {
                details: Some(Default::default()),
                ..Status::failure(
                    422,
                    crate::errors::reason::INVALID,
                    "the server rejected our request due to an error in our request",
                )
            },
            // The handler wraps what is no status error by hand, without naming it internal.
            Self::Conflict(text) | Self::Other(text) => Status::failure(500, "", text.clone()),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text())
    }
}

impl std::error::Error for Error {}
