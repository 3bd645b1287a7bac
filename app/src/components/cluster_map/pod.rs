//! A pod's tile: its name, its state in the server's words, and its containers like peas in it.
//!
//! What is in it is written as a whole ([`Html`]) whenever the pod changes: there may be a thousand, and a tile of views
//! costs ten times as much. What a tile says of the keyboard and of the selection is kept by the map.

use leptos::prelude::*;
use view::{
    ContainerKind, ContainerState, ContainerView, ObjectRef, PodView, Pull, Termination, Time,
};

use super::TabStop;
use crate::bridge::page;
use crate::components::format;
use crate::components::markup::Html;
use crate::components::tone::Tone;
use crate::state::{Derived, Key};

/// Letters of a name in a dense tile.
const DENSE_NAME: usize = 12;
/// Letters of a state that fit there.
const DENSE_STATUS: usize = 9;

/// A pod; `dense` where there are so many that each shows less.
pub fn tile(uid: Key, tab_stop: TabStop, dense: Derived<bool>) -> AnyView {
    let (stores, _) = page();
    let Some(pod) = stores.cluster.pods.row_untracked(&uid) else {
        return ().into_any();
    };
    let is_stop = tab_stop.with_untracked(|stop| stop.as_ref() == Some(&uid));
    let pressed = untrack(|| stores.inspector.is_selected(&uid));
    // A pod keeps its name for life.
    let name = pod.with_untracked(|pod| pod.name.clone());
    let (classed, told) = (pod.clone(), pod.clone());
    let class = move || classed.with(|pod| format!("pod {}", Tone::of_pod(pod).class()));
    let status = move || told.with(|pod| pod.status.clone());
    let inside = move || pod.with(|pod| write(pod, dense.get()));
    view! {
        <li data-flip=uid.to_string()>
            <button
                class=move || class()
                data-uid=uid.to_string()
                data-pod=name
                data-status=move || status()
                tabindex=if is_stop { "0" } else { "-1" }
                aria-pressed=if pressed { "true" } else { "false" }
                inner_html=move || inside()
            ></button>
        </li>
    }
    .into_any()
}

/// What the inspector asks about.
pub fn reference(pod: &PodView) -> ObjectRef {
    ObjectRef {
        kind: "Pod".into(),
        namespace: pod.namespace.clone(),
        name: pod.name.clone(),
        uid: pod.uid.clone(),
    }
}

/// The tile's inside.
fn write(pod: &PodView, dense: bool) -> String {
    let mut html = Html::new();
    let tone = Tone::of_pod(pod);
    if dense {
        html.raw("<span class=\"pod-name\" role=\"img\" aria-label=\"");
        html.text(&pod.name).raw("\">");
        html.text(&short(&pod.name)).raw("</span>");
        let line = match pod.status.len() > DENSE_STATUS {
            true => "pod-line long",
            false => "pod-line",
        };
        tone.write_state(html.open("span", line), &pod.status);
        return html.close("span").done();
    }
    html.tag("span", "unseen", &spoken(pod));
    html.raw("<span class=\"pod-name\" aria-hidden=\"true\">");
    name(&mut html, &pod.name);
    html.raw("<span class=\"pod-line\" aria-hidden=\"true\">");
    tone.write_state(&mut html, &pod.status);
    html.tag("span", "pod-remark mono", &remark(pod));
    html.raw("</span><span class=\"peas\" aria-hidden=\"true\">");
    for container in &pod.containers {
        pea(&mut html, container);
    }
    html.raw("</span>");
    if let Some(Termination { started, deadline }) = pod.termination {
        bar(&mut html, "drain", started, deadline);
    }
    html.done()
}

/// As many letters of a name as fit into the narrowest dense tile, the end of it among them: what is too long for its
/// place would have to be clipped, and each thing that clips costs in every frame, of which there may be a thousand.
fn short(name: &str) -> String {
    if name.len() <= DENSE_NAME {
        return name.to_owned();
    }
    let (stem, end) = name.split_at(tail(name).unwrap_or(name.len()));
    let room = DENSE_NAME.saturating_sub(end.len() + 1);
    let stem: String = stem.chars().take(room).collect();
    format!("{stem}…{end}")
}

