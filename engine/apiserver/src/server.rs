//! The server itself: a cheap handle to storage, registry, clock and randomness.

use std::cell::{Cell, Ref, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;
use std::task::Waker;
use std::time::Duration;

use api::core::v1::{
    ConfigMapProjection, DownwardAPIProjection, DownwardAPIVolumeFile, KeyToPath,
    ObjectFieldSelector, ProjectedVolumeSource, ServiceAccountTokenProjection, VolumeProjection,
};
use apimachinery::{Kind, KindInfo, Object, Shared, Str, Time};
use sim::{Rng, Sim};

use crate::context::Context;
use crate::discovery::Requests;
use crate::expiry::Expiry;
use crate::handler::{Extension, NodeApi};
use crate::openapi::Docs;
use crate::registry::networking::ipaddress;
use crate::registry::{Registry, Resource, apiextensions};
use crate::storage::{Expect, Key, Obj, Revision, Storage, StorageError, TableId};

/// What can be chosen when a server is made.
#[derive(Clone, Copy, Debug)]
pub struct Config {
    /// How many changes each resource remembers for watches.
    pub history: usize,
}

impl Default for Config {
    fn default() -> Self {
        Self { history: 1024 }
    }
}

/// What a write is called in traces.
#[derive(Clone, Copy)]
pub(crate) struct Write<'a> {
    pub(crate) verb: &'static str,
    pub(crate) subresource: &'a str,
}

impl Write<'_> {
    /// A write to the object itself.
    pub(crate) const fn plain(verb: &'static str) -> Self {
        Self {
            verb,
            subresource: "",
        }
    }
}

/// The API server. Clones are handles to the same one.
#[derive(Clone)]
pub struct ApiServer(Rc<Inner>);

struct Inner {
    sim: Sim,
    started: Time,
    /// Whether the roles that few need have been made.
    late_roles: Cell<bool>,
    config: Config,
    storage: RefCell<Storage>,
    registry: RefCell<Registry>,
    /// The resources of kinds that were asked for, so that they are not looked up by name each time.
    by_kind: RefCell<Vec<(&'static KindInfo, Rc<Resource>)>>,
    /// Who waits for changes, by table.
    wakers: RefCell<Vec<Vec<Waker>>>,
    snapshots: RefCell<crate::registry::list::Snapshots>,
    uids: RefCell<Rng>,
    names: RefCell<Rng>,
    expiry: Expiry,
    /// What every pod mounts, made once and shared by all.
    token_volume: Shared<ProjectedVolumeSource>,
    nodes: RefCell<BTreeMap<Str, Rc<dyn NodeApi>>>,
    extensions: RefCell<Vec<Rc<dyn Extension>>>,
    docs: RefCell<Option<Rc<Docs>>>,
    docs_source: RefCell<Option<DocsSource>>,
    component_check: RefCell<Option<ComponentCheck>>,
    requests: Requests,
}

type ComponentCheck = Rc<dyn Fn(&str) -> bool>;
type DocsSource = Rc<dyn Fn() -> Option<String>>;

impl ApiServer {
    /// A server with the built-in resources and nothing stored but the four namespaces that every cluster has.
    pub fn new(sim: Sim, config: Config) -> Self {
        let registry = Registry::builtin();
        let tables = registry.tables();
        let mut storage = Storage::new(tables, config.history);
        for served in registry.iter() {
            if let Some(packing) = served.resource.strategy.packing() {
                storage.set_packing(served.resource.table, packing);
            }
        }
        let server = Self(Rc::new(Inner {
            late_roles: Cell::new(false),
            started: Time::from_unix(sim.now().as_secs()),
            config,
            storage: RefCell::new(storage),
            registry: RefCell::new(registry),
            by_kind: RefCell::default(),
            wakers: RefCell::new(vec![Vec::new(); tables]),
            snapshots: RefCell::default(),
            uids: RefCell::new(sim.rng("apiserver/uid")),
            names: RefCell::new(sim.rng("apiserver/name")),
            expiry: Expiry::default(),
            token_volume: token_volume(),
            nodes: RefCell::default(),
            extensions: RefCell::default(),
            docs: RefCell::default(),
            docs_source: RefCell::default(),
            component_check: RefCell::default(),
            requests: Requests::default(),
            sim,
        }));
        crate::registry::bootstrap::run(&server);
        server
    }

