//! The page's second half: what is not needed for its first view.

use super::live::{Live, live};

/// Whether it is there.
#[derive(Clone, Copy)]
pub struct LateStore {
    /// It is there, with its style sheet; from then on for ever.
    pub here: Live<bool>,
    /// It has been asked for.
    pub asked: Live<bool>,
}

impl LateStore {
    /// Not asked for yet.
    pub fn new() -> Self {
        LateStore {
            here: live(false),
            asked: live(false),
        }
    }
}

impl Default for LateStore {
    fn default() -> Self {
        LateStore::new()
    }
}
