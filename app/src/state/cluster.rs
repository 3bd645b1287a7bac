//! The read model in signals: nodes, pods, namespaces, events, commands.

use std::sync::Arc;

use view::{
    ActiveFault, CommandView, EventView, NamespaceView, NodeView, PodPhase, PodView, RequestTrace,
    Resources, Time, ViewPatch,
};

use super::keyed::{Key, Keyed};
use super::live::{Derived, Live, derived, live};

/// Events beyond this number fall off the page's list, oldest first; the API keeps its own.
const EVENTS: usize = 500;
/// Likewise for commands.
const COMMANDS: usize = 200;
/// Likewise for requests.
const REQUESTS: usize = 60;

/// A function to call just before the model changes.
type Hook = Box<dyn Fn()>;

/// Nodes, pods and what happened to them.
#[derive(Clone, Copy)]
pub struct ClusterStore {
    /// Nodes by UID.
    pub nodes: Keyed<NodeView>,
    /// Pods by UID.
    pub pods: Keyed<PodView>,
    /// Namespaces by UID.
    pub namespaces: Keyed<NamespaceView>,
    /// Events, oldest first.
    pub events: Live<Vec<Arc<EventView>>>,
    /// Commands, oldest first.
    pub commands: Live<Vec<Arc<CommandView>>>,
    /// What is broken on purpose, oldest first.
    pub faults: Live<Vec<ActiveFault>>,
    /// The last requests over the network, oldest first.
    pub requests: Live<Vec<RequestTrace>>,
    /// UIDs of nodes by name.
    pub node_order: Derived<Vec<Key>>,
    /// What is on each node, and what waits for one.
    pub placement: Derived<Vec<Place>>,
    before_change: Live<Option<Hook>>,
}

/// A node's pods, and what they ask for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// The node's name; empty for pods that have none.
    pub node: String,
    /// UIDs of its pods, oldest first.
    pub pods: Vec<Key>,
    /// The sum of what those that have not ended ask for.
    pub requested: Resources,
}

impl ClusterStore {
    /// An empty model.
    pub fn new() -> Self {
        let nodes = Keyed::<NodeView>::new();
        let pods = Keyed::<PodView>::new();
        ClusterStore {
            nodes,
            pods,
            namespaces: Keyed::new(),
            events: live(Vec::new()),
            commands: live(Vec::new()),
            faults: live(Vec::new()),
            requests: live(Vec::new()),
            node_order: derived(move || node_order(nodes)),
            placement: derived(move || placement(pods)),
            before_change: live(None),
        }
    }

    /// What is on the node of this name, or waits for one if it is empty.
    pub fn place(&self, node: &str) -> Place {
        let find = |places: &Vec<Place>| places.iter().find(|place| place.node == node).cloned();
        self.placement.with(find).unwrap_or_default()
    }

    /// Calls `hook` each time just before the model changes: the map measures where its tiles are.
    pub fn before_change(&self, hook: impl Fn() + 'static) {
        self.before_change.set(Some(Box::new(hook)));
    }

    /// Takes in what has changed, and returns what of it is to be said to those who do not see it. Called by the bridge
    /// alone.
    pub fn apply(&self, patches: Vec<ViewPatch>) -> Vec<String> {
        // Requests move no tile.
        let still = |patch: &ViewPatch| matches!(patch, ViewPatch::Request(_));
        if !patches.iter().all(still) {
            self.before_change.with_untracked(|hook| {
                if let Some(hook) = hook {
                    hook();
                }
            });
        }
        let mut events = Vec::new();
        let mut requests = Vec::new();
        let mut said = Vec::new();
        for patch in patches {
            match patch {
                ViewPatch::Reset => {
                    self.clear();
                    events.clear();
                    said.clear();
                    requests.clear();
                }
                ViewPatch::Node(node) => self.nodes.put(&node.uid.clone(), node),
                ViewPatch::NodeGone(uid) => self.nodes.remove(&uid),
                ViewPatch::Namespace(namespace) => {
                    self.namespaces.put(&namespace.uid.clone(), namespace);
                }
                ViewPatch::NamespaceGone(uid) => self.namespaces.remove(&uid),
                ViewPatch::Pod(pod) => {
                    let old = self.pods.row_untracked(&pod.uid);
                    if old.is_none_or(|old| old.with_untracked(|old| old.status != pod.status)) {
                        said.push(format!("{} {}", pod.name, pod.status));
                    }
                    self.pods.put(&pod.uid.clone(), pod);
                }
                ViewPatch::PodGone(uid) => {
                    if let Some(pod) = self.pods.row_untracked(&uid) {
                        said.push(pod.with_untracked(|pod| format!("{} is gone", pod.name)));
                    }
                    self.pods.remove(&uid);
                }
                ViewPatch::Event(event) => events.push(Arc::new(event)),
                // The list is what happened, and what has expired has happened too.
                ViewPatch::EventGone(_) => {}
                ViewPatch::Command(command) => self.command(command),
                ViewPatch::Faults(faults) => self.faults.set(faults),
                ViewPatch::Request(trace) => requests.push(trace),
            }
        }
        if !events.is_empty() {
            self.events.update(|list| take_in_events(list, events));
        }
        if !requests.is_empty() {
            self.requests
                .update(|list| take_in_requests(list, requests));
        }
        said
    }

