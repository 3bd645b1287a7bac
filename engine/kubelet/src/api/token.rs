//! The token that a pod's processes show to the API server: a JSON web token, as readable as a real one.
//!
//! Its signature is made up: nothing checks it, and nothing outside the cluster could.

use std::rc::Rc;

use apimachinery::{Str, Value};

/// A token, whose text is made when somebody looks: hardly any ever is read. It is always the same.
pub type Token = Rc<dyn Fn() -> String>;

/// Name and UID.
pub(super) type Named = (Str, Str);

/// What a token says.
pub(super) struct Claims {
    pub(super) namespace: Str,
    pub(super) pod: Named,
    pub(super) account: Named,
    /// Of the pod.
    pub(super) node: Named,
    /// For whom it is; empty for the API server.
    pub(super) audience: Str,
    pub(super) issued_at: i64,
    pub(super) lifetime: i64,
}

/// Seconds that the tokens live which every pod gets: a number by which they are known.
const DEFAULT_LIFETIME: i64 = 3607;
/// And how long they are in truth.
const EXTENDED_LIFETIME: i64 = 365 * 24 * 3600;
const ISSUER: &str = "https://kubernetes.default.svc.cluster.local";

/// Header, claims and signature, each in base64, joined by dots.
pub(super) fn service_account_token(claims: &Claims) -> String {
    let named = |(name, uid): &Named| {
        object([("name", name.as_str().into()), ("uid", uid.as_str().into())])
    };
    let audience = match claims.audience.as_str() {
        "" => ISSUER,
        audience => audience,
    };
    // Tokens that every pod gets outlive their time, with a warning, for clients that do not read them anew.
    let extended = claims.audience.is_empty() && claims.lifetime == DEFAULT_LIFETIME;
    let lifetime = if extended {
        EXTENDED_LIFETIME
    } else {
        claims.lifetime
    };
    let mut kubernetes = vec![
        ("namespace", claims.namespace.as_str().into()),
        ("node", named(&claims.node)),
        ("pod", named(&claims.pod)),
        ("serviceaccount", named(&claims.account)),
    ];
    if extended {
        let warn_after = claims.issued_at + claims.lifetime;
        kubernetes.push(("warnafter", warn_after.into()));
    }
    let kubernetes = object(kubernetes);
    let id = format!("{}/{}/{}", claims.pod.1, claims.issued_at, claims.audience);
    let id = sim::Rng::new(0, &id).uuid();
    let subject = format!(
        "system:serviceaccount:{}:{}",
        claims.namespace, claims.account.0
    );
    let payload = object([
        ("aud", Value::Array(vec![audience.into()])),
        ("exp", (claims.issued_at + lifetime).into()),
        ("iat", claims.issued_at.into()),
        ("iss", ISSUER.into()),
        ("jti", id.as_str().into()),
        ("kubernetes.io", kubernetes),
        ("nbf", claims.issued_at.into()),
        ("sub", subject.into()),
    ]);
    let header = object([("alg", "RS256".into()), ("kid", "playground".into())]);
    let signed = format!(
        "{}.{}",
        encode(&header.to_string()),
        encode(&payload.to_string())
    );
    let mut signature = sim::Rng::new(0, &signed);
    format!("{signed}.{}", encode(&signature.hex(64)))
}

fn object<'a>(entries: impl IntoIterator<Item = (&'a str, Value)>) -> Value {
    let entries = entries.into_iter();
    Value::Object(
        entries
            .map(|(key, value)| (key.to_owned(), value))
            .collect(),
    )
}

/// Base64 for URLs, without padding.
fn encode(text: &str) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut out = String::with_capacity(text.len().div_ceil(3) * 4);
    for chunk in text.as_bytes().chunks(3) {
        let byte = |i: usize| u32::from(chunk.get(i).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for i in 0..=chunk.len() {
            let index = (bits >> (18 - 6 * i)) & 63;
            out.push(char::from(ALPHABET[index as usize]));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_for_urls() {
        for (text, expected) in [
            ("", ""),
            ("f", "Zg"),
            ("fo", "Zm8"),
            ("foo", "Zm9v"),
            ("??>", "Pz8-"),
        ] {
            assert_eq!(encode(text), expected);
        }
    }
}
