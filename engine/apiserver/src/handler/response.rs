//! What a client gets.

use apimachinery::watch::Event;
use apimachinery::{Object, Status, Str, Value, codec};
use serde_json::json;

use super::proxied::Proxied;
use super::streams::{LogStream, Session};
use crate::printers::{IncludeObject, Row, Table, fields};
use crate::registry::Served;
use crate::registry::list::ObjectList;
use crate::storage::Obj;
use crate::watch::{Watch, WatchEvent};

/// The answer to a request.
pub struct Response {
    /// The HTTP status code.
    pub code: u16,
    /// `Warning` headers, without their decoration.
    pub warnings: Vec<String>,
    /// The body.
    pub body: ResponseBody,
}

/// What comes along with an answer. Objects stay as they are in storage until somebody wants JSON.
pub enum ResponseBody {
    /// An error, or the success of something that returns no object.
    Status(Box<Status>),
    /// An object.
    Object(Served, Obj),
    /// A list.
    List(Served, ObjectList),
    /// A table.
    Table(Box<Table>),
    /// JSON of any other kind.
    Json(Value),
    /// Plain text.
    Text(String),
    /// Changes as they come.
    Watch(Box<WatchStream>),
    /// Lines of a log.
    Log(LogStream),
    /// A conversation with a container or a port.
    Session(Box<Session>),
    /// A request that a pod answers.
    Proxied(Box<Proxied>),
}

impl Response {
    /// An answer without warnings.
    pub fn new(code: u16, body: ResponseBody) -> Self {
        Self {
            code,
            warnings: Vec::new(),
            body,
        }
    }

    /// 200 and JSON.
    pub fn json(value: Value) -> Self {
        Self::new(200, ResponseBody::Json(value))
    }

    /// 200 and text.
    pub fn text(text: impl Into<String>) -> Self {
        Self::new(200, ResponseBody::Text(text.into()))
    }

    /// 404 for a path that nobody knows.
    pub fn no_page() -> Self {
        Self::new(404, ResponseBody::Text("404 page not found\n".into()))
    }

    /// The error, if it is one.
    pub fn error(&self) -> Option<&Status> {
        match &self.body {
            ResponseBody::Status(status) if self.code >= 400 => Some(status),
            _ => None,
        }
    }

    /// The body as JSON; `None` for text and streams.
    pub fn to_value(&self) -> Option<Value> {
        match &self.body {
            ResponseBody::Status(status) => Some(codec::to_value(&**status)),
            ResponseBody::Object(served, object) => Some(served.encode(&**object)),
            ResponseBody::List(served, list) => Some(list_value(served, list)),
            ResponseBody::Table(table) => Some(table.to_value()),
            ResponseBody::Json(value) => Some(value.clone()),
            ResponseBody::Text(_)
            | ResponseBody::Watch(_)
            | ResponseBody::Log(_)
            | ResponseBody::Session(_)
            | ResponseBody::Proxied(_) => None,
        }
    }
}

impl From<Status> for Response {
    fn from(status: Status) -> Self {
        let code = u16::try_from(status.code)
            .ok()
            .filter(|code| *code != 0)
            .unwrap_or(500);
        Self::new(code, ResponseBody::Status(Box::new(status)))
    }
}

impl From<Result<Self, Status>> for Response {
    fn from(result: Result<Self, Status>) -> Self {
        result.unwrap_or_else(Self::from)
    }
}

fn list_value(served: &Served, list: &ObjectList) -> Value {
    let items: Vec<Value> = list
        .items
        .iter()
        .map(|object| served.encode_item(&**object))
        .collect();
    fields([
        ("kind", format!("{}List", served.names.kind).into()),
        (
            "apiVersion",
            served.names.gvk().api_version().as_str().into(),
        ),
        ("metadata", list_meta(list)),
        ("items", Value::Array(items)),
    ])
}

pub(super) fn list_meta(list: &ObjectList) -> Value {
    let mut metadata = json!({ "resourceVersion": list.revision.to_string() });
    if !list.continue_token.is_empty() {
        metadata["continue"] = list.continue_token.as_str().into();
    }
    if let Some(remaining) = list.remaining {
        metadata["remainingItemCount"] = remaining.into();
    }
    metadata
}

