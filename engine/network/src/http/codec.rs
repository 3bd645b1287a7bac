//! The bytes of a message: a head of lines, an empty line, a body.

use crate::Stream;
use crate::http::Headers;

/// A head longer than this is refused.
const HEAD_LIMIT: usize = 64 * 1024;
/// A body is read no further than this.
const BODY_LIMIT: usize = 16 * 1024 * 1024;

/// The first line, the fields, and the bytes that came after them.
pub(super) struct Head {
    pub(super) first_line: String,
    pub(super) headers: Headers,
    rest: Vec<u8>,
}

/// What came instead of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Malformed {
    /// The connection ended before the head did; nothing at all was sent if `empty`.
    Ended { empty: bool },
    /// The head is not one.
    Head,
}

/// Reads a head.
pub(super) async fn read_head(stream: &mut Stream) -> Result<Head, Malformed> {
    let mut bytes = Vec::new();
    let end = loop {
        if let Some(end) = find(&bytes, b"\r\n\r\n") {
            break end;
        }
        if bytes.len() > HEAD_LIMIT {
            return Err(Malformed::Head);
        }
        let chunk = stream.read().await;
        if chunk.is_empty() {
            let empty = bytes.is_empty();
            return Err(Malformed::Ended { empty });
        }
        bytes.extend(chunk);
    };
    let rest = bytes.split_off(end + 4);
    let text = String::from_utf8(bytes).map_err(|_| Malformed::Head)?;
    let mut lines = text.trim_end().split("\r\n");
    let first_line = lines.next().unwrap_or_default().to_owned();
    let mut headers = Headers::default();
    for line in lines {
        let (name, value) = line.split_once(':').ok_or(Malformed::Head)?;
        headers.push(name, value.trim());
    }
    Ok(Head {
        first_line,
        headers,
        rest,
    })
}

/// Reads the body that goes with a head. Without a length it lasts to the end of the stream if `to_end`, else it is
/// empty.
pub(super) async fn read_body(stream: &mut Stream, head: &mut Head, to_end: bool) -> Vec<u8> {
    let mut body = std::mem::take(&mut head.rest);
    if head
        .headers
        .get("Transfer-Encoding")
        .is_some_and(|coding| coding.eq_ignore_ascii_case("chunked"))
    {
        return read_chunks(stream, body).await;
    }
    let length = head
        .headers
        .get("Content-Length")
        .and_then(|length| length.parse::<usize>().ok());
    let wanted = match (length, to_end) {
        (Some(length), _) => length.min(BODY_LIMIT),
        (None, true) => BODY_LIMIT,
        (None, false) => return Vec::new(),
    };
    while body.len() < wanted {
        let chunk = stream.read().await;
        if chunk.is_empty() {
            break;
        }
        body.extend(chunk);
    }
    body.truncate(wanted);
    body
}

/// Reads a body that is sent in chunks, each with its length in hexadecimal digits before it.
async fn read_chunks(stream: &mut Stream, mut bytes: Vec<u8>) -> Vec<u8> {
    let mut body = Vec::new();
    while body.len() < BODY_LIMIT {
        let Some(end) = find(&bytes, b"\r\n") else {
            let chunk = stream.read().await;
            if chunk.is_empty() || bytes.len() > HEAD_LIMIT {
                break;
            }
            bytes.extend(chunk);
            continue;
        };
        let size = std::str::from_utf8(&bytes[..end])
            .ok()
            .and_then(|digits| usize::from_str_radix(digits.trim(), 16).ok())
            .filter(|size| *size > 0 && *size <= BODY_LIMIT);
        let Some(size) = size else { break };
        while bytes.len() < end + 2 + size + 2 {
            let chunk = stream.read().await;
            if chunk.is_empty() {
                return body;
            }
            bytes.extend(chunk);
        }
        body.extend_from_slice(&bytes[end + 2..end + 2 + size]);
        bytes.drain(..end + 2 + size + 2);
    }
    body
}

/// The bytes of a message whose first line is `first_line`.
pub(super) fn encode(first_line: &str, headers: &Headers, body: &[u8]) -> Vec<u8> {
    let mut bytes = format!("{first_line}\r\n").into_bytes();
    for (name, value) in headers.iter() {
        bytes.extend(format!("{name}: {value}\r\n").bytes());
    }
    bytes.extend(b"\r\n");
    bytes.extend(body);
    bytes
}

fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack
        .windows(needle.len())
        .position(|window| window == needle)
}
