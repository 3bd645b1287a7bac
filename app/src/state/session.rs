//! How far the engine is, and what the page calls itself by.

use super::live::{Live, live};

/// How far the engine is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Phase {
    /// Its module is being fetched.
    #[default]
    Loading,
    /// The cluster starts, or a saved one is brought back.
    Starting,
    /// Up.
    Ready,
    /// It cannot go on; the reason.
    Failed(String),
}

/// The session with the engine.
#[derive(Clone, Copy)]
pub struct SessionStore {
    /// How far the engine is.
    pub phase: Live<Phase>,
    /// The Kubernetes version it is, once known.
    pub kubernetes: Live<String>,
    /// The shell's home folder.
    pub home: Live<String>,
    /// Whether what is done here is kept for the next time; the reason when not.
    pub unsaved: Live<Option<String>>,
}

impl SessionStore {
    /// A session that has not begun.
    pub fn new() -> Self {
        SessionStore {
            phase: live(Phase::Loading),
            kubernetes: live(String::new()),
            home: live("/root".into()),
            unsaved: live(None),
        }
    }

    /// Whether the cluster is up.
    pub fn is_ready(&self) -> bool {
        self.phase.with(|phase| *phase == Phase::Ready)
    }
}

impl Default for SessionStore {
    fn default() -> Self {
        SessionStore::new()
    }
}
