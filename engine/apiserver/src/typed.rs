//! The verbs with types, for clients in the same process: nothing is turned into JSON, objects are shared.
//!
//! [`crate::handler`] is the same for clients that speak HTTP. Both end in [`crate::registry`].

use std::marker::PhantomData;
use std::rc::Rc;
use std::task::{Context as TaskContext, Poll};

use api::core::v1::{Binding, Pod};
use apimachinery::meta::v1::{DeleteOptions, ListMeta, ListOptions};
use apimachinery::watch::Event;
use apimachinery::{Kind, List, Status};

use crate::context::Context;
use crate::registry::list::{Filter, ObjectList, parse_revision};
use crate::registry::update::{How, Target};
use crate::registry::{self, Resource};
use crate::storage::Obj;
use crate::watch::{Watch, WatchEvent, WatchFrom, WatchRequest};

impl Context {
    fn resource<K: Kind>(&self) -> Result<Rc<Resource>, Status> {
        self.server
            .resource_of::<K>()
            .ok_or_else(Status::no_such_resource)
    }

    /// One object.
    ///
    /// # Errors
    /// When it does not exist.
    pub fn get<K: Kind>(&self, namespace: &str, name: &str) -> Result<Rc<K>, Status> {
        typed(registry::list::get(
            self,
            &*self.resource::<K>()?,
            namespace,
            name,
        )?)
    }

    /// The objects of a namespace, or of all if it is empty, that the options select.
    ///
    /// # Errors
    /// For options that cannot be met.
    pub fn list<K: Kind>(&self, namespace: &str, options: &ListOptions) -> Result<List<K>, Status> {
        let resource = self.resource::<K>()?;
        let filter = Filter::parse(
            &resource,
            namespace,
            &options.label_selector,
            &options.field_selector,
        )?;
        let ObjectList {
            items,
            revision,
            continue_token,
            remaining,
        } = registry::list::list(self, &resource, &filter, options)?;
        Ok(List {
            metadata: ListMeta {
                resource_version: revision.to_string().into(),
                continue_: continue_token,
                remaining_item_count: remaining,
                ..ListMeta::default()
            },
            items: items.into_iter().map(typed).collect::<Result<_, _>>()?,
        })
    }

    /// The changes of the objects that [`Self::list`] would give.
    ///
    /// # Errors
    /// For options that cannot be met.
    pub fn watch<K: Kind>(
        &self,
        namespace: &str,
        options: &ListOptions,
    ) -> Result<TypedWatch<K>, Status> {
        let resource = self.resource::<K>()?;
        let filter = Filter::parse(
            &resource,
            namespace,
            &options.label_selector,
            &options.field_selector,
        )?;
        let from = match options.resource_version.as_str() {
            "" | "0" => WatchFrom::Now,
            text => WatchFrom::After(parse_revision(text)?),
        };
        let request = WatchRequest {
            filter,
            from,
            bookmarks: options.allow_watch_bookmarks,
            initial_events: options.send_initial_events == Some(true),
        };
        Ok(TypedWatch {
            watch: Watch::new(&self.server, resource, request),
            kind: PhantomData,
        })
    }

    /// Makes an object, in the namespace that it names.
    ///
    /// # Errors
    /// Whatever is wrong with it.
    pub fn create<K: Kind>(&self, object: K) -> Result<Rc<K>, Status> {
        let namespace = object.meta().namespace.clone();
        typed(registry::create::create(
            self,
            &*self.resource::<K>()?,
            &namespace,
            Box::new(object),
        )?)
    }

    /// Puts an object in the place of its earlier version.
    ///
    /// # Errors
    /// Whatever is wrong with it; a conflict when it has changed since.
    pub fn update<K: Kind>(&self, object: K) -> Result<Rc<K>, Status> {
        self.update_subresource(object, "")
    }

    /// Replaces the status of an object.
    ///
    /// # Errors
    /// As [`Self::update`].
    pub fn update_status<K: Kind>(&self, object: K) -> Result<Rc<K>, Status> {
        self.update_subresource(object, "status")
    }

