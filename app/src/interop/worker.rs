//! The engine's Web Worker: bytes in, bytes out.
//!
//! `gloo-worker` is not used: it wants to own the worker's life and its message format, while this page has to end a
//! worker that has panicked, start another, and must not send before the module says that it has loaded.

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::{ArrayBuffer, Uint8Array};
use wasm_bindgen::prelude::*;
use web_sys::{MessageEvent, Worker, WorkerOptions, WorkerType};

use super::assets;

/// What comes from the worker.
#[derive(Debug)]
pub enum Message {
    /// Its module has loaded; from now on it hears.
    Loaded,
    /// A message.
    Bytes(Vec<u8>),
    /// It cannot be loaded, or has died.
    Died(String),
}

/// A running worker; ended when dropped.
pub struct EngineWorker {
    worker: Worker,
    _listeners: [Closure<dyn Fn(MessageEvent)>; 2],
}

impl EngineWorker {
    /// Starts a worker that tells `heard` what it has to say. `None` if the page names none, as in component tests.
    pub fn start(heard: impl FnMut(Message) + 'static) -> Option<EngineWorker> {
        let url = assets::url("worker")?;
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        options.set_name("engine");
        let worker = Worker::new_with_options(&url, &options).ok()?;
        let heard = Rc::new(RefCell::new(heard));
        let on_message = listener(&heard, |event| {
            let data = event.data();
            match data.dyn_into::<ArrayBuffer>() {
                Ok(buffer) => Message::Bytes(Uint8Array::new(&buffer).to_vec()),
                Err(_) => Message::Loaded,
            }
        });
        let on_error = listener(&heard, |event| {
            // An ErrorEvent in truth; only its text is of interest.
            let text = js_sys::Reflect::get(&event, &JsValue::from_str("message"));
            Message::Died(
                text.ok()
                    .and_then(|text| text.as_string())
                    .unwrap_or_default(),
            )
        });
        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        Some(EngineWorker {
            worker,
            _listeners: [on_message, on_error],
        })
    }

    /// Sends a message; the bytes are moved, not copied a second time.
    pub fn send(&self, bytes: &[u8]) {
        let buffer = Uint8Array::from(bytes).buffer();
        let _ = self
            .worker
            .post_message_with_transfer(&buffer, &js_sys::Array::of1(&buffer));
    }

    /// Says that the first prompt is shown. Not a message to the engine, which knows nothing of how it is loaded.
    pub fn prompt_shown(&self) {
        let _ = self.worker.post_message(&JsValue::from_str("shown"));
    }
}

impl Drop for EngineWorker {
    fn drop(&mut self) {
        self.worker.set_onmessage(None);
        self.worker.set_onerror(None);
        self.worker.terminate();
    }
}

fn listener(
    heard: &Rc<RefCell<impl FnMut(Message) + 'static>>,
    read: impl Fn(MessageEvent) -> Message + 'static,
) -> Closure<dyn Fn(MessageEvent)> {
    let heard = heard.clone();
    Closure::new(move |event| {
        let message = read(event);
        // Handling a message may end this very worker, but never makes another one arrive meanwhile.
        if let Ok(mut heard) = heard.try_borrow_mut() {
            heard(message);
        }
    })
}
