//! `Bytes`: the stand-in for Go's `[]byte`, written as base64 in JSON.

use std::fmt;
use std::ops::Deref;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ecow::EcoVec;

use crate::Str;

/// A shared byte string.
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Bytes(EcoVec<u8>);

impl Bytes {
    /// The base64 text (standard alphabet, padded), as Go's JSON encoder writes `[]byte`.
    pub fn to_base64(&self) -> Str {
        STANDARD.encode(&self.0).into()
    }

    /// Reads base64 text; line breaks inside are skipped as Go does.
    ///
    /// # Errors
    /// The text of Go's `base64.CorruptInputError`.
    pub fn from_base64(text: &str) -> Result<Self, Str> {
        let clean: Vec<u8> = text
            .bytes()
            .filter(|b| !matches!(b, b'\r' | b'\n'))
            .collect();
        match STANDARD.decode(&clean) {
            Ok(bytes) => Ok(Self(bytes.as_slice().into())),
            Err(error) => {
                use base64::DecodeError as E;
                let at = match error {
                    E::InvalidByte(at, _) | E::InvalidLastSymbol(at, _) => at,
                    E::InvalidLength(len) => len / 4 * 4,
                    E::InvalidPadding => clean.len() / 4 * 4,
                };
                Err(ecow::eco_format!("illegal base64 data at input byte {at}"))
            }
        }
    }

    /// The bytes as text, when they are UTF-8.
    pub fn as_text(&self) -> Option<&str> {
        std::str::from_utf8(&self.0).ok()
    }
}

impl Deref for Bytes {
    type Target = [u8];
    fn deref(&self) -> &[u8] {
        &self.0
    }
}

impl From<&[u8]> for Bytes {
    fn from(bytes: &[u8]) -> Self {
        Self(bytes.into())
    }
}

impl From<Vec<u8>> for Bytes {
    fn from(bytes: Vec<u8>) -> Self {
        Self(bytes.as_slice().into())
    }
}

impl From<&str> for Bytes {
    fn from(text: &str) -> Self {
        Self(text.as_bytes().into())
    }
}

impl fmt::Debug for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "b64\"{}\"", self.to_base64())
    }
}
