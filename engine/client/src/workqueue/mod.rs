//! Work queues: the keys a controller still has to look at (`k8s.io/client-go/util/workqueue`).
//!
//! ```text
//!   informer handlers ── add ──────────────►┐
//!   own timers ───────── add_after ─► delay ├─► dirty set + FIFO ── get ──► sync(key) ── done ─┐
//!   failed syncs ─────── add_rate_limited ──┘        ▲                                         │
//!                                                    └── added again while it was processed ◄──┘
//! ```
//!
//! A key is in the queue at most once, and is never handed out twice at the same time: what is added while it is being
//! processed comes back when it is done. So a sync may always look at the newest state instead of at what happened.
//!
//! Not here: what a key means, or how many tries a controller allows itself.

mod limiter;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

pub use limiter::{Bucket, RateLimiter};
use sim::{LinkId, Sim, Sleep, Time};

/// A queue of keys with de-duplication, delays and rate-limited retries. Cloning gives the same queue.
pub struct WorkQueue<K> {
    sim: Sim,
    state: Rc<RefCell<State<K>>>,
}

impl<K> Clone for WorkQueue<K> {
    fn clone(&self) -> Self {
        Self {
            sim: self.sim.clone(),
            state: Rc::clone(&self.state),
        }
    }
}

struct State<K> {
    queue: VecDeque<K>,
    /// What waits to be processed, with what led to its being added.
    dirty: BTreeMap<K, LinkId>,
    processing: BTreeSet<K>,
    delayed: BTreeMap<(Time, u64), K>,
    /// The key's place in `delayed`; a key waits there once, for its earliest time.
    due: BTreeMap<K, (Time, u64, LinkId)>,
    seq: u64,
    limiter: RateLimiter<K>,
    waker: Option<Waker>,
    shut_down: bool,
}

impl<K: Clone + Ord> WorkQueue<K> {
    /// A queue with the retry delays that controllers use unless they choose their own:
    /// 5 ms doubling to 1000 s per key, and 10 retries a second (100 at once) over all keys.
    pub fn new(sim: &Sim) -> Self {
        Self::with_limiter(sim, RateLimiter::controller_default())
    }

    /// A queue with its own retry delays.
    pub fn with_limiter(sim: &Sim, limiter: RateLimiter<K>) -> Self {
        Self {
            sim: sim.clone(),
            state: Rc::new(RefCell::new(State {
                queue: VecDeque::new(),
                dirty: BTreeMap::new(),
                processing: BTreeSet::new(),
                delayed: BTreeMap::new(),
                due: BTreeMap::new(),
                seq: 0,
                limiter,
                waker: None,
                shut_down: false,
            })),
        }
    }

    /// Adds `key`, unless it waits already.
    pub fn add(&self, key: K) {
        let cause = self.sim.cause();
        let mut state = self.state.borrow_mut();
        state.add(key, cause);
        state.wake();
    }

    /// Adds `key` once `delay` has passed. A key that waits for an earlier time keeps that one.
    pub fn add_after(&self, key: K, delay: Duration) {
        if delay.is_zero() {
            return self.add(key);
        }
        let (due, cause) = (self.sim.now() + delay, self.sim.cause());
        let mut state = self.state.borrow_mut();
        if state.shut_down {
            return;
        }
        if let Some((earlier, seq, _)) = state.due.get(&key).copied() {
            if earlier <= due {
                return;
            }
            state.delayed.remove(&(earlier, seq));
        }
        state.seq += 1;
        let seq = state.seq;
        state.delayed.insert((due, seq), key.clone());
        state.due.insert(key, (due, seq, cause));
        // The waiting worker has to set its timer anew.
        state.wake();
    }

    /// Adds `key` after its back-off, which grows with every call until [`Self::forget`].
    pub fn add_rate_limited(&self, key: K) {
        let now = self.sim.now();
        let delay = self.state.borrow_mut().limiter.when(&key, now);
        self.add_after(key, delay);
    }

    /// Resets the back-off of `key`: its sync succeeded, or will not be tried again.
    pub fn forget(&self, key: &K) {
        self.state.borrow_mut().limiter.forget(key);
    }

