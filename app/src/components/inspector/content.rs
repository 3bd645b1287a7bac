//! What is in the inspector's pane: text as kubectl prints it, or the causal trace as a line of stations.

use leptos::prelude::*;
use view::{Inspected, InspectedBody, ObjectRef, Pane, Placement, WhyStep};

use super::placement;
use crate::bridge::page;
use crate::components::dom::{part, show};
use crate::components::format;
use crate::components::markup::Html;
use crate::state::Derived;
use crate::state::inspector::{Dock, Tab};

/// The open pane's content.
pub(super) fn content(tab: Tab, object: Derived<ObjectRef>) -> AnyView {
    let (stores, _) = page();
    let inspector = stores.inspector;
    let body = move || {
        let uid = object.with(|object| object.uid.clone());
        inspector.content.with(|content| match content.as_ref() {
            Some(Inspected {
                selection, body, ..
            }) if selection.uid == uid && belongs(&selection.pane, tab) => draw(tab, body),
            _ => empty("Asking the cluster…"),
        })
    };
    let controls = if tab == Tab::Logs {
        log_controls(object)
    } else {
        ().into_any()
    };
    view! {
        {controls}
        <div class="scroll dock-scroll" tabindex="0">
            {part(body)}
        </div>
    }
    .into_any()
}

fn draw(tab: Tab, body: &InspectedBody) -> AnyView {
    match body {
        InspectedBody::Text(text) if text.is_empty() => empty("It has printed nothing."),
        InspectedBody::Text(text) => {
            let class = if tab == Tab::Yaml {
                "text yaml"
            } else {
                "text"
            };
            view! { <pre class=class>{text.clone()}</pre> }.into_any()
        }
        InspectedBody::Error(text) => empty(text),
        InspectedBody::Why { steps, placement } => why(steps, placement.as_deref()),
        InspectedBody::Gone => ().into_any(),
    }
}

fn empty(text: &str) -> AnyView {
    view! { <p class="empty">{text.to_owned()}</p> }.into_any()
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
fn log_controls(object: Derived<ObjectRef>) -> AnyView {
    let (stores, _) = page();
    let inspector = stores.inspector;
    let names = move || {
        let uid = object.with(|object| object.uid.clone());
        let names = |pod: &view::PodView| {
            pod.containers
                .iter()
                .map(|container| container.name.clone())
                .collect()
        };
        stores
            .cluster
            .pods
            .row(&uid)
            .map(|pod| pod.with(names))
            .unwrap_or_else(Vec::new)
    };
    let choice = move || {
        let options = names()
            .into_iter()
            .map(|name| view! { <option>{name}</option> }.into_any());
        view! {
            <label>
                "Container "
                <select on:change=move |event| inspector.container.set(event_target_value(&event))>
                    {options.collect::<Vec<AnyView>>()}
                </select>
            </label>
        }
        .into_any()
    };
    view! {
        <div class="log-controls">
            {show(move || names().len() > 1, choice)}
            <label>
                <input
                    type="checkbox"
                    on:change=move |event| inspector.previous.set(event_target_checked(&event))
                />
                " The run before this one"
            </label>
        </div>
    }
    .into_any()
}

/// The causal trace, the first cause at the top; and of a pod, why it is on its node.
fn why(steps: &[WhyStep], placement: Option<&Placement>) -> AnyView {
    let (stores, _) = page();
    let started = stores.clock.started.get_untracked();
    let mut html = Html::new();
    if let Some(placement) = placement {
        placement::write(&mut html, placement);
    }
    html.raw("<ol class=\"trace\">");
    for step in steps {
        html.open(
            "li",
            if step.actor == "you" {
                "station you"
            } else {
                "station"
            },
        );
        html.tag("p", "station-actor", &step.actor);
        html.raw("<p class=\"station-text\">").text(&step.text);
        if let Some(object) = step.object.as_ref().filter(|object| !object.uid.is_empty()) {
            html.raw(" ").act("link mono", "object", &address(object));
            html.text(&short(object)).raw("</button>");
        }
        html.raw("</p><time class=\"station-time mono\">+");
        html.text(&format::span(started, step.at))
            .raw("</time></li>");
    }
    html.raw("</ol>");
    let html = html.done();
    view! { <div class="why" inner_html=html></div> }.into_any()
}

fn short(object: &ObjectRef) -> String {
    format!("{}/{}", object.kind.to_ascii_lowercase(), object.name)
}

/// An object in a button's `data-of`; no part of it has a space in it.
fn address(object: &ObjectRef) -> String {
    let ObjectRef {
        kind,
        namespace,
        name,
        uid,
    } = object;
    format!("{kind} {namespace} {name} {uid}")
}

/// The object of such a button.
pub(crate) fn addressed(of: &str) -> ObjectRef {
    let mut parts = of.split(' ').map(str::to_owned);
    let mut next = || parts.next().unwrap_or_default();
    ObjectRef {
        kind: next(),
        namespace: next(),
        name: next(),
        uid: next(),
    }
}

/// An object's name that leads to it.
pub(crate) fn link(object: ObjectRef) -> AnyView {
    let (stores, _) = page();
    let name = short(&object);
    view! {
        <button class="link mono" on:click=move |_| stores.inspector.dock.set(Dock::Object(object.clone()))>
            {name}
        </button>
    }
    .into_any()
}
