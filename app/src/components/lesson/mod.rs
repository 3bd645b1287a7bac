//! The lesson: its steps with their ticks, hints and solutions; or the list of lessons while none is open.
//!
//! Which step is done is the engine's word, from the cluster's state. The learner may read ahead: every step can be
//! opened.

use std::sync::Arc;

use leptos::prelude::*;
use view::{LessonView, ToEngine};

use super::icon;
use crate::bridge::page;

pub mod list;
pub mod step;
pub mod text;

use list::LessonList;
use step::Step;
use text::blocks;

/// The lesson's pane.
#[component]
pub fn Lesson() -> impl IntoView {
    let (stores, _) = page();
    let open = stores.lesson.open;
    view! {
        <section class="pane lesson" aria-label="Lesson">
            {move || match open.get() {
                Some(lesson) => view! { <OpenLesson lesson /> }.into_any(),
                None => view! { <LessonList /> }.into_any(),
            }}
        </section>
    }
}

#[component]
fn OpenLesson(lesson: Arc<LessonView>) -> impl IntoView {
    let (stores, bridge) = page();
    let total = lesson.steps.len();
    let minutes = lesson.card.minutes;
    let store = stores.lesson;
    // What the learner has opened by hand; otherwise the current step is open.
    let chosen = RwSignal::new(None::<usize>);
    let current = Memo::new(move |_| store.current());
    Effect::new(move |before: Option<usize>| {
        let now = current.get();
        if before.is_some_and(|before| before != now) {
            chosen.set(None);
        }
        now
    });
    let opened = Memo::new(move |_| chosen.get().unwrap_or_else(|| current.get()));
    let steps = (0..total)
        .map(|number| view! { <Step lesson=lesson.clone() number opened chosen /> })
        .collect_view();
    let restart = {
        let id = lesson.card.id.clone();
        move |_| bridge.send(ToEngine::OpenLesson(id.clone()))
    };
    view! {
        <div class="pane-head">
            <button
                class="button quiet back"
                aria-label="All lessons"
                on:click=move |_| bridge.send(ToEngine::CloseLesson)
            >
                {icon::icon(icon::LEFT)}
                <span>"Lessons"</span>
            </button>
            <Progress total />
        </div>
        <div class="pane-body scroll lesson-body" tabindex="0">
            <p class="eyebrow">{lesson.card.track.clone()} " · " {minutes} " min"</p>
            <h1>{lesson.card.title.clone()}</h1>
            <div class="prose">{blocks(&lesson.intro)}</div>
            <ol class="steps">{steps}</ol>
            <Show when=move || store.is_finished()>
                <Finish lesson=lesson.clone() />
            </Show>
            <p class="lesson-foot">
                <button class="button quiet" on:click=restart.clone()>
                    {icon::icon(icon::RESET)}
                    "Begin this lesson again"
                </button>
            </p>
        </div>
    }
}

/// One segment a step, filled when it is done.
#[component]
fn Progress(total: usize) -> impl IntoView {
    let (stores, _) = page();
    let store = stores.lesson;
    let done = Memo::new(move |_| (0..total).filter(|step| store.is_done(*step)).count());
    view! {
        <div
            class="progress"
            role="progressbar"
            aria-label="Steps done"
            aria-valuemin="0"
            aria-valuemax=total.to_string()
            aria-valuenow=move || done.get().to_string()
        >
            {(0..total)
                .map(|step| view! { <i class:done=move || store.is_done(step)></i> })
                .collect_view()}
        </div>
        <p class="progress-text mono">{done} "/" {total}</p>
    }
}

/// What has been learned, and where to go from here.
#[component]
fn Finish(lesson: Arc<LessonView>) -> impl IntoView {
    let (stores, bridge) = page();
    let next = lesson.next.clone().and_then(|id| {
        stores
            .lesson
            .cards
            .with(|cards| cards.iter().find(|card| card.id == id).cloned())
    });
    view! {
        <div class="finish">
            <h2>{icon::icon(icon::CHECK)} "Done"</h2>
            <div class="prose">{blocks(&lesson.outro)}</div>
            {match next {
                Some(card) => {
                    let id = card.id.clone();
                    view! {
                        <button
                            class="button primary"
                            on:click=move |_| bridge.send(ToEngine::OpenLesson(id.clone()))
                        >
                            "Next: "
                            {card.title}
                            {icon::icon(icon::RIGHT)}
                        </button>
                    }
                        .into_any()
                }
                None => {
                    view! {
                        <p class="empty">
                            "The cluster is yours: try whatever you like in it."
                        </p>
                    }
                        .into_any()
                }
            }}
        </div>
    }
}
