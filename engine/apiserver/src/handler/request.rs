//! What a client sends.

use std::rc::Rc;

use apimachinery::{Str, Value};

use crate::context::User;

/// The HTTP methods that the API knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Read, list, watch.
    Get,
    /// Create.
    Post,
    /// Replace.
    Put,
    /// Change in part.
    Patch,
    /// Delete.
    Delete,
    /// Read without wanting the body: only what is passed on to others, and what is no resource, knows it.
    Head,
    /// Ask what may be asked: only what is passed on to others knows it.
    Options,
}

impl Method {
    /// The method's name on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
            Self::Head => "HEAD",
            Self::Options => "OPTIONS",
        }
    }
}

/// What comes along with a request.
#[derive(Clone, Debug, Default)]
pub enum RequestBody {
    /// Nothing.
    #[default]
    Empty,
    /// JSON that is parsed already: clients in the same process.
    Json(Value),
    /// Text in the format that `content_type` says.
    Text(String),
}

/// A request, as HTTP carries it.
#[derive(Clone, Debug)]
pub struct Request {
    /// The method.
    pub method: Method,
    /// The path without the query: `/api/v1/namespaces/default/pods`.
    pub path: String,
    /// The query, decoded, in order.
    pub query: Vec<(String, String)>,
    /// `Accept`; empty takes JSON.
    pub accept: String,
    /// `Content-Type`; empty means JSON.
    pub content_type: String,
    /// `User-Agent`.
    pub user_agent: Str,
    /// Who asks (after authentication and impersonation).
    pub user: Rc<User>,
    /// The body.
    pub body: RequestBody,
}

impl Request {
    /// A request of the administrator without query and body.
    pub fn new(method: Method, path: impl Into<String>) -> Self {
        Self {
            method,
            path: path.into(),
            query: Vec::new(),
            accept: String::new(),
            content_type: String::new(),
            user_agent: Str::new(),
            user: Rc::new(User::admin()),
            body: RequestBody::Empty,
        }
    }

    /// GET.
    pub fn get(path: impl Into<String>) -> Self {
        Self::new(Method::Get, path)
    }

    /// POST of a JSON body.
    pub fn post(path: impl Into<String>, body: Value) -> Self {
        Self {
            body: RequestBody::Json(body),
            ..Self::new(Method::Post, path)
        }
    }

    /// PUT of a JSON body.
    pub fn put(path: impl Into<String>, body: Value) -> Self {
        Self {
            body: RequestBody::Json(body),
            ..Self::new(Method::Put, path)
        }
    }

    /// PATCH with a body of that type, such as `application/merge-patch+json`.
    pub fn patch(path: impl Into<String>, content_type: &str, body: Value) -> Self {
        let content_type = content_type.to_owned();
        Self {
            body: RequestBody::Json(body),
            content_type,
            ..Self::new(Method::Patch, path)
        }
    }

    /// DELETE.
    pub fn delete(path: impl Into<String>) -> Self {
        Self::new(Method::Delete, path)
    }

    /// The same with one more query parameter.
    #[must_use]
    pub fn with_query(mut self, key: &str, value: impl Into<String>) -> Self {
        self.query.push((key.to_owned(), value.into()));
        self
    }

    /// The same with an `Accept` header.
    #[must_use]
    pub fn with_accept(mut self, accept: &str) -> Self {
        self.accept = accept.to_owned();
        self
    }

    /// The same, sent by a program.
    #[must_use]
    pub fn with_user_agent(mut self, user_agent: impl Into<Str>) -> Self {
        self.user_agent = user_agent.into();
        self
    }

    /// The same, sent by somebody.
    #[must_use]
    pub fn with_user(mut self, user: Rc<User>) -> Self {
        self.user = user;
        self
    }

    /// The value of a query parameter; empty when it is not given.
    pub fn param(&self, key: &str) -> &str {
        self.query
            .iter()
            .find(|(name, _)| name == key)
            .map_or("", |(_, value)| value)
    }

    /// All values of a query parameter.
    pub fn params<'a>(&'a self, key: &'a str) -> impl Iterator<Item = &'a str> {
        self.query
            .iter()
            .filter(move |(name, _)| name == key)
            .map(|(_, value)| value.as_str())
    }

    /// A query parameter that says yes or no: only what is not there, `false` and `0` are no.
    pub fn flag(&self, key: &str) -> bool {
        let given = self.query.iter().find(|(name, _)| name == key);
        given.is_some_and(|(_, value)| value != "0" && !value.eq_ignore_ascii_case("false"))
    }
}
