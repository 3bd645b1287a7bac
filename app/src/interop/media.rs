//! What the browser knows of its user's wishes: dark or light, less motion, a narrow screen.

use wasm_bindgen::prelude::*;
use web_sys::{MediaQueryList, window};

/// Asks for dark colours.
pub const DARK: &str = "(prefers-color-scheme: dark)";
/// Asks for less motion.
pub const STILL: &str = "(prefers-reduced-motion: reduce)";
/// Fingers on a screen: a focused input would bring up the keyboard.
pub const TOUCH: &str = "(pointer: coarse)";
/// As narrow as the style sheet's phone layout.
pub const PHONE: &str = "(max-width: 48rem)";

fn query(text: &str) -> Option<MediaQueryList> {
    window()?.match_media(text).ok()?
}

/// Whether it is so right now.
pub fn matches(text: &str) -> bool {
    query(text).is_some_and(|query| query.matches())
}

/// Calls `changed` whenever the answer changes, as long as the page lives.
pub fn watch(text: &str, changed: impl Fn(bool) + 'static) {
    let Some(query) = query(text) else { return };
    let asked = query.clone();
    let listener = Closure::<dyn Fn()>::new(move || changed(asked.matches()));
    let _ = query.add_event_listener_with_callback("change", listener.as_ref().unchecked_ref());
    listener.forget();
}
