//! The editor: tabs of files, Monaco under them, save and apply.
//!
//! The pane appears with the first file and Monaco is loaded only then. Text lives in Monaco; the store knows which
//! tabs there are, what was saved last and what is wrong. Saving writes to the shell's file system; applying saves
//! and then runs in the terminal what a person would type.

use std::rc::Rc;

use gloo_timers::callback::Timeout;
use leptos::html::Div;
use leptos::prelude::*;
use leptos::task::spawn_local;
use view::{Diagnostic, Severity, ToEngine};

use super::icon;
use crate::bridge::{Bridge, page};
use crate::interop::{editor, media};
use crate::state::files::{self, Tab};
use crate::state::{FilesStore, Stores};

/// Milliseconds of rest after a keystroke before the text is checked.
const REST: u32 = 250;

/// Monaco, once it is loaded.
type Handle = StoredValue<Option<Rc<editor::Editor>>, LocalStorage>;

/// The editor's pane.
#[component]
pub fn Editor() -> impl IntoView {
    let (stores, bridge) = page();
    let files = stores.files;
    let place = NodeRef::<Div>::new();
    let handle: Handle = StoredValue::new_local(None);
    let loaded = RwSignal::new(false);
    let trouble = RwSignal::new(None::<String>);
    place.on_load(move |element| {
        spawn_local(async move {
            match editor::Editor::open(&element, "Editor. Press F6 to leave to the next pane.")
                .await
            {
                Err(error) => trouble.set(Some(error.to_string())),
                Ok(monaco) => {
                    handle.set_value(Some(Rc::new(monaco)));
                    connect(handle, stores, bridge);
                    loaded.set(true);
                }
            }
        });
    });
    mirror(handle, loaded, files);
    view! {
        <section class="pane editor" aria-label="Editor">
            <div class="pane-head">
                <Tabs handle />
                <Actions handle />
            </div>
            <div class="pane-body editor-place" node_ref=place></div>
            <Show when=move || !loaded.get()>
                <p class="empty editor-wait" role="status">
                    {move || match trouble.get() {
                        Some(why) => format!("The editor cannot be loaded: {why}"),
                        None => "Loading the editor…".into(),
                    }}
                </p>
            </Show>
            <Problems handle />
        </section>
    }
}

/// What Monaco tells.
fn connect(handle: Handle, stores: Stores, bridge: Bridge) {
    let Some(monaco) = handle.get_value() else {
        return;
    };
    let files = stores.files;
    let check = StoredValue::new_local(None::<Timeout>);
    let version = StoredValue::new(0_u32);
    monaco.on_change(move |path, text| {
        files.change(&path, |tab| tab.dirty = tab.saved != text);
        check.set_value(Some(Timeout::new(REST, move || {
            version.update_value(|version| *version += 1);
            bridge.send(ToEngine::CheckFile {
                path,
                version: version.get_value(),
                text,
            });
        })));
    });
    monaco.on_save(move || {
        if let Some(tab) = files.front_untracked() {
            save(handle, files, bridge, &tab);
        }
    });
    monaco.on_apply(move || apply(handle, stores, bridge));
    media::watch(media::DARK, move |_| {
        if let Some(monaco) = handle.get_value() {
            monaco.theme();
        }
    });
}

/// Shows in Monaco what the store says. Monaco is outside the page's own drawing, so an effect carries it over.
fn mirror(handle: Handle, loaded: RwSignal<bool>, files: FilesStore) {
    let front = Memo::new(move |_| files.front().map(|tab| (tab.path, tab.saved)));
    Effect::new(move |_| {
        let (Some((path, saved)), true) = (front.get(), loaded.get()) else {
            return;
        };
        let Some(monaco) = handle.get_value() else {
            return;
        };
        monaco.show(&path, &saved);
        if files
            .tabs
            .with_untracked(|tabs| tabs.iter().any(|tab| tab.path == path && !tab.dirty))
        {
            monaco.replace(&path, &saved);
        }
        if let Some(line) = files.goto.get_untracked() {
            monaco.goto(line);
        }
        monaco.focus();
    });
    let marks = Memo::new(move |_| files.front().map(|tab| (tab.path, tab.diagnostics)));
    Effect::new(move |_| {
        let (Some((path, diagnostics)), true) = (marks.get(), loaded.get()) else {
            return;
        };
        if let Some(monaco) = handle.get_value() {
            monaco.mark(&path, &diagnostics);
        }
    });
}

fn save(handle: Handle, files: FilesStore, bridge: Bridge, tab: &Tab) {
    let text = handle.get_value().and_then(|monaco| monaco.text(&tab.path));
    let Some(text) = text else { return };
    bridge.send(ToEngine::WriteFile {
        path: tab.path.clone(),
        text: text.clone(),
    });
    files.change(&tab.path, |tab| {
        tab.saved = text;
        tab.dirty = false;
    });
}

fn apply(handle: Handle, stores: Stores, bridge: Bridge) {
    let Some(tab) = stores.files.front_untracked() else {
        return;
    };
    save(handle, stores.files, bridge, &tab);
    let home = format!("{}/", stores.session.home.get_untracked());
    let path = tab.path.strip_prefix(&home).unwrap_or(&tab.path);
    stores.layout.show(crate::state::layout::PhoneTab::Terminal);
    stores
        .terminal
        .run(&format!("kubectl apply -f {}", quoted(path)));
}

