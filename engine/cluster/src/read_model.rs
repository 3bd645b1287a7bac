//! Follows the API and says what has changed for the page.
//!
//! It is a client like any other: it watches pods, nodes, namespaces and events, and turns whatever changed since it was
//! last asked into at most one patch a thing.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use api::core::v1::{Event, Namespace, Node, Pod};
use apimachinery::meta::v1::ListOptions;
use apimachinery::watch::Event as Change;
use apimachinery::{Kind, Status, Str};
use apiserver::ApiServer;
use apiserver::printers::PrintOptions;
use client::{Client, Watch};
use view::{ObjectRef, ViewPatch};

use crate::views::{ContainerWork, event_view, namespace_view, node_view, pod_view};

/// What kubelets know beyond the API: by pod UID, what is done for its containers.
pub(crate) type Work = BTreeMap<String, BTreeMap<String, ContainerWork>>;

/// Pods that may have work under way.
pub(crate) type Waiting<'a> = &'a mut dyn Iterator<Item = &'a Rc<Pod>>;

/// The followed kinds.
pub(crate) struct ReadModel {
    server: ApiServer,
    client: Client,
    watches: Watches,
    /// What has changed since the page was told last.
    pending: Pending,
    /// Pods that were shown last, for changes that come from their kubelet and not from the API.
    shown: BTreeMap<Str, Rc<Pod>>,
    /// Those of them that are not all up: only they can have a pull or a back-off.
    waiting: BTreeSet<Str>,
    work: Work,
}

/// A watch of each followed kind.
struct Watches {
    namespaces: Watch<Namespace>,
    nodes: Watch<Node>,
    pods: Watch<Pod>,
    events: Watch<Event>,
}

impl Watches {
    fn new(client: &Client) -> Result<Self, Status> {
        let all = ListOptions::default();
        Ok(Self {
            namespaces: client.watch("", &all)?,
            nodes: client.watch("", &all)?,
            pods: client.watch("", &all)?,
            events: client.watch("", &all)?,
        })
    }
}

/// What changed of a kind, by UID: the last state, and whether it is gone.
type Changed<K> = BTreeMap<Str, (Rc<K>, bool)>;

/// What changed of each followed kind.
#[derive(Default)]
struct Pending {
    namespaces: Changed<Namespace>,
    nodes: Changed<Node>,
    pods: Changed<Pod>,
    events: Changed<Event>,
    /// A watch fell so far behind that not all is known.
    lost: bool,
}

impl ReadModel {
    /// Follows a cluster from its present state on.
    ///
    /// # Errors
    /// When a kind is not served.
    pub(crate) fn new(server: &ApiServer, client: &Client) -> Result<Self, Status> {
        let watches = Watches::new(client)?;
        Ok(Self {
            server: server.clone(),
            client: client.clone(),
            watches,
            pending: Pending::default(),
            shown: BTreeMap::new(),
            waiting: BTreeSet::new(),
            work: Work::new(),
        })
    }

    /// Hears what has changed, to be told with the next [`changes`](Self::changes). The server remembers but so much: who
    /// looks rarely at a busy cluster has this called in between, and is not sent everything again.
    pub(crate) fn note(&mut self) {
        let Self {
            watches, pending, ..
        } = self;
        pending.lost |= !(drain(&mut watches.namespaces, &mut pending.namespaces)
            && drain(&mut watches.nodes, &mut pending.nodes)
            && drain(&mut watches.pods, &mut pending.pods)
            && drain(&mut watches.events, &mut pending.events));
    }

