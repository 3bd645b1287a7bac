//! HTTP/1.1 over [`Stream`](crate::Stream)s: what web servers, probes, `curl` and `wget` speak.
//!
//! One request a connection, bodies bounded. Of TLS there is what certificates are shown ([`tls`]). No HTTP/2, no pipelining.

mod client;
mod codec;
mod message;
mod server;
pub mod tls;

pub use client::{HttpError, fetch, send};
pub use message::{Headers, Request, Response, reason_phrase};
pub use server::{answer, read_request, serve, serve_tls};
