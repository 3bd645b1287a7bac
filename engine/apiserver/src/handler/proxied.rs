//! Requests that the API server passes on to a pod, and what comes back: HTTP/1.1 over a connection to one of its ports.
//! Kubernetes' room for this is `k8s.io/apimachinery/pkg/util/proxy`.
//!
//! Absent: upgrades (WebSocket through the proxy), and links in HTML are not rewritten.

use apimachinery::{Status, codec};
use sim::futures_util::StreamExt;

use super::request::{Request, RequestBody};
use super::streams::Session;

/// The largest answer that is passed on.
const MAX_ANSWER: usize = 16 << 20;

/// A request on its way to a port of a pod.
pub struct Proxied {
    session: Result<Session, String>,
    request: Vec<u8>,
    host: String,
    /// The pod is spoken to by TLS, which nobody there understands.
    tls: bool,
    /// Errors are for people to read.
    indented: bool,
}

/// What the pod said.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProxiedAnswer {
    /// The HTTP status code.
    pub code: u16,
    /// `Content-Type`; may be empty.
    pub content_type: String,
    /// `Location`; may be empty.
    pub location: String,
    /// The body.
    pub body: Vec<u8>,
}

impl Proxied {
    /// The request to `path` (with its query) of whoever listens at the other end of `session`.
    /// Where there is no session, why.
    pub(super) fn new(
        session: Result<Session, String>,
        host: String,
        tls: bool,
        path: &str,
        request: &Request,
    ) -> Self {
        let mut target = escaped(path, b"/");
        for (i, (name, value)) in request.query.iter().enumerate() {
            target.push(if i == 0 { '?' } else { '&' });
            target += &escaped(name, b"");
            target.push('=');
            target += &escaped(value, b"");
        }
        let body = match &request.body {
            RequestBody::Empty => String::new(),
            RequestBody::Text(text) => text.clone(),
            RequestBody::Json(value) => value.to_string(),
        };
        let mut text = format!(
            "{} {target} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nX-Forwarded-Uri: {}\r\n",
            request.method.as_str(),
            escaped(&request.path, b"/"),
        );
        for (name, value) in [
            ("User-Agent", request.user_agent.as_str()),
            ("Accept", &request.accept),
            ("Content-Type", &request.content_type),
        ] {
            if !value.is_empty() && !value.contains(['\r', '\n']) {
                text += &format!("{name}: {value}\r\n");
            }
        }
        if !body.is_empty() {
            text += &format!("Content-Length: {}\r\n", body.len());
        }
        text += "\r\n";
        text += &body;
        Self {
            session,
            request: text.into_bytes(),
            host,
            tls,
            indented: codec::json::is_read_by_people(&request.query, &request.user_agent),
        }
    }

    /// Sends it and waits for the answer. What cannot be reached is an answer, too: 503, in upstream's words.
    pub async fn answer(mut self) -> ProxiedAnswer {
        let mut session = match self.session {
            Ok(session) => session,
            Err(why) => return unreachable(&why, self.indented),
        };
        if let Some(stdin) = &session.stdin {
            // If nobody is there to hear it, the answer will be empty.
            let _ = stdin.unbounded_send(std::mem::take(&mut self.request));
        }
        let mut heard = Vec::new();
        while heard.len() < MAX_ANSWER {
            if let Some(answer) = read(&heard, false) {
                if self.tls {
                    let why = "http: server gave HTTP response to HTTPS client";
                    return unreachable(why, self.indented);
                }
                return answer;
            }
            match session.stdout.next().await {
                Some(bytes) => heard.extend(bytes),
                None => break,
            }
        }
        if let Some(answer) = read(&heard, true) {
            return answer;
        }
        let why = match session.exit.await {
            Ok(Err(_)) => format!("dial tcp {}: connect: connection refused", self.host),
            _ => "EOF".to_owned(),
        };
        unreachable(&why, self.indented)
    }
}

