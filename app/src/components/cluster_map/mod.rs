//! The cluster map: nodes as panels, pods as tiles on them, and a queue for pods that have no node yet.
//!
//! - [`node`]: a panel with its capacity.
//! - [`pod`]: a tile with its containers.
//!
//! Tiles are keyed by UID and glide when their place changes (`interop::flip`). One tile is in the tab order at a
//! time; the arrow keys lead to the others.

use leptos::html::Section;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, KeyboardEvent};

use super::dom::{each, later, part, show};
use super::lesson::command;
use super::tone::Tone;
use super::{format, tone};
use crate::bridge::page;
use crate::interop::flip;
use crate::late;
use crate::state::inspector::Dock;
use crate::state::{ClusterStore, Derived, Key, Stores, derived, live, watch};

pub mod node;
pub mod pod;

/// Pods that wait for a node are shown up to this many: they would push the nodes out of sight.
const QUEUE: usize = 24;

/// The tile that Tab leads to.
pub type TabStop = Derived<Option<Key>>;

/// The map.
#[component]
pub fn ClusterMap() -> impl IntoView {
    let (stores, _) = page();
    let cluster = stores.cluster;
    let map = NodeRef::<Section>::new();
    animate(cluster, map);
    // The last tile visited, else the first.
    let current = live(None::<Key>);
    let tab_stop = derived(move || {
        cluster.placement.with(|places| {
            let mut uids = places.iter().flat_map(|place| &place.pods);
            let visited = current
                .get()
                .filter(|uid| uids.clone().any(|other| other == uid));
            visited.or_else(|| uids.next().cloned())
        })
    });
    let visit = move |event: web_sys::FocusEvent| {
        if let Some(uid) = tile_of(&event) {
            current.set(Some(uid.into()));
        }
    };
    mark(map, ("tabindex", "0", "-1"), move || {
        tab_stop.get().map(|uid| uid.to_string())
    });
    mark(map, ("aria-pressed", "true", "false"), move || {
        stores.inspector.selected.get()
    });
    let skeleton = || {
        view! {
            <div class="nodes" aria-hidden="true">
                <div class="node skeleton"></div>
                <div class="node skeleton"></div>
                <div class="node skeleton"></div>
            </div>
        }
        .into_any()
    };
    view! {
        <section
            class="pane map"
            aria-label="Cluster"
            node_ref=map
            on:keydown=move |event| walk(map, &event)
            on:focusin=visit
            on:click=move |event| press(stores, &event)
        >
            <div class="pane-head">
                <h2 class="eyebrow">"Cluster"</h2>
                {summary()}
                {later(late::map_buttons, || ().into_any())}
            </div>
            <div class="pane-body scroll chart">
                {show(move || cluster.placement.with(|all| all.iter().any(|place| place.node.is_empty())), move || queue(tab_stop))}
                <div class="nodes">
                    {each(move || cluster.node_order.get(), move |uid| node::panel(uid, tab_stop))}
                </div>
                {show(move || cluster.nodes.is_empty(), skeleton)}
            </div>
            {later(late::traffic_meter, || ().into_any())}
        </section>
    }
}

/// What to do with a cluster that has no pods.
fn first_steps() -> AnyView {
    view! {
        <p class="first-steps">
            <span>"No pods yet. Try"</span>
            {command("kubectl create -f example-pod.yml")}
        </p>
    }
    .into_any()
}

/// Pods that wait for a node.
fn queue(tab_stop: TabStop) -> AnyView {
    let (stores, _) = page();
    let cluster = stores.cluster;
    // The scheduler's word, while it is about one pod alone.
    let why = move || match cluster.place("").pods.as_slice() {
        [uid] => cluster
            .pods
            .row(uid)
            .and_then(|pod| pod.with(|pod| pod.unschedulable.clone())),
        _ => None,
    };
    let number = move || cluster.place("").pods.len();
    let dense = derived(move || number() > node::ROOMY);
    let class = move || String::from(if dense.get() { "queue dense" } else { "queue" });
    let shown = move || {
        let mut pods = cluster.place("").pods;
        pods.truncate(QUEUE);
        pods
    };
    let note = move || match number().saturating_sub(QUEUE) {
        0 => why().unwrap_or_default(),
        more => format!("and {more} more"),
    };
    view! {
        <div class=move || class()>
            <h3 class="eyebrow">"Waiting for a node"</h3>
            <ul class="tiles" aria-label="Pods without a node">
                {each(shown, move |uid| pod::tile(uid, tab_stop, dense))}
            </ul>
            <p class="queue-why">{move || note()}</p>
        </div>
    }
    .into_any()
}

