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
use web_sys::{HtmlElement, KeyboardEvent};

use super::tone::Tone;
use super::{format, tone};
use crate::bridge::page;
use crate::interop::flip;
use crate::state::{ClusterStore, Key};

pub mod node;
pub mod pod;

use node::NodePanel;
use pod::PodTile;

/// The map.
#[component]
pub fn ClusterMap() -> impl IntoView {
    let (stores, _) = page();
    let cluster = stores.cluster;
    let map = NodeRef::<Section>::new();
    animate(cluster, map);
    let queue = Memo::new(move |_| {
        cluster
            .placement
            .with(|all| all.get("").cloned().unwrap_or_default())
    });
    let current = RwSignal::new(None::<Key>);
    // The one tile that Tab leads to: the last one visited, else the first.
    let tab_stop = Memo::new(move |_| {
        cluster.placement.with(|all| {
            let mut uids = all.values().flatten();
            let visited = current
                .get()
                .filter(|uid| uids.clone().any(|other| other == uid));
            visited.or_else(|| uids.next().cloned())
        })
    });
    // The scheduler's word, while it is about one pod alone.
    let why = move || match queue.get().as_slice() {
        [uid] => cluster
            .pods
            .row(uid)
            .and_then(|pod| pod.with(|pod| pod.unschedulable.clone())),
        _ => None,
    };
    view! {
        <section
            class="pane map"
            aria-label="Cluster"
            node_ref=map
            on:keydown=move |event| walk(map, &event)
            on:focusin=move |event| {
                let uid = event.target().and_then(|target| {
                    target.dyn_into::<HtmlElement>().ok()?.get_attribute("data-uid")
                });
                if let Some(uid) = uid {
                    current.set(Some(uid.into()));
                }
            }
        >
            <div class="pane-head">
                <h2 class="eyebrow">"Cluster"</h2>
                <Summary />
            </div>
            <div class="pane-body scroll chart">
                <Show when=move || !queue.with(Vec::is_empty)>
                    <div class="queue">
                        <h3 class="eyebrow">"Waiting for a node"</h3>
                        <ul class="tiles" aria-label="Pods without a node">
                            <For each=move || queue.get() key=Key::clone let(uid)>
                                <PodTile uid tab_stop />
                            </For>
                        </ul>
                        <p class="queue-why">{why}</p>
                    </div>
                </Show>
                <div class="nodes">
                    <For each=move || cluster.node_order.get() key=Key::clone let(uid)>
                        <NodePanel uid tab_stop />
                    </For>
                </div>
                <Show when=move || cluster.nodes.is_empty()>
                    <div class="nodes" aria-hidden="true">
                        <div class="node skeleton"></div>
                        <div class="node skeleton"></div>
                        <div class="node skeleton"></div>
                    </div>
                </Show>
            </div>
        </section>
    }
}

/// How many pods are in which state.
#[component]
fn Summary() -> impl IntoView {
    let (stores, _) = page();
    let cluster = stores.cluster;
    let tones = Memo::new(move |_| {
        let mut counts = std::collections::BTreeMap::<Tone, usize>::new();
        cluster
            .pods
            .each(|_, pod| *counts.entry(Tone::of_pod(pod)).or_default() += 1);
        counts.into_iter().collect::<Vec<_>>()
    });
    let sums = move || {
        let pods = cluster.pods.len();
        format!(
            "{}, {}",
            format::count(cluster.nodes.len(), "node"),
            format::count(pods, "pod")
        )
    };
    view! {
        <p class="map-sum">{sums}</p>
        <p class="map-states">
            {move || {
                tones
                    .get()
                    .into_iter()
                    .map(|(tone, number)| tone::state(tone, format!("{number} {}", tone.word())))
                    .collect_view()
            }}
        </p>
    }
}

/// Measures the tiles before each change and lets them glide after it.
fn animate(cluster: ClusterStore, map: NodeRef<Section>) {
    let pending = StoredValue::new_local(None::<flip::Places>);
    cluster.before_change(move || {
        let Some(root) = map.try_get_untracked().flatten() else {
            return;
        };
        if pending.with_value(Option::is_some) {
            return;
        }
        pending.set_value(flip::measure(&root));
        if pending.with_value(Option::is_none) {
            return;
        }
        request_animation_frame(move || {
            let places = pending.try_update_value(Option::take).flatten();
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
