//! Watches: what changed, in order, from some point on. Kubernetes' room for this is the watch cache
//! (`k8s.io/apiserver/pkg/storage/cacher`).
//!
//! A watch is a position in the log of its resource plus a filter. It holds no queue: what has not been read yet is still in
//! the log, and whoever reads too slowly is told "410 Gone" once the log has moved past them.

use std::collections::VecDeque;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context as TaskContext, Poll};

use apimachinery::watch::{Event, INITIAL_EVENTS_END};
use apimachinery::{Object, Status};
use sim::futures_util::Stream;

use crate::ApiServer;
use crate::printers::PrintOptions;
use crate::registry::Resource;
use crate::registry::list::Filter;
use crate::storage::{LogRead, Obj, Revision};

/// One message of a watch.
pub type WatchEvent = Event<dyn Object>;

/// Where a watch begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WatchFrom {
    /// With every object that exists now, then what changes (`resourceVersion` unset or 0).
    Now,
    /// With what changed after this revision.
    After(Revision),
}

/// What to watch.
#[derive(Clone, Debug)]
pub struct WatchRequest {
    /// Which objects.
    pub filter: Filter,
    /// From when on.
    pub from: WatchFrom,
    /// Whether bookmarks are welcome.
    pub bookmarks: bool,
    /// `sendInitialEvents=true`: the objects that exist, then a bookmark that says so.
    pub initial_events: bool,
}

/// A stream of changes. It never ends by itself, except after an error.
pub struct Watch {
    server: ApiServer,
    resource: Rc<Resource>,
    filter: Filter,
    position: u64,
    /// Made when the watch began: existing objects, bookmarks, or an error.
    first: VecDeque<WatchEvent>,
    over: bool,
}

impl Watch {
    /// A watch of a resource from a point in history on.
    pub fn new(server: &ApiServer, resource: Rc<Resource>, request: WatchRequest) -> Self {
        let mut first = VecDeque::new();
        let mut over = false;
        let mut position = 0;
        {
            let storage = server.storage();
            let table = storage.table(resource.table);
            let revision = storage.revision();
            match request.from {
                WatchFrom::After(after) if !request.initial_events => {
                    match table.log().position_after(after) {
                        Some(found) => position = found,
                        None => {
                            let oldest = table.log().compacted();
                            let text = format!("too old resource version: {after} ({oldest})");
                            first.push_back(WatchEvent::Error(Status::expired(text)));
                            over = true;
                        }
                    }
                }
                _ => {
                    position = table.log().end();
                    let matching = table
                        .iter(request.filter.namespace(), None)
                        .map(|(_, object)| object);
                    let matching =
                        matching.filter(|object| request.filter.matches(&resource, &**object));
                    first.extend(matching.map(WatchEvent::Added));
                    if request.initial_events && request.bookmarks {
                        let mut bookmark = (resource.new)();
                        bookmark.meta_mut().resource_version = revision.to_string().into();
                        bookmark
                            .meta_mut()
                            .annotations
                            .insert(INITIAL_EVENTS_END, "true");
                        first.push_back(WatchEvent::Bookmark(bookmark.into()));
                    }
                }
            }
        }
        Self {
            server: server.clone(),
            resource,
            filter: request.filter,
            position,
            first,
            over,
        }
    }

    /// The resource that is watched.
    pub fn resource(&self) -> &Rc<Resource> {
        &self.resource
    }

    /// What rows of this watch are made for.
    pub fn print_options(&self) -> PrintOptions {
        PrintOptions {
            now: self.server.now(),
        }
    }

    /// The next message, if there is one already.
    pub fn try_next(&mut self) -> Option<WatchEvent> {
        if let Some(event) = self.first.pop_front() {
            return Some(event);
        }
        if self.over {
            return None;
        }
        loop {
            let storage = self.server.storage();
            match storage.table(self.resource.table).log().read(self.position) {
                LogRead::End => return None,
                LogRead::Gone => {
                    self.over = true;
                    let oldest = storage.table(self.resource.table).log().compacted();
                    let text = format!(
                        "too old resource version: {} ({oldest})",
                        storage.revision()
                    );
                    return Some(WatchEvent::Error(Status::expired(text)));
                }
                LogRead::Entry(entry) => {
                    self.position += 1;
                    let matches = |object: &Obj| self.filter.matches(&self.resource, &**object);
                    let before = entry.previous.as_ref().is_some_and(matches);
                    let now = !entry.deleted && matches(&entry.object);
                    let event = match (before, now) {
                        (false, false) => continue,
                        (false, true) => WatchEvent::Added(entry.object.clone()),
                        (true, true) => WatchEvent::Modified(entry.object.clone()),
                        (true, false) if entry.deleted => WatchEvent::Deleted(entry.object.clone()),
                        (true, false) => {
                            // It goes out of sight as it last looked, at the revision that took it there.
                            let mut last =
                                entry.previous.as_ref().unwrap_or(&entry.object).clone_box();
                            last.meta_mut().resource_version = entry.revision.to_string().into();
                            WatchEvent::Deleted(last.into())
                        }
                    };
                    return Some(event);
                }
            }
        }
    }

    /// The next message, or a wake-up when there may be one. `None` after an error.
    pub fn poll_event(&mut self, cx: &mut TaskContext<'_>) -> Poll<Option<WatchEvent>> {
        if let Some(event) = self.try_next() {
            return Poll::Ready(Some(event));
        }
        if self.over {
            return Poll::Ready(None);
        }
        self.server.register(self.resource.table, cx.waker());
        Poll::Pending
    }

    /// Waits for the next message. `None` after an error.
    pub async fn next(&mut self) -> Option<WatchEvent> {
        std::future::poll_fn(|cx| self.poll_event(cx)).await
    }

    /// Everything that has happened up to this moment has been read.
    pub fn is_caught_up(&self) -> bool {
        let storage = self.server.storage();
        self.first.is_empty() && storage.table(self.resource.table).log().end() <= self.position
    }
}

impl Stream for Watch {
    type Item = WatchEvent;

    fn poll_next(self: Pin<&mut Self>, cx: &mut TaskContext<'_>) -> Poll<Option<WatchEvent>> {
        self.get_mut().poll_event(cx)
    }
}
