//! The engine's Web Worker: a wasm module of its own, loaded after the page's shell has painted.
//!
//! It owns the cluster. The page sends messages and gets messages; nothing is shared. A message sent before the module
//! has finished loading would be lost, so the first thing it does is to say `ready`, and the page sends nothing before.

use wasm_bindgen::prelude::*;
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent};

fn main() {
    console_error_panic_hook::set_once();
    let Ok(scope) = js_sys::global().dyn_into::<DedicatedWorkerGlobalScope>() else {
        return;
    };
    let answer_to = scope.clone();
    let on_message = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
        // The skeleton's whole protocol: what comes in goes out.
        let _ = answer_to.post_message(&event.data());
    });
    scope.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    on_message.forget();
    let _ = scope.post_message(&JsValue::from_str("ready"));
}
