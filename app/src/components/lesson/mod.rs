//! The lesson: its steps with their ticks, hints and solutions; or the list of lessons while none is open.
//!
//! Which step is done is the engine's word, from the cluster's state. The learner may read ahead: every step can be
//! opened.

use std::sync::Arc;

use leptos::prelude::*;
use view::{LessonView, ToEngine};

use super::dom::{part, show};
use super::icon;
use crate::bridge::page;
use crate::state::live;

mod list;
mod step;
mod text;

pub(crate) use text::command;

use text::blocks;

/// The lesson's pane.
#[component]
pub fn Lesson() -> impl IntoView {
    let (stores, _) = page();
    let open = stores.lesson.open;
    view! {
        <section class="pane lesson" aria-label="Lesson">
            {part(move || match open.get() {
                Some(lesson) => open_lesson(lesson),
                None => list::lessons(),
            })}
        </section>
    }
}

fn open_lesson(lesson: Arc<LessonView>) -> AnyView {
    let (stores, bridge) = page();
    let total = lesson.steps.len();
    let store = stores.lesson;
    let id = lesson.card.id.clone();
    let unfolded = live(None);
    let steps = (0..total).map(|number| step::step(lesson.clone(), number, unfolded));
    let steps: Vec<AnyView> = steps.collect();
    let facts = format!("{} · {} min", lesson.card.track, lesson.card.minutes);
    let (title, intro) = (lesson.card.title.clone(), blocks(&lesson.intro));
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
            {progress(total)}
        </div>
        <div class="pane-body scroll lesson-body" tabindex="0">
            <p class="eyebrow">{facts}</p>
            <h1>{title}</h1>
            <div class="prose">{intro}</div>
            <ol class="steps">{steps}</ol>
            {show(move || store.is_finished(), move || finish(&lesson))}
            <p class="lesson-foot">
                <button class="button quiet" on:click=move |_| bridge.open_lesson(&id)>
                    {icon::icon(icon::RESET)}
                    "Begin this lesson again"
                </button>
            </p>
        </div>
    }
    .into_any()
}

/// One segment a step, filled when it is done.
fn progress(total: usize) -> AnyView {
    let (stores, _) = page();
    let store = stores.lesson;
    let done = move || (0..total).filter(|step| store.is_done(*step)).count();
    let segment = move |step: usize| {
        view! { <i class=move || String::from(if store.is_done(step) { "done" } else { "" })></i> }
            .into_any()
    };
    view! {
        <div
            class="progress"
            role="progressbar"
            aria-label="Steps done"
            aria-valuemin="0"
            aria-valuemax=total.to_string()
            aria-valuenow=move || done().to_string()
        >
            {(0..total).map(segment).collect::<Vec<AnyView>>()}
        </div>
        <p class="progress-text mono">{move || format!("{}/{total}", done())}</p>
    }
    .into_any()
}

/// What has been learned, and where to go from here.
fn finish(lesson: &LessonView) -> AnyView {
    let (stores, bridge) = page();
    let next = stores.lesson.after(&lesson.card.id);
    let next = match next {
        Some(card) => view! {
            <button
                class="button primary"
                on:click=move |_| bridge.open_lesson(&card.id)
            >
                {format!("Next: {}", card.title)}
                {icon::icon(icon::RIGHT)}
            </button>
        }
        .into_any(),
        None => view! { <p class="empty">"The cluster is yours: try whatever you like in it."</p> }
            .into_any(),
    };
    view! {
        <div class="finish">
            <h2>{icon::icon(icon::CHECK)} "Done"</h2>
            <div class="prose">{blocks(&lesson.outro)}</div>
            {next}
        </div>
    }
    .into_any()
}
