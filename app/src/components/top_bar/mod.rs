//! The top bar: whose page it is, which cluster runs here, the lesson's place, starting over.

use leptos::prelude::*;

use super::dom::{either, show};
use super::icon;
use crate::bridge::page;
use crate::state::live;
use crate::state::session::Phase;

/// The bar across the page's top.
#[component]
pub fn TopBar() -> impl IntoView {
    let (stores, _) = page();
    let hidden = stores.layout.lesson_hidden;
    view! {
        <header class="top-bar">
            <a class="brand" href="#lessons" aria-label="Tabernetes, all lessons">
                {mark()} <span>"Tabernetes"</span>
            </a>
            {engine_state()}
            {stores.layout.embedded.then(|| view! {
                <a class="embed-out" href="./" target="_blank">"Open in a tab"</a>
            }.into_any())}
            <div class="top-bar-end">
                <button
                    class="button quiet lesson-toggle"
                    aria-pressed=move || (!hidden.get()).to_string()
                    on:click=move |_| stores.layout.toggle_lesson()
                >
                    {icon::icon(icon::SIDE)}
                    <span>"Lesson"</span>
                </button>
                {reset_button()}
            </div>
        </header>
    }
}

/// The page's mark: a tab with three pods in it.
fn mark() -> AnyView {
    view! {
        <svg class="mark" viewBox="0 0 28 28" aria-hidden="true">
            <path class="mark-tab" d="M2 23.5V10a5 5 0 0 1 5-5h6.5a3 3 0 0 1 2.8 2l.9 2.5H21a5 5 0 0 1 5 5v9z" />
            <circle cx="8.75" cy="16.5" r="2.25" />
            <circle cx="14.25" cy="16.5" r="2.25" />
            <circle cx="19.75" cy="16.5" r="2.25" class="mark-ring" />
        </svg>
    }
    .into_any()
}

fn engine_state() -> AnyView {
    let (stores, _) = page();
    let session = stores.session;
    let text = move || match session.phase.get() {
        Phase::Loading => "Loading the engine…".into(),
        Phase::Starting => "Starting the cluster…".into(),
        Phase::Ready => format!("Kubernetes {}", session.kubernetes.get()),
        Phase::Failed(_) => "The engine has stopped".into(),
    };
    let class = move || {
        let more = match session.phase.get() {
            Phase::Ready => "",
            Phase::Failed(_) => " failed",
            _ => " busy",
        };
        format!("engine-state{more}")
    };
    let unsaved = move || {
        view! {
            <p class="engine-state unsaved" tabindex="0">
                {icon::icon(icon::ALERT)} "Not saved"
                <span class="tip" role="note">{move || session.unsaved.get().unwrap_or_default()}</span>
            </p>
        }
        .into_any()
    };
    view! {
        <p class=move || class() id="engine" role="status">
            {move || text()}
        </p>
        {show(move || session.unsaved.with(Option::is_some), unsaved)}
    }
    .into_any()
}

/// Asks once more, in place, before everything is gone.
fn reset_button() -> AnyView {
    let (stores, bridge) = page();
    let asking = live(false);
    let yes = NodeRef::<leptos::html::Button>::new();
    let ask = move || {
        asking.set(true);
        request_animation_frame(move || {
            if let Some(button) = yes.get_untracked() {
                let _ = button.focus();
            }
        });
    };
    let reset = move || {
        asking.set(false);
        bridge.reset();
        stores.notices.say("A new cluster starts.");
    };
    let question = move || {
        view! {
            <div
                class="ask"
                role="group"
                aria-label="Start over?"
                on:keydown=move |event| {
                    if event.key() == "Escape" {
                        asking.set(false);
                    }
                }
            >
                <span>"Delete this cluster and its files?"</span>
                <button class="button danger" node_ref=yes on:click=move |_| reset()>
                    "Start over"
                </button>
                <button class="button quiet" on:click=move |_| asking.set(false)>
                    "Keep"
                </button>
            </div>
        }
        .into_any()
    };
    let button = move || {
        view! {
            <button class="button quiet" on:click=move |_| ask()>
                {icon::icon(icon::RESET)}
                <span>"Start over"</span>
            </button>
        }
        .into_any()
    };
    either(move || asking.get(), question, button)
}
