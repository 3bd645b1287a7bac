//! A connection: two byte pipes, one in each direction.
//!
//! What is written arrives after the link's latency. A pipe holds a bounded number of bytes; a writer whose reader is
//! slow waits. Dropping an end closes it: the other side reads what is left and then the end, and gets [`Reset`] when
//! it writes.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::future::poll_fn;
use std::rc::Rc;
use std::task::{Poll, Waker};
use std::time::Duration;

use sim::{Sim, Time};

use crate::Seen;
use crate::observe::Trail;

/// How many bytes may be under way in one direction.
const CAPACITY: usize = 64 * 1024;

/// The other side has closed the connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reset;

/// How long what is written now is under way.
pub(crate) type Delay = Rc<dyn Fn() -> Duration>;

/// One end of a connection.
pub struct Stream {
    reader: ReadHalf,
    writer: WriteHalf,
    trail: Option<Trail>,
}

/// The reading side of a [`Stream`].
pub struct ReadHalf {
    sim: Sim,
    pipe: Rc<RefCell<Pipe>>,
}

/// The writing side of a [`Stream`].
pub struct WriteHalf {
    sim: Sim,
    delay: Delay,
    pipe: Rc<RefCell<Pipe>>,
}

#[derive(Default)]
struct Pipe {
    chunks: VecDeque<(Time, Vec<u8>)>,
    bytes: usize,
    /// Nothing more will be written; known to the reader from then on.
    finished: Option<Time>,
    /// Nobody reads any more.
    abandoned: bool,
    reader: Option<Waker>,
    writer: Option<Waker>,
}

impl Pipe {
    /// `due`, but not before what is under way already.
    fn not_before(&self, due: Time) -> Time {
        self.chunks.back().map_or(due, |(last, _)| due.max(*last))
    }

    fn wake_reader(&mut self) {
        if let Some(waker) = self.reader.take() {
            waker.wake();
        }
    }

    fn wake_writer(&mut self) {
        if let Some(waker) = self.writer.take() {
            waker.wake();
        }
    }
}

/// What a reader finds in a pipe.
enum Found {
    Chunk(Vec<u8>),
    NotBefore(Time),
    End,
}

impl Stream {
    /// The two ends of a new connection.
    pub fn pair(sim: &Sim, latency: Duration) -> (Self, Self) {
        Self::pair_over(sim, Rc::new(move || latency))
    }

    /// The two ends of a new connection over a way that may change.
    pub(crate) fn pair_over(sim: &Sim, delay: Delay) -> (Self, Self) {
        let (a, b) = (
            Rc::<RefCell<Pipe>>::default(),
            Rc::<RefCell<Pipe>>::default(),
        );
        let end = |incoming: &Rc<RefCell<Pipe>>, outgoing: &Rc<RefCell<Pipe>>| Self {
            reader: ReadHalf {
                sim: sim.clone(),
                pipe: Rc::clone(incoming),
            },
            writer: WriteHalf {
                sim: sim.clone(),
                delay: Rc::clone(&delay),
                pipe: Rc::clone(outgoing),
            },
            trail: None,
        };
        (end(&a, &b), end(&b, &a))
    }

    pub(crate) fn set_trail(&mut self, trail: Trail) {
        self.trail = Some(trail);
    }

    /// Tells the observer what became of a request over this connection.
    pub(crate) fn answered(&self, method: &str, path: &str, status: Option<u16>) {
        if let Some(Trail { observer, id }) = &self.trail {
            observer.saw(Seen::Answered {
                id: *id,
                method: method.to_owned(),
                path: path.to_owned(),
                status,
                at: self.reader.sim.now(),
            });
        }
    }

    /// The next bytes, at least one; empty at the end of the stream.
    pub async fn read(&mut self) -> Vec<u8> {
        self.reader.read().await
    }

    /// Everything up to the end of the stream, but no more than `limit` bytes.
    pub async fn read_to_end(&mut self, limit: usize) -> Vec<u8> {
        let mut all = Vec::new();
        while all.len() < limit {
            let chunk = self.read().await;
            if chunk.is_empty() {
                break;
            }
            all.extend(chunk);
        }
        all.truncate(limit);
        all
    }

    /// Writes all of `bytes`, waiting while the pipe is full.
    pub async fn write_all(&mut self, bytes: &[u8]) -> Result<(), Reset> {
        self.writer.write_all(bytes).await
    }

    /// Says that nothing more will be written; reading goes on.
    pub fn finish(&mut self) {
        self.writer.finish();
    }

    /// The two directions apart, so that two tasks can use them.
    pub fn into_split(self) -> (ReadHalf, WriteHalf) {
        (self.reader, self.writer)
    }
}

