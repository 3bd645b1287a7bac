//! `/.well-known/openid-configuration` and `/openid/v1/jwks`: who issues the tokens of service accounts, and with which keys
//! they can be checked. Kubernetes' room for this is `pkg/serviceaccount/openidmetadata.go`.
//!
//! Not here: keys. Tokens of this server carry a signature that only it can check (see [`crate::tokens`]), so the set of keys
//! is empty: whoever checks tokens by themselves is told that there is nothing to check them with.

use serde_json::json;

use crate::handler::Response;
use crate::tokens::ISSUER;

/// Where the document is.
pub(super) const CONFIGURATION: &str = "/.well-known/openid-configuration";
/// Where the keys are.
pub(super) const KEYS: &str = "/openid/v1/jwks";

/// The document.
pub(super) fn configuration() -> Response {
    let document = json!({
        "issuer": ISSUER,
        "jwks_uri": format!("https://127.0.0.1:6443{KEYS}"),
        "response_types_supported": ["id_token"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
    });
    Response::text(document.to_string())
}

/// The keys.
pub(super) fn keys() -> Response {
    Response::text(json!({ "keys": [] }).to_string())
}
