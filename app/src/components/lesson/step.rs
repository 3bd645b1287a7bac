//! A step of a lesson: what to do, what is still missing, hints one at a time, and the solution behind a question.

use std::sync::Arc;

use leptos::prelude::*;
use view::LessonView;

use super::text::{blocks, command};
use crate::bridge::page;
use crate::components::icon;

/// A step.
#[component]
pub fn Step(
    /// The lesson.
    lesson: Arc<LessonView>,
    /// The step's place in it, from 0.
    number: usize,
    /// The step that is unfolded.
    opened: Memo<usize>,
    /// The step that the learner has unfolded by hand.
    chosen: RwSignal<Option<usize>>,
) -> impl IntoView {
    let (stores, _) = page();
    let store = stores.lesson;
    let is_open = Memo::new(move |_| opened.get() == number);
    let done = Memo::new(move |_| store.is_done(number));
    let current = Memo::new(move |_| store.current() == number);
    let title = lesson.steps[number].title.clone();
    let id = lesson.steps[number].id.clone();
    let body = format!("step-{number}");
    let controls = body.clone();
    let toggle = move |_| {
        // Folding the current one leaves none open.
        chosen.set(Some(if is_open.get_untracked() {
            usize::MAX
        } else {
            number
        }));
    };
    view! {
        <li
            class="step"
            class:done=move || done.get()
            class:current=move || current.get()
            data-step=id
        >
            <h2>
                <button aria-expanded=move || is_open.get().to_string() aria-controls=controls on:click=toggle>
                    <span class="tick" aria-hidden="true">
                        {move || {
                            if done.get() { icon::icon(icon::CHECK).into_any() } else { (number + 1).into_any() }
                        }}
                    </span>
                    {title}
                    <span class="unseen">{move || if done.get() { ", done" } else { "" }}</span>
                </button>
            </h2>
            <div id=body>
                <Show when=move || is_open.get()>
                    <Body lesson=lesson.clone() number />
                </Show>
            </div>
        </li>
    }
}

#[component]
fn Body(lesson: Arc<LessonView>, number: usize) -> impl IntoView {
    let text = blocks(&lesson.steps[number].text);
    view! {
        <div class="step-body">
            <div class="prose">{text}</div>
            <Checks number />
            <Help lesson number />
        </div>
    }
}

/// What the step waits for, and why each is not so yet.
#[component]
fn Checks(number: usize) -> impl IntoView {
    let (stores, _) = page();
    let checks = Memo::new(move |_| {
        stores.lesson.progress.with(|progress| {
            let step = progress.steps.get(number).cloned().unwrap_or_default();
            if step.done { Vec::new() } else { step.checks }
        })
    });
    view! {
        <ul class="checks">
            {move || {
                checks
                    .get()
                    .into_iter()
                    .map(|check| {
                        view! {
                            <li class:passed=check.passed>
                                <span class="box" aria-hidden="true">
                                    {check.passed.then(|| icon::icon(icon::CHECK))}
                                </span>
                                <span>
                                    {check.label}
                                    {check.passed.then(|| view! { <span class="unseen">", done"</span> })}
                                    {(!check.why.is_empty()).then(|| view! { <small>{check.why}</small> })}
                                </span>
                            </li>
                        }
                    })
                    .collect_view()
            }}
        </ul>
    }
}

/// Hints, the gentlest first, and the solution at the end of them.
#[component]
fn Help(lesson: Arc<LessonView>, number: usize) -> impl IntoView {
    let (stores, _) = page();
    let hints = stores.lesson.hints;
    let shown = Memo::new(move |_| hints.with(|hints| hints.get(number).copied().unwrap_or(0)));
    let levels = lesson.steps[number].hints.len();
    let solution = !lesson.steps[number].solution.is_empty();
    let more = move |_| {
        hints.update(|hints| {
            if let Some(shown) = hints.get_mut(number) {
                *shown += 1;
            }
        });
    };
    let label = move || match shown.get() {
        level if level >= levels => "Show the solution",
        0 => "Give me a hint",
        _ => "Another hint",
    };
    let last = levels + usize::from(solution);
    view! {
        <div class="help">
            {move || {
                let step = &lesson.steps[number];
                let open = step.hints.iter().take(shown.get());
                let open = open.map(|hint| view! { <div class="hint prose">{blocks(hint)}</div> }).collect_view();
                let solved = (shown.get() > levels)
                    .then(|| {
                        let lines = step.solution.iter();
                        view! {
                            <div class="solution">
                                <p class="eyebrow">"Solution"</p>
                                {lines.map(|line| view! { <p>{command(line)}</p> }).collect_view()}
                            </div>
                        }
                    });
                view! { {open} {solved} }
            }}
            <Show when=move || { shown.get() < last }>
                <button class="button quiet hint-more" on:click=more>
                    {icon::icon(icon::HINT)}
                    {label}
                </button>
            </Show>
        </div>
    }
}