    /// The simulation this server lives in.
    pub fn sim(&self) -> &Sim {
        &self.0.sim
    }

    /// The present instant in the API's precision.
    pub fn now(&self) -> Time {
        Time::from_unix(self.0.sim.now().as_secs())
    }

    /// When this server was made.
    pub(crate) fn started(&self) -> Time {
        self.0.started
    }

    /// Notes that the roles that few need are there now; whether they were before.
    pub(crate) fn set_late_roles_made(&self) -> bool {
        self.0.late_roles.replace(true)
    }

    /// A new UID.
    pub fn new_uid(&self) -> Str {
        self.0.uids.borrow_mut().uuid().into()
    }

    /// The random end of a generated name.
    pub fn name_suffix(&self, len: usize) -> String {
        self.0.names.borrow_mut().name_suffix(len)
    }

    /// A random number below `below`.
    pub(crate) fn random(&self, below: u64) -> u64 {
        self.0.names.borrow_mut().below(below)
    }

    /// The storage, to read.
    pub fn storage(&self) -> Ref<'_, Storage> {
        self.0.storage.borrow()
    }

    /// The registry, to read.
    pub fn registry(&self) -> Ref<'_, Registry> {
        self.0.registry.borrow()
    }

    /// The resource that holds objects of `K`, if it is served.
    pub fn resource_of<K: Kind>(&self) -> Option<Rc<Resource>> {
        let mut known = self.0.by_kind.borrow_mut();
        if let Some((_, resource)) = known.iter().find(|(info, _)| std::ptr::eq(*info, K::INFO)) {
            return Some(Rc::clone(resource));
        }
        let registry = self.registry();
        let served = registry.find(K::GROUP, K::VERSION, K::PLURAL)?;
        known.push((K::INFO, Rc::clone(&served.resource)));
        Some(Rc::clone(&served.resource))
    }

    /// Says who answers for a node: its kubelet.
    pub fn register_node(&self, name: impl Into<Str>, node: Rc<dyn NodeApi>) {
        self.0.nodes.borrow_mut().insert(name.into(), node);
    }

    /// Whoever answers for a node.
    pub fn node(&self, name: &str) -> Option<Rc<dyn NodeApi>> {
        self.0.nodes.borrow().get(name).cloned()
    }

    /// Says who answers an API group version that this server does not serve itself.
    pub fn register_extension(&self, extension: Rc<dyn Extension>) {
        let (group, version) = extension.group_version();
        self.unregister_extension(group, version);
        self.0.extensions.borrow_mut().push(extension);
    }

    /// Passes nothing on for that group version any more.
    pub fn unregister_extension(&self, group: &str, version: &str) {
        let mut extensions = self.0.extensions.borrow_mut();
        extensions.retain(|known| known.group_version() != (group, version));
    }

    /// Whoever answers that group version.
    pub(crate) fn extension(&self, group: &str, version: &str) -> Option<Rc<dyn Extension>> {
        let extensions = self.0.extensions.borrow();
        let mut known = extensions.iter();
        known
            .find(|known| known.group_version() == (group, version))
            .cloned()
    }

    /// All extensions.
    pub(crate) fn extensions(&self) -> Vec<Rc<dyn Extension>> {
        self.0.extensions.borrow().clone()
    }

    /// Says where the text of `public/api-docs.txt` comes from, with which `/openapi` describes kinds and fields. It is asked
    /// for when it is needed first, and again if there was none.
    pub fn set_docs_source(&self, source: Rc<dyn Fn() -> Option<String>>) {
        *self.0.docs_source.borrow_mut() = Some(source);
    }

    /// How many requests there were.
    pub(crate) fn requests(&self) -> &Requests {
        &self.0.requests
    }

    /// Says how to find out whether the component of a name, such as `scheduler`, is up.
    pub fn set_component_check(&self, check: Rc<dyn Fn(&str) -> bool>) {
        *self.0.component_check.borrow_mut() = Some(check);
    }

    /// Whether a component of the control plane is up, as far as anybody knows.
    pub(crate) fn component_is_up(&self, name: &str) -> bool {
        let check = self.0.component_check.borrow().clone();
        check.is_none_or(|check| check(name))
    }

    /// The documentation: as built in, or from its source.
    pub(crate) fn docs(&self) -> Option<Rc<Docs>> {
        let mut docs = self.0.docs.borrow_mut();
        if docs.is_none() {
            let fetch = || {
                let source = self.0.docs_source.borrow().clone()?;
                Some(Docs::new(&source()?))
            };
            *docs = Docs::built_in().or_else(fetch).map(Rc::new);
        }
        docs.clone()
    }

    /// The sources of the volume that holds a pod's token.
    pub(crate) fn token_volume(&self) -> Shared<ProjectedVolumeSource> {
        self.0.token_volume.clone()
    }

    pub(crate) fn expiry(&self) -> &Expiry {
        &self.0.expiry
    }

    pub(crate) fn snapshots(&self) -> &RefCell<crate::registry::list::Snapshots> {
        &self.0.snapshots
    }

    /// Forgets the history of all resources, as etcd does when it is compacted.
    pub fn compact(&self) {
        let mut storage = self.0.storage.borrow_mut();
        let upto = storage.revision();
        storage.compact(upto);
        drop(storage);
        self.0.snapshots.borrow_mut().clear();
    }

    /// How many changes each resource remembers.
    pub fn history(&self) -> usize {
        self.0.config.history
    }

    /// A new table, for a resource that was just defined.
    pub(crate) fn add_table(&self) -> TableId {
        self.0.wakers.borrow_mut().push(Vec::new());
        self.0.storage.borrow_mut().add_table(self.0.config.history)
    }

    /// Where the objects of a resource are, whatever its version.
    pub(crate) fn table_of(&self, group: &str, plural: &str) -> Option<TableId> {
        let registry = self.registry();
        let served = registry
            .iter()
            .find(|s| s.names.group == group && s.names.plural == plural);
        served.map(|served| served.resource.table)
    }

    /// Serves one more resource.
    pub(crate) fn serve(&self, served: crate::registry::Served) {
        self.0.registry.borrow_mut().serve(served);
        self.0.by_kind.borrow_mut().clear();
    }

    /// Serves a resource no more.
    pub(crate) fn unserve(&self, group: &str, plural: &str) {
        self.0.registry.borrow_mut().unserve(group, plural);
        self.0.by_kind.borrow_mut().clear();
    }

    /// Puts an object, stamped with the new revision, and tells those who watch. A dry run only stamps.
    pub(crate) fn put(
        &self,
        cx: &Context,
        resource: &Resource,
        key: &Key,
        mut object: Box<dyn Object>,
        expect: Expect,
        how: Write<'_>,
    ) -> Result<Obj, StorageError> {
        if cx.dry_run {
            self.storage().table(resource.table).check(key, expect)?;
            if expect == Expect::Absent {
                object.meta_mut().resource_version = Str::new();
            }
            return Ok(object.into());
        }
        let object: Obj = {
            let mut storage = self.0.storage.borrow_mut();
            object.meta_mut().resource_version = storage.next_revision().to_string().into();
            let object: Obj = object.into();
            storage.put(resource.table, key.clone(), object.clone(), expect)?;
            object
        };
        self.trace(cx, resource, key, how);
        self.wake(resource.table);
        if let Some(crd) = object.clone().downcast_rc() {
            apiextensions::establish(self, crd);
        }
        if let Some(service) = object.downcast_ref() {
            ipaddress::follow(self, service);
        }
        if let Some(seconds) = resource.strategy.lifetime_seconds()
            && let Some(revision) = Revision::parse(&object.meta().resource_version)
        {
            self.0
                .expiry
                .note(self, resource.table, revision, Duration::from_secs(seconds));
        }
        Ok(object)
    }

    /// Takes an object away and tells those who watch.
    pub(crate) fn remove(
        &self,
        cx: &Context,
        resource: &Resource,
        key: &Key,
        old: &Obj,
        expect: Revision,
    ) -> Result<Obj, StorageError> {
        if cx.dry_run {
            self.storage()
                .table(resource.table)
                .check(key, Expect::At(expect))?;
            return Ok(old.clone());
        }
        let last: Obj = {
            let mut storage = self.0.storage.borrow_mut();
            let mut last = old.clone_box();
            last.meta_mut().resource_version = storage.next_revision().to_string().into();
            let last: Obj = last.into();
            storage.delete(resource.table, key, last.clone(), expect)?;
            last
        };
        self.trace(cx, resource, key, Write::plain("delete"));
        self.wake(resource.table);
        if let Some(crd) = last.downcast_ref() {
            apiextensions::retire(self, crd);
        }
        if let Some(service) = last.downcast_ref() {
            ipaddress::forget(self, service);
        }
        Ok(last)
    }

    fn trace(&self, cx: &Context, resource: &Resource, key: &Key, how: Write<'_>) {
        let actor: Str = match cx.user.name.strip_prefix("system:node:") {
            Some(node) => ["kubelet/", node].concat().into(),
            None => cx.manager(),
        };
        let path = resource.path(&key.namespace, &key.name, how.subresource);
        self.0.sim.record(&actor, how.verb, path, "");
    }

    /// Wakes everyone who waits for changes of a table.
    fn wake(&self, table: TableId) {
        let wakers = std::mem::take(&mut self.0.wakers.borrow_mut()[table.0]);
        wakers.into_iter().for_each(Waker::wake);
    }

    /// Asks to be woken at the next change of a table.
    pub(crate) fn register(&self, table: TableId, waker: &Waker) {
        let mut wakers = self.0.wakers.borrow_mut();
        let waiting = &mut wakers[table.0];
        if !waiting.iter().any(|other| other.will_wake(waker)) {
            waiting.push(waker.clone());
        }
    }
}

