//! The asking side.

use std::fmt;

use crate::http::codec::{Malformed, encode, read_body, read_head};
use crate::http::{Request, Response};
use crate::{ConnectError, HostAddr, Netns, Stream};

/// Why there is no response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HttpError {
    /// No connection was made.
    Connect(ConnectError),
    /// The server closed the connection without a word.
    EmptyReply,
    /// The server closed the connection in the middle, or before the request was sent.
    Reset,
    /// What came is not HTTP.
    Malformed,
}

impl fmt::Display for HttpError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Connect(error) => error.fmt(f),
            Self::EmptyReply => f.write_str("Empty reply from server"),
            Self::Reset => f.write_str("Connection reset by peer"),
            Self::Malformed => f.write_str("Received HTTP/0.9 when not allowed"),
        }
    }
}

impl std::error::Error for HttpError {}

/// Sends a request over a connection and waits for the response.
pub async fn send(stream: &mut Stream, request: &Request) -> Result<Response, HttpError> {
    let answer = exchange(stream, request).await;
    let status = answer.as_ref().ok().map(|response| response.status);
    stream.answered(&request.method, request.path(), status);
    answer
}

async fn exchange(stream: &mut Stream, request: &Request) -> Result<Response, HttpError> {
    let mut headers = request.headers.clone();
    if !request.body.is_empty() && headers.get("Content-Length").is_none() {
        headers.push("Content-Length", &request.body.len().to_string());
    }
    let line = format!("{} {} HTTP/1.1", request.method, request.target);
    stream
        .write_all(&encode(&line, &headers, &request.body))
        .await
        .map_err(|_| HttpError::Reset)?;
    let mut head = read_head(stream).await.map_err(|error| match error {
        Malformed::Ended { empty: true } => HttpError::EmptyReply,
        Malformed::Ended { empty: false } => HttpError::Reset,
        Malformed::Head => HttpError::Malformed,
    })?;
    let status = head
        .first_line
        .strip_prefix("HTTP/1.")
        .and_then(|rest| rest.split(' ').nth(1))
        .and_then(|code| code.parse().ok())
        .ok_or(HttpError::Malformed)?;
    let bodiless = request.method == "HEAD" || matches!(status, 100..=199 | 204 | 304);
    let body = if bodiless {
        Vec::new()
    } else {
        read_body(stream, &mut head, true).await
    };
    Ok(Response {
        status,
        headers: head.headers,
        body,
    })
}

/// Connects, sends a request and waits for the response.
pub async fn fetch(from: &Netns, to: HostAddr, request: &Request) -> Result<Response, HttpError> {
    let mut stream = from.connect(to).await.map_err(HttpError::Connect)?;
    send(&mut stream, request).await
}