/// Where the end of a name begins that tells it from its siblings, if it has one.
fn tail(name: &str) -> Option<usize> {
    name.rfind('-').filter(|cut| name.len() - cut <= 7)
}

/// A pod's name, and the end of its element. What comes behind the last hyphen tells it from its siblings: where there
/// is no room for all, it stays.
fn name(html: &mut Html, name: &str) {
    let (stem, end) = name.split_at(tail(name).unwrap_or(name.len()));
    html.tag("span", "", stem).text(end).raw("</span>");
}

/// The tile for someone who hears it.
fn spoken(pod: &PodView) -> String {
    let running = pod
        .containers
        .iter()
        .filter(|c| matches!(c.state, ContainerState::Running { .. }));
    let place = match &pod.node {
        Some(node) => format!("on {node}"),
        None => "not on a node yet".into(),
    };
    format!(
        "Pod {}, namespace {}: {}, {place}, {} of {} running",
        pod.name,
        pod.namespace,
        pod.status,
        running.count(),
        format::count(pod.containers.len(), "container"),
    )
}

/// What else is to be said in few letters: the countdown to SIGKILL or the next try, restarts, a foreign namespace.
fn remark(pod: &PodView) -> String {
    let (stores, _) = page();
    let left = |until| format::seconds_left(until, stores.clock.now.get());
    if let Some(termination) = pod.termination {
        return format!("{}s", left(termination.deadline));
    }
    match (next_try(pod).map(left), pod.restarts) {
        (Some(left @ 1..), _) => format!("retry {left}s"),
        (_, 0) if pod.namespace == "default" => String::new(),
        (_, 0) => pod.namespace.clone(),
        (_, restarts) => format!("↻ {restarts}"),
    }
}

fn next_try(pod: &PodView) -> Option<Time> {
    pod.containers
        .iter()
        .find_map(|container| match container.state {
            ContainerState::Waiting { retry, .. } => retry,
            _ => None,
        })
}

/// What moves with virtual time: the grace period running out, an image coming.
fn bar(html: &mut Html, class: &str, start: Time, end: Time) {
    let (stores, _) = page();
    html.raw("<span class=\"").raw(class);
    html.raw("\" aria-hidden=\"true\"><i style=\"");
    html.raw(&stores.clock.animation(start, end))
        .raw("\"></i></span>");
}

/// A container.
fn pea(html: &mut Html, container: &ContainerView) {
    let tone = Tone::of_container(&container.state, container.ready);
    let kind = match container.kind {
        ContainerKind::Main => "",
        ContainerKind::Init => " init",
        ContainerKind::Sidecar => " sidecar",
        ContainerKind::Ephemeral => " ephemeral",
    };
    html.raw("<span class=\"pea ").raw(tone.class()).raw(kind);
    html.raw("\" title=\"").text(&container.name).raw(" (");
    html.text(&container.image).raw("): ");
    html.text(&word(container)).raw("\" data-container=\"");
    html.text(&container.name).raw("\">");
    tone.write_glyph(html);
    html.tag("span", "pea-name", &container.name);
    if let ContainerState::Waiting {
        pull: Some(pull), ..
    } = container.state
    {
        progress(html, pull);
    }
    html.raw("</span>");
}

/// An image pull.
fn progress(html: &mut Html, Pull { started, ends, .. }: Pull) {
    let (stores, _) = page();
    let passed = format::passed(stores.clock.now.get(), started, ends);
    html.raw("<span class=\"pull mono\">");
    html.number(passed / 10).raw("%</span>");
    bar(html, "pull-bar", started, ends);
}

/// What a container is doing, in a word.
fn word(container: &ContainerView) -> String {
    match &container.state {
        ContainerState::Waiting {
            pull: Some(pull), ..
        } => {
            format!(
                "pulling {}",
                format::bytes(i64::try_from(pull.bytes).unwrap_or(i64::MAX))
            )
        }
        ContainerState::Waiting { reason, .. } if reason.is_empty() => "waiting".into(),
        ContainerState::Waiting { reason, .. } => reason.clone(),
        ContainerState::Running { .. } if container.ready => "running, ready".into(),
        ContainerState::Running { .. } => "running, not ready".into(),
        ContainerState::Terminated {
            reason, exit_code, ..
        } => format!("{reason}, exit code {exit_code}"),
    }
}
