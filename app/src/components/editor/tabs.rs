//! The bar above the text: a tab for each open file, and what can be done with the one in front.

use leptos::prelude::*;

use super::monaco::{Handle, apply, close, revert, save};
use crate::bridge::page;
use crate::components::dom::{each, part};
use crate::components::icon;
use crate::state::{Key, files};

/// The open files.
pub(super) fn tabs(handle: Handle) -> AnyView {
    let (stores, bridge) = page();
    let files = stores.files;
    let paths = move || {
        files
            .tabs
            .with(|tabs| tabs.iter().map(|tab| tab.path.as_str().into()).collect())
    };
    let tab = move |path: Key| {
        let name = files::name(&path).to_owned();
        let label = format!("Close {name}");
        let (class, dirty, shown, front, gone) = (
            path.clone(),
            path.clone(),
            path.clone(),
            path.clone(),
            path.clone(),
        );
        let is_dirty = move |path: &str| files.tab(path).is_some_and(|tab| tab.dirty);
        let is_front =
            move |path: &str| files.active.with(|active| active.as_deref() == Some(path));
        view! {
            <li
                class=move || String::from(if is_dirty(&class) { "file-tab dirty" } else { "file-tab" })
            >
                <button
                    class="file-open mono"
                    title=path.to_string()
                    aria-current=move || is_front(&shown).to_string()
                    on:click=move |_| {
                        files.active.set(Some(front.to_string()));
                        files.grab.set(true);
                    }
                >
                    {name}
                    <span class="unseen">
                        {move || String::from(if is_dirty(&dirty) { ", not saved" } else { "" })}
                    </span>
                </button>
                <button
                    class="file-close"
                    aria-label=label
                    on:click=move |_| close(handle, stores, bridge, &gone, false)
                >
                    {icon::icon(icon::CLOSE)}
                </button>
            </li>
        }
        .into_any()
    };
    view! { <ul class="file-tabs" aria-label="Open files">{each(paths, tab)}</ul> }.into_any()
}

/// What can be done with the file in front.
pub(super) fn actions(handle: Handle) -> AnyView {
    let (stores, bridge) = page();
    let files = stores.files;
    let button = |class: &'static str, label: &'static str, title: &'static str, act: Act| {
        view! {
            <button class=class title=title on:click=move |_| act()>
                {label}
            </button>
        }
        .into_any()
    };
    part(move || {
        let Some(tab) = files.front() else {
            return ().into_any();
        };
        let home = stores
            .session
            .home
            .with(|home| tab.path.starts_with(home.as_str()));
        let is_manifest = [".yml", ".yaml", ".json"]
            .iter()
            .any(|end| tab.path.ends_with(end));
        let mut buttons = Vec::new();
        if tab.waiting.is_some() {
            let (path, done) = (tab.path.clone(), tab.path.clone());
            let leave: Act = Box::new(move || close(handle, stores, bridge, &path, false));
            let end: Act = Box::new(move || close(handle, stores, bridge, &done, true));
            buttons.push(button(
                "button quiet",
                "Give up",
                "Close without saving",
                leave,
            ));
            buttons.push(button(
                "button",
                "Save and close",
                "The terminal goes on",
                end,
            ));
        } else if tab.dirty {
            let back: Act = Box::new(move || revert(handle, files, bridge));
            let keep: Act = Box::new(move || save(handle, files, bridge));
            buttons.push(button(
                "button quiet",
                "Revert",
                "Back to how it was saved",
                back,
            ));
            buttons.push(button("button", "Save", "Save (Ctrl+S)", keep));
        }
        if is_manifest && home {
            let run: Act = Box::new(move || apply(handle, stores, bridge));
            let title = "Save, and run kubectl apply -f in the terminal (Ctrl+Enter)";
            buttons.push(button("button primary", "Apply", title, run));
        }
        view! { <div class="file-actions">{buttons}</div> }.into_any()
    })
}

type Act = Box<dyn Fn()>;