impl ReadHalf {
    /// The next bytes, at least one; empty at the end of the stream.
    pub async fn read(&mut self) -> Vec<u8> {
        loop {
            match poll_fn(|cx| self.poll_found(cx.waker())).await {
                Found::Chunk(chunk) => return chunk,
                Found::End => return Vec::new(),
                Found::NotBefore(due) => self.sim.sleep_until(due).await,
            }
        }
    }

    fn poll_found(&self, waker: &Waker) -> Poll<Found> {
        let now = self.sim.now();
        let mut pipe = self.pipe.borrow_mut();
        match (pipe.chunks.front(), pipe.finished) {
            (Some((due, _)), _) if *due <= now => {
                let (_, chunk) = pipe.chunks.pop_front().unwrap_or_default();
                pipe.bytes -= chunk.len();
                pipe.wake_writer();
                Poll::Ready(Found::Chunk(chunk))
            }
            (Some((due, _)), _) => Poll::Ready(Found::NotBefore(*due)),
            (None, Some(due)) if due <= now => Poll::Ready(Found::End),
            (None, Some(due)) => Poll::Ready(Found::NotBefore(due)),
            (None, None) => {
                pipe.reader = Some(waker.clone());
                Poll::Pending
            }
        }
    }
}

impl Drop for ReadHalf {
    fn drop(&mut self) {
        let mut pipe = self.pipe.borrow_mut();
        pipe.abandoned = true;
        pipe.chunks.clear();
        pipe.bytes = 0;
        pipe.wake_writer();
    }
}

impl WriteHalf {
    /// Writes all of `bytes`, waiting while the pipe is full.
    pub async fn write_all(&mut self, bytes: &[u8]) -> Result<(), Reset> {
        for chunk in bytes.chunks(CAPACITY) {
            poll_fn(|cx| self.poll_write(chunk, cx.waker())).await?;
        }
        Ok(())
    }

    fn poll_write(&self, chunk: &[u8], waker: &Waker) -> Poll<Result<(), Reset>> {
        let mut pipe = self.pipe.borrow_mut();
        if pipe.abandoned || pipe.finished.is_some() {
            return Poll::Ready(Err(Reset));
        }
        if pipe.bytes > 0 && pipe.bytes + chunk.len() > CAPACITY {
            pipe.writer = Some(waker.clone());
            return Poll::Pending;
        }
        pipe.bytes += chunk.len();
        let due = pipe.not_before(self.sim.now() + (self.delay)());
        pipe.chunks.push_back((due, chunk.to_vec()));
        pipe.wake_reader();
        Poll::Ready(Ok(()))
    }

    /// Says that nothing more will be written.
    pub fn finish(&mut self) {
        let mut pipe = self.pipe.borrow_mut();
        if pipe.finished.is_none() {
            let due = pipe.not_before(self.sim.now() + (self.delay)());
            pipe.finished = Some(due);
            pipe.wake_reader();
        }
    }
}

impl Drop for WriteHalf {
    fn drop(&mut self) {
        self.finish();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(future: impl Future<Output = ()> + 'static, sim: &Sim) {
        let done = sim.spawn("test", future);
        let mut budget = 100_000;
        sim.run_until(Time::from_secs(3600), &mut budget);
        assert!(done.is_finished(), "the test hangs");
    }

    #[test]
    fn bytes_arrive_after_the_latency_and_the_end_after_them() {
        let sim = Sim::new(1, Time::default());
        let (mut a, mut b) = Stream::pair(&sim, Duration::from_millis(5));
        let s = sim.clone();
        run(
            async move {
                a.write_all(b"hello").await.expect("open");
                drop(a);
                assert_eq!(b.read().await, b"hello");
                assert_eq!(s.now(), Time::from_micros(5000));
                assert_eq!(b.read().await, b"");
                assert_eq!(b.write_all(b"x").await, Err(Reset));
            },
            &sim,
        );
    }

    #[test]
    fn a_full_pipe_makes_the_writer_wait() {
        let sim = Sim::new(1, Time::default());
        let (mut a, mut b) = Stream::pair(&sim, Duration::ZERO);
        let s = sim.clone();
        sim.spawn("reader", async move {
            s.sleep(Duration::from_secs(1)).await;
            assert_eq!(b.read_to_end(1 << 20).await.len(), 3 * CAPACITY);
        });
        let s = sim.clone();
        run(
            async move {
                a.write_all(&vec![0; 3 * CAPACITY]).await.expect("open");
                assert_eq!(s.now(), Time::from_secs(1));
            },
            &sim,
        );
    }
}
