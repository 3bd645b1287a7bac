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
use crate::state::notices::Weight;
use crate::state::{FilesStore, Live, Stores, drafts, live, watch};

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
    mirror(handle, stores.files, bridge);
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
    monaco.on_change(move |path, text| {
        let mut dirty = false;
        files.change(&path, |tab| {
            dirty = tab.saved != text;
            tab.dirty = dirty;
        });
        let timeout = Timeout::new(REST, move || {
            if dirty {
                drafts::keep(&path, &text);
            } else {
                drafts::forget(&path);
            }
            check_file(bridge, path, text);
        });
        check.quietly(|check| *check = Some(timeout));
    });
    monaco.on_save(move || save(handle, files, bridge));
    monaco.on_apply(move || apply(handle, stores, bridge));
    media::watch(media::DARK, move |_| with(handle, editor::Editor::theme));
}

/// Asks the engine what is wrong in a text.
fn check_file(bridge: Bridge, path: String, text: String) {
    // Answers come in the order of the questions, so the last one is right.
    let version = 0;
    bridge.send(ToEngine::CheckFile {
        path,
        version,
        text,
    });
}

/// Shows in Monaco what the store says.
fn mirror(handle: Handle, files: FilesStore, bridge: Bridge) {
    let shown = live((String::new(), String::new()));
    watch(move || {
        let (Some(monaco), Some(tab)) = (handle.get(), files.front()) else {
            return;
        };
        monaco.mark(&tab.path, &tab.diagnostics);
        let grab = files.grab.get();
        let now = (tab.path, tab.saved);
        if shown.with_untracked(|shown| *shown != now) {
            let (path, saved) = &now;
            let draft = drafts::get(path).filter(|_| tab.dirty);
            monaco.show(path, draft.as_ref().unwrap_or(saved));
            if !tab.dirty {
                monaco.replace(path, saved);
            }
            check_file(bridge, path.clone(), monaco.text(path).unwrap_or_default());
            shown.quietly(|shown| *shown = now);
        }
        if let Some(line) = files.goto.quietly(Option::take) {
            monaco.goto(line);
        }
        if grab {
            files.grab.quietly(|grab| *grab = false);
            monaco.focus();
        }
    });
    watch(move || {
        let front = files.active.get();
        let mut paths: Vec<String> = files.tabs.with(|tabs| {
            let kept = tabs.iter().filter(|tab| tab.waiting.is_none());
            kept.map(|tab| tab.path.clone()).collect()
        });
        if let Some(index) = paths.iter().position(|path| Some(path) == front.as_ref()) {
            paths[..=index].rotate_right(1);
        }
        drafts::note_open(&paths);
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
    drafts::forget(&tab.path);
    files.change(&tab.path, |tab| {
        tab.saved = text;
        tab.dirty = false;
        tab.kept = tab.waiting.is_some();
    });
}

/// Takes the file in front back to how it was saved.
pub(super) fn revert(handle: Handle, files: FilesStore, bridge: Bridge) {
    let Some(tab) = files.front_untracked() else {
        return;
    };
    drafts::forget(&tab.path);
    files.change(&tab.path, |tab| tab.dirty = false);
    with(handle, |monaco| monaco.replace(&tab.path, &tab.saved));
    check_file(bridge, tab.path, tab.saved);
}

/// Saves the file in front, and runs in the terminal what a person would type to apply it.
pub(super) fn apply(handle: Handle, stores: Stores, bridge: Bridge) {
    save(handle, stores.files, bridge);
    let Some(tab) = stores.files.front_untracked() else {
        return;
    };
    // The terminal waits for the editor: it gets its text, and the file stays open.
    if let Some(id) = tab.waiting {
        let text = Some(tab.saved);
        bridge.send(ToEngine::EditDone { id, text });
        stores.files.change(&tab.path, |tab| tab.waiting = None);
    }
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

/// Takes a tab away. A program that waits for it gets the text if it was saved or is to be kept, or learns that it was
/// given up. What is not saved stays for the next time it is opened.
pub(super) fn close(handle: Handle, stores: Stores, bridge: Bridge, path: &str, keep: bool) {
    let files = stores.files;
    if keep {
        save(handle, files, bridge);
    }
    let Some(tab) = files.tab_untracked(path) else {
        return;
    };
    if let Some(id) = tab.waiting {
        drafts::forget(path);
        let text = tab.kept.then_some(tab.saved);
        bridge.send(ToEngine::EditDone { id, text });
        stores.layout.show(PhoneTab::Terminal);
        stores.terminal.focus();
    } else if tab.dirty {
        let text = with(handle, |monaco| monaco.text(path)).unwrap_or_default();
        drafts::keep(path, &text);
        let notice = format!(
            "What is not saved of {} comes back when you open it.",
            tab.name()
        );
        stores.notices.show(Weight::Info, notice);
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
