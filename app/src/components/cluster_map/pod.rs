//! A pod's tile: its name, its state in the server's words, and its containers like peas in it.

use leptos::prelude::*;
use view::{
    ContainerKind, ContainerState, ContainerView, ObjectRef, PodView, Pull, Termination, Time,
};

use super::TabStop;
use crate::bridge::page;
use crate::components::dom::{part, text};
use crate::components::format;
use crate::components::tone::{self, Tone};
use crate::state::inspector::Dock;
use crate::state::{Key, Row};

/// A pod.
pub fn tile(uid: Key, tab_stop: TabStop) -> AnyView {
    let (stores, _) = page();
    let Some(pod) = stores.cluster.pods.row_untracked(&uid) else {
        return ().into_any();
    };
    let inspector = stores.inspector;
    let (pressed, stop, clicked) = (uid.clone(), uid.clone(), pod.clone());
    let select = move || {
        let object = clicked.with_untracked(reference);
        let open = inspector.is_selected(&object.uid);
        inspector.dock.set(if open {
            Dock::Closed
        } else {
            Dock::Object(object)
        });
    };
    // One closure an attribute, each with a handle of its own.
    let read = |read: fn(&PodView) -> String| {
        let pod = pod.clone();
        move || pod.with(read)
    };
    let class = read(|pod| format!("pod {}", Tone::of_pod(pod).class()));
    let (name, status, label) = (
        read(|pod| pod.name.clone()),
        read(|pod| pod.status.clone()),
        read(spoken),
    );
    let (title, line, peas) = (read(|pod| pod.name.clone()), pod.clone(), pod.clone());
    view! {
        <li data-flip=uid.to_string()>
            <button
                class=move || class()
                data-uid=uid.to_string()
                data-pod=move || name()
                data-status=move || status()
                tabindex=move || {
                    let is_stop = tab_stop.with(|uid| uid.as_ref() == Some(&stop));
                    String::from(if is_stop { "0" } else { "-1" })
                }
                aria-pressed=move || inspector.is_selected(&pressed).to_string()
                on:click=move |_| select()
            >
                <span class="unseen">{move || label()}</span>
                <span class="pod-name" aria-hidden="true">{move || title()}</span>
                <span class="pod-line" aria-hidden="true">
                    {part(move || line.with(|pod| tone::state(Tone::of_pod(pod), pod.status.clone())))}
                    <span class="pod-remark mono">{remark(pod.clone())}</span>
                </span>
                <span class="peas" aria-hidden="true">
                    {part(move || peas.with(|pod| {
                        pod.containers.iter().map(pea).collect::<Vec<AnyView>>().into_any()
                    }))}
                </span>
                {drain(pod)}
            </button>
        </li>
    }
    .into_any()
}

fn reference(pod: &PodView) -> ObjectRef {
    ObjectRef {
        kind: "Pod".into(),
        namespace: pod.namespace.clone(),
        name: pod.name.clone(),
        uid: pod.uid.clone(),
    }
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
fn remark(pod: Row<PodView>) -> AnyView {
    let (stores, _) = page();
    let now = stores.clock.now;
    text(move || {
        pod.with(|pod| {
            if let Some(termination) = pod.termination {
                return format!("{}s", format::seconds_left(termination.deadline, now.get()));
            }
            match (
                next_try(pod).map(|retry| format::seconds_left(retry, now.get())),
                pod.restarts,
            ) {
                (Some(left @ 1..), _) => format!("retry {left}s"),
                (_, 0) if pod.namespace == "default" => String::new(),
                (_, 0) => pod.namespace.clone(),
                (_, restarts) => format!("↻ {restarts}"),
            }
        })
    })
}

fn next_try(pod: &PodView) -> Option<Time> {
    pod.containers
        .iter()
        .find_map(|container| match container.state {
            ContainerState::Waiting { retry, .. } => retry,
            _ => None,
        })
}

/// The grace period, running out.
fn drain(pod: Row<PodView>) -> AnyView {
    let (stores, _) = page();
    part(move || match pod.with(|pod| pod.termination) {
        None => ().into_any(),
        Some(Termination { started, deadline }) => {
            let style = move || stores.clock.animation(started, deadline);
            view! { <span class="drain" aria-hidden="true"><i style=move || style()></i></span> }
                .into_any()
        }
    })
}

/// A container.
fn pea(container: &ContainerView) -> AnyView {
    let tone = Tone::of_container(&container.state, container.ready);
    let kind = match container.kind {
        ContainerKind::Main => "",
        ContainerKind::Init => " init",
        ContainerKind::Sidecar => " sidecar",
        ContainerKind::Ephemeral => " ephemeral",
    };
    let class = format!("pea {}{kind}", tone.class());
    let title = format!(
        "{} ({}): {}",
        container.name,
        container.image,
        word(container)
    );
    let pull = match container.state {
        ContainerState::Waiting {
            pull: Some(pull), ..
        } => progress(pull),
        _ => ().into_any(),
    };
    view! {
        <span class=class title=title data-container=container.name.clone()>
            {tone.glyph()}
            <span class="pea-name">{container.name.clone()}</span>
            {pull}
        </span>
    }
    .into_any()
}

/// An image pull.
fn progress(Pull { started, ends, .. }: Pull) -> AnyView {
    let (stores, _) = page();
    let clock = stores.clock;
    view! {
        <span class="pull mono">
            {move || format!("{}%", format::passed(clock.now.get(), started, ends) / 10)}
        </span>
        <span class="pull-bar" aria-hidden="true">
            <i style=move || clock.animation(started, ends)></i>
        </span>
    }
    .into_any()
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
