//! A pod's tile: its name, its state in the server's words, and its containers like peas in it.

use leptos::prelude::*;
use view::{ContainerKind, ContainerState, ContainerView, ObjectRef, PodView};

use crate::bridge::page;
use crate::components::format;
use crate::components::tone::{self, Tone};
use crate::state::Key;
use crate::state::inspector::Dock;

/// A pod.
#[component]
pub fn PodTile(
    /// The pod's UID.
    uid: Key,
    /// The tile that is in the tab order.
    tab_stop: Memo<Option<Key>>,
) -> impl IntoView {
    let (stores, _) = page();
    let row = stores.cluster.pods.row_untracked(&uid);
    let pod = Memo::new(move |_| row.as_ref().map(|row| row.get()).unwrap_or_default());
    let is_selected = {
        let uid = uid.clone();
        Memo::new(move |_| {
            stores
                .inspector
                .selected
                .with(|selected| selected.as_deref() == Some(&*uid))
        })
    };
    let is_tab_stop = {
        let uid = uid.clone();
        move || tab_stop.with(|stop| stop.as_ref() == Some(&uid))
    };
    let tone = Memo::new(move |_| pod.with(Tone::of_pod));
    let select = move |_| {
        if is_selected.get_untracked() {
            stores.inspector.dock.set(Dock::Closed);
        } else {
            stores
                .inspector
                .dock
                .set(Dock::Object(pod.with_untracked(reference)));
        }
    };
    let class = move || format!("pod {}", tone.get().class());
    view! {
        <li data-flip=uid.to_string()>
            <button
                class=class
                data-uid=uid.to_string()
                data-pod=move || pod.with(|pod| pod.name.clone())
                data-status=move || pod.with(|pod| pod.status.clone())
                tabindex=move || if is_tab_stop() { "0" } else { "-1" }
                aria-pressed=move || is_selected.get().to_string()
                aria-label=move || pod.with(spoken)
                on:click=select
            >
                <span class="pod-name">{move || pod.with(|pod| pod.name.clone())}</span>
                <span class="pod-line">
                    {move || tone::state(tone.get(), pod.with(|pod| pod.status.clone()))}
                    <Remark pod />
                </span>
                <span class="peas">
                    {move || pod.with(|pod| pod.containers.iter().map(pea).collect_view())}
                </span>
                <Drain pod />
            </button>
        </li>
    }
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
#[component]
fn Remark(pod: Memo<PodView>) -> impl IntoView {
    let (stores, _) = page();
    let now = stores.clock.now;
    let remark = move || {
        if let Some(termination) = pod.with(|pod| pod.termination) {
            return format!("{}s", format::seconds_left(termination.deadline, now.get()));
        }
        if let Some(retry) = pod.with(next_try) {
            return match format::seconds_left(retry, now.get()) {
                0 => String::new(),
                left => format!("retry {left}s"),
            };
        }
        pod.with(|pod| match (pod.restarts, pod.namespace.as_str()) {
            (0, "default") => String::new(),
            (0, namespace) => namespace.into(),
            (restarts, _) => format!("↻ {restarts}"),
        })
    };
    view! { <span class="pod-remark mono">{remark}</span> }
}

fn next_try(pod: &PodView) -> Option<view::Time> {
    pod.containers
        .iter()
        .find_map(|container| match container.state {
            ContainerState::Waiting { retry, .. } => retry,
            _ => None,
        })
}

/// The grace period, running out.
#[component]
fn Drain(pod: Memo<PodView>) -> impl IntoView {
    let (stores, _) = page();
    let termination = Memo::new(move |_| pod.with(|pod| pod.termination));
    move || {
        let termination = termination.get()?;
        let style = stores
            .clock
            .animation(termination.started, termination.deadline);
        Some(view! { <span class="drain" aria-hidden="true"><i style=style></i></span> })
    }
}

/// A container.
fn pea(container: &ContainerView) -> AnyView {
    let (stores, _) = page();
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
        ContainerState::Waiting { pull, .. } => pull,
        _ => None,
    };
    let name = container.name.clone();
    let progress = pull.map(|pull| {
        let style = move || stores.clock.animation(pull.started, pull.ends);
        let percent = move || {
            let done = stores.clock.now.get().fraction(pull.started, pull.ends);
            format!("{:.0}%", (done * 100.0).floor())
        };
        view! {
            <span class="pull mono">{percent}</span>
            <span class="pull-bar" aria-hidden="true">
                <i style=style></i>
            </span>
        }
    });
    view! {
        <span class=class title=title data-container=container.name.clone()>
            {tone.glyph()}
            <span class="pea-name">{name}</span>
            {progress}
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
