//! A level-triggered wake-up between tasks.

use std::cell::RefCell;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

/// A flag that one task raises and another waits for.
///
/// Raising it while nobody waits is remembered, so no wake-up is lost; raising it twice counts once. It is meant for
/// one waiting task; a second waiter takes the first one's place.
#[derive(Clone, Default)]
pub struct Notify(Rc<RefCell<State>>);

#[derive(Default)]
struct State {
    raised: bool,
    waiter: Option<Waker>,
}

impl Notify {
    /// A flag that is not raised.
    pub fn new() -> Self {
        Self::default()
    }

    /// Raises the flag and wakes the waiting task, if any.
    pub fn notify(&self) {
        let waiter = {
            let mut state = self.0.borrow_mut();
            state.raised = true;
            state.waiter.take()
        };
        if let Some(waker) = waiter {
            waker.wake();
        }
    }

    /// Waits until the flag is raised, and lowers it.
    pub fn notified(&self) -> Notified {
        Notified(self.clone())
    }

    /// Lowers the flag; whether it was raised.
    pub fn take(&self) -> bool {
        std::mem::take(&mut self.0.borrow_mut().raised)
    }
}

/// The future of [`Notify::notified`].
#[must_use = "futures do nothing unless awaited"]
pub struct Notified(Notify);

impl Future for Notified {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let mut state = self.0.0.borrow_mut();
        if std::mem::take(&mut state.raised) {
            return Poll::Ready(());
        }
        state.waiter = Some(cx.waker().clone());
        Poll::Pending
    }
}
