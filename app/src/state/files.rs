//! The shell's files, and the editor's tabs.

use view::{Diagnostic, FileEntry};

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
    /// What is wrong in the text.
    pub diagnostics: Vec<Diagnostic>,
}

impl Tab {
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
}

impl FilesStore {
    /// No files.
    pub fn new() -> Self {
        FilesStore {
            entries: live(Vec::new()),
            tabs: live(Vec::new()),
            active: live(None),
            goto: live(None),
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