    /// What has changed since the last call; `moved` are the pods for which kubelets began or ended something meanwhile,
    /// and `work` tells what they do for pods.
    ///
    /// When so much has changed that the server's history does not reach back, everything is sent again.
    pub(crate) fn changes(
        &mut self,
        moved: &BTreeSet<Str>,
        work: impl Fn(Waiting<'_>) -> Work,
    ) -> Vec<ViewPatch> {
        self.note();
        let mut patches = Vec::new();
        if self.pending.lost {
            patches.push(ViewPatch::Reset);
            self.pending = Pending::default();
            self.shown.clear();
            self.waiting.clear();
            if let Ok(watches) = Watches::new(&self.client) {
                self.watches = watches;
                self.note();
            }
        }
        self.tell(moved, &work, &mut patches);
        patches
    }

    /// The pod or node of that UID.
    pub(crate) fn reference(&self, uid: &str) -> Option<ObjectRef> {
        if let Some(pod) = self.shown.get(uid) {
            return Some(reference("Pod", &**pod));
        }
        let nodes = self.client.list::<Node>("", &ListOptions::default()).ok()?;
        nodes
            .items
            .iter()
            .find(|node| node.metadata.uid == uid)
            .map(|node| reference("Node", &**node))
    }

    fn tell(
        &mut self,
        moved: &BTreeSet<Str>,
        work: &impl Fn(Waiting<'_>) -> Work,
        patches: &mut Vec<ViewPatch>,
    ) {
        let Pending {
            namespaces,
            nodes,
            pods,
            events,
            lost: _,
        } = std::mem::take(&mut self.pending);
        patches.extend(
            namespaces
                .into_values()
                .map(|(namespace, gone)| match gone {
                    true => ViewPatch::NamespaceGone(uid(&*namespace)),
                    false => ViewPatch::Namespace(namespace_view(&namespace)),
                }),
        );
        patches.extend(nodes.into_values().map(|(node, gone)| match gone {
            true => ViewPatch::NodeGone(uid(&*node)),
            false => ViewPatch::Node(node_view(&node, self.status(&*node))),
        }));
        patches.extend(self.pod_changes(pods, moved, work));
        patches.extend(events.into_values().map(|(event, gone)| match gone {
            true => ViewPatch::EventGone(uid(&*event)),
            false => ViewPatch::Event(event_view(&event)),
        }));
    }

    fn pod_changes(
        &mut self,
        changed: BTreeMap<Str, (Rc<Pod>, bool)>,
        moved: &BTreeSet<Str>,
        work: &impl Fn(Waiting<'_>) -> Work,
    ) -> Vec<ViewPatch> {
        let mut patches = Vec::new();
        let mut again = BTreeSet::new();
        let mut look = BTreeSet::new();
        for (key, (pod, gone)) in changed {
            if !gone && is_waiting(&pod) {
                self.waiting.insert(key.clone());
                look.insert(key.clone());
            } else {
                self.waiting.remove(&key);
                self.work.remove(key.as_str());
            }
            if gone {
                self.shown.remove(&key);
                patches.push(ViewPatch::PodGone(key.to_string()));
            } else {
                self.shown.insert(key.clone(), pod);
                again.insert(key.to_string());
            }
        }
        look.extend(
            moved
                .iter()
                .filter(|uid| self.waiting.contains(*uid))
                .cloned(),
        );
        let mut pods = look.iter().filter_map(|uid| self.shown.get(uid));
        let mut work = work(&mut pods);
        for uid in look {
            let now = work.remove(uid.as_str());
            if self.work.get(uid.as_str()) != now.as_ref() {
                again.insert(uid.to_string());
            }
            match now {
                Some(now) => self.work.insert(uid.to_string(), now),
                None => self.work.remove(uid.as_str()),
            };
        }
        let none = BTreeMap::new();
        for uid in again {
            if let Some(pod) = self.shown.get(uid.as_str()) {
                let work = self.work.get(&uid).unwrap_or(&none);
                patches.push(ViewPatch::Pod(pod_view(pod, self.status(&**pod), work)));
            }
        }
        patches
    }

    /// The STATUS column of the object's row, from the server's own printer.
    fn status<K: Kind>(&self, object: &K) -> String {
        let Some(resource) = self.server.resource_of::<K>() else {
            return String::new();
        };
        let column = resource
            .strategy
            .columns()
            .iter()
            .position(|column| column.name == "Status");
        let now = self.server.now();
        let cells = resource.strategy.row(object, &PrintOptions { now });
        column
            .and_then(|at| cells.0.get(at))
            .map(ToString::to_string)
            .unwrap_or_default()
    }
}

fn uid<K: Kind>(object: &K) -> String {
    object.meta().uid.to_string()
}

/// Takes what a watch has to say. Whether it had all of it.
fn drain<K: Kind>(watch: &mut Watch<K>, changed: &mut Changed<K>) -> bool {
    while let Some(change) = watch.try_next() {
        let (object, gone) = match change {
            Change::Added(object) | Change::Modified(object) => (object, false),
            Change::Deleted(object) => (object, true),
            Change::Bookmark(_) => continue,
            Change::Error(_) => return false,
        };
        changed.insert(object.meta().uid.clone(), (object, gone));
    }
    true
}

fn reference<K: Kind>(kind: &str, object: &K) -> ObjectRef {
    let meta = object.meta();
    ObjectRef {
        kind: kind.to_owned(),
        namespace: meta.namespace.to_string(),
        name: meta.name.to_string(),
        uid: meta.uid.to_string(),
    }
}

/// Whether a container of a placed pod is waiting, or has not been seen yet.
fn is_waiting(pod: &Pod) -> bool {
    let statuses = || {
        pod.status
            .init_container_statuses
            .iter()
            .chain(&pod.status.container_statuses)
    };
    !pod.spec.node_name.is_empty()
        && (pod.status.container_statuses.len() < pod.spec.containers.len()
            || statuses().any(|s| s.state.waiting.is_some()))
}