    fn clear(&self) {
        self.nodes.clear();
        self.pods.clear();
        self.namespaces.clear();
        self.events.set(Vec::new());
        self.commands.set(Vec::new());
        self.requests.set(Vec::new());
    }

    fn command(&self, command: CommandView) {
        self.commands.update(|list| {
            match list.iter_mut().rev().find(|old| old.id == command.id) {
                Some(old) => *old = Arc::new(command),
                None => list.push(Arc::new(command)),
            }
            let surplus = list.len().saturating_sub(COMMANDS);
            list.drain(..surplus);
        });
    }
}

impl Default for ClusterStore {
    fn default() -> Self {
        ClusterStore::new()
    }
}

/// An event seen again moves to the end with its new count.
fn take_in_events(list: &mut Vec<Arc<EventView>>, new: Vec<Arc<EventView>>) {
    for event in new {
        if let Some(place) = list.iter().rposition(|old| old.uid == event.uid) {
            list.remove(place);
        }
        let place = list.partition_point(|old| old.at <= event.at);
        list.insert(place, event);
    }
    let surplus = list.len().saturating_sub(EVENTS);
    list.drain(..surplus);
}

/// A request that is told of again, because it was answered, takes its own place.
fn take_in_requests(list: &mut Vec<RequestTrace>, new: Vec<RequestTrace>) {
    for trace in new {
        match list.iter_mut().rev().find(|old| old.id == trace.id) {
            Some(old) => *old = trace,
            None => list.push(trace),
        }
    }
    let surplus = list.len().saturating_sub(REQUESTS);
    list.drain(..surplus);
}

fn node_order(nodes: Keyed<NodeView>) -> Vec<Key> {
    let mut order: Vec<(String, Key)> = Vec::new();
    nodes.each(|uid, node| {
        let name = natural(&node.name);
        let place = order.partition_point(|(other, _)| *other <= name);
        order.insert(place, (name, uid.clone()));
    });
    order.into_iter().map(|(_, uid)| uid).collect()
}

/// A name in a form that sorts `node-10` behind `node-9`.
fn natural(name: &str) -> String {
    let stem = name.trim_end_matches(|c: char| c.is_ascii_digit());
    format!("{stem}{:0>12}", &name[stem.len()..])
}

fn placement(pods: Keyed<PodView>) -> Vec<Place> {
    let mut places: Vec<Place> = Vec::new();
    let mut ages: Vec<Vec<Time>> = Vec::new();
    pods.each(|uid, pod| {
        let node = pod.node.as_deref().unwrap_or_default();
        let index = places
            .iter()
            .position(|place| place.node == node)
            .unwrap_or_else(|| {
                places.push(Place {
                    node: node.into(),
                    ..Place::default()
                });
                ages.push(Vec::new());
                places.len() - 1
            });
        let rank = ages[index].partition_point(|created| *created <= pod.created);
        ages[index].insert(rank, pod.created);
        places[index].pods.insert(rank, uid.clone());
        if !matches!(pod.phase, PodPhase::Succeeded | PodPhase::Failed) {
            places[index].requested = places[index].requested + pod.requests;
        }
    });
    places
}
