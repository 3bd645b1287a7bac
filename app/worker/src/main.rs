//! The engine's Web Worker: a wasm module of its own, loaded after the page's shell has painted.
//!
//! It owns the cluster. Nothing is shared with the page: messages come in as bytes, are handled at the virtual time
//! they arrive at, and what the engine has to say goes back in batches. When it panics it says so with its last
//! breath; the page starts another one.
//!
//! A message sent before the module has loaded would be lost, so the first thing it does is to say `ready`, and the
//! page sends nothing before. After the first prompt it rests until the second half of the engine is there ([`rest`]).

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use cluster::PageEngine;
use gloo_timers::callback::Timeout;
use js_sys::{ArrayBuffer, Uint8Array};
use view::{Batch, Boot, Fatal, FromEngine, ToEngine, wire};
use wasm_bindgen::prelude::*;
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent};

#[cfg(target_family = "wasm")]
mod memory;
mod pacer;
mod rest;

use pacer::{Pacer, Wake};
use rest::Rest;

/// Milliseconds after which the page's word that the first prompt is shown is no longer waited for.
const UNSHOWN: u32 = 3000;

fn main() {
    let Ok(scope) = js_sys::global().dyn_into::<DedicatedWorkerGlobalScope>() else {
        return;
    };
    let last_words = scope.clone();
    std::panic::set_hook(Box::new(move |panic| {
        let fatal = Fatal {
            message: panic.to_string(),
        };
        send(&last_words, vec![FromEngine::Fatal(fatal)]);
    }));
    let worker = Rc::new(Worker {
        scope: scope.clone(),
        pacer: RefCell::new(Pacer::new(PageEngine::new(start()).with_docs(api_docs))),
        timer: RefCell::new(None),
        rest: Rc::new(Rest::new()),
        prompted: Cell::new(false),
        waiting: RefCell::new(Vec::new()),
    });
    let on_message = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
        match event.data().dyn_into::<ArrayBuffer>() {
            Ok(buffer) => worker.hear(&Uint8Array::new(&buffer).to_vec()),
            // The only other thing that the page says: the first prompt is shown.
            Err(_) => worker.load_rest(),
        }
    });
    scope.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    on_message.forget();
    let _ = scope.post_message(&JsValue::from_str("ready"));
}

/// What a new cluster's clock shows: the real time, to the second. It is read once; from then on time is virtual.
fn start() -> sim::Time {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "milliseconds since 1970 are far below 2^53"
    )]
    let seconds = (js_sys::Date::now() / 1000.0) as i64;
    sim::Time::from_secs(seconds)
}

/// The descriptions of the API's fields, a file beside the page: too much to be in the engine, and few ask.
///
/// The request blocks, which a worker may; nothing can happen in the cluster anyway before `explain` has its answer.
fn api_docs() -> Option<String> {
    let request = web_sys::XmlHttpRequest::new().ok()?;
    request.open_with_async("GET", "api-docs.txt", false).ok()?;
    request.send().ok()?;
    let found = request.status() == Ok(200);
    request.response_text().ok().flatten().filter(|_| found)
}

struct Worker {
    scope: DedicatedWorkerGlobalScope,
    pacer: RefCell<Pacer<PageEngine>>,
    timer: RefCell<Option<Timeout>>,
    rest: Rc<Rest>,
    /// The first prompt has been said.
    prompted: Cell<bool>,
    /// What came while the rest of the engine was on its way.
    waiting: RefCell<Vec<ToEngine>>,
}

impl Worker {
    fn hear(self: &Rc<Self>, bytes: &[u8]) {
        match wire::decode::<ToEngine>(bytes) {
            Ok(message) if self.may_handle(&message) => {
                self.pacer.borrow_mut().handle(message, self.now());
                self.slice();
            }
            Ok(message) => {
                // What the page sends on its own account is no reason to hurry.
                let hurry = !matches!(message, ToEngine::Resize { .. } | ToEngine::Drawn(_));
                self.waiting.borrow_mut().push(message);
                if hurry {
                    self.load_rest();
                }
            }
            Err(error) => {
                let message = format!("a message of the page could not be read: {error}");
                send(&self.scope, vec![FromEngine::Fatal(Fatal { message })]);
            }
        }
    }

    /// Is enough of the engine here for this message?
    fn may_handle(&self, message: &ToEngine) -> bool {
        let needs_all = match message {
            ToEngine::Boot(Boot { log, .. }) => !log.is_empty(),
            _ => self.prompted.get() || !self.waiting.borrow().is_empty(),
        };
        !needs_all || self.rest.is_here()
    }

    /// Has the rest of the engine loaded, and then goes on.
    fn load_rest(self: &Rc<Self>) {
        let worker = self.clone();
        self.rest.load(move |result| match result {
            Ok(()) => {
                // Whatever was said about its being late is over.
                send(&worker.scope, vec![FromEngine::Trouble(String::new())]);
                for message in worker.waiting.take() {
                    worker.pacer.borrow_mut().handle(message, worker.now());
                }
                worker.slice();
            }
            Err(reason) => {
                let text = format!(
                    "The rest of the engine could not be loaded ({reason}). It is tried again until it comes; what \
                     you type waits for it."
                );
                send(&worker.scope, vec![FromEngine::Trouble(text)]);
            }
        });
    }

    /// The first prompt was said, and not all of the engine is here: nothing happens until it is.
    fn rest_before_going_on(self: &Rc<Self>) {
        let worker = self.clone();
        let alarm = Timeout::new(UNSHOWN, move || worker.load_rest());
        *self.timer.borrow_mut() = Some(alarm);
    }

    /// Works for a while, says what there is to say, and sets the alarm for the next time.
    fn slice(self: &Rc<Self>) {
        let (said, wake) = self.pacer.borrow_mut().slice(self.now(), || self.now());
        if said
            .iter()
            .any(|message| matches!(message, FromEngine::Prompt(_)))
        {
            self.prompted.set(true);
        }
        send(&self.scope, said);
        if self.prompted.get() && !self.rest.is_here() {
            self.rest_before_going_on();
            return;
        }
        let wait = match wake {
            Wake::Now => Some(0.0),
            Wake::In(wait) => Some(wait),
            Wake::Never => None,
        };
        let again = self.clone();
        // Browsers hold waits in 31 bits; waking too early does no harm.
        let alarm = wait.map(|wait| {
            Timeout::new(wait.ceil().min(2_000_000_000.0) as u32, move || {
                again.slice()
            })
        });
        *self.timer.borrow_mut() = alarm;
    }

    /// Real time in milliseconds.
    fn now(&self) -> f64 {
        self.scope
            .performance()
            .map_or(0.0, |performance| performance.now())
    }
}

fn send(scope: &DedicatedWorkerGlobalScope, said: Vec<FromEngine>) {
    if said.is_empty() {
        return;
    }
    if let Ok(bytes) = wire::encode(&Batch(said)) {
        let buffer = Uint8Array::from(bytes.as_slice()).buffer();
        let _ = scope.post_message_with_transfer(&buffer, &js_sys::Array::of1(&buffer));
    }
}
