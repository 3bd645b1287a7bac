//! Pipes: bounded, with back-pressure, closed when their last holder lets go.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;
use std::task::{Context, Poll};

use bytes::Bytes;

use crate::errno::{Errno, SysResult};
use crate::file::File;
use crate::wake::WakerSet;

/// Bytes a pipe holds before a writer has to wait, as Linux' default.
const CAPACITY: usize = 65_536;

#[derive(Default)]
struct Shared {
    chunks: VecDeque<Bytes>,
    len: usize,
    reader_gone: bool,
    writer_gone: bool,
    readers: WakerSet,
    writers: WakerSet,
}

/// The end that is read from.
pub(crate) struct PipeReader(Rc<RefCell<Shared>>);
/// The end that is written to.
pub(crate) struct PipeWriter(Rc<RefCell<Shared>>);

/// Makes a pipe: what is written to the second file is read from the first.
pub fn pipe() -> (File, File) {
    let shared = Rc::new(RefCell::new(Shared::default()));
    (
        File::from_pipe_reader(PipeReader(shared.clone())),
        File::from_pipe_writer(PipeWriter(shared)),
    )
}

impl PipeReader {
    pub(crate) fn poll_read(&self, cx: &mut Context<'_>, max: usize) -> Poll<SysResult<Bytes>> {
        let mut shared = self.0.borrow_mut();
        if max == 0 {
            return Poll::Ready(Ok(Bytes::new()));
        }
        if let Some(mut chunk) = shared.chunks.pop_front() {
            let data = if chunk.len() > max {
                let head = chunk.split_to(max);
                shared.chunks.push_front(chunk);
                head
            } else {
                chunk
            };
            shared.len -= data.len();
            shared.writers.wake();
            return Poll::Ready(Ok(data));
        }
        if shared.writer_gone {
            return Poll::Ready(Ok(Bytes::new()));
        }
        shared.readers.register(cx);
        Poll::Pending
    }

    pub(crate) fn is_ready(&self) -> bool {
        let shared = self.0.borrow();
        shared.len > 0 || shared.writer_gone
    }
}

impl PipeWriter {
    pub(crate) fn poll_write(&self, cx: &mut Context<'_>, data: &Bytes) -> Poll<SysResult<usize>> {
        let mut shared = self.0.borrow_mut();
        if shared.reader_gone {
            return Poll::Ready(Err(Errno::EPIPE));
        }
        let room = CAPACITY - shared.len;
        if data.is_empty() {
            return Poll::Ready(Ok(0));
        }
        if room == 0 {
            shared.writers.register(cx);
            return Poll::Pending;
        }
        let take = room.min(data.len());
        shared.chunks.push_back(data.slice(..take));
        shared.len += take;
        shared.readers.wake();
        Poll::Ready(Ok(take))
    }
}

impl Drop for PipeReader {
    fn drop(&mut self) {
        let mut shared = self.0.borrow_mut();
        shared.reader_gone = true;
        shared.chunks.clear();
        shared.len = 0;
        shared.writers.wake();
    }
}

impl Drop for PipeWriter {
    fn drop(&mut self) {
        let mut shared = self.0.borrow_mut();
        shared.writer_gone = true;
        shared.readers.wake();
    }
}