/// A path as the shell reads it in one piece.
fn quoted(path: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._-+:@%".contains(c);
    if !path.is_empty() && path.chars().all(plain) {
        return path.into();
    }
    format!("'{}'", path.replace('\'', r"'\''"))
}

/// Takes a tab away; a program that waits for it learns that it was given up, or gets the text.
fn close(handle: Handle, files: FilesStore, bridge: Bridge, path: &str, keep: bool) {
    let Some(tab) = files.tab_untracked(path) else {
        return;
    };
    let monaco = handle.get_value();
    if let Some(id) = tab.waiting {
        let text = monaco.as_ref().and_then(|monaco| monaco.text(path));
        bridge.send(ToEngine::EditDone {
            id,
            text: text.filter(|_| keep),
        });
    }
    if let Some(monaco) = monaco {
        monaco.close(path);
    }
    files
        .tabs
        .update(|tabs| tabs.retain(|tab| tab.path != path));
    let next = files
        .tabs
        .with_untracked(|tabs| tabs.last().map(|tab| tab.path.clone()));
    if files.active.get_untracked().as_deref() == Some(path) {
        files.active.set(next);
    }
}

#[component]
fn Tabs(handle: Handle) -> impl IntoView {
    let (stores, bridge) = page();
    let files = stores.files;
    let paths = Memo::new(move |_| {
        files
            .tabs
            .with(|tabs| tabs.iter().map(|tab| tab.path.clone()).collect::<Vec<_>>())
    });
    let tab = move |path: String| {
        let name = files::name(&path).to_owned();
        let (shown, dirty, front, gone) = (path.clone(), path.clone(), path.clone(), path.clone());
        let is_front = move || {
            files
                .active
                .with(|active| active.as_deref() == Some(shown.as_str()))
        };
        let is_dirty = Memo::new(move |_| files.tab(&dirty).is_some_and(|tab| tab.dirty));
        let label = format!("Close {name}");
        view! {
            <li class="file-tab" role="presentation" class:dirty=move || is_dirty.get()>
                <button
                    role="tab"
                    class="mono"
                    title=path
                    aria-selected=move || is_front().to_string()
                    on:click=move |_| files.active.set(Some(front.clone()))
                >
                    {name}
                    <span class="unseen">{move || if is_dirty.get() { ", not saved" } else { "" }}</span>
                </button>
                <button
                    class="file-close"
                    aria-label=label
                    on:click=move |_| close(handle, files, bridge, &gone, false)
                >
                    {icon::icon(icon::CLOSE)}
                </button>
            </li>
        }
    };
    view! {
        <ul class="file-tabs" role="tablist" aria-label="Open files">
            <For each=move || paths.get() key=String::clone children=tab />
        </ul>
    }
}

/// Save and apply; for a file that a program waits for, done and give up.
#[component]
fn Actions(handle: Handle) -> impl IntoView {
    let (stores, bridge) = page();
    let files = stores.files;
    let front = Memo::new(move |_| {
        files
            .front()
            .map(|tab| (tab.path, tab.dirty, tab.waiting.is_some()))
    });
    let finish = move |keep: bool| {
        if let Some((path, ..)) = front.get_untracked() {
            close(handle, files, bridge, &path, keep);
        }
    };
    move || {
        let (path, dirty, waiting) = front.get()?;
        if waiting {
            return Some(
                view! {
                    <button class="button quiet" on:click=move |_| finish(false)>
                        "Give up"
                    </button>
                    <button class="button primary" on:click=move |_| finish(true)>
                        "Save and close"
                    </button>
                }
                .into_any(),
            );
        }
        let is_manifest =
            path.ends_with(".yml") || path.ends_with(".yaml") || path.ends_with(".json");
        Some(
            view! {
                <button
                    class="button quiet"
                    title="Save (Ctrl+S)"
                    disabled=!dirty
                    on:click=move |_| {
                        if let Some(tab) = files.front_untracked() {
                            save(handle, files, bridge, &tab);
                        }
                    }
                >
                    {if dirty { "Save" } else { "Saved" }}
                </button>
                {is_manifest
                    .then(|| {
                        view! {
                            <button
                                class="button primary"
                                title="Save, and run kubectl apply -f in the terminal (Ctrl+Enter)"
                                on:click=move |_| apply(handle, stores, bridge)
                            >
                                "Apply"
                            </button>
                        }
                    })}
            }
            .into_any(),
        )
    }
}

/// What is wrong, in words, under the text; a click leads to the line.
#[component]
fn Problems(handle: Handle) -> impl IntoView {
    let (stores, _) = page();
    let files = stores.files;
    let problems = Memo::new(move |_| files.front().map(|tab| tab.diagnostics).unwrap_or_default());
    let problem = move |diagnostic: Diagnostic| {
        let line = diagnostic.line;
        let class = match diagnostic.severity {
            Severity::Error => "problem tone tone-failed",
            Severity::Warning => "problem tone tone-waiting",
        };
        let go = move |_| {
            if let Some(monaco) = handle.get_value() {
                monaco.goto(line);
                monaco.focus();
            }
        };
        view! {
            <li class=class>
                <button on:click=go>
                    {icon::icon(icon::ALERT)}
                    <span class="mono">{line}</span>
                    <span>{diagnostic.message}</span>
                </button>
            </li>
        }
    };
    view! {
        <Show when=move || !problems.with(Vec::is_empty)>
            <ul class="problems scroll" aria-label="Problems">
                {move || problems.get().into_iter().map(problem).collect_view()}
            </ul>
        </Show>
    }
}
