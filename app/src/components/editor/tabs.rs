//! The bar above the text: a tab for each open file, and what can be done with the one in front.

use leptos::prelude::*;

use super::monaco::{Handle, apply, close, save};
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
                role="presentation"
            >
                <button
                    role="tab"
                    class="mono"
                    title=path.to_string()
                    aria-selected=move || is_front(&shown).to_string()
                    on:click=move |_| files.active.set(Some(front.to_string()))
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
    view! { <ul class="file-tabs" role="tablist" aria-label="Open files">{each(paths, tab)}</ul> }
        .into_any()
}

/// Save and apply; for a file that a program waits for, done and give up.
pub(super) fn actions(handle: Handle) -> AnyView {
    let (stores, _) = page();
    part(move || match stores.files.front() {
        None => ().into_any(),
        Some(tab) if tab.waiting.is_some() => for_a_program(handle, tab.path),
        Some(tab) => for_a_file(handle, &tab),
    })
}

fn for_a_program(handle: Handle, path: String) -> AnyView {
    let (stores, bridge) = page();
    let done = path.clone();
    view! {
        <button class="button quiet" on:click=move |_| close(handle, stores, bridge, &path, false)>
            "Give up"
        </button>
        <button class="button primary" on:click=move |_| close(handle, stores, bridge, &done, true)>
            "Save and close"
        </button>
    }
    .into_any()
}

fn for_a_file(handle: Handle, tab: &files::Tab) -> AnyView {
    let (stores, bridge) = page();
    let is_manifest = [".yml", ".yaml", ".json"]
        .iter()
        .any(|end| tab.path.ends_with(end));
    let button = || {
        view! {
            <button
                class="button primary"
                title="Save, and run kubectl apply -f in the terminal (Ctrl+Enter)"
                on:click=move |_| apply(handle, stores, bridge)
            >
                "Apply"
            </button>
        }
        .into_any()
    };
    view! {
        <button
            class="button quiet"
            title="Save (Ctrl+S)"
            disabled=!tab.dirty
            on:click=move |_| save(handle, stores.files, bridge)
        >
            {if tab.dirty { "Save" } else { "Saved" }}
        </button>
        {is_manifest.then(button)}
    }
    .into_any()
}
