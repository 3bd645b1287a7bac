//! The list of lessons by track.

use leptos::prelude::*;
use view::{LessonCard, ToEngine};

use crate::bridge::page;

/// All lessons, to choose from.
#[component]
pub fn LessonList() -> impl IntoView {
    let (stores, _) = page();
    let tracks = move || {
        let mut tracks: Vec<(String, Vec<LessonCard>)> = Vec::new();
        for card in stores.lesson.cards.get() {
            match tracks.last_mut() {
                Some((track, cards)) if *track == card.track => cards.push(card),
                _ => tracks.push((card.track.clone(), vec![card])),
            }
        }
        tracks
    };
    view! {
        <div class="pane-head">
            <h2 class="eyebrow">"Lessons"</h2>
        </div>
        <div class="pane-body scroll lesson-body" tabindex="0">
            <h1>"Learn Kubernetes five minutes at a time"</h1>
            <p class="prose">
                "A whole cluster runs in this tab. Take a lesson, or just type into the terminal: nothing can break."
            </p>
            <Show
                when=move || stores.session.is_ready()
                fallback=|| view! { <p class="empty busy">"The lessons come with the engine…"</p> }
            >
                {move || {
                    tracks()
                        .into_iter()
                        .map(|(track, cards)| {
                            view! {
                                <h2 class="eyebrow track">{track}</h2>
                                <ul class="cards">{cards.into_iter().map(card).collect_view()}</ul>
                            }
                        })
                        .collect_view()
                }}
            </Show>
        </div>
    }
}

fn card(card: LessonCard) -> impl IntoView {
    let (_, bridge) = page();
    let id = card.id.clone();
    view! {
        <li>
            <button
                class="card"
                data-lesson=card.id
                on:click=move |_| bridge.send(ToEngine::OpenLesson(id.clone()))
            >
                <span class="card-title">{card.title}</span>
                <span class="card-text">{card.summary}</span>
                <span class="card-facts">{card.minutes} " min · " {card.steps} " steps"</span>
            </button>
        </li>
    }
}
