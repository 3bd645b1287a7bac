//! The verbs without types (`k8s.io/client-go/dynamic`, `metadata`): for the garbage collector and the namespace
//! controller, which deal with every kind there is.

use std::fmt;
use std::rc::Rc;

use apimachinery::meta::v1::ListOptions;
use apimachinery::{GroupVersionKind, Kind, Object, Status, Str};
use apiserver::registry::list::Filter;
use apiserver::registry::update::{How, Target};
use apiserver::registry::{self, Names, Resource, Verbs};
pub(crate) use apiserver::watch::Watch as AnyWatch;
use apiserver::watch::{Watch, WatchFrom, WatchRequest};

use super::{Client, Delete};

/// A resource that the server stores, built in or custom.
#[derive(Clone)]
pub struct AnyResource {
    resource: Rc<Resource>,
}

impl AnyResource {
    fn names(&self) -> &Names {
        &self.resource.names
    }

    /// Its API group; empty for core.
    pub fn group(&self) -> &Str {
        &self.names().group
    }

    /// Such as `pods`.
    pub fn plural(&self) -> &Str {
        &self.names().plural
    }

    /// Such as `Pod`.
    pub fn kind(&self) -> &Str {
        &self.names().kind
    }

    /// Group, version and kind, as stored.
    pub fn gvk(&self) -> GroupVersionKind {
        self.names().gvk()
    }

    /// Whether its objects live in namespaces.
    pub fn namespaced(&self) -> bool {
        self.names().namespaced
    }

    /// `pods.` or `deployments.apps`, as the namespace controller writes it.
    pub fn qualified(&self) -> String {
        format!("{}.{}", self.plural(), self.group())
    }
}

impl PartialEq for AnyResource {
    fn eq(&self, other: &Self) -> bool {
        self.resource.table == other.resource.table
    }
}

impl fmt::Debug for AnyResource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.qualified())
    }
}

impl Client {
    /// Every resource that is stored, once each, by group and plural.
    pub fn resources(&self) -> Vec<AnyResource> {
        let mut all: Vec<AnyResource> = Vec::new();
        for served in self.server.registry().iter() {
            // Kinds that are only asked or only looked at store nothing.
            if served.resource.strategy.verbs() != Verbs::All {
                continue;
            }
            let resource = AnyResource {
                resource: Rc::clone(&served.resource),
            };
            if !all.contains(&resource) {
                all.push(resource);
            }
        }
        all
    }

    /// The resource that an `apiVersion` and a `kind` speak of, in any version that is served.
    pub fn resource_for(&self, api_version: &str, kind: &str) -> Option<AnyResource> {
        let gvk = GroupVersionKind::from_api_version(api_version, kind);
        let registry = self.server.registry();
        let served = registry.find_kind(&gvk.group, &gvk.version, &gvk.kind)?;
        Some(AnyResource {
            resource: Rc::clone(&served.resource),
        })
    }

    /// The objects of a namespace, or of all if it is empty.
    ///
    /// # Errors
    /// When the server does not answer.
    pub fn list_any(
        &self,
        resource: &AnyResource,
        namespace: &str,
    ) -> Result<Vec<Rc<dyn Object>>, Status> {
        let filter = Filter::namespaced(namespace);
        let cx = self.context()?;
        let list = registry::list::list(&cx, &resource.resource, &filter, &ListOptions::default())?;
        Ok(list.items)
    }

    /// The resource of a kind, if the server knows it.
    pub(crate) fn resource_of<K: Kind>(&self) -> Option<AnyResource> {
        let resource = self.server.resource_of::<K>()?;
        Some(AnyResource { resource })
    }

    /// All objects as they are now, and what changes from there.
    ///
    /// # Errors
    /// When the server does not answer.
    pub(crate) fn list_and_watch_any(
        &self,
        resource: &AnyResource,
    ) -> Result<(Vec<Rc<dyn Object>>, AnyWatch), Status> {
        let filter = Filter::default();
        let cx = self.context()?;
        let list = registry::list::list(&cx, &resource.resource, &filter, &ListOptions::default())?;
        let request = WatchRequest {
            filter,
            from: WatchFrom::After(list.revision),
            bookmarks: false,
            initial_events: false,
        };
        let watch = Watch::new(&self.server, Rc::clone(&resource.resource), request);
        Ok((list.items, watch))
    }

    /// All objects as they are now, and then what changes.
    pub fn watch_any(&self, resource: &AnyResource) -> Watch {
        let request = WatchRequest {
            filter: Filter::default(),
            from: WatchFrom::Now,
            bookmarks: false,
            initial_events: false,
        };
        Watch::new(&self.server, Rc::clone(&resource.resource), request)
    }

    /// One object.
    ///
    /// # Errors
    /// When it does not exist.
    pub fn get_any(
        &self,
        resource: &AnyResource,
        namespace: &str,
        name: &str,
    ) -> Result<Rc<dyn Object>, Status> {
        registry::list::get(&self.context()?, &resource.resource, namespace, name)
    }

    /// Changes an object in one step, as a patch does.
    ///
    /// # Errors
    /// When it does not exist, or whatever is wrong with the result.
    pub fn patch_any(
        &self,
        resource: &AnyResource,
        namespace: &str,
        name: &str,
        mut change: impl FnMut(&mut dyn Object),
    ) -> Result<Rc<dyn Object>, Status> {
        let target = Target {
            resource: &resource.resource,
            namespace,
            name,
            subresource: "",
        };
        let how = How {
            patch: true,
            ..How::default()
        };
        let mut next = |old: Option<&Rc<dyn Object>>| {
            let missing = || Status::not_found(&resource.names().group_resource(), name);
            let mut object = old.ok_or_else(missing)?.clone_box();
            change(&mut *object);
            object.meta_mut().resource_version = Str::new();
            Ok(object)
        };
        let updated = registry::update::update(&self.context()?, target, how, &mut next)?;
        Ok(updated.object)
    }

    /// Deletes an object.
    ///
    /// # Errors
    /// When it does not exist, or the demands are not met.
    pub fn delete_any(
        &self,
        resource: &AnyResource,
        namespace: &str,
        name: &str,
        delete: &Delete,
    ) -> Result<(), Status> {
        let options = delete.options.clone();
        registry::delete::delete(
            &self.context()?,
            &resource.resource,
            namespace,
            name,
            options,
        )
        .map(drop)
    }
}
