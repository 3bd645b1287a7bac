//! Small settings that outlive the page, in the browser's `localStorage`: pane sizes, opened hints, done lessons.
//!
//! A browser may refuse (private mode, full, switched off): then nothing is remembered and nothing breaks.

use web_sys::{Storage, window};

const PREFIX: &str = "tabernetes:";

fn storage() -> Option<Storage> {
    window()?.local_storage().ok()?
}

/// The value kept under this name.
pub fn get(name: &str) -> Option<String> {
    storage()?.get_item(&format!("{PREFIX}{name}")).ok()?
}

/// Keeps a value under this name.
pub fn set(name: &str, value: &str) {
    if let Some(storage) = storage() {
        let _ = storage.set_item(&format!("{PREFIX}{name}"), value);
    }
}

/// Forgets all values whose names begin like this.
pub fn forget_all(beginning: &str) {
    let Some(storage) = storage() else { return };
    let beginning = format!("{PREFIX}{beginning}");
    for index in (0..storage.length().unwrap_or(0)).rev() {
        if let Ok(Some(name)) = storage.key(index)
            && name.starts_with(&beginning)
        {
            let _ = storage.remove_item(&name);
        }
    }
}

/// Forgets the value of this name.
pub fn forget(name: &str) {
    if let Some(storage) = storage() {
        let _ = storage.remove_item(&format!("{PREFIX}{name}"));
    }
}
