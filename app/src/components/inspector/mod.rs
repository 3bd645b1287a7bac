//! The dock at the side: one object in full, or the list of all events.
//!
//! An object's panes are `kubectl describe`, its YAML, its logs, its events, and why it is as it is: the causal
//! trace. The engine fills them and sends them again when they change.

use leptos::prelude::*;
use view::{ContainerState, ObjectRef, Pane, PodView, Selection, ToEngine};

use super::timeline::EventList;
use super::tone::Tone;
use super::{icon, tone};
use crate::bridge::page;
use crate::state::inspector::{Dock as Shown, Tab};

pub mod content;

use content::Content;

/// The dock, while it is open.
#[component]
pub fn Dock() -> impl IntoView {
    let (stores, _) = page();
    let dock = stores.inspector.dock;
    let kind = Memo::new(move |_| {
        dock.with(|dock| match dock {
            Shown::Closed => 0,
            Shown::Events => 1,
            Shown::Object(_) => 2,
        })
    });
    subscribe();
    move || match kind.get() {
        0 => ().into_any(),
        1 => view! { <EventsDock /> }.into_any(),
        _ => view! { <ObjectDock /> }.into_any(),
    }
}

/// Tells the engine what is looked at.
fn subscribe() {
    let (stores, bridge) = page();
    let inspector = stores.inspector;
    let selection = Memo::new(move |_| {
        // A new engine has to be told again.
        let ready = stores.session.is_ready();
        let uid = inspector.selected.get().filter(|_| ready)?;
        let pane = match inspector.tab.get() {
            Tab::Why | Tab::Events => Pane::Why,
            Tab::Describe => Pane::Describe,
            Tab::Yaml => Pane::Yaml,
            Tab::Logs => Pane::Logs {
                container: inspector.container.get(),
                previous: inspector.previous.get(),
            },
        };
        Some(Selection { uid, pane })
    });
    Effect::new(move |before: Option<bool>| {
        let selection = selection.get();
        let any = selection.is_some();
        if any || before == Some(true) {
            bridge.send(ToEngine::Inspect(selection));
        }
        any
    });
}

fn close_button() -> impl IntoView {
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
}

#[component]
fn EventsDock() -> impl IntoView {
    view! {
        <aside class="pane dock" id="dock" aria-label="Events">
            <div class="pane-head">
                <h2 class="eyebrow">"Events"</h2>
                {close_button()}
            </div>
            <EventList of=None />
        </aside>
    }
}

#[component]
fn ObjectDock() -> impl IntoView {
    let (stores, _) = page();
    let inspector = stores.inspector;
    let object = Memo::new(move |_| {
        inspector.dock.with(|dock| match dock {
            Shown::Object(object) => object.clone(),
            _ => ObjectRef::default(),
        })
    });
    // A container belongs to its pod: another object begins with its default one.
    let is_pod = Memo::new(move |_| object.with(|object| object.kind == "Pod"));
    let tabs = move || {
        let mut tabs = vec![
            (Tab::Why, "Why"),
            (Tab::Describe, "Describe"),
            (Tab::Yaml, "YAML"),
        ];
        if is_pod.get() {
            tabs.push((Tab::Logs, "Logs"));
        }
        tabs.push((Tab::Events, "Events"));
        tabs
    };
    view! {
        <aside
            class="pane dock"
            id="dock"
            aria-label="Inspector"
            on:keydown=move |event| {
                if event.key() == "Escape" {
                    stores.inspector.dock.set(Shown::Closed);
                }
            }
        >
            <div class="dock-head">
                <p class="eyebrow">
                    {move || object.with(|object| object.kind.clone())}
                    {move || {
                        object.with(|object| {
                            (!object.namespace.is_empty()).then(|| format!(" in {}", object.namespace))
                        })
                    }}
                </p>
                <h2 class="mono">{move || object.with(|object| object.name.clone())}</h2>
                <Headline object />
                {close_button()}
            </div>
            <div class="dock-tabs">
                <div class="segments" role="tablist" aria-label="What to show">
                    {move || {
                        tabs()
                            .into_iter()
                            .map(|(tab, label)| {
                                view! {
                                    <button
                                        role="tab"
                                        aria-controls="dock-pane"
                                        aria-selected=move || (inspector.tab.get() == tab).to_string()
                                        on:click=move |_| inspector.tab.set(tab)
                                    >
                                        {label}
                                    </button>
                                }
                            })
                            .collect_view()
                    }}
                </div>
            </div>
            <div class="pane-body dock-pane" id="dock-pane" role="tabpanel" tabindex="0">
                {move || match inspector.tab.get() {
                    Tab::Events => view! { <EventList of=Some(object) /> }.into_any(),
                    tab => view! { <Content tab object /> }.into_any(),
                }}
            </div>
        </aside>
    }
}

/// The object's state in one line; that it is gone, when it is.
#[component]
fn Headline(object: Memo<ObjectRef>) -> impl IntoView {
    let (stores, _) = page();
    let cluster = stores.cluster;
    move || {
        let uid = object.with(|object| object.uid.clone());
        if let Some(pod) = cluster.pods.row(&uid) {
            let pod = pod.get();
            return tone::state(Tone::of_pod(&pod), summary(&pod)).into_any();
        }
        if let Some(node) = cluster.nodes.row(&uid) {
            let node = node.get();
            let tone = if node.ready {
                Tone::Running
            } else {
                Tone::Failed
            };
            return tone::state(tone, format!("{}, kubelet {}", node.status, node.version))
                .into_any();
        }
        tone::state(Tone::Done, "Deleted. What is shown is its last state.").into_any()
    }
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