    /// How often `key` was added with [`Self::add_rate_limited`] since it was last forgotten.
    pub fn num_requeues(&self, key: &K) -> u32 {
        self.state.borrow().limiter.num_requeues(key)
    }

    /// How many keys are ready to be processed.
    pub fn len(&self) -> usize {
        self.state.borrow().queue.len()
    }

    /// Whether no key is ready to be processed.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The next key; `None` once the queue is shut down and drained. To be followed by [`Self::done`].
    ///
    /// Gives way to other tasks once before every key, so that what the worker has just written has reached the
    /// informers' caches before it syncs the next one. One worker per queue.
    pub fn get(&self) -> Get<K> {
        Get {
            queue: self.clone(),
            yielded: false,
            sleep: None,
        }
    }

    /// The next key that is ready now, without waiting.
    pub fn try_get(&self) -> Option<K> {
        let now = self.sim.now();
        let (key, cause) = self.state.borrow_mut().take(now)?;
        self.sim.set_cause(cause);
        Some(key)
    }

    /// Says that `key` has been processed; it comes back if it was added meanwhile.
    pub fn done(&self, key: &K) {
        let mut state = self.state.borrow_mut();
        state.processing.remove(key);
        if state.dirty.contains_key(key) {
            state.queue.push_back(key.clone());
            state.wake();
        }
    }

    /// Takes no more keys; [`Self::get`] ends when what is ready has been handed out.
    pub fn shut_down(&self) {
        let mut state = self.state.borrow_mut();
        state.shut_down = true;
        state.delayed.clear();
        state.due.clear();
        state.wake();
    }
}

impl<K: Clone + Ord> State<K> {
    fn add(&mut self, key: K, cause: LinkId) {
        if self.shut_down || self.dirty.contains_key(&key) {
            return;
        }
        self.dirty.insert(key.clone(), cause);
        if !self.processing.contains(&key) {
            self.queue.push_back(key);
        }
    }

    fn wake(&mut self) {
        if let Some(waker) = self.waker.take() {
            waker.wake();
        }
    }

    /// Moves what has come due to the queue, and takes the first key of it.
    fn take(&mut self, now: Time) -> Option<(K, LinkId)> {
        while let Some(entry) = self.delayed.first_entry()
            && entry.key().0 <= now
        {
            let key = entry.remove();
            let cause = self.due.remove(&key).map_or(LinkId::default(), |d| d.2);
            self.add(key, cause);
        }
        let key = self.queue.pop_front()?;
        let cause = self.dirty.remove(&key).unwrap_or_default();
        self.processing.insert(key.clone());
        Some((key, cause))
    }
}

/// The future of [`WorkQueue::get`].
#[must_use = "futures do nothing unless awaited"]
pub struct Get<K> {
    queue: WorkQueue<K>,
    yielded: bool,
    sleep: Option<(Time, Sleep)>,
}

impl<K: Clone + Ord> Future for Get<K> {
    type Output = Option<K>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<K>> {
        if !self.yielded {
            self.yielded = true;
            let state = self.queue.state.borrow();
            if !state.queue.is_empty() {
                cx.waker().wake_by_ref();
                return Poll::Pending;
            }
        }
        let now = self.queue.sim.now();
        let taken = self.queue.state.borrow_mut().take(now);
        if let Some((key, cause)) = taken {
            self.queue.sim.set_cause(cause);
            return Poll::Ready(Some(key));
        }
        let due = {
            let mut state = self.queue.state.borrow_mut();
            if state.shut_down {
                return Poll::Ready(None);
            }
            state.waker = Some(cx.waker().clone());
            state.delayed.keys().next().map(|(due, _)| *due)
        };
        let Some(due) = due else {
            self.sleep = None;
            return Poll::Pending;
        };
        if self.sleep.as_ref().is_none_or(|(at, _)| *at != due) {
            let sleep = self.queue.sim.sleep_until(due);
            self.sleep = Some((due, sleep));
        }
        if let Some((_, sleep)) = &mut self.sleep
            && Pin::new(sleep).poll(cx).is_ready()
        {
            // Only possible if the clock moved within this call, which it does not; look again all the same.
            self.sleep = None;
            cx.waker().wake_by_ref();
        }
        Poll::Pending
    }
}

#[cfg(test)]
mod tests;
