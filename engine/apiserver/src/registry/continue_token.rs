//! The `continue` token of paged lists: which revision, and after which key. Clients treat it as opaque.

use apimachinery::codec::json;
use apimachinery::{Status, Str, Value};
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use base64::{DecodeError, Engine as _};

use crate::storage::{Key, Revision};

const VERSION: &str = "meta.k8s.io/v1";

/// A token, taken apart.
pub(super) struct Token {
    /// The revision that the first page was of; `None` for "whatever is now".
    pub revision: Option<Revision>,
    /// The last key that was served.
    pub after: Key,
}

/// The token's text.
pub(super) fn encode(token: &Token) -> Str {
    let value = serde_json::json!({
        "v": VERSION,
        "rv": token.revision.map_or(-1, |revision| i64::try_from(revision.0).unwrap_or(-1)),
        "start": format!("{}/{}\u{0}", token.after.namespace, token.after.name),
    });
    URL_SAFE_NO_PAD.encode(value.to_string()).into()
}

/// Reads a token.
///
/// # Errors
/// When somebody made it up.
pub(super) fn decode(text: &str) -> Result<Token, Status> {
    let invalid = |why: &str| Status::bad_request(format!("continue key is not valid: {why}"));
    let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|error| {
        let at = match error {
            DecodeError::InvalidByte(at, _) | DecodeError::InvalidLastSymbol(at, _) => at,
            DecodeError::InvalidLength(at) => at,
            DecodeError::InvalidPadding => text.len(),
        };
        invalid(&format!("illegal base64 data at input byte {at}"))
    })?;
    let value: Value =
        json::parse(&String::from_utf8_lossy(&bytes)).map_err(|error| invalid(&error.message))?;
    if value["v"] != VERSION {
        return Err(invalid(&format!(
            "server does not recognize this encoded version {}",
            value["v"]
        )));
    }
    let start = value["start"].as_str().unwrap_or_default();
    let (namespace, name) = start
        .trim_end_matches('\u{0}')
        .split_once('/')
        .ok_or_else(|| invalid("encoded start key is not valid"))?;
    let revision = match value["rv"].as_i64() {
        Some(-1) => None,
        Some(number) if number > 0 => u64::try_from(number).ok().map(Revision),
        _ => {
            return Err(invalid(
                "incorrect encoded start resourceVersion (version meta.k8s.io/v1)",
            ));
        }
    };
    Ok(Token {
        revision,
        after: Key::new(namespace, name),
    })
}

/// The revision of the token is no longer there; the answer holds a token that goes on without it.
pub(super) fn expired(token: &Token) -> Status {
    let mut status = Status::expired(
        "The provided continue parameter is too old to display a consistent list result. You can start a new list without \
         the continue parameter, or use the continue token in this response to retrieve the remainder of the results. \
         Continuing with the provided token results in an inconsistent list - objects that were created, modified, or \
         deleted between the time the first chunk was returned and now may show up in the list.",
    );
    status.metadata.continue_ = encode(&Token {
        revision: None,
        after: token.after.clone(),
    });
    status
}
