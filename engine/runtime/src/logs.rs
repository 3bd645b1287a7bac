//! What a container wrote to its standard output and error, as the node keeps it.
//!
//! A container's log is a file on its node, one entry a line, each with the instant it was written and the stream it
//! was written to. Here it is a bounded buffer: the oldest entries go when it is full, as a rotated file would.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::future::poll_fn;
use std::rc::Rc;
use std::task::{Poll, Waker};

use os::Recent;
use sim::Time;

/// A longer line is kept in pieces of this size.
const LINE_LIMIT: usize = 16 * 1024;
/// A log holds no more text than this.
const BYTE_LIMIT: usize = 1024 * 1024;
/// And no more entries than this.
const ENTRY_LIMIT: usize = 50_000;

/// The stream that something was written to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LogStream {
    /// Standard output.
    Stdout,
    /// Standard error.
    Stderr,
}

/// A line of a log, or a piece of a long or unfinished one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogEntry {
    /// When it was written.
    pub at: Time,
    /// Where to.
    pub stream: LogStream,
    /// What, with the line feed if the line ends here.
    pub text: Rc<[u8]>,
}

/// The log of one run of a container. Cloning gives the same log.
#[derive(Clone, Default)]
pub struct Log(Rc<Inner>);

#[derive(Default)]
struct Inner {
    entries: RefCell<VecDeque<LogEntry>>,
    /// How many entries have been dropped, so that followers keep their place.
    dropped: Cell<u64>,
    bytes: Cell<usize>,
    /// What was written after the last line feed: standard output's and standard error's.
    unfinished: RefCell<[Vec<u8>; 2]>,
    closed: Cell<bool>,
    /// Most containers of an image say the same.
    known: Recent<[u8]>,
    followers: RefCell<Vec<Waker>>,
}

/// A place in a log: how many entries came before it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct LogPosition(u64);

impl Log {
    /// An empty log. `known`: the lines of late, of all logs.
    pub fn new(known: &Recent<[u8]>) -> Self {
        Self(Rc::new(Inner {
            known: known.clone(),
            ..Inner::default()
        }))
    }

    /// Appends what was written at `at`.
    pub fn write(&self, at: Time, stream: LogStream, bytes: &[u8]) {
        if self.0.closed.get() {
            return;
        }
        let slot = usize::from(stream == LogStream::Stderr);
        let mut rest = bytes;
        while !rest.is_empty() {
            let (piece, ends_line) = match rest.iter().position(|byte| *byte == b'\n') {
                Some(end) => (&rest[..=end], true),
                None => (rest, false),
            };
            rest = &rest[piece.len()..];
            let mut unfinished = self.0.unfinished.borrow_mut();
            if ends_line && unfinished[slot].is_empty() && piece.len() <= LINE_LIMIT {
                self.push(at, stream, piece);
                continue;
            }
            unfinished[slot].extend_from_slice(piece);
            while unfinished[slot].len() > LINE_LIMIT {
                let long: Vec<u8> = unfinished[slot].drain(..LINE_LIMIT).collect();
                self.push(at, stream, &long);
            }
            if ends_line {
                let line = std::mem::take(&mut unfinished[slot]);
                self.push(at, stream, &line);
            }
        }
        self.wake();
    }

    /// Says that nothing more will be written; an unfinished line becomes an entry of its own.
    pub fn close(&self, at: Time) {
        if self.0.closed.replace(true) {
            return;
        }
        let unfinished = std::mem::take(&mut *self.0.unfinished.borrow_mut());
        for (stream, text) in [LogStream::Stdout, LogStream::Stderr]
            .into_iter()
            .zip(unfinished)
        {
            if !text.is_empty() {
                self.push(at, stream, &text);
            }
        }
        self.wake();
    }

    /// Whether nothing more will be written.
    pub fn is_closed(&self) -> bool {
        self.0.closed.get()
    }

