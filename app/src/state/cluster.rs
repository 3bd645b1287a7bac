//! The read model in signals: nodes, pods, namespaces, events, commands.

use std::collections::BTreeMap;
use std::sync::Arc;

use leptos::prelude::*;
use view::{CommandView, EventView, NamespaceView, NodeView, PodView, Resources, ViewPatch};

use super::keyed::{Key, Keyed};

/// Events beyond this number fall off the page's list, oldest first; the API keeps its own.
const EVENTS: usize = 500;
/// Likewise for commands.
const COMMANDS: usize = 200;

/// A function to call just before the model changes.
type Hook = Arc<dyn Fn() + Send + Sync>;

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
    pub events: RwSignal<Vec<Arc<EventView>>>,
    /// Commands, oldest first.
    pub commands: RwSignal<Vec<Arc<CommandView>>>,
    /// UIDs of nodes by name.
    pub node_order: Memo<Vec<Key>>,
    /// UIDs of pods by the name of their node (empty for none), oldest pod first.
    pub placement: Memo<BTreeMap<String, Vec<Key>>>,
    /// What the pods of each node ask for, by the node's name.
    pub requested: Memo<BTreeMap<String, Resources>>,
    before_change: StoredValue<Option<Hook>>,
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
            events: RwSignal::new(Vec::new()),
            commands: RwSignal::new(Vec::new()),
            node_order: Memo::new(move |_| node_order(nodes)),
            placement: Memo::new(move |_| placement(pods)),
            requested: Memo::new(move |_| requested(pods)),
            before_change: StoredValue::new(None),
        }
    }

    /// Calls `hook` each time just before the model changes: the map measures where its tiles are.
    pub fn before_change(&self, hook: impl Fn() + Send + Sync + 'static) {
        self.before_change.set_value(Some(Arc::new(hook)));
    }

    /// Takes in what has changed. Called by the bridge alone.
    pub fn apply(&self, patches: Vec<ViewPatch>) {
        if let Some(hook) = self.before_change.get_value() {
            hook();
        }
        let mut events = Vec::new();
        for patch in patches {
            match patch {
                ViewPatch::Reset => {
                    self.nodes.clear();
                    self.pods.clear();
                    self.namespaces.clear();
                    self.events.set(Vec::new());
                    self.commands.set(Vec::new());
                    events.clear();
                }
                ViewPatch::Node(node) => self.nodes.put(&node.uid.clone(), node),
                ViewPatch::NodeGone(uid) => self.nodes.remove(&uid),
                ViewPatch::Namespace(namespace) => {
                    self.namespaces.put(&namespace.uid.clone(), namespace);
                }
                ViewPatch::NamespaceGone(uid) => self.namespaces.remove(&uid),
                ViewPatch::Pod(pod) => self.pods.put(&pod.uid.clone(), pod),
                ViewPatch::PodGone(uid) => self.pods.remove(&uid),
                ViewPatch::Event(event) => events.push(Arc::new(event)),
                // The list is what happened, and what has expired has happened too.
                ViewPatch::EventGone(_) => {}
                ViewPatch::Command(command) => self.command(command),
            }
        }
        if !events.is_empty() {
            self.events.update(|list| take_in_events(list, events));
        }
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

fn node_order(nodes: Keyed<NodeView>) -> Vec<Key> {
    let mut named = Vec::new();
    nodes.each(|uid, node| named.push((natural(&node.name), uid.clone())));
    named.sort();
    named.into_iter().map(|(_, uid)| uid).collect()
}

/// A name in a form that sorts `node-10` behind `node-9`.
fn natural(name: &str) -> (String, u64, String) {
    let stem = name.trim_end_matches(|c: char| c.is_ascii_digit());
    let number = name[stem.len()..].parse().unwrap_or(0);
    (stem.into(), number, name.into())
}

fn placement(pods: Keyed<PodView>) -> BTreeMap<String, Vec<Key>> {
    let mut placed: BTreeMap<String, Vec<_>> = BTreeMap::new();
    pods.each(|uid, pod| {
        let node = pod.node.clone().unwrap_or_default();
        let order = (pod.created, pod.name.clone(), uid.clone());
        placed.entry(node).or_default().push(order);
    });
    let sorted = |mut pods: Vec<(view::Time, String, Key)>| {
        pods.sort();
        pods.into_iter().map(|(_, _, uid)| uid).collect()
    };
    placed
        .into_iter()
        .map(|(node, pods)| (node, sorted(pods)))
        .collect()
}

fn requested(pods: Keyed<PodView>) -> BTreeMap<String, Resources> {
    let mut sums: BTreeMap<String, Resources> = BTreeMap::new();
    pods.each(|_, pod| {
        let ended = matches!(
            pod.phase,
            view::PodPhase::Succeeded | view::PodPhase::Failed
        );
        if let (Some(node), false) = (&pod.node, ended) {
            let sum = sums.entry(node.clone()).or_default();
            *sum = *sum + pod.requests;
        }
    });
    sums
}
