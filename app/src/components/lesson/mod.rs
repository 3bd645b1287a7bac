//! The lesson: its steps with their ticks, hints and solutions; or the list of lessons while none is open.
//!
//! - [`list`]: all lessons by track, with search and what has been done: in this pane, or over the whole page.
//! - [`step`]: a step of the open lesson.
//! - [`finish`]: what comes after the last step, with a picture of what the cluster did ([`picture`]).
//!
//! Which step is done is the engine's word, from the cluster's state. The learner may read ahead: every step can be
//! opened.

use std::sync::Arc;

use leptos::prelude::*;
use view::LessonView;

use super::acts;
use super::dom::{part, show};
use super::icon;
use super::markup::{Html, markup};
use crate::bridge::page;
use crate::interop::browser;
use crate::state::{live, watch};

mod finish;
mod list;
mod picture;
mod step;
mod text;

pub(crate) use text::command;

/// The lesson's pane.
#[component]
pub fn Lesson() -> impl IntoView {
    let (stores, _) = page();
    let open = stores.lesson.open;
    let home = stores.layout.home;
    let press = move |event: web_sys::KeyboardEvent| {
        if event.key() == "Escape" && home.get_untracked() {
            home.set(false);
            stores.terminal.focus();
        }
    };
    view! {
        <section
            class="pane lesson"
            aria-label="Lesson"
            data-open=move || open.with(|open| {
                open.as_ref().map(|open| open.card.id.clone()).unwrap_or_default()
            })
            on:click=acts::clicks()
            on:keydown=press
        >
            {part(move || match open.get().filter(|_| !home.get()) {
                Some(lesson) => open_lesson(lesson),
                None => list::lessons(),
            })}
        </section>
    }
}

fn open_lesson(lesson: Arc<LessonView>) -> AnyView {
    let (stores, _) = page();
    let store = stores.lesson;
    let unfolded = live(None);
    follow_progress();
    let steps = (0..lesson.steps.len()).map(|number| step::step(lesson.clone(), number, unfolded));
    let steps: Vec<AnyView> = steps.collect();
    let (head, intro) = (lesson.clone(), lesson.clone());
    // The words are in the chosen language where the lesson has it.
    let language = store.language.get_untracked();
    let has_it = untrack(|| written_in(&lesson)).contains(&language);
    let language = if has_it { language } else { "en".into() };
    view! {
        {markup(move |html| progress(html, &head))}
        <div class="pane-body scroll lesson-body" tabindex="0" lang=language>
            {markup(move |html| introduction(html, &intro))}
            <ol class="steps">{steps}</ol>
            {show(move || store.is_finished(), move || finish::finish(lesson.clone()))}
        </div>
    }
    .into_any()
}

/// Brings the step that comes next into view, and the end.
fn follow_progress() {
    let (stores, _) = page();
    let mut before = None;
    watch(move || {
        let current = stores.lesson.current();
        if before
            .replace(current)
            .is_some_and(|before| before < current)
        {
            request_animation_frame(|| browser::reveal(".lesson .finish, .lesson .step.current"));
        }
    });
}

/// The way back to the list, one segment a step, and what is left of the time.
fn progress(html: &mut Html, lesson: &LessonView) {
    let (stores, _) = page();
    let total = lesson.steps.len();
    let done = (0..total)
        .filter(|step| stores.lesson.is_done(*step))
        .count();
    html.raw("<div class=\"pane-head\">");
    html.button("button quiet back", "home", "", icon::LEFT, "Lessons");
    html.raw("<div class=\"progress\" role=\"progressbar\" aria-label=\"Steps done\" aria-valuemin=\"0\" aria-valuemax=\"");
    html.number(total as i64).raw("\" aria-valuenow=\"");
    html.number(done as i64).raw("\">");
    for step in 0..total {
        html.tag(
            "i",
            if stores.lesson.is_done(step) {
                "done"
            } else {
                ""
            },
            "",
        );
    }
    let left = (lesson.card.minutes as usize * (total - done)).div_ceil(total.max(1));
    html.raw("</div><p class=\"progress-text\">");
    html.number(done as i64)
        .raw("/")
        .number(total as i64)
        .raw(" · ");
    match left {
        0 => html.raw("done"),
        left => html.number(left as i64).raw(" min left"),
    };
    html.raw("</p></div>");
}

fn introduction(html: &mut Html, lesson: &LessonView) {
    let (stores, _) = page();
    html.tag("p", "eyebrow", &lesson.card.track);
    html.tag("h1", "", &lesson.card.title);
    languages(html, &written_in(lesson));
    html.raw("<div class=\"prose\">");
    text::blocks(html, &lesson.intro);
    html.raw("</div>");
    if stores.session.is_ready() {
        html.raw("<p class=\"lesson-acts\">");
        let id = &lesson.card.id;
        if stores.lesson.current() > 0 && !id.starts_with("own/") {
            html.button("button quiet", "lesson", id, icon::RESET, "Begin again");
        }
        html.button("button quiet", "free", "", icon::PROMPT, "Free play");
        html.raw("</p>");
    }
}

/// The languages that a lesson is written in: of the site's, the list knows it.
fn written_in(lesson: &LessonView) -> Vec<String> {
    let (stores, _) = page();
    stores.lesson.cards.with(|cards| {
        let listed = cards.iter().find(|card| card.id == lesson.card.id);
        listed.unwrap_or(&lesson.card).languages.clone()
    })
}

/// The languages to choose from, where there is a choice.
fn languages(html: &mut Html, all: &[String]) {
    let (stores, _) = page();
    if all.len() < 2 {
        return;
    }
    let wanted = stores.lesson.language.get();
    html.raw("<div class=\"segments\" role=\"group\" aria-label=\"Language\">");
    for language in all {
        html.raw("<button lang=\"").text(language);
        html.raw("\" data-do=\"language\" data-of=\"")
            .text(language);
        html.raw("\" aria-pressed=\"");
        html.raw(if *language == wanted { "true" } else { "false" })
            .raw("\">");
        html.text(match language.as_str() {
            "en" => "English",
            "de" => "Deutsch",
            "es" => "Español",
            "fr" => "Français",
            other => other,
        });
        html.raw("</button>");
    }
    html.raw("</div>");
}
