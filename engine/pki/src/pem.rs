//! PEM: bytes as lines of base64 between two lines that name them (RFC 7468).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// Characters of a line.
const LINE: usize = 64;

/// Bytes as text.
pub fn encode(kind: &str, bytes: &[u8]) -> String {
    let text = STANDARD.encode(bytes);
    let mut out = format!("-----BEGIN {kind}-----\n");
    let mut rest = text.as_str();
    while !rest.is_empty() {
        let (line, after) = rest.split_at(rest.len().min(LINE));
        out.push_str(line);
        out.push('\n');
        rest = after;
    }
    out + &format!("-----END {kind}-----\n")
}

/// The bytes of the first block of one of these kinds.
pub fn decode(text: &str, kinds: &[&str]) -> Option<Vec<u8>> {
    let begin = |kind: &&str| text.find(&format!("-----BEGIN {kind}-----"));
    let kind = kinds
        .iter()
        .filter(|k| begin(k).is_some())
        .min_by_key(|k| begin(k))?;
    let (_, rest) = text.split_once(&format!("-----BEGIN {kind}-----"))?;
    let (body, _) = rest.split_once(&format!("-----END {kind}-----"))?;
    let body: String = body.split_whitespace().collect();
    STANDARD.decode(body).ok()
}
