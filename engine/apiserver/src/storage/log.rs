//! The recent changes of one table, in order: what watches read.
//!
//! Every entry has an absolute position that never changes; a watch is a position and reads on from there. The log is
//! bounded: the oldest entries go first, and a watch (or a request from an old resourceVersion) that would need them is
//! told "410 Gone" and lists anew, as with etcd's compaction.

use imbl::Vector;

use super::{Obj, Revision};

/// One change.
#[derive(Clone)]
pub struct LogEntry {
    /// The revision it made.
    pub revision: Revision,
    /// The object after the change; for a deletion its last state.
    pub object: Obj,
    /// The object before the change, if there was one.
    pub previous: Option<Obj>,
    /// Whether this was a deletion.
    pub deleted: bool,
}

/// What reading at a position gives.
pub enum LogRead<'a> {
    /// The entry there.
    Entry(&'a LogEntry),
    /// Nothing yet.
    End,
    /// It was there, and is forgotten.
    Gone,
}

/// A bounded, persistent log.
#[derive(Clone)]
pub struct Log {
    entries: Vector<LogEntry>,
    /// The position of the first entry.
    start: u64,
    /// Everything up to this revision may be forgotten.
    compacted: Revision,
    capacity: usize,
}

impl Log {
    /// An empty log that keeps at most `capacity` entries.
    pub fn new(capacity: usize) -> Self {
        Self {
            entries: Vector::new(),
            start: 0,
            compacted: Revision(0),
            capacity: capacity.max(1),
        }
    }

    /// The position that the next entry will have.
    pub fn end(&self) -> u64 {
        self.start + self.entries.len() as u64
    }

    /// The newest revision that may be incomplete: watching from here or later sees everything.
    pub fn compacted(&self) -> Revision {
        self.compacted
    }

    /// Reads the entry at a position.
    pub fn read(&self, position: u64) -> LogRead<'_> {
        let Some(index) = position.checked_sub(self.start) else {
            return LogRead::Gone;
        };
        match usize::try_from(index)
            .ok()
            .and_then(|i| self.entries.get(i))
        {
            Some(entry) => LogRead::Entry(entry),
            None => LogRead::End,
        }
    }

    /// The position of the first change after `revision`; `None` when changes since then are forgotten.
    pub fn position_after(&self, revision: Revision) -> Option<u64> {
        if revision < self.compacted {
            return None;
        }
        // Entries are ordered by revision.
        let (mut low, mut high) = (0, self.entries.len());
        while low < high {
            let middle = low + (high - low) / 2;
            if self.entries[middle].revision <= revision {
                low = middle + 1
            } else {
                high = middle
            }
        }
        Some(self.start + low as u64)
    }

    pub(super) fn push(&mut self, entry: LogEntry) {
        if self.entries.len() == self.capacity {
            self.pop();
        }
        self.entries.push_back(entry);
    }

    pub(super) fn compact(&mut self, upto: Revision) {
        while self.entries.front().is_some_and(|e| e.revision <= upto) {
            self.pop();
        }
        self.compacted = self.compacted.max(upto);
    }

    fn pop(&mut self) {
        if let Some(entry) = self.entries.pop_front() {
            self.start += 1;
            self.compacted = self.compacted.max(entry.revision);
        }
    }
}