    /// Replaces the part of an object that a subresource stands for (`status`, `finalize`, …).
    ///
    /// # Errors
    /// As [`Self::update`].
    pub fn update_subresource<K: Kind>(
        &self,
        object: K,
        subresource: &str,
    ) -> Result<Rc<K>, Status> {
        let resource = self.resource::<K>()?;
        let strategy = &resource.strategy;
        let known = match subresource {
            "" => true,
            "status" => strategy.has_status(),
            other => strategy.subresources().contains(&other),
        };
        if !known {
            return Err(Status::no_such_resource());
        }
        let (namespace, name) = (object.meta().namespace.clone(), object.meta().name.clone());
        let target = Target {
            resource: &resource,
            namespace: &namespace,
            name: &name,
            subresource,
        };
        let mut next = Some(object);
        let updated = registry::update::update(self, target, How::default(), &mut |_| {
            let object = next
                .take()
                .ok_or_else(|| Status::internal_error("the object was used twice"))?;
            Ok(Box::new(object))
        })?;
        typed(updated.object)
    }

    /// Puts a pod on a node, as the scheduler does.
    ///
    /// # Errors
    /// When the pod has a node already, is ending, or still waits for its gates.
    pub fn bind(&self, namespace: &str, name: &str, binding: &Binding) -> Result<(), Status> {
        registry::pod_binding::bind(self, &*self.resource::<Pod>()?, namespace, name, binding)
    }

    /// Deletes a pod, if its disruption budget allows.
    ///
    /// # Errors
    /// 429 when the budget does not allow it now, and everything that a deletion answers.
    pub fn evict(
        &self,
        namespace: &str,
        name: &str,
        options: &DeleteOptions,
    ) -> Result<(), Status> {
        registry::eviction::evict(self, namespace, name, options.clone())
    }

    /// Deletes an object. Gives its last state, or the one that waits for its end.
    ///
    /// # Errors
    /// When it does not exist, or the options are against it.
    pub fn delete<K: Kind>(
        &self,
        namespace: &str,
        name: &str,
        options: &DeleteOptions,
    ) -> Result<Rc<K>, Status> {
        let resource = self.resource::<K>()?;
        typed(registry::delete::delete(self, &resource, namespace, name, options.clone())?.object)
    }
}

fn typed<K: Kind>(object: Obj) -> Result<Rc<K>, Status> {
    object
        .downcast_rc()
        .ok_or_else(|| Status::internal_error("a table holds objects of another type"))
}

/// A [`Watch`] of one kind.
pub struct TypedWatch<K> {
    watch: Watch,
    kind: PhantomData<K>,
}

impl<K: Kind> TypedWatch<K> {
    /// The next message, if there is one already.
    pub fn try_next(&mut self) -> Option<Event<K>> {
        self.watch.try_next().map(event)
    }

    /// The next message, or a wake-up when there may be one. `None` after an error.
    pub fn poll_event(&mut self, cx: &mut TaskContext<'_>) -> Poll<Option<Event<K>>> {
        self.watch.poll_event(cx).map(|found| found.map(event))
    }

    /// Waits for the next message. `None` after an error.
    pub async fn next(&mut self) -> Option<Event<K>> {
        self.watch.next().await.map(event)
    }
}

fn event<K: Kind>(found: WatchEvent) -> Event<K> {
    let wrap: fn(Rc<K>) -> Event<K> = match &found {
        Event::Added(_) => Event::Added,
        Event::Modified(_) => Event::Modified,
        Event::Deleted(_) => Event::Deleted,
        Event::Bookmark(_) => Event::Bookmark,
        Event::Error(_) => Event::Bookmark,
    };
    match found {
        Event::Error(status) => Event::Error(status),
        Event::Added(object)
        | Event::Modified(object)
        | Event::Deleted(object)
        | Event::Bookmark(object) => typed(object).map_or_else(Event::Error, wrap),
    }
}
