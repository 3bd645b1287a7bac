//! The dock at the side: one object in full, or the list of all events.
//!
//! An object's panes are `kubectl describe`, its YAML, its logs, its events, and why it is as it is: the causal
//! trace. The engine fills them and sends them again when they change.

use leptos::prelude::*;
use view::{ContainerState, ObjectRef, Pane, PodView, Selection, ToEngine};

use super::dom::{choose, part};
use super::timeline::event_list;
use super::tone::Tone;
use super::{acts, faults, icon, requests, tone};
use crate::bridge::page;
use crate::state::inspector::{Dock as Shown, Tab};
use crate::state::{Derived, derived, live, watch};

pub(crate) mod content;
mod placement;

/// The dock, while it is open.
#[component]
pub fn Dock() -> impl IntoView {
    let (stores, _) = page();
    let dock = stores.inspector.dock;
    let object = derived(move || match dock.get() {
        Shown::Object(object) => object,
        _ => ObjectRef::default(),
    });
    subscribe();
    let kind = move || {
        dock.with(|dock| match dock {
            Shown::Closed => 0,
            Shown::Events => 1,
            Shown::Faults => 2,
            Shown::Requests => 3,
            Shown::Object(_) => 4,
        })
    };
    choose(kind, move |kind| match kind {
        0 => ().into_any(),
        1 => list_dock("Events", event_list(None)),
        2 => list_dock("Faults", faults::panel()),
        3 => list_dock("Requests", requests::panel()),
        _ => object_dock(object),
    })
}

/// Tells the engine what is looked at.
fn subscribe() {
    let (stores, bridge) = page();
    let inspector = stores.inspector;
    let selection = derived(move || {
        // A new engine has to be told again.
        let ready = stores.session.is_ready();
        let uid = inspector.selected.get().filter(|_| ready)?;
        let pane = match inspector.tab.get() {
            Tab::Why | Tab::Events | Tab::Break => Pane::Why,
            Tab::Describe => Pane::Describe,
            Tab::Yaml => Pane::Yaml,
            Tab::Logs => Pane::Logs {
                container: inspector.container.get(),
                previous: inspector.previous.get(),
            },
        };
        Some(Selection { uid, pane })
    });
    let told = live(false);
    watch(move || {
        let selection = selection.get();
        let any = selection.is_some();
        if any || told.get_untracked() {
            bridge.send(ToEngine::Inspect(selection));
        }
        told.quietly(|told| *told = any);
    });
}

/// A pod, a node, or something else.
fn kind_number(object: &ObjectRef) -> usize {
    match object.kind.as_str() {
        "Pod" => 1,
        "Node" => 2,
        _ => 0,
    }
}

fn close_by_escape() -> impl Fn(web_sys::KeyboardEvent) {
    let (stores, _) = page();
    move |event| {
        if event.key() == "Escape" {
            stores.inspector.dock.set(Shown::Closed);
        }
    }
}

fn close_button() -> AnyView {
    let (stores, _) = page();
    view! {
        <button
            class="button quiet square close"
            aria-label="Close"
            on:click=move |_| stores.inspector.dock.set(Shown::Closed)
        >
            {icon::icon(icon::CLOSE)}
        </button>
    }
    .into_any()
}

/// A dock that shows a list.
fn list_dock(title: &'static str, list: AnyView) -> AnyView {
    view! {
        <aside
            class="pane dock"
            id="dock"
            aria-label=title
            on:click=acts::clicks()
            on:keydown=close_by_escape()
        >
            <div class="pane-head">
                <h2 class="eyebrow">{title}</h2>
                {close_button()}
            </div>
            {list}
        </aside>
    }
    .into_any()
}

fn object_dock(object: Derived<ObjectRef>) -> AnyView {
    let (stores, _) = page();
    let inspector = stores.inspector;
    let tab = move |(tab, label): (Tab, &'static str)| {
        view! {
            <button
                role="tab"
                aria-controls="dock-pane"
                aria-selected=move || (inspector.tab.get() == tab).to_string()
                on:click=move |_| inspector.tab.put(tab)
            >
                {label}
            </button>
        }
        .into_any()
    };
    let tabs = move |kind: usize| {
        let all = [
            (Tab::Why, "Why"),
            (Tab::Describe, "Describe"),
            (Tab::Yaml, "YAML"),
            (Tab::Logs, "Logs"),
            (Tab::Events, "Events"),
            (Tab::Break, "Break"),
        ];
        let shown = all
            .into_iter()
            .filter(|(tab, _)| kind == 1 || *tab != Tab::Logs)
            .filter(|(tab, _)| kind > 0 || *tab != Tab::Break);
        shown.map(tab).collect::<Vec<AnyView>>().into_any()
    };
    let kind = move || {
        object.with(|object| match object.namespace.as_str() {
            "" => object.kind.clone(),
            namespace => format!("{} in {namespace}", object.kind),
        })
    };
    let pane = move |number: usize| match Tab::ALL[number] {
        Tab::Events => event_list(Some(object)),
        Tab::Break => faults::of_object(object),
        tab => content::content(tab, object),
    };
    view! {
        <aside
            class="pane dock"
            id="dock"
            aria-label="Inspector"
            on:click=acts::clicks()
            on:keydown=close_by_escape()
        >
            <div class="dock-head">
                <p class="eyebrow">{move || kind()}</p>
                <h2 class="mono">{move || object.with(|object| object.name.clone())}</h2>
                {part(move || headline(&object.with(|object| object.uid.clone())))}
                {close_button()}
            </div>
            <div class="dock-tabs">
                <div class="segments" role="tablist" aria-label="What to show">
                    {choose(move || object.with(kind_number), tabs)}
                </div>
            </div>
            <div class="pane-body dock-pane" id="dock-pane" role="tabpanel" tabindex="0">
                {choose(move || inspector.tab.get() as usize, pane)}
            </div>
        </aside>
    }
    .into_any()
}

/// The object's state in one line; that it is gone, when it is.
fn headline(uid: &str) -> AnyView {
    let (stores, _) = page();
    let cluster = stores.cluster;
    if let Some(pod) = cluster.pods.row(uid) {
        return pod.with(|pod| tone::state(Tone::of_pod(pod), summary(pod)));
    }
    if let Some(node) = cluster.nodes.row(uid) {
        return node.with(|node| {
            let tone = if node.ready {
                Tone::Running
            } else {
                Tone::Failed
            };
            tone::state(tone, format!("{}, kubelet {}", node.status, node.version))
        });
    }
    tone::state(Tone::Done, "Deleted. What is shown is its last state.")
}

fn summary(pod: &PodView) -> String {
    let running = pod
        .containers
        .iter()
        .filter(|c| matches!(c.state, ContainerState::Running { .. }));
    let mut text = format!(
        "{}, {} of {} running",
        pod.status,
        running.count(),
        pod.containers.len()
    );
    if let Some(node) = &pod.node {
        text.push_str(" on ");
        text.push_str(node);
    }
    if let Some(address) = &pod.address {
        text.push_str(", ");
        text.push_str(address);
    }
    text
}
