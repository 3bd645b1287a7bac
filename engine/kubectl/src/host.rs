//! What kubectl needs of the machine it runs on: standard streams, files, environment, clock, other programs.
//!
//! [`Host`] is the whole of it, so that kubectl runs alike in the emulated workstation and in tests. Output is queued in
//! [`Streams`] and written when the verb waits or ends, which keeps the order of standard output and standard error.

use std::cell::{Cell, RefCell};
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;

use crate::error::Error;

/// A future that need not cross threads.
pub type Wait<'a, T> = Pin<Box<dyn Future<Output = T> + 'a>>;

/// A standard stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stream {
    /// Standard input.
    In,
    /// Standard output.
    Out,
    /// Standard error.
    Err,
}

/// Why a file operation failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FileError {
    /// `ENOENT`
    NotFound,
    /// `EISDIR`
    IsDirectory,
    /// `ENOTDIR`
    NotDirectory,
    /// `EACCES`
    Denied,
    /// Anything else, as the C library words it.
    Other(String),
}

impl FileError {
    /// The C library's words.
    pub fn text(&self) -> &str {
        match self {
            FileError::NotFound => "no such file or directory",
            FileError::IsDirectory => "is a directory",
            FileError::NotDirectory => "not a directory",
            FileError::Denied => "permission denied",
            FileError::Other(text) => text,
        }
    }

    /// As Go words a failed system call: `open x: no such file or directory`.
    pub fn of(&self, call: &str, path: &str) -> Error {
        Error::Message(format!("{call} {path}: {}", self.text()))
    }
}

/// What a path leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FileInfo {
    /// Whether it is a folder.
    pub is_dir: bool,
    /// Length in bytes.
    pub len: u64,
    /// Permission bits.
    pub mode: u32,
}

/// Why something could not be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unwritten {
    /// Nobody reads any more.
    Closed,
    /// There is no room, say: in the system's words, in lower case.
    Lost(String),
}

/// The machine. Paths are as the user typed them; the host resolves them against the working folder.
pub trait Host {
    /// An environment variable.
    fn env(&self, name: &str) -> Option<String>;
    /// Microseconds since 1970.
    fn now(&self) -> i64;
    /// Waits that many microseconds.
    fn sleep(&self, micros: i64) -> Wait<'static, ()>;
    /// Writes all of it.
    fn write<'a>(&'a self, stream: Stream, bytes: &'a [u8]) -> Wait<'a, Result<(), Unwritten>>;
    /// The next bytes of standard input; none at its end.
    fn read(&self) -> Wait<'_, Vec<u8>>;
    /// Whether a stream is a terminal.
    fn is_terminal(&self, stream: Stream) -> bool;
    /// Columns and rows of the terminal.
    fn window(&self) -> Option<(u16, u16)>;
    /// Waits until the terminal's size changes.
    fn window_changes(&self) -> Wait<'_, ()> {
        Box::pin(std::future::pending())
    }
    /// Waits until the user presses Ctrl-C, which from then on does not end the program by itself.
    fn interrupted(&self) -> Wait<'_, ()> {
        Box::pin(std::future::pending())
    }
    /// Listens on a port of one of the machine's addresses; on any free port if it is 0.
    fn listen(&self, _address: &str, _port: u16) -> Result<Box<dyn Listener>, String> {
        Err("operation not supported".to_owned())
    }
    /// Switches the terminal between lines (`false`) and single bytes (`true`).
    fn set_raw(&self, raw: bool);
    /// The working folder.
    fn working_folder(&self) -> String;
    /// A whole file.
    fn read_file(&self, path: &str) -> Result<Vec<u8>, FileError>;
    /// Creates or replaces a file.
    fn write_file(&self, path: &str, bytes: &[u8]) -> Result<(), FileError>;
    /// What is at a path.
    fn stat(&self, path: &str) -> Result<FileInfo, FileError>;
    /// Names in a folder, sorted.
    fn list(&self, path: &str) -> Result<Vec<String>, FileError>;
    /// Creates a folder and those above it.
    fn make_dir(&self, path: &str) -> Result<(), FileError>;
    /// Removes a file, or a folder with what is in it.
    fn remove(&self, path: &str) -> Result<(), FileError>;
    /// Runs another program on our streams; its exit code, or why it did not start.
    fn spawn<'a>(&'a self, argv: &'a [String]) -> Wait<'a, Result<i32, String>>;
    /// The next random number of this machine.
    fn random(&self) -> u64;
    /// The playground's own words, never part of the output.
    fn hint(&self, _text: &str) {}
}

/// A port that takes connections. Dropping it frees the port.
pub trait Listener {
    /// Which port.
    fn port(&self) -> u16;
    /// The next connection.
    fn accept(&self) -> Wait<'_, Box<dyn Socket>>;
}

/// A connection that somebody made to us.
pub trait Socket {
    /// The next bytes; none at the end.
    fn read(&self) -> Wait<'_, Vec<u8>>;
    /// Sends all of it; the error means that nobody is there any more.
    fn write<'a>(&'a self, bytes: &'a [u8]) -> Wait<'a, Result<(), ()>>;
    /// Says that nothing more will be sent.
    fn finish(&self);
}

/// Queued output.
pub struct Streams {
    host: Rc<dyn Host>,
    queue: RefCell<Vec<(Stream, Vec<u8>)>>,
    closed: Cell<bool>,
    lost: RefCell<Option<String>>,
}

impl Streams {
    /// Streams of `host`, with nothing queued.
    pub fn new(host: Rc<dyn Host>) -> Streams {
        Streams {
            host,
            queue: RefCell::default(),
            closed: Cell::new(false),
            lost: RefCell::default(),
        }
    }

    /// Queues text for standard output.
    pub fn out(&self, text: &str) {
        self.push(Stream::Out, text.as_bytes());
    }

    /// Queues text for standard error.
    pub fn err(&self, text: &str) {
        self.push(Stream::Err, text.as_bytes());
    }

    /// Queues bytes.
    pub fn push(&self, stream: Stream, bytes: &[u8]) {
        if bytes.is_empty() || self.closed.get() {
            return;
        }
        if stream == Stream::Out && self.lost.borrow().is_some() {
            return;
        }
        let mut queue = self.queue.borrow_mut();
        match queue.last_mut() {
            Some((last, buffer)) if *last == stream => buffer.extend_from_slice(bytes),
            _ => queue.push((stream, bytes.to_vec())),
        }
    }

    /// Why standard output could not be written, if it could not (a full disk).
    pub fn lost(&self) -> Option<String> {
        self.lost.borrow().clone()
    }

    /// Writes what is queued. An error means that standard output is closed: the verb should end.
    pub async fn flush(&self) -> Result<(), Error> {
        let queue = self.queue.take();
        for (stream, bytes) in queue {
            match self.host.write(stream, &bytes).await {
                Err(Unwritten::Closed) if stream == Stream::Out => self.closed.set(true),
                Err(Unwritten::Lost(why)) if stream == Stream::Out => {
                    *self.lost.borrow_mut() = Some(why);
                }
                _ => {}
            }
        }
        // A writer whose reader is gone dies of SIGPIPE.
        if self.closed.get() {
            Err(Error::Exit(141))
        } else {
            Ok(())
        }
    }
}
