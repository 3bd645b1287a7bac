//! What is selected on the map, and what the engine says of it.

use leptos::prelude::*;
use view::{Inspected, ObjectRef};

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
}

/// What the dock shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Dock {
    /// Nothing: it is closed.
    #[default]
    Closed,
    /// The list of all events.
    Events,
    /// One object.
    Object(ObjectRef),
}

/// Selection and inspected content.
#[derive(Clone, Copy)]
pub struct InspectorStore {
    /// What the dock shows.
    pub dock: RwSignal<Dock>,
    /// The open tab of an object.
    pub tab: RwSignal<Tab>,
    /// The container whose logs are shown; empty for the default one.
    pub container: RwSignal<String>,
    /// Logs of the run before.
    pub previous: RwSignal<bool>,
    /// The engine's last word on it.
    pub content: RwSignal<Option<Inspected>>,
    /// Whether the object is gone.
    pub gone: RwSignal<bool>,
    /// The UID of what is selected, for the map's tiles.
    pub selected: Memo<Option<String>>,
}

impl InspectorStore {
    /// Nothing selected.
    pub fn new() -> Self {
        let dock = RwSignal::new(Dock::Closed);
        InspectorStore {
            dock,
            tab: RwSignal::new(Tab::default()),
            container: RwSignal::new(String::new()),
            previous: RwSignal::new(false),
            content: RwSignal::new(None),
            gone: RwSignal::new(false),
            selected: Memo::new(move |_| {
                dock.with(|dock| match dock {
                    Dock::Object(object) => Some(object.uid.clone()),
                    _ => None,
                })
            }),
        }
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