/// How the objects of an answer are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// As they are.
    Object,
    /// As rows of a table.
    Table(IncludeObject),
    /// As their metadata: one object's, or a list's.
    PartialMetadata {
        /// Whether a list is wanted.
        list: bool,
    },
}

/// A watch as it goes over the wire.
pub struct WatchStream {
    watch: Watch,
    served: Served,
    shape: Shape,
    /// Only the first table carries the columns.
    columns_sent: bool,
    /// The client asked to end after this many seconds.
    pub timeout_seconds: Option<u64>,
}

/// One message of a [`WatchStream`].
pub struct WatchMessage {
    /// `ADDED`, `MODIFIED`, `DELETED`, `BOOKMARK` or `ERROR`.
    pub event: Str,
    /// What it is about.
    pub body: WatchBody,
}

/// The object of a [`WatchMessage`].
pub enum WatchBody {
    /// An object (or its metadata, or an error) as JSON.
    Json(Value),
    /// A table of one row.
    Table(Box<Table>),
}

impl WatchMessage {
    /// The message as JSON.
    pub fn to_value(&self) -> Value {
        let object = match &self.body {
            WatchBody::Json(value) => value.clone(),
            WatchBody::Table(table) => table.to_value(),
        };
        fields([("type", self.event.as_str().into()), ("object", object)])
    }
}

impl WatchStream {
    pub(super) fn new(
        watch: Watch,
        served: Served,
        shape: Shape,
        timeout_seconds: Option<u64>,
    ) -> Self {
        Self {
            watch,
            served,
            shape,
            columns_sent: false,
            timeout_seconds,
        }
    }

    /// The next message, if there is one already.
    pub fn try_next(&mut self) -> Option<WatchMessage> {
        let event = self.watch.try_next()?;
        Some(self.message(&event))
    }

    /// Waits for the next message. `None` after an error.
    pub async fn next(&mut self) -> Option<WatchMessage> {
        let event = self.watch.next().await?;
        Some(self.message(&event))
    }

    fn message(&mut self, event: &WatchEvent) -> WatchMessage {
        let body = match event {
            Event::Error(status) => WatchBody::Json(codec::to_value(status)),
            Event::Bookmark(object) => WatchBody::Json(self.bookmark(&**object)),
            Event::Added(object) | Event::Modified(object) | Event::Deleted(object) => {
                self.body(object)
            }
        };
        WatchMessage {
            event: event.event_type().as_str().into(),
            body,
        }
    }

    fn body(&mut self, object: &Obj) -> WatchBody {
        match self.shape {
            Shape::Object => WatchBody::Json(self.served.encode(&**object)),
            Shape::PartialMetadata { .. } => WatchBody::Json(partial_metadata(&**object)),
            Shape::Table(include) => {
                let options = self.watch.print_options();
                let strategy = &self.served.resource.strategy;
                let columns = if self.columns_sent {
                    Vec::new().into()
                } else {
                    strategy.columns()
                };
                self.columns_sent = true;
                let row = Row {
                    cells: strategy.row(&**object, &options),
                    object: object.clone(),
                };
                WatchBody::Table(Box::new(Table {
                    columns,
                    rows: vec![row],
                    resource_version: object.meta().resource_version.clone(),
                    continue_token: Str::new(),
                    remaining: None,
                    include,
                    served: self.served.clone(),
                }))
            }
        }
    }

    /// A bookmark has nothing but kind, revision and perhaps an annotation.
    fn bookmark(&self, object: &dyn Object) -> Value {
        self.served.encode(object)
    }
}

/// An object reduced to its metadata.
pub(super) fn partial_metadata(object: &dyn Object) -> Value {
    fields([
        ("kind", "PartialObjectMetadata".into()),
        ("apiVersion", "meta.k8s.io/v1".into()),
        ("metadata", codec::to_value(object.meta())),
    ])
}
