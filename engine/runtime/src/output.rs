//! Where a program's output goes: into the container's log, and to whoever is watching.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::future::poll_fn;
use std::rc::{Rc, Weak};
use std::task::{Context, Poll, Waker};

use os::{Bytes, Errno, Recent, Stream, SysResult};
use sim::Sim;

use crate::logs::{Log, LogStream};

/// Output that waits to be taken; a writer beyond this waits.
const CAPACITY: usize = 256 * 1024;
/// A watcher of a container's output who is further behind than this loses its place.
const WATCHER_LIMIT: usize = 4 * 1024 * 1024;

/// The taking end of a program's output.
pub struct Output(Rc<RefCell<Buffer>>);

/// The giving end.
#[derive(Clone)]
pub(crate) struct Outlet(Rc<Sender>);

struct Sender(Rc<RefCell<Buffer>>);

#[derive(Default)]
struct Buffer {
    chunks: VecDeque<(LogStream, Bytes)>,
    bytes: usize,
    /// Nobody will put anything in.
    finished: bool,
    /// Nobody will take anything out.
    abandoned: bool,
    reader: Option<Waker>,
    writers: Vec<Waker>,
}

impl Buffer {
    fn wake_reader(&mut self) {
        if let Some(waker) = self.reader.take() {
            waker.wake();
        }
    }
}

impl Output {
    /// Both ends of a new buffer.
    pub(crate) fn new() -> (Outlet, Self) {
        let buffer = Rc::default();
        (Outlet(Rc::new(Sender(Rc::clone(&buffer)))), Self(buffer))
    }

    /// The next piece; `None` when there will be no more.
    pub async fn next(&mut self) -> Option<(LogStream, Bytes)> {
        poll_fn(|cx| {
            let mut buffer = self.0.borrow_mut();
            if let Some((stream, bytes)) = buffer.chunks.pop_front() {
                buffer.bytes -= bytes.len();
                buffer.writers.drain(..).for_each(Waker::wake);
                return Poll::Ready(Some((stream, bytes)));
            }
            if buffer.finished {
                return Poll::Ready(None);
            }
            buffer.reader = Some(cx.waker().clone());
            Poll::Pending
        })
        .await
    }
}

impl Drop for Output {
    fn drop(&mut self) {
        let mut buffer = self.0.borrow_mut();
        buffer.abandoned = true;
        buffer.chunks.clear();
        buffer.writers.drain(..).for_each(Waker::wake);
    }
}

impl Drop for Sender {
    fn drop(&mut self) {
        let mut buffer = self.0.borrow_mut();
        buffer.finished = true;
        buffer.wake_reader();
    }
}

impl Outlet {
    /// Puts output in without waiting; false when the taker is gone or too far behind.
    fn offer(&self, stream: LogStream, data: &Bytes) -> bool {
        let mut buffer = self.0.0.borrow_mut();
        if buffer.abandoned || buffer.bytes > WATCHER_LIMIT {
            return false;
        }
        buffer.bytes += data.len();
        buffer.chunks.push_back((stream, data.clone()));
        buffer.wake_reader();
        true
    }

    /// The descriptor of a program whose output goes here.
    pub(crate) fn file(&self, stream: LogStream) -> os::File {
        os::File::from_stream(OutletFile {
            outlet: self.clone(),
            stream,
        })
    }
}

struct OutletFile {
    outlet: Outlet,
    stream: LogStream,
}

impl Stream for OutletFile {
    fn poll_write(&self, cx: &mut Context<'_>, data: &Bytes) -> Poll<SysResult<usize>> {
        let mut buffer = self.outlet.0.0.borrow_mut();
        if buffer.abandoned {
            return Poll::Ready(Err(Errno::EPIPE));
        }
        if buffer.bytes >= CAPACITY {
            buffer.writers.push(cx.waker().clone());
            return Poll::Pending;
        }
        buffer.bytes += data.len();
        buffer.chunks.push_back((self.stream, data.clone()));
        buffer.wake_reader();
        Poll::Ready(Ok(data.len()))
    }
}

/// A container's output: its log and those attached to it.
#[derive(Clone)]
pub(crate) struct ContainerOutput(Rc<ContainerOutputInner>);

struct ContainerOutputInner {
    sim: Sim,
    log: Log,
    watchers: RefCell<Vec<Outlet>>,
}

impl ContainerOutput {
    pub(crate) fn new(sim: &Sim, lines: &Recent<[u8]>) -> Self {
        Self(Rc::new(ContainerOutputInner {
            sim: sim.clone(),
            log: Log::new(lines),
            watchers: RefCell::default(),
        }))
    }

    pub(crate) fn log(&self) -> &Log {
        &self.0.log
    }

    /// Takes what a program wrote.
    pub(crate) fn write(&self, stream: LogStream, data: &Bytes) {
        self.0.log.write(self.0.sim.now(), stream, data);
        self.0
            .watchers
            .borrow_mut()
            .retain(|watcher| watcher.offer(stream, data));
    }

    /// Says that the container has ended.
    pub(crate) fn close(&self) {
        self.0.log.close(self.0.sim.now());
        let watchers = std::mem::take(&mut *self.0.watchers.borrow_mut());
        drop(watchers);
    }

    /// What is written from now on.
    pub(crate) fn watch(&self) -> Output {
        let (outlet, output) = Output::new();
        if !self.0.log.is_closed() {
            self.0.watchers.borrow_mut().push(outlet);
        }
        output
    }

    /// The descriptor of the container's programs.
    pub(crate) fn file(&self, stream: LogStream) -> os::File {
        os::File::from_stream(LogFile {
            output: Rc::downgrade(&self.0),
            stream,
        })
    }
}

struct LogFile {
    output: Weak<ContainerOutputInner>,
    stream: LogStream,
}

impl Stream for LogFile {
    fn poll_write(&self, _: &mut Context<'_>, data: &Bytes) -> Poll<SysResult<usize>> {
        let Some(output) = self.output.upgrade() else {
            return Poll::Ready(Err(Errno::EPIPE));
        };
        ContainerOutput(output).write(self.stream, data);
        Poll::Ready(Ok(data.len()))
    }
}
