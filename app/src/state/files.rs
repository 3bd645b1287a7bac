//! The shell's files, and the editor's tabs.

use view::{Diagnostic, FileEntry};

use super::drafts;
use super::live::{Live, live};

/// A file open in the editor.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tab {
    /// Absolute path.
    pub path: String,
    /// The text as it was opened or saved last.
    pub saved: String,
    /// Whether the text in the editor differs from it.
    pub dirty: bool,
    /// The program that waits for the end of the editing.
    pub waiting: Option<u32>,
    /// Whether it was saved while a program waited for it: closing it then is no giving up.
    pub kept: bool,
    /// What is wrong in the text.
    pub diagnostics: Vec<Diagnostic>,
}

impl Tab {
    /// A file with this text; not saved, if there is a draft of another one.
    pub fn new(path: String, text: String) -> Tab {
        Tab {
            dirty: drafts::get(&path).is_some_and(|draft| draft != text),
            path,
            saved: text,
            ..Tab::default()
        }
    }

    /// The path's last part.
    pub fn name(&self) -> &str {
        name(&self.path)
    }
}

/// A path's last part.
pub fn name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// Files and tabs.
#[derive(Clone, Copy)]
pub struct FilesStore {
    /// The files below home.
    pub entries: Live<Vec<FileEntry>>,
    /// Open tabs in their order.
    pub tabs: Live<Vec<Tab>>,
    /// The path of the tab in front.
    pub active: Live<Option<String>>,
    /// Line to go to in it, once it shows.
    pub goto: Live<Option<u32>>,
    /// Whether it takes the keyboard, once it shows.
    pub grab: Live<bool>,
}

impl FilesStore {
    /// No files.
    pub fn new() -> Self {
        FilesStore {
            entries: live(Vec::new()),
            tabs: live(Vec::new()),
            active: live(None),
            goto: live(None),
            grab: live(false),
        }
    }

    /// The tab of this path.
    pub fn tab(&self, path: &str) -> Option<Tab> {
        self.tabs
            .with(|tabs| tabs.iter().find(|tab| tab.path == path).cloned())
    }

    /// The tab in front.
    pub fn front(&self) -> Option<Tab> {
        let path = self.active.get()?;
        self.tab(&path)
    }

    /// The tab of this path, without listening to it.
    pub fn tab_untracked(&self, path: &str) -> Option<Tab> {
        self.tabs
            .with_untracked(|tabs| tabs.iter().find(|tab| tab.path == path).cloned())
    }

    /// The tab in front, without listening to it.
    pub fn front_untracked(&self) -> Option<Tab> {
        self.tab_untracked(&self.active.get_untracked()?)
    }

    /// No program waits for any of them any more.
    pub fn release_all(&self) {
        let any = |tabs: &Vec<Tab>| tabs.iter().any(|tab| tab.waiting.is_some());
        if self.tabs.with_untracked(any) {
            self.tabs
                .update(|tabs| tabs.iter_mut().for_each(|tab| tab.waiting = None));
        }
    }

    /// Changes the tab of this path, if there is one.
    pub fn change(&self, path: &str, change: impl FnOnce(&mut Tab)) {
        let there = self
            .tabs
            .with_untracked(|tabs| tabs.iter().position(|tab| tab.path == path));
        if let Some(place) = there {
            self.tabs.update(|tabs| change(&mut tabs[place]));
        }
    }
}

impl Default for FilesStore {
    fn default() -> Self {
        FilesStore::new()
    }
}
