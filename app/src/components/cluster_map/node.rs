//! A node's panel: its name and state, how much of it is asked for, and the pods on it.

use leptos::prelude::*;
use view::{NodeView, ObjectRef, Resources};

use super::{TabStop, pod};
use crate::bridge::page;
use crate::components::dom::{each, part};
use crate::components::tone::Tone;
use crate::components::{faults, format, icon, tone};
use crate::state::cluster::Place;
use crate::state::inspector::Dock;
use crate::state::{Key, Row, derived};

/// Above this many pods, tiles show less of each.
pub const ROOMY: usize = 12;

/// A node.
pub fn panel(uid: Key, tab_stop: TabStop) -> AnyView {
    let (stores, _) = page();
    let cluster = stores.cluster;
    let flip_id = format!("node-{uid}");
    let Some(node) = cluster.nodes.row_untracked(&uid) else {
        return ().into_any();
    };
    // A node keeps its name for life.
    let name = node.with_untracked(|node| node.name.clone());
    let place = {
        let name = name.clone();
        move || cluster.place(&name)
    };
    let object = ObjectRef {
        kind: "Node".into(),
        name: name.clone(),
        uid: uid.to_string(),
        ..ObjectRef::default()
    };
    let selected = move || stores.inspector.is_selected(&uid).to_string();
    let dense = {
        let place = place.clone();
        derived(move || place().pods.len() > ROOMY)
    };
    let class = {
        let node = node.clone();
        move || node.with(|node| class(node, dense.get()))
    };
    let (head, notes) = (node.clone(), node.clone());
    let (label, title) = (format!("Node {name}"), name.clone());
    let address = node.with_untracked(|node| node.address.clone());
    view! {
        <section class=move || class() data-flip=flip_id aria-label=label>
            <button
                class="node-head"
                aria-pressed=move || selected()
                data-node=name
                on:click=move |_| stores.inspector.dock.set(Dock::Object(object.clone()))
            >
                <span class="node-name">{title}</span>
                {part(move || head.with(|node| tone::state(node_tone(node), node.status.clone())))}
                <span class="node-address mono">{address}</span>
            </button>
            {part(move || notes.with(remarks))}
            {gauges(node, place.clone())}
            <ul class="tiles" aria-label="Pods">
                {each(move || place().pods, move |uid| pod::tile(uid, tab_stop, dense))}
            </ul>
        </section>
    }
    .into_any()
}

fn class(node: &NodeView, dense: bool) -> String {
    let mut class = String::from("node");
    for (so, word) in [
        (!node.ready, " down"),
        (!node.schedulable, " cordoned"),
        (dense, " dense"),
    ] {
        if so {
            class.push_str(word);
        }
    }
    class
}

fn node_tone(node: &NodeView) -> Tone {
    match (node.ready, node.schedulable) {
        (false, _) => Tone::Failed,
        (true, false) => Tone::Waiting,
        (true, true) => Tone::Running,
    }
}

/// Taints and pressure, where there are any.
fn remarks(node: &NodeView) -> AnyView {
    let remarks = node.pressure.iter().chain(&node.taints);
    let remarks = remarks.map(|remark| view! { <li class="mono">{remark.clone()}</li> }.into_any());
    let broken = faults::remarks(&node.name).into_iter().map(|name| {
        let name = name.replace('-', " ");
        view! { <li class="broken">{icon::icon(icon::FAULT)} {name}</li> }.into_any()
    });
    let remarks: Vec<AnyView> = remarks.chain(broken).collect();
    if remarks.is_empty() {
        return ().into_any();
    }
    view! { <ul class="node-notes">{remarks}</ul> }.into_any()
}

/// What is asked for of what there is.
fn gauges(node: Row<NodeView>, place: impl Fn() -> Place + Clone + Send + 'static) -> AnyView {
    let gauge = move |label: &'static str, of: fn(Resources) -> i64, show: fn(i64) -> String| {
        let (node, place) = (node.clone(), place.clone());
        // What is asked for, what there is, and the one in thousandths of the other.
        let reading = move || {
            let (used, whole) = (
                of(place().requested),
                node.with(|node| of(node.allocatable)),
            );
            (used, whole, format::part(used, whole))
        };
        let (class, used, whole, bar) =
            (reading.clone(), reading.clone(), reading.clone(), reading);
        view! {
            <li class=move || String::from(if class().2 > 850 { "gauge tight" } else { "gauge" })>
                <span class="gauge-name">{label}</span>
                <span class="gauge-value">
                    <b>{move || show(used().0)}</b>
                    {move || format!(" / {}", show(whole().1))}
                </span>
                <span class="gauge-bar" aria-hidden="true">
                    <i style=move || format!("transform:scaleX({})", format::thousandths(bar().2))></i>
                </span>
            </li>
        }
        .into_any()
    };
    view! {
        <ul class="gauges" aria-label="Requested of what is allocatable">
            {gauge("CPU", |all| all.cpu_millis, format::cpu)}
            {gauge("Mem", |all| all.memory_bytes, format::bytes)}
            {gauge("Pods", |all| all.pods, |pods| pods.to_string())}
        </ul>
    }
    .into_any()
}
