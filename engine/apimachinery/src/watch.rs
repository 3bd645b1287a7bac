//! Watch events (upstream's `pkg/watch`).

use std::rc::Rc;

use crate::{Object, Status};

/// What happened to an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EventType {
    /// It came into being, or into the selection.
    Added,
    /// It changed.
    Modified,
    /// It went, or left the selection.
    Deleted,
    /// Nothing: only the resource version moved on.
    Bookmark,
    /// The watch ends with an error.
    Error,
}

impl EventType {
    /// The word in the JSON stream.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Added => "ADDED",
            Self::Modified => "MODIFIED",
            Self::Deleted => "DELETED",
            Self::Bookmark => "BOOKMARK",
            Self::Error => "ERROR",
        }
    }
}

/// One event of a watch.
#[derive(Clone, Debug)]
pub enum Event<O: ?Sized = dyn Object> {
    /// It came into being, or into the selection.
    Added(Rc<O>),
    /// It changed.
    Modified(Rc<O>),
    /// It went, or left the selection; the object as it was last.
    Deleted(Rc<O>),
    /// Nothing: an object that carries only a resource version (and perhaps the annotation
    /// `k8s.io/initial-events-end`).
    Bookmark(Rc<O>),
    /// The watch ends.
    Error(Status),
}

impl<O: ?Sized> Event<O> {
    /// What happened.
    pub const fn event_type(&self) -> EventType {
        match self {
            Self::Added(_) => EventType::Added,
            Self::Modified(_) => EventType::Modified,
            Self::Deleted(_) => EventType::Deleted,
            Self::Bookmark(_) => EventType::Bookmark,
            Self::Error(_) => EventType::Error,
        }
    }

    /// The object, unless it is an error.
    pub const fn object(&self) -> Option<&Rc<O>> {
        match self {
            Self::Added(object)
            | Self::Modified(object)
            | Self::Deleted(object)
            | Self::Bookmark(object) => Some(object),
            Self::Error(_) => None,
        }
    }
}

/// The annotation of the bookmark that ends the initial events of a watch list.
pub const INITIAL_EVENTS_END: &str = "k8s.io/initial-events-end";
