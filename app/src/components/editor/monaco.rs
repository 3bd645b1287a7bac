//! Monaco and the store, kept in step. Monaco is outside the page's own drawing: what a person types comes from its
//! callbacks, and what it shall show is carried over by effects.

use std::rc::Rc;

use gloo_timers::callback::Timeout;
use leptos::task::spawn_local;
use view::ToEngine;
use web_sys::HtmlElement;

use crate::bridge::{Bridge, page};
use crate::interop::{editor, media};
use crate::state::layout::PhoneTab;
use crate::state::{FilesStore, Live, Stores, live, watch};

/// Milliseconds of rest after a keystroke before the text is checked.
const REST: u32 = 250;

/// How it introduces itself, with the way out for those who use the keyboard.
const LABEL: &str = "Editor. Press F6 to leave to the next pane.";

/// Monaco, once it is loaded.
pub(super) type Handle = Live<Option<Rc<editor::Editor>>>;

/// How far the loading is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Loading {
    Running,
    Done,
    Failed(String),
}

/// Loads Monaco into its place.
pub(super) fn open(place: HtmlElement, handle: Handle, loading: Live<Loading>) {
    let (stores, bridge) = page();
    mirror(handle, stores.files);
    spawn_local(async move {
        match editor::Editor::open(&place, LABEL).await {
            Err(error) => loading.set(Loading::Failed(error.to_string())),
            Ok(monaco) => {
                connect(&monaco, handle, stores, bridge);
                handle.set(Some(Rc::new(monaco)));
                loading.set(Loading::Done);
            }
        }
    });
}

/// What Monaco tells.
fn connect(monaco: &editor::Editor, handle: Handle, stores: Stores, bridge: Bridge) {
    let files = stores.files;
    let check = live(None::<Timeout>);
    let version = live(0_u32);
    monaco.on_change(move |path, text| {
        files.change(&path, |tab| tab.dirty = tab.saved != text);
        let timeout = Timeout::new(REST, move || {
            version.quietly(|version| *version += 1);
            bridge.send(ToEngine::CheckFile {
                path,
                version: version.get_untracked(),
                text,
            });
        });
        check.quietly(|check| *check = Some(timeout));
    });
    monaco.on_save(move || save(handle, files, bridge));
    monaco.on_apply(move || apply(handle, stores, bridge));
    media::watch(media::DARK, move |_| with(handle, editor::Editor::theme));
}

/// Shows in Monaco what the store says.
fn mirror(handle: Handle, files: FilesStore) {
    let shown = live((String::new(), String::new()));
    watch(move || {
        let (Some(monaco), Some(tab)) = (handle.get(), files.front()) else {
            return;
        };
        monaco.mark(&tab.path, &tab.diagnostics);
        let now = (tab.path, tab.saved);
        if shown.with_untracked(|shown| *shown == now) {
            return;
        }
        let (path, saved) = &now;
        monaco.show(path, saved);
        if !tab.dirty {
            monaco.replace(path, saved);
        }
        if shown.with_untracked(|shown| shown.0 != *path) {
            monaco.focus();
        }
        if let Some(line) = files.goto.quietly(Option::take) {
            monaco.goto(line);
        }
        shown.quietly(|shown| *shown = now);
    });
}

fn with<R: Default>(handle: Handle, act: impl FnOnce(&editor::Editor) -> R) -> R {
    handle
        .get_untracked()
        .map(|monaco| act(&monaco))
        .unwrap_or_default()
}

/// Goes to a line of the file in front.
pub(super) fn go(handle: Handle, line: u32) {
    with(handle, |monaco| {
        monaco.goto(line);
        monaco.focus();
    });
}

/// Saves the file in front.
pub(super) fn save(handle: Handle, files: FilesStore, bridge: Bridge) {
    let Some(tab) = files.front_untracked() else {
        return;
    };
    let Some(text) = with(handle, |monaco| monaco.text(&tab.path)) else {
        return;
    };
    bridge.send(ToEngine::WriteFile {
        path: tab.path.clone(),
        text: text.clone(),
    });
    files.change(&tab.path, |tab| {
        tab.saved = text;
        tab.dirty = false;
    });
}

/// Saves the file in front, and runs in the terminal what a person would type to apply it.
pub(super) fn apply(handle: Handle, stores: Stores, bridge: Bridge) {
    let Some(tab) = stores.files.front_untracked() else {
        return;
    };
    save(handle, stores.files, bridge);
    let home = format!("{}/", stores.session.home.get_untracked());
    let path = tab.path.strip_prefix(&home).unwrap_or(&tab.path);
    stores.layout.show(PhoneTab::Terminal);
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

/// Takes a tab away; a program that waits for it gets the text, or learns that it was given up.
pub(super) fn close(handle: Handle, stores: Stores, bridge: Bridge, path: &str, keep: bool) {
    let files = stores.files;
    let Some(tab) = files.tab_untracked(path) else {
        return;
    };
    if let Some(id) = tab.waiting {
        let text = with(handle, |monaco| monaco.text(path)).filter(|_| keep);
        bridge.send(ToEngine::EditDone { id, text });
        stores.layout.show(PhoneTab::Terminal);
        stores.terminal.focus();
    }
    with(handle, |monaco| monaco.close(path));
    files
        .tabs
        .update(|tabs| tabs.retain(|tab| tab.path != path));
    if files.active.get_untracked().as_deref() == Some(path) {
        let next = files
            .tabs
            .with_untracked(|tabs| tabs.last().map(|tab| tab.path.clone()));
        files.active.set(next);
    }
}
