//! A stand-in for TLS: what two sides say to each other before they speak HTTP within a connection.
//!
//! The client says which host it wants, the server shows a certificate, and the client decides whether it trusts it. Nothing
//! is encrypted, as nobody can listen: what counts here is who shows which certificate, and what programs say of it.
//!
//! ```text
//!   client ── hello, HOST ──▶ server
//!          ◀── certificate ──          (or 400 from a server that speaks plain HTTP)
//!          ── HTTP ──▶
//! ```

use super::codec::{encode, read_head};
use super::server::answer;
use super::{Headers, HttpError, Response};
use crate::Stream;

const CLIENT_HELLO: &str = "\u{16}\u{3}\u{1} ";
const SERVER_HELLO: &str = "\u{16}\u{3}\u{3}";

/// What a certificate says, as far as anybody looks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Certificate {
    /// Whose it is, such as `CN=web.example.com`.
    pub subject: String,
    /// Who vouches for it.
    pub issuer: String,
    /// The host names it is for; may begin with `*.`.
    pub names: Vec<String>,
    /// When it begins and ends to be valid, in seconds since 1970.
    pub valid: (i64, i64),
    /// The certificate itself, as text without line breaks.
    pub text: String,
}

impl Certificate {
    /// Whether it vouches for itself.
    pub fn is_self_signed(&self) -> bool {
        self.subject == self.issuer
    }

    /// Whether it is for a host.
    pub fn is_for(&self, host: &str) -> bool {
        self.names.iter().any(|name| match name.strip_prefix("*.") {
            Some(parent) => host
                .split_once('.')
                .is_some_and(|(_, rest)| rest.eq_ignore_ascii_case(parent)),
            None => name.eq_ignore_ascii_case(host),
        })
    }
}

/// The client's side: the certificate that the server shows.
///
/// # Errors
/// [`HttpError::Malformed`] if the server does not speak TLS.
pub async fn hello(stream: &mut Stream, host: &str) -> Result<Certificate, HttpError> {
    let line = format!("{CLIENT_HELLO}{host}");
    let bytes = encode(&line, &Headers::default(), &[]);
    let written = stream.write_all(&bytes).await;
    written.map_err(|_| HttpError::Reset)?;
    let head = read_head(stream).await.map_err(|_| HttpError::Reset)?;
    if head.first_line != SERVER_HELLO {
        return Err(HttpError::Malformed);
    }
    let text = |name: &str| head.headers.get(name).unwrap_or_default().to_owned();
    let time = |name: &str| text(name).parse().unwrap_or(0);
    Ok(Certificate {
        subject: text("Subject"),
        issuer: text("Issuer"),
        names: text("Names")
            .split_whitespace()
            .map(str::to_owned)
            .collect(),
        valid: (time("Not-Before"), time("Not-After")),
        text: text("Text"),
    })
}

/// The server's side: the host that the client wants, after it has been shown its certificate. `None` if the client does not
/// speak TLS, which it has been told.
pub async fn welcome(
    stream: &mut Stream,
    certificate: &dyn Fn(&str) -> Certificate,
) -> Option<String> {
    let head = read_head(stream).await.ok()?;
    let Some(host) = head.first_line.strip_prefix(CLIENT_HELLO) else {
        let title = "400 The plain HTTP request was sent to HTTPS port";
        let text = format!(
            "<html>\r\n<head><title>{title}</title></head>\r\n<body>\r\n<center><h1>400 Bad Request</h1></center>\r\n\
             <center>The plain HTTP request was sent to HTTPS port</center>\r\n<hr><center>nginx</center>\r\n</body>\r\n\
             </html>\r\n"
        );
        answer(stream, Response::new(400, "text/html", text), false).await;
        return None;
    };
    let shown = certificate(host);
    let mut headers = Headers::default();
    for (name, value) in [
        ("Subject", &shown.subject),
        ("Issuer", &shown.issuer),
        ("Names", &shown.names.join(" ")),
        ("Not-Before", &shown.valid.0.to_string()),
        ("Not-After", &shown.valid.1.to_string()),
        ("Text", &shown.text),
    ] {
        headers.push(name, &value.replace(['\r', '\n'], " "));
    }
    let bytes = encode(SERVER_HELLO, &headers, &[]);
    stream.write_all(&bytes).await.ok()?;
    Some(host.to_owned())
}
