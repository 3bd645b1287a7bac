//! A node's panel: its name and state, how much of it is asked for, and the pods on it.

use leptos::prelude::*;
use view::{NodeView, ObjectRef, Resources};

use super::pod::PodTile;
use crate::bridge::page;
use crate::components::tone::Tone;
use crate::components::{format, tone};
use crate::state::Key;
use crate::state::inspector::Dock;

/// Above this many pods, tiles show their containers only.
const ROOMY: usize = 12;

/// A node.
#[component]
pub fn NodePanel(
    /// The node's UID.
    uid: Key,
    /// The pod's tile that is in the tab order.
    tab_stop: Memo<Option<Key>>,
) -> impl IntoView {
    let (stores, _) = page();
    let cluster = stores.cluster;
    let row = cluster.nodes.row_untracked(&uid);
    let node = Memo::new(move |_| row.as_ref().map(|row| row.get()).unwrap_or_default());
    let pods = Memo::new(move |_| {
        let name = node.with(|node| node.name.clone());
        cluster
            .placement
            .with(|all| all.get(&name).cloned().unwrap_or_default())
    });
    let requested = Memo::new(move |_| {
        let name = node.with(|node| node.name.clone());
        cluster
            .requested
            .with(|all| all.get(&name).copied().unwrap_or_default())
    });
    let select = move |_| {
        let object = node.with_untracked(|node| ObjectRef {
            kind: "Node".into(),
            name: node.name.clone(),
            uid: node.uid.clone(),
            ..ObjectRef::default()
        });
        stores.inspector.dock.set(Dock::Object(object));
    };
    let selected = move || {
        let uid = node.with(|node| node.uid.clone());
        stores
            .inspector
            .selected
            .with(|selected| selected.as_deref() == Some(uid.as_str()))
    };
    let flip_id = format!("node-{uid}");
    view! {
        <section
            class="node"
            class:down=move || node.with(|node| !node.ready)
            class:cordoned=move || node.with(|node| !node.schedulable)
            class:dense=move || { pods.with(Vec::len) > ROOMY }
            data-flip=flip_id
            aria-label=move || node.with(|node| format!("Node {}", node.name))
        >
            <button
                class="node-head"
                aria-pressed=move || selected().to_string()
                data-node=move || node.with(|node| node.name.clone())
                on:click=select
            >
                <span class="node-name">{move || node.with(|node| node.name.clone())}</span>
                {move || node.with(|node| tone::state(node_tone(node), node.status.clone()))}
                <span class="node-address mono">{move || node.with(|node| node.address.clone())}</span>
            </button>
            <Notes node />
            <Gauges node requested />
            <ul class="tiles" aria-label="Pods">
                <For each=move || pods.get() key=Key::clone let(uid)>
                    <PodTile uid tab_stop />
                </For>
            </ul>
        </section>
    }
}

fn node_tone(node: &NodeView) -> Tone {
    match (node.ready, node.schedulable) {
        (false, _) => Tone::Failed,
        (true, false) => Tone::Waiting,
        (true, true) => Tone::Running,
    }
}

/// Taints and pressure, where there are any.
#[component]
fn Notes(node: Memo<NodeView>) -> impl IntoView {
    let notes = move || node.with(|node| [node.pressure.clone(), node.taints.clone()].concat());
    view! {
        <Show when=move || !notes().is_empty()>
            <ul class="node-notes">
                {move || notes().into_iter().map(|note| view! { <li class="mono">{note}</li> }).collect_view()}
            </ul>
        </Show>
    }
}

/// What is asked for of what there is.
#[component]
fn Gauges(node: Memo<NodeView>, requested: Memo<Resources>) -> impl IntoView {
    let gauge = move |label: &'static str, part: fn(Resources) -> i64, show: fn(i64) -> String| {
        let used = move || part(requested.get());
        let whole = move || node.with(|node| part(node.allocatable));
        let percent = move || format::percent(used(), whole());
        view! {
            <li class="gauge" class:tight=move || { percent() > 85.0 }>
                <span class="gauge-name">{label}</span>
                <span class="gauge-value">
                    <b>{move || show(used())}</b>
                    " / "
                    {move || show(whole())}
                </span>
                <span class="gauge-bar" aria-hidden="true">
                    <i style:transform=move || format!("scaleX({:.3})", percent() / 100.0)></i>
                </span>
            </li>
        }
    };
    view! {
        <ul class="gauges" aria-label="Requested of what is allocatable">
            {gauge("CPU", |all| all.cpu_millis, format::cpu)}
            {gauge("Mem", |all| all.memory_bytes, format::bytes)}
            {gauge("Pods", |all| all.pods, |pods| pods.to_string())}
        </ul>
    }
}