/// 503, as the API server says it.
fn unreachable(why: &str, indented: bool) -> ProxiedAnswer {
    let text = format!("error trying to reach service: {why}");
    let status = codec::to_value(&Status::service_unavailable(text));
    let body = if indented {
        codec::json::wire_indented(&status)
    } else {
        codec::json::wire(&status) + "\n"
    };
    ProxiedAnswer {
        code: 503,
        content_type: "application/json".into(),
        body: body.into_bytes(),
        ..ProxiedAnswer::default()
    }
}

/// An answer, if it is all there; `over` when nothing more will come.
fn read(bytes: &[u8], over: bool) -> Option<ProxiedAnswer> {
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n")?;
    let (head, body) = bytes.split_at_checked(end)?;
    let body = body.get(4..).unwrap_or_default();
    let head = String::from_utf8_lossy(head);
    let mut lines = head.split("\r\n");
    let code = lines.next()?.split(' ').nth(1)?.parse().ok()?;
    let mut answer = ProxiedAnswer {
        code,
        ..ProxiedAnswer::default()
    };
    let (mut length, mut chunked) = (None, false);
    for (name, value) in lines.filter_map(|line| line.split_once(':')) {
        let value = value.trim();
        match name.to_ascii_lowercase().as_str() {
            "content-type" => value.clone_into(&mut answer.content_type),
            "location" => value.clone_into(&mut answer.location),
            "content-length" => length = value.parse::<usize>().ok(),
            "transfer-encoding" => chunked = value.eq_ignore_ascii_case("chunked"),
            _ => {}
        }
    }
    if chunked {
        let whole = unchunked(body);
        answer.body = whole.or_else(|| over.then(|| body.to_vec()))?;
        return Some(answer);
    }
    if matches!(code, 204 | 304) {
        length = Some(0);
    }
    match length {
        Some(length) => answer.body = body.get(..length).or(over.then_some(body))?.to_vec(),
        None if over => answer.body = body.to_vec(),
        None => return None,
    }
    Some(answer)
}

/// A body that came in chunks, if the last one is there.
fn unchunked(mut rest: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    loop {
        let end = rest.windows(2).position(|two| two == b"\r\n")?;
        let (size, after) = rest.split_at_checked(end)?;
        let size = std::str::from_utf8(size).ok()?.split(';').next()?.trim();
        let size = usize::from_str_radix(size, 16).ok()?;
        let after = after.get(2..)?;
        if size == 0 {
            return Some(out);
        }
        out.extend(after.get(..size)?);
        rest = after.get(size..)?.get(2..)?;
    }
}

/// Text as it stands in a URL.
fn escaped(text: &str, also: &[u8]) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) || also.contains(&byte) {
            out.push(char::from(byte));
        } else {
            out += &format!("%{byte:02X}");
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_answers() {
        let check = |text: &str, over: bool, wanted: Option<(u16, &str)>| {
            let got = read(text.as_bytes(), over);
            let got = got.map(|a| (a.code, String::from_utf8_lossy(&a.body).into_owned()));
            assert_eq!(
                got,
                wanted.map(|(code, body)| (code, body.to_owned())),
                "{text:?}"
            );
        };
        check("HTTP/1.1 200 OK\r\n", true, None);
        check(
            "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nab",
            false,
            Some((200, "ab")),
        );
        check(
            "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nab",
            false,
            None,
        );
        check("HTTP/1.0 404 Not Found\r\n\r\nab", false, None);
        check("HTTP/1.0 404 Not Found\r\n\r\nab", true, Some((404, "ab")));
        check("HTTP/1.1 204 No Content\r\n\r\n", false, Some((204, "")));
        let chunks = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n";
        check(chunks, false, None);
        check(&format!("{chunks}0\r\n\r\n"), false, Some((200, "abc")));
    }

    #[test]
    fn escapes() {
        assert_eq!(escaped("/a b/ü", b"/"), "/a%20b/%C3%BC");
    }
}
