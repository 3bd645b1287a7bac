//! The editor: tabs of files, Monaco under them, save and apply.
//!
//! - [`monaco`]: the text itself, kept in step with the store; saving, applying, closing.
//! - [`tabs`]: the bar above it.
//!
//! The pane appears with the first file and Monaco is loaded only then. Text lives in Monaco; the store knows which
//! tabs there are, what was saved last and what is wrong. Saving writes to the shell's file system; applying saves
//! and then runs in the terminal what a person would type.

use leptos::html::Div;
use leptos::prelude::*;
use view::{Diagnostic, Severity};

use super::dom::{part, show};
use super::icon;
use crate::bridge::page;
use crate::state::live;

mod monaco;
mod tabs;

use monaco::{Handle, Loading};

/// The editor's pane.
#[component]
pub fn Editor() -> impl IntoView {
    let place = NodeRef::<Div>::new();
    let handle: Handle = live(None);
    let loading = live(Loading::Running);
    place.on_load(move |element| monaco::open(element.into(), handle, loading));
    let wait = move || match loading.get() {
        Loading::Failed(why) => format!("The editor cannot be loaded: {why}"),
        _ => "Loading the editor…".into(),
    };
    let wait = move || {
        view! { <p class="empty editor-wait" role="status">{move || wait()}</p> }.into_any()
    };
    view! {
        <section class="pane editor" aria-label="Editor">
            <div class="pane-head">
                {tabs::tabs(handle)}
                {tabs::actions(handle)}
            </div>
            <div class="pane-body editor-place" node_ref=place></div>
            {show(move || loading.with(|loading| *loading != Loading::Done), wait)}
            {part(move || problems(handle))}
        </section>
    }
}

/// What is wrong, in words, under the text; a click leads to the line.
fn problems(handle: Handle) -> AnyView {
    let (stores, _) = page();
    let diagnostics = stores
        .files
        .front()
        .map(|tab| tab.diagnostics)
        .unwrap_or_default();
    if diagnostics.is_empty() {
        return ().into_any();
    }
    let problem = move |diagnostic: Diagnostic| {
        let line = diagnostic.line;
        let class = match diagnostic.severity {
            Severity::Error => "problem tone tone-failed",
            Severity::Warning => "problem tone tone-waiting",
        };
        view! {
            <li class=class>
                <button on:click=move |_| monaco::go(handle, line)>
                    {icon::icon(icon::ALERT)}
                    <span class="mono">{line.to_string()}</span>
                    <span>{diagnostic.message}</span>
                </button>
            </li>
        }
        .into_any()
    };
    let problems: Vec<AnyView> = diagnostics.into_iter().map(problem).collect();
    view! { <ul class="problems scroll" aria-label="Problems">{problems}</ul> }.into_any()
}
