//! The way to the API server: requests, answers and streams, with nothing said about how they travel.
//!
//! kubectl knows the server by its REST interface alone. [`Dialer`] turns a server's address and a user's credentials
//! into a [`Transport`]; in the playground both end in the same process, in tests in a table of canned answers.

use std::rc::Rc;

use serde_json::Value;

use crate::host::Wait;

/// A request.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Request {
    /// HTTP method.
    pub method: &'static str,
    /// Path, escaped where needed.
    pub path: String,
    /// Query, in order.
    pub query: Vec<(String, String)>,
    /// `Accept`, if it is not plain JSON.
    pub accept: Option<&'static str>,
    /// `Content-Type` of the body.
    pub content_type: Option<&'static str>,
    /// Body.
    pub body: Option<Vec<u8>>,
    /// Nobody looks at the objects of a table's rows: an answer that is not sent over a wire may leave them out.
    pub bare_rows: bool,
    /// What it is about, for errors that the server does not explain: `pods web`.
    pub about: String,
}

impl Request {
    /// A request without a body.
    pub fn new(method: &'static str, path: impl Into<String>) -> Request {
        Request {
            method,
            path: path.into(),
            ..Request::default()
        }
    }

    /// With one more parameter.
    #[must_use]
    pub fn param(mut self, name: &str, value: impl Into<String>) -> Request {
        self.query.push((name.to_owned(), value.into()));
        self
    }

    /// With a JSON body.
    #[must_use]
    pub fn json(mut self, content_type: &'static str, body: &Value) -> Request {
        self.content_type = Some(content_type);
        self.body = Some(body.to_string().into_bytes());
        self
    }

    /// Path and query.
    pub fn uri(&self) -> String {
        let mut uri = self.path.clone();
        for (i, (name, value)) in self.query.iter().enumerate() {
            uri.push(if i == 0 { '?' } else { '&' });
            uri.push_str(&escape(name));
            uri.push('=');
            uri.push_str(&escape(value));
        }
        uri
    }
}

/// `url.QueryEscape`
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                out.push(byte as char)
            }
            b' ' => out.push('+'),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

/// Undoes `%41` and `+`.
pub fn unescape(text: &str) -> String {
    let mut out = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        let hex = |digit: Option<&u8>| digit.and_then(|d| char::from(*d).to_digit(16));
        match (byte, hex(after.first()), hex(after.get(1))) {
            (b'%', Some(high), Some(low)) => {
                out.push((high * 16 + low) as u8);
                rest = &after[2..];
            }
            (b'+', ..) => out.push(b' '),
            _ => out.push(byte),
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// What an answer carries.
pub enum Body {
    /// Nothing.
    Empty,
    /// JSON.
    Json(Value),
    /// Any other bytes.
    Bytes(Vec<u8>),
    /// Watch events.
    Watch(Box<dyn Watch>),
    /// Bytes that keep coming.
    Stream(Box<dyn ByteStream>),
}

/// An answer.
pub struct Response {
    /// HTTP code.
    pub code: u16,
    /// `Warning` headers.
    pub warnings: Vec<String>,
    /// Body.
    pub body: Body,
}

/// One event of a watch: its type and object.
#[derive(Debug, Clone, PartialEq)]
pub struct WatchEvent {
    /// `ADDED`, `MODIFIED`, `DELETED`, `BOOKMARK` or `ERROR`.
    pub kind: String,
    /// The object.
    pub object: Value,
}

/// A running watch.
pub trait Watch {
    /// The next event; `None` when the server ends the watch.
    fn next(&mut self) -> Wait<'_, Option<WatchEvent>>;
}

/// A body that keeps coming, such as a followed log.
pub trait ByteStream {
    /// The next bytes; `None` at the end.
    fn next(&mut self) -> Wait<'_, Option<Vec<u8>>>;
}

/// What a remote command sends.
#[derive(Debug, Clone, PartialEq)]
pub enum Frame {
    /// Its standard output.
    Out(Vec<u8>),
    /// Its standard error.
    Err(Vec<u8>),
    /// It ended: with this exit code, or because of this error.
    End(Result<i32, String>),
}

/// A session with a remote command (`exec`, `attach`) or port.
pub trait Session {
    /// The next frame; `None` when the connection is gone.
    fn next(&self) -> Wait<'_, Option<Frame>>;
    /// Sends to its standard input.
    fn send<'a>(&'a self, bytes: &'a [u8]) -> Wait<'a, Result<(), ()>>;
    /// Ends its standard input.
    fn close_input(&self);
    /// Tells it the size of the terminal.
    fn resize(&self, columns: u16, rows: u16);
}

/// A connection to one API server as one user.
pub trait Transport {
    /// Sends a request and gives its answer. Answers of an API server come at once; only streams take time.
    fn send(&self, request: Request) -> Response;
    /// Starts a session; the error is the server's answer.
    fn connect(&self, request: Request) -> Result<Rc<dyn Session>, Response>;
}

/// Who asks whom.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Target {
    /// Server address, such as `https://127.0.0.1:6443`.
    pub server: String,
    /// The cluster's entry in the kubeconfig, as JSON.
    pub cluster: Value,
    /// The user's entry in the kubeconfig, as JSON, with overrides from flags.
    pub user: Value,
    /// `--as`
    pub impersonate: String,
    /// `--as-group`
    pub impersonate_groups: Vec<String>,
    /// `--as-uid`
    pub impersonate_uid: String,
    /// `--as-user-extra`
    pub impersonate_extra: Vec<String>,
}

/// Opens connections.
pub trait Dialer {
    /// Connects; the error is the reason as the network gives it, such as
    /// `dial tcp 127.0.0.1:1: connect: connection refused`.
    fn dial(&self, target: &Target) -> Result<Rc<dyn Transport>, String>;
    /// Starts the server of an address that waits to be asked for; `None` if there is nothing to wait for.
    fn start(&self, _server: &str) -> Option<Wait<'static, ()>> {
        None
    }
}
