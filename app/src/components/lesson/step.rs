//! A step of a lesson: what to do, what is still missing, hints one at a time, and the solution at the end of them,
//! which the terminal types by itself if it is asked to.

use std::sync::Arc;

use leptos::prelude::*;
use view::{CheckState, LessonView, StepView};

use super::text::{blocks, chip};
use crate::bridge::page;
use crate::components::dom::{either, show};
use crate::components::icon;
use crate::components::markup::{Html, markup};
use crate::state::Live;

/// What the learner has unfolded by hand (nothing, if beyond the last step), and which step was the current one then.
/// It holds until another step is the current one, which is then unfolded by itself.
pub(super) type Unfolded = Live<Option<(usize, usize)>>;

/// A step.
pub(super) fn step(lesson: Arc<LessonView>, number: usize, unfolded: Unfolded) -> AnyView {
    let (stores, _) = page();
    let store = stores.lesson;
    let is_open = move || {
        let current = store.current();
        let by_hand = unfolded.get().filter(|(_, then)| *then == current);
        by_hand.map_or(current, |(step, _)| step) == number
    };
    let done = move || store.is_done(number);
    let skipped = move || store.is_skipped(number);
    let class = move || {
        let current = if store.current() == number {
            " current"
        } else {
            ""
        };
        let skipped = if skipped() { " skipped" } else { "" };
        format!(
            "step{}{current}{skipped}",
            if done() { " done" } else { "" }
        )
    };
    let said = move || match (done(), skipped()) {
        (_, true) => ", skipped",
        (true, _) => ", done",
        _ => "",
    };
    let toggle = move || {
        let step = if is_open() { usize::MAX } else { number };
        unfolded.set(Some((step, store.current())));
    };
    let body = format!("step-{number}");
    let (id, title) = (
        lesson.steps[number].id.clone(),
        lesson.steps[number].title.clone(),
    );
    let number_text = move || view! { <span>{(number + 1).to_string()}</span> }.into_any();
    view! {
        <li class=move || class() data-step=id>
            <h2>
                <button
                    aria-expanded=move || is_open().to_string()
                    aria-controls=body.clone()
                    on:click=move |_| toggle()
                >
                    <span class="tick" aria-hidden="true">
                        {either(
                            done,
                            move || icon::icon(if skipped() { icon::SKIP } else { icon::CHECK }),
                            number_text,
                        )}
                    </span>
                    {title}
                    <span class="unseen">{move || said().to_owned()}</span>
                </button>
            </h2>
            <div id=body>{show(is_open, move || content(lesson.clone(), number))}</div>
        </li>
    }
    .into_any()
}

fn content(lesson: Arc<LessonView>, number: usize) -> AnyView {
    let words = lesson.clone();
    let write = move |html: &mut Html| {
        let step = &words.steps[number];
        html.raw("<div class=\"prose\">");
        blocks(html, &step.text);
        if !step.watch.is_empty() {
            html.raw("<div class=\"aside watch\"><h3>").icon(icon::MAP);
            html.raw("Watch the map</h3>");
            blocks(html, &step.watch);
            html.raw("</div>");
        }
        html.raw("</div>");
    };
    view! {
        <div class="step-body">
            {markup(write)}
            {markup(move |html| checks(html, number))}
            {markup(move |html| help(html, &lesson.steps[number], number))}
        </div>
    }
    .into_any()
}

/// What the step waits for, and why each is not so yet.
fn checks(html: &mut Html, number: usize) {
    let (stores, _) = page();
    stores.lesson.progress.with(|progress| {
        if let Some(step) = progress.steps.get(number).filter(|step| !step.done) {
            html.raw("<ul class=\"checks\">");
            step.checks.iter().for_each(|state| check(html, state));
            html.raw("</ul>");
        }
    });
}

fn check(html: &mut Html, check: &CheckState) {
    html.open("li", if check.passed { "passed" } else { "" });
    html.raw("<span class=\"box\" aria-hidden=\"true\">");
    if check.passed {
        html.icon(icon::CHECK);
    }
    html.raw("</span><span>").text(&check.label);
    if check.passed {
        html.raw("<span class=\"unseen\">, done</span>");
    }
    if !check.why.is_empty() {
        html.tag("small", "", &check.why);
    }
    html.raw("</span></li>");
}

/// Hints, the gentlest first, the solution at the end of them, and what else there is to do with the step.
fn help(html: &mut Html, step: &StepView, number: usize) {
    let (stores, _) = page();
    let store = stores.lesson;
    let shown = store
        .hints
        .with(|hints| hints.get(number).copied().unwrap_or(0));
    let levels = step.hints.len();
    let of = number.to_string();
    html.raw("<div class=\"help\">");
    for hint in step.hints.iter().take(shown) {
        html.raw("<div class=\"hint prose\">");
        blocks(html, hint);
        html.raw("</div>");
    }
    let current = store.current() == number;
    if shown > levels {
        html.raw("<div class=\"solution\"><p class=\"eyebrow\">Solution</p>");
        for line in &step.solution {
            html.raw("<p>");
            chip(html, line);
            html.raw("</p>");
        }
        if current {
            html.button("button", "show", &of, icon::PLAY, "Show me");
        }
        html.raw("</div>");
    }
    html.raw("<p class=\"step-acts\">");
    if shown < levels + usize::from(!step.solution.is_empty()) {
        let label = match shown {
            shown if shown >= levels => "Show the solution",
            0 => "Give me a hint",
            _ => "Another hint",
        };
        html.button("button quiet hint-more", "hint", &of, icon::HINT, label);
    }
    let begun = number <= store.current();
    if begun {
        html.button("button quiet", "restart", &of, icon::RESET, "Restart step");
    }
    if current {
        html.button("button quiet", "skip", &of, icon::SKIP, "Skip");
    }
    html.raw("</p></div>");
}
