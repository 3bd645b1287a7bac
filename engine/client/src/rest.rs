//! Requests and responses as HTTP carries them (`k8s.io/client-go/rest`): what kubectl works with.
//!
//! [`crate::Client::request`] sends one.

pub use crate::server::{
    Extension, LogStream, Method, Proxied, ProxiedAnswer, Request, RequestBody, Response,
    ResponseBody, Route, Session, User, WatchStream,
};