/// The UID of the pod on whose tile something has happened.
fn tile_of(event: &web_sys::Event) -> Option<String> {
    let target = event.target()?.dyn_into::<Element>().ok()?;
    target
        .closest("button.pod")
        .ok()??
        .get_attribute("data-uid")
}

/// A tile opens its pod in the inspector, or closes it.
fn press(stores: Stores, event: &web_sys::Event) {
    let Some(pod) = tile_of(event).and_then(|uid| stores.cluster.pods.row_untracked(&uid)) else {
        return;
    };
    let object = pod.with_untracked(pod::reference);
    let open = untrack(|| stores.inspector.is_selected(&object.uid));
    stores.inspector.dock.set(if open {
        Dock::Closed
    } else {
        Dock::Object(object)
    });
}

/// Keeps an attribute in step that one tile has otherwise than all the others, without a listener in each of them.
fn mark(
    map: NodeRef<Section>,
    (name, yes, no): (&'static str, &'static str, &'static str),
    which: impl Fn() -> Option<String> + 'static,
) {
    watch(move || {
        let uid = which();
        let Some(root) = map.get() else { return };
        let tile = |what: &str, is: &str| {
            let found = root.query_selector(&format!("button.pod[{what}='{is}']"));
            found.ok().flatten()
        };
        if let Some(old) = tile(name, yes) {
            let _ = old.set_attribute(name, no);
        }
        if let Some(new) = uid.and_then(|uid| tile("data-uid", &uid)) {
            let _ = new.set_attribute(name, yes);
        }
    });
}

/// How many nodes and pods there are, and how many pods in which state.
fn summary() -> AnyView {
    let (stores, _) = page();
    let cluster = stores.cluster;
    let sums = move || {
        let pods = cluster.pods.len();
        format!(
            "{}, {}",
            format::count(cluster.nodes.len(), "node"),
            format::count(pods, "pod")
        )
    };
    let tones = derived(move || {
        let mut counts = [0_usize; Tone::ALL.len()];
        cluster
            .pods
            .each(|_, pod| counts[Tone::of_pod(pod) as usize] += 1);
        counts
    });
    let states = move || {
        let counts = tones.get();
        let present = Tone::ALL
            .into_iter()
            .zip(counts)
            .filter(|(_, number)| *number > 0);
        let states =
            present.map(|(tone, number)| tone::state(tone, format!("{number} {}", tone.word())));
        states.collect::<Vec<AnyView>>().into_any()
    };
    view! {
        <p class="map-sum">{move || sums()}</p>
        <p class="map-states">{part(states)}</p>
        {show(move || !cluster.nodes.is_empty() && cluster.pods.is_empty(), first_steps)}
    }
    .into_any()
}

/// Measures the tiles before each change and lets them glide after it.
fn animate(cluster: ClusterStore, map: NodeRef<Section>) {
    let pending = live(None::<flip::Places>);
    cluster.before_change(move || {
        let Some(root) = map.try_get_untracked().flatten() else {
            return;
        };
        if pending.with_untracked(Option::is_some) {
            return;
        }
        pending.set(flip::measure(&root));
        if pending.with_untracked(Option::is_none) {
            return;
        }
        request_animation_frame(move || {
            let places = pending.quietly(Option::take);
            if let (Some(root), Some(places)) = (map.try_get_untracked().flatten(), places) {
                flip::play(&root, places);
            }
        });
    });
}

/// Arrow keys go from tile to tile, in the order of reading.
fn walk(map: NodeRef<Section>, event: &KeyboardEvent) {
    let step = match event.key().as_str() {
        "ArrowRight" | "ArrowDown" => 1,
        "ArrowLeft" | "ArrowUp" => -1,
        _ => return,
    };
    let Some(root) = map.get_untracked() else {
        return;
    };
    let Ok(tiles) = root.query_selector_all("button.pod") else {
        return;
    };
    let tiles: Vec<HtmlElement> = (0..tiles.length())
        .filter_map(|index| tiles.item(index)?.dyn_into().ok())
        .collect();
    let focused = document().active_element();
    let place = tiles
        .iter()
        .position(|tile| Some(tile.as_ref()) == focused.as_ref());
    let Some(place) = place else { return };
    let next = (place as i64 + step).rem_euclid(tiles.len() as i64) as usize;
    event.prevent_default();
    let _ = tiles[next].focus();
}
