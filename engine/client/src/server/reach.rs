//! Whether the server can be reached: it runs, and there is a way to it.

use std::cell::{Cell, RefCell};
use std::future::poll_fn;
use std::rc::Rc;
use std::task::{Poll, Waker};

use apimachinery::Status;

/// Something that can be turned off and on.
#[derive(Clone, Default)]
pub struct Switch(Rc<SwitchState>);

#[derive(Default)]
struct SwitchState {
    off: Cell<bool>,
    waiting: RefCell<Vec<Waker>>,
}

impl Switch {
    /// Whether it is off.
    pub fn is_off(&self) -> bool {
        self.0.off.get()
    }

    /// Turns it off or on.
    pub fn set_off(&self, off: bool) {
        self.0.off.set(off);
        if off {
            let waiting = self.0.waiting.take();
            waiting.into_iter().for_each(Waker::wake);
        }
    }

    /// Waits until it is off.
    pub async fn is_turned_off(&self) {
        poll_fn(|cx| {
            if self.is_off() {
                return Poll::Ready(());
            }
            let mut waiting = self.0.waiting.borrow_mut();
            if !waiting.iter().any(|known| known.will_wake(cx.waker())) {
                waiting.push(cx.waker().clone());
            }
            Poll::Pending
        })
        .await;
    }
}

/// How a client gets to the server.
#[derive(Clone, Default)]
pub struct Reach {
    server: Switch,
    way: Switch,
}

impl Reach {
    /// The server itself: off while it is stopped. All clients share it.
    pub fn server(&self) -> &Switch {
        &self.server
    }

    /// The way from where this client is.
    pub fn way(&self) -> &Switch {
        &self.way
    }

    /// Another place: the same server, a way of its own.
    pub(crate) fn elsewhere(&self) -> Self {
        Self {
            server: self.server.clone(),
            way: Switch::default(),
        }
    }

    /// What a dialler says of the address `host:port`, if it does not get through.
    pub fn refusal(&self, address: &str) -> Option<String> {
        if self.way.is_off() {
            Some(format!("dial tcp {address}: i/o timeout"))
        } else if self.server.is_off() {
            Some(format!("dial tcp {address}: connect: connection refused"))
        } else {
            None
        }
    }

    /// An error if the server cannot be reached. It is none of the server's: it has no code.
    pub(super) fn check(&self) -> Result<(), Status> {
        match self.refusal("127.0.0.1:6443") {
            None => Ok(()),
            Some(why) => {
                let mut status =
                    Status::internal_error(&format!("Get \"https://127.0.0.1:6443/\": {why}"));
                status.code = 0;
                status.reason = apimachinery::Str::new();
                Err(status)
            }
        }
    }
}
