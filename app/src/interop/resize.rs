//! Tells when an element's size has changed, for what has to be measured in pixels.

use wasm_bindgen::prelude::*;
use web_sys::{Element, ResizeObserver};

/// Calls `changed` now and whenever the element's size changes, as long as the page lives.
pub fn watch(element: &Element, changed: impl Fn() + 'static) {
    let callback = Closure::<dyn Fn()>::new(changed);
    if let Ok(observer) = ResizeObserver::new(callback.as_ref().unchecked_ref()) {
        observer.observe(element);
        std::mem::forget(observer);
        callback.forget();
    }
}
