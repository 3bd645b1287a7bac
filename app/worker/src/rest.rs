//! The engine's second module: all functions that are not needed until the first prompt.
//!
//! The release build cuts the engine in two (`xtask/src/build/split`), so that the first prompt is there after a
//! fraction of the whole. When it is shown, the second module is fetched and put in place, and what comes meanwhile
//! waits: nothing of the cluster happens in between that could fail for want of the network. A saved cluster needs all
//! of the engine to come back, so there the second module is fetched first.
//!
//! A function that is missed all the same is fetched synchronously by its stand-in, which a worker may do. Builds that
//! are not for release have an empty second module.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    /// Loads the second module, and calls `done` without a reason when it is there, with one each time it fails.
    #[wasm_bindgen(js_name = tabernetesLoadRest)]
    fn load_rest(exports: &JsValue, done: &JsValue);

    #[wasm_bindgen(js_name = tabernetesLoadRestNow)]
    fn load_rest_at_once(exports: &JsValue);
}

/// Has the second module loaded before it returns. Called by stand-ins, which the build puts in.
#[wasm_bindgen]
#[expect(unreachable_pub, reason = "it is reached from the module's outside")]
pub fn load_rest_now() {
    load_rest_at_once(&wasm_bindgen::exports());
}

/// Where the second module is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Unasked,
    OnItsWay,
    Here,
}

/// What JavaScript calls when there is news: a reason, or nothing.
type Heard = Closure<dyn Fn(JsValue)>;

/// The second module, and who waits for it.
pub(crate) struct Rest {
    state: Cell<State>,
    heard: RefCell<Option<Heard>>,
}

impl Rest {
    /// Not asked for yet.
    pub(crate) fn new() -> Rest {
        Rest {
            state: Cell::new(State::Unasked),
            heard: RefCell::new(None),
        }
    }

    /// Is it there?
    pub(crate) fn is_here(&self) -> bool {
        self.state.get() == State::Here
    }

    /// Asks for it, once. `done` is told why it takes longer, and at last that it is there.
    pub(crate) fn load(self: &Rc<Self>, done: impl Fn(Result<(), String>) + 'static) {
        if self.state.get() != State::Unasked {
            return;
        }
        self.state.set(State::OnItsWay);
        let rest = self.clone();
        let heard =
            Closure::<dyn Fn(JsValue)>::new(move |reason: JsValue| match reason.as_string() {
                Some(reason) => done(Err(reason)),
                None => {
                    rest.state.set(State::Here);
                    done(Ok(()));
                }
            });
        load_rest(&wasm_bindgen::exports(), heard.as_ref());
        *self.heard.borrow_mut() = Some(heard);
    }
}
