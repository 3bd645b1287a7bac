//! The list of lessons by track.

use leptos::prelude::*;
use view::LessonCard;

use crate::bridge::page;
use crate::components::dom::either;

/// All lessons, to choose from.
pub(super) fn lessons() -> AnyView {
    let (stores, _) = page();
    let waiting = || view! { <p class="empty">"The list of lessons is on its way…"</p> }.into_any();
    view! {
        <div class="pane-head">
            <h2 class="eyebrow">"Lessons"</h2>
        </div>
        <div class="pane-body scroll lesson-body" tabindex="0">
            <h1>"Learn Kubernetes five minutes at a time"</h1>
            <p class="prose">
                "A whole cluster runs in this tab. Take a lesson, or just type into the terminal: nothing can break."
            </p>
            {either(move || stores.lesson.cards.with(Vec::is_empty), waiting, tracks)}
        </div>
    }
    .into_any()
}

fn tracks() -> AnyView {
    let (stores, _) = page();
    let mut views: Vec<AnyView> = Vec::new();
    let mut track = String::new();
    for lesson in stores.lesson.cards.get() {
        if lesson.track != track {
            track.clone_from(&lesson.track);
            views.push(view! { <h2 class="eyebrow track">{track.clone()}</h2> }.into_any());
        }
        views.push(card(lesson));
    }
    views.into_any()
}

fn card(card: LessonCard) -> AnyView {
    let (_, bridge) = page();
    let facts = format!("{} min · {} steps", card.minutes, card.steps);
    let id = card.id.clone();
    view! {
        <button
            class="card"
            data-lesson=card.id
            on:click=move |_| bridge.open_lesson(&id)
        >
            <span class="card-title">{card.title}</span>
            <span class="card-text">{card.summary}</span>
            <span class="card-facts">{facts}</span>
        </button>
    }
    .into_any()
}
