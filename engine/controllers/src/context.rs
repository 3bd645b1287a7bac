//! What every controller is started with.

use std::cell::{Cell, RefCell};
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context as TaskContext, Poll, Waker};

use client::{Client, Informers};
use sim::Sim;

/// Client, caches, and the switch that stops all controllers.
#[derive(Clone)]
pub struct Context {
    client: Client,
    informers: Informers,
    gate: Gate,
}

impl Context {
    pub(crate) fn new(client: &Client, informers: &Informers) -> Self {
        Self {
            client: client.clone(),
            informers: informers.clone(),
            gate: Gate::default(),
        }
    }

    /// The client of a controller with its own service account, such as `deployment-controller`.
    pub(crate) fn client(&self, account: &str) -> Client {
        self.client.as_controller(account)
    }

    /// The shared caches.
    pub(crate) fn informers(&self) -> &Informers {
        &self.informers
    }

    /// The simulation.
    pub(crate) fn sim(&self) -> &Sim {
        self.client.sim()
    }

    /// The switch.
    pub fn gate(&self) -> &Gate {
        &self.gate
    }
}

/// Lets workers through, or makes them wait. Cloning gives the same one.
#[derive(Clone, Default)]
pub struct Gate(Rc<GateState>);

#[derive(Default)]
struct GateState {
    closed: Cell<bool>,
    waiting: RefCell<Vec<Waker>>,
}

impl Gate {
    /// Makes everybody wait from now on.
    pub fn close(&self) {
        self.0.closed.set(true);
    }

    /// Lets everybody through.
    pub fn open(&self) {
        self.0.closed.set(false);
        let waiting = self.0.waiting.take();
        waiting.into_iter().for_each(Waker::wake);
    }

    /// Waits until the gate is open.
    pub(crate) fn pass(&self) -> Pass {
        Pass(self.clone())
    }
}

/// The future of [`Gate::pass`].
pub(crate) struct Pass(Gate);

impl Future for Pass {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut TaskContext<'_>) -> Poll<()> {
        let state = &self.0.0;
        if !state.closed.get() {
            return Poll::Ready(());
        }
        state.waiting.borrow_mut().push(cx.waker().clone());
        Poll::Pending
    }
}
