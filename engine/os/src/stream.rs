//! Streams that the host side brings: where a container's output goes, where `kubectl exec` gets its input.

use std::cell::RefCell;
use std::rc::Rc;
use std::task::{Context, Poll};

use bytes::Bytes;

use crate::errno::{Errno, SysResult};
use crate::wake::WakerSet;

/// Something a descriptor can stand for that is neither file, pipe, terminal nor device.
pub trait Stream {
    /// Reads at most `max` bytes; empty at the end. By default there is nothing to read.
    fn poll_read(&self, cx: &mut Context<'_>, max: usize) -> Poll<SysResult<Bytes>> {
        let _ = (cx, max);
        Poll::Ready(Ok(Bytes::new()))
    }

    /// Writes some of the bytes; tells how many. By default it cannot be written.
    fn poll_write(&self, cx: &mut Context<'_>, data: &Bytes) -> Poll<SysResult<usize>> {
        let _ = (cx, data);
        Poll::Ready(Err(Errno::EBADF))
    }
}

/// Collects what is written, up to a limit; beyond it the writer gets "File too large" (and SIGXFSZ).
#[derive(Clone)]
pub struct Capture {
    data: Rc<RefCell<Vec<u8>>>,
    limit: usize,
}

impl Capture {
    /// Collects at most `limit` bytes.
    pub fn new(limit: usize) -> Self {
        Capture {
            data: Rc::default(),
            limit,
        }
    }

    /// What was written so far; it is taken out.
    pub fn take(&self) -> Vec<u8> {
        std::mem::take(&mut self.data.borrow_mut())
    }

    /// How much is there.
    pub fn len(&self) -> usize {
        self.data.borrow().len()
    }

    /// Whether nothing is there.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl Stream for Capture {
    fn poll_write(&self, _cx: &mut Context<'_>, data: &Bytes) -> Poll<SysResult<usize>> {
        let mut held = self.data.borrow_mut();
        let room = self.limit.saturating_sub(held.len());
        if room == 0 && !data.is_empty() {
            return Poll::Ready(Err(Errno::EFBIG));
        }
        let take = room.min(data.len());
        held.extend_from_slice(&data[..take]);
        Poll::Ready(Ok(take))
    }
}

/// Input that the host feeds: readers wait until there is some, or it was closed.
#[derive(Clone, Default)]
pub struct Input(Rc<RefCell<InputState>>);

#[derive(Default)]
struct InputState {
    data: std::collections::VecDeque<u8>,
    closed: bool,
    readers: WakerSet,
}

impl Input {
    /// Input that starts as these bytes and is closed behind them.
    pub fn fixed(data: &[u8]) -> Self {
        let input = Input::default();
        input.feed(data);
        input.close();
        input
    }

    /// Gives more bytes to read.
    pub fn feed(&self, data: &[u8]) {
        let mut state = self.0.borrow_mut();
        state.data.extend(data);
        state.readers.wake();
    }

    /// Says that no more will come.
    pub fn close(&self) {
        let mut state = self.0.borrow_mut();
        state.closed = true;
        state.readers.wake();
    }
}

impl Stream for Input {
    fn poll_read(&self, cx: &mut Context<'_>, max: usize) -> Poll<SysResult<Bytes>> {
        let mut state = self.0.borrow_mut();
        if state.data.is_empty() && !state.closed {
            state.readers.register(cx);
            return Poll::Pending;
        }
        let take = max.min(state.data.len());
        Poll::Ready(Ok(state.data.drain(..take).collect()))
    }
}
