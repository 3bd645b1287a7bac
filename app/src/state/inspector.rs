//! What is selected on the map, and what the engine says of it.

use view::{Inspected, ObjectRef};

use super::live::{Derived, Live, derived, live};

/// The inspector's panes. All but the events are filled by the engine.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tab {
    /// The main facts and the causal trace.
    #[default]
    Why,
    /// `kubectl describe`.
    Describe,
    /// `kubectl get -o yaml`.
    Yaml,
    /// `kubectl logs`.
    Logs,
    /// Its events.
    Events,
    /// What can be broken of it.
    Break,
}

impl Tab {
    /// All, by their numbers.
    pub const ALL: [Tab; 6] = [
        Tab::Why,
        Tab::Describe,
        Tab::Yaml,
        Tab::Logs,
        Tab::Events,
        Tab::Break,
    ];
}

/// What the dock shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Dock {
    /// Nothing: it is closed.
    #[default]
    Closed,
    /// The list of all events.
    Events,
    /// What is broken on purpose.
    Faults,
    /// Who asked whom over the network.
    Requests,
    /// One object.
    Object(ObjectRef),
}

/// Selection and inspected content.
#[derive(Clone, Copy)]
pub struct InspectorStore {
    /// What the dock shows.
    pub dock: Live<Dock>,
    /// The open tab of an object.
    pub tab: Live<Tab>,
    /// The container whose logs are shown; empty for the default one.
    pub container: Live<String>,
    /// Logs of the run before.
    pub previous: Live<bool>,
    /// The engine's last word on it.
    pub content: Live<Option<Inspected>>,
    /// Whether the object is gone.
    pub gone: Live<bool>,
    /// The UID of what is selected, for the map's tiles.
    pub selected: Derived<Option<String>>,
}

impl InspectorStore {
    /// Nothing selected.
    pub fn new() -> Self {
        let dock = live(Dock::Closed);
        InspectorStore {
            dock,
            tab: live(Tab::default()),
            container: live(String::new()),
            previous: live(false),
            content: live(None),
            gone: live(false),
            selected: derived(move || {
                dock.with(|dock| match dock {
                    Dock::Object(object) => Some(object.uid.clone()),
                    _ => None,
                })
            }),
        }
    }

    /// Whether the object of this UID is selected; listens to it.
    pub fn is_selected(&self, uid: &str) -> bool {
        self.selected
            .with(|selected| selected.as_deref() == Some(uid))
    }

    /// Takes the engine's word, if it is about what is still selected. Called by the bridge alone.
    pub fn take(&self, inspected: Inspected) {
        let selected = self.selected.get_untracked();
        if selected.as_deref() != Some(inspected.selection.uid.as_str()) {
            return;
        }
        match inspected.body {
            // What was shown last stays.
            view::InspectedBody::Gone => self.gone.set(true),
            _ => {
                self.gone.set(false);
                self.content.set(Some(inspected));
            }
        }
    }
}

impl Default for InspectorStore {
    fn default() -> Self {
        InspectorStore::new()
    }
}
