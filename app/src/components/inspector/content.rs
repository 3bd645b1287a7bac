//! What is in the inspector's pane: text as kubectl prints it, or the causal trace as a line of stations.

use leptos::prelude::*;
use view::{Inspected, InspectedBody, ObjectRef, Pane, WhyStep};

use crate::bridge::page;
use crate::components::format;
use crate::state::inspector::{Dock, Tab};

/// The open pane's content.
#[component]
pub fn Content(
    /// The open tab.
    tab: Tab,
    /// The selected object.
    object: Memo<ObjectRef>,
) -> impl IntoView {
    let (stores, _) = page();
    let inspector = stores.inspector;
    let body = Memo::new(move |_| {
        let uid = object.with(|object| object.uid.clone());
        inspector.content.with(|content| match content {
            Some(Inspected {
                selection, body, ..
            }) if selection.uid == uid && belongs(&selection.pane, tab) => Some(body.clone()),
            _ => None,
        })
    });
    view! {
        {(tab == Tab::Logs).then(|| view! { <LogControls object /> })}
        <div class="scroll dock-scroll" tabindex="0">
            {move || match body.get() {
                None => view! { <p class="empty">"Asking the cluster…"</p> }.into_any(),
                Some(InspectedBody::Text(text)) if text.is_empty() => {
                    view! { <p class="empty">"It has printed nothing."</p> }.into_any()
                }
                Some(InspectedBody::Text(text)) => {
                    view! { <pre class="text" class:yaml=tab == Tab::Yaml>{text}</pre> }.into_any()
                }
                Some(InspectedBody::Error(text)) => view! { <p class="empty">{text}</p> }.into_any(),
                Some(InspectedBody::Why(steps)) => trace(steps).into_any(),
                Some(InspectedBody::Gone) => ().into_any(),
            }}
        </div>
    }
}

fn belongs(pane: &Pane, tab: Tab) -> bool {
    match pane {
        Pane::Describe => tab == Tab::Describe,
        Pane::Yaml => tab == Tab::Yaml,
        Pane::Logs { .. } => tab == Tab::Logs,
        Pane::Why => tab == Tab::Why,
    }
}

/// Which container's logs, and of which run.
#[component]
fn LogControls(object: Memo<ObjectRef>) -> impl IntoView {
    let (stores, _) = page();
    let inspector = stores.inspector;
    let names = Memo::new(move |_| {
        let uid = object.with(|object| object.uid.clone());
        let pod = stores
            .cluster
            .pods
            .row(&uid)
            .map(|pod| pod.get())
            .unwrap_or_default();
        pod.containers
            .into_iter()
            .map(|container| container.name)
            .collect::<Vec<_>>()
    });
    view! {
        <div class="log-controls">
            <Show when=move || { names.with(Vec::len) > 1 }>
                <label>
                    "Container "
                    <select on:change=move |event| inspector.container.set(event_target_value(&event))>
                        {move || {
                            names
                                .get()
                                .into_iter()
                                .map(|name| view! { <option value=name.clone()>{name.clone()}</option> })
                                .collect_view()
                        }}
                    </select>
                </label>
            </Show>
            <label>
                <input
                    type="checkbox"
                    prop:checked=move || inspector.previous.get()
                    on:change=move |event| inspector.previous.set(event_target_checked(&event))
                />
                " Run before"
            </label>
        </div>
    }
}

/// The causal trace, the first cause at the top.
fn trace(steps: Vec<WhyStep>) -> impl IntoView {
    let (stores, _) = page();
    let started = stores.clock.started.get_untracked();
    let stations = steps.into_iter().map(move |step| {
        let object = step.object.filter(|object| !object.uid.is_empty());
        let link = object.map(|object| {
            let name = object.name.clone();
            view! {
                <button
                    class="link mono"
                    on:click=move |_| stores.inspector.dock.set(Dock::Object(object.clone()))
                >
                    {name}
                </button>
            }
        });
        let you = step.actor == "you";
        view! {
            <li class="station" class:you=you>
                <p class="station-actor">{step.actor}</p>
                <p class="station-text">{step.text} {link}</p>
                <time class="station-time mono">
                    "+" {format::span(step.at.seconds_since(started))}
                </time>
            </li>
        }
    });
    view! { <ol class="trace">{stations.collect_view()}</ol> }
}