/// A token that is renewed, the certificate of the cluster's authority, and the pod's namespace.
fn token_volume() -> Shared<ProjectedVolumeSource> {
    let token = ServiceAccountTokenProjection {
        // An hour, and seven seconds by which upstream tells its own tokens from others.
        expiration_seconds: Some(3607),
        path: "token".into(),
        ..ServiceAccountTokenProjection::default()
    };
    let certificate = ConfigMapProjection {
        name: "kube-root-ca.crt".into(),
        items: vec![KeyToPath {
            key: "ca.crt".into(),
            path: "ca.crt".into(),
            mode: None,
        }],
        ..ConfigMapProjection::default()
    };
    let namespace = ObjectFieldSelector {
        api_version: "v1".into(),
        field_path: "metadata.namespace".into(),
    };
    let file = DownwardAPIVolumeFile {
        path: "namespace".into(),
        field_ref: Some(namespace.into()),
        ..Default::default()
    };
    let source = VolumeProjection::default;
    Shared::new(ProjectedVolumeSource {
        sources: vec![
            VolumeProjection {
                service_account_token: Some(token.into()),
                ..source()
            },
            VolumeProjection {
                config_map: Some(certificate.into()),
                ..source()
            },
            VolumeProjection {
                downward_api: Some(DownwardAPIProjection { items: vec![file] }.into()),
                ..source()
            },
        ],
        default_mode: Some(0o644),
    })
}