    /// The place after the newest entry.
    pub fn end(&self) -> LogPosition {
        LogPosition(self.0.dropped.get() + self.0.entries.borrow().len() as u64)
    }

    /// The entries from `from` on, as far as they are still kept, and the place after them.
    pub fn read(&self, from: LogPosition) -> (Vec<LogEntry>, LogPosition) {
        let skip = from.0.saturating_sub(self.0.dropped.get());
        let skip = usize::try_from(skip).unwrap_or(usize::MAX);
        let entries = self.0.entries.borrow().iter().skip(skip).cloned().collect();
        (entries, self.end())
    }

    /// Waits until there is something after `from`, or nothing more will come.
    pub async fn grows(&self, from: LogPosition) {
        poll_fn(|cx| {
            if self.end() > from || self.is_closed() {
                return Poll::Ready(());
            }
            let mut followers = self.0.followers.borrow_mut();
            if !followers.iter().any(|waker| waker.will_wake(cx.waker())) {
                followers.push(cx.waker().clone());
            }
            Poll::Pending
        })
        .await;
    }

    fn push(&self, at: Time, stream: LogStream, text: &[u8]) {
        let inner = &self.0;
        let mut entries = inner.entries.borrow_mut();
        inner.bytes.set(inner.bytes.get() + text.len());
        if entries.len() == entries.capacity() {
            // Most say a few lines, and then no more for long.
            let more = (entries.len() / 2).max(4);
            entries.reserve_exact(more);
        }
        entries.push_back(LogEntry {
            at,
            stream,
            text: inner.known.share(text),
        });
        while inner.bytes.get() > BYTE_LIMIT || entries.len() > ENTRY_LIMIT {
            let Some(oldest) = entries.pop_front() else {
                break;
            };
            inner.bytes.set(inner.bytes.get() - oldest.text.len());
            inner.dropped.set(inner.dropped.get() + 1);
        }
    }

    fn wake(&self) {
        let followers = std::mem::take(&mut *self.0.followers.borrow_mut());
        for waker in followers {
            waker.wake();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(log: &Log) -> Vec<String> {
        log.read(LogPosition::default())
            .0
            .iter()
            .map(|entry| String::from_utf8_lossy(&entry.text).into_owned())
            .collect()
    }

    #[test]
    fn keeps_lines_and_the_unfinished_rest() {
        let log = Log::default();
        log.write(Time::from_secs(1), LogStream::Stdout, b"one\ntw");
        log.write(Time::from_secs(2), LogStream::Stderr, b"oops\n");
        log.write(Time::from_secs(3), LogStream::Stdout, b"o\nthree");
        assert_eq!(texts(&log), ["one\n", "oops\n", "two\n"]);
        log.close(Time::from_secs(4));
        assert_eq!(texts(&log), ["one\n", "oops\n", "two\n", "three"]);
        let (entries, _) = log.read(LogPosition::default());
        assert_eq!(entries[2].at, Time::from_secs(3));
    }

    #[test]
    fn forgets_the_oldest_and_keeps_places() {
        let log = Log::default();
        let line = [b'x'; 1023].to_vec();
        for _ in 0..2000 {
            log.write(Time::default(), LogStream::Stdout, &line);
            log.write(Time::default(), LogStream::Stdout, b"\n");
        }
        assert_eq!(texts(&log).len(), 1024);
        let place = log.end();
        assert!(log.read(place).0.is_empty());
        log.write(Time::default(), LogStream::Stdout, b"new\n");
        assert_eq!(log.read(place).0.len(), 1);
    }

    #[test]
    fn splits_long_lines() {
        let log = Log::default();
        log.write(Time::default(), LogStream::Stdout, &vec![b'x'; 40_000]);
        log.close(Time::default());
        let lengths: Vec<_> = texts(&log).iter().map(String::len).collect();
        assert_eq!(lengths, [16_384, 16_384, 40_000 - 2 * 16_384]);
    }
}
