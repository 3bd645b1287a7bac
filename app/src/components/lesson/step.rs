//! A step of a lesson: what to do, what is still missing, hints one at a time, and the solution behind a question.

use std::sync::Arc;

use leptos::prelude::*;
use view::{CheckState, LessonView, StepView};

use super::text::{blocks, command};
use crate::bridge::page;
use crate::components::dom::{either, part, show};
use crate::components::icon;
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
    let class = move || {
        let current = if store.current() == number {
            " current"
        } else {
            ""
        };
        format!("step{}{current}", if done() { " done" } else { "" })
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
                        {either(done, || icon::icon(icon::CHECK), number_text)}
                    </span>
                    {title}
                    <span class="unseen">{move || String::from(if done() { ", done" } else { "" })}</span>
                </button>
            </h2>
            <div id=body>{show(is_open, move || content(lesson.clone(), number))}</div>
        </li>
    }
    .into_any()
}

fn content(lesson: Arc<LessonView>, number: usize) -> AnyView {
    let text = blocks(&lesson.steps[number].text);
    view! {
        <div class="step-body">
            <div class="prose">{text}</div>
            <ul class="checks">{part(move || checks(number))}</ul>
            <div class="help">{part(move || help(&lesson.steps[number], number))}</div>
        </div>
    }
    .into_any()
}

/// What the step waits for, and why each is not so yet.
fn checks(number: usize) -> AnyView {
    let (stores, _) = page();
    stores
        .lesson
        .progress
        .with(|progress| match progress.steps.get(number) {
            Some(step) if !step.done => step
                .checks
                .iter()
                .map(check)
                .collect::<Vec<AnyView>>()
                .into_any(),
            _ => ().into_any(),
        })
}

fn check(check: &CheckState) -> AnyView {
    let class = if check.passed { "passed" } else { "" };
    let done = if check.passed { ", done" } else { "" };
    let why =
        (!check.why.is_empty()).then(|| view! { <small>{check.why.clone()}</small> }.into_any());
    view! {
        <li class=class>
            <span class="box" aria-hidden="true">{check.passed.then(|| icon::icon(icon::CHECK))}</span>
            <span>{check.label.clone()} <span class="unseen">{done}</span> {why}</span>
        </li>
    }
    .into_any()
}

/// Hints, the gentlest first, and the solution at the end of them.
fn help(step: &StepView, number: usize) -> AnyView {
    let (stores, _) = page();
    let hints = stores.lesson.hints;
    let shown = hints.with(|hints| hints.get(number).copied().unwrap_or(0));
    let levels = step.hints.len();
    let mut views: Vec<AnyView> = Vec::new();
    for hint in step.hints.iter().take(shown) {
        views.push(view! { <div class="hint prose">{blocks(hint)}</div> }.into_any());
    }
    if shown > levels {
        let lines = step
            .solution
            .iter()
            .map(|line| view! { <p>{command(line)}</p> }.into_any());
        let lines: Vec<AnyView> = lines.collect();
        views.push(
            view! { <div class="solution"><p class="eyebrow">"Solution"</p> {lines}</div> }
                .into_any(),
        );
    }
    if shown < levels + usize::from(!step.solution.is_empty()) {
        let label = match shown {
            shown if shown >= levels => "Show the solution",
            0 => "Give me a hint",
            _ => "Another hint",
        };
        let more = move || {
            hints.update(|hints| {
                if let Some(shown) = hints.get_mut(number) {
                    *shown += 1;
                }
            });
        };
        views.push(
            view! {
                <button class="button quiet hint-more" on:click=move |_| more()>
                    {icon::icon(icon::HINT)}
                    {label}
                </button>
            }
            .into_any(),
        );
    }
    views.into_any()
}
