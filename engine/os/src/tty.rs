//! Terminals: the line discipline between the keys somebody presses and the bytes a program reads.
//!
//! In canonical ("cooked") mode the terminal itself echoes, erases and hands over whole lines, and turns Ctrl-C,
//! Ctrl-Z and Ctrl-\ into signals for the foreground process group. In raw mode programs get the keys as they are.
//! What is not here: line editing with history (that is a program's work, see the crate `lineedit`).

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;
use std::task::{Context, Poll};

use bytes::Bytes;
use unicode_width::UnicodeWidthChar;

use crate::errno::{Errno, SysResult};
use crate::process::Pid;
use crate::signal::Signal;
use crate::wake::WakerSet;

/// Bytes of output that wait for the host before a writer has to wait.
const OUTPUT_CAPACITY: usize = 65_536;
/// Bytes of input kept for programs that do not read.
const INPUT_CAPACITY: usize = 8 << 20;

/// Rows and columns of a terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WindowSize {
    /// Lines.
    pub rows: u16,
    /// Characters in a line.
    pub columns: u16,
}

impl Default for WindowSize {
    fn default() -> Self {
        WindowSize {
            rows: 24,
            columns: 80,
        }
    }
}

/// The settings of a terminal that `stty` would show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TtyMode {
    /// Input comes in lines that can be edited with Backspace, Ctrl-U and Ctrl-W.
    pub canonical: bool,
    /// Keys are shown.
    pub echo: bool,
    /// Ctrl-C, Ctrl-Z and Ctrl-\ send signals.
    pub signals: bool,
    /// Line feeds in the output get a carriage return.
    pub crlf: bool,
}

impl TtyMode {
    /// What a terminal starts with.
    pub const COOKED: TtyMode = TtyMode {
        canonical: true,
        echo: true,
        signals: true,
        crlf: true,
    };
    /// Every key goes to the program as it is.
    pub const RAW: TtyMode = TtyMode {
        canonical: false,
        echo: false,
        signals: false,
        crlf: false,
    };
    /// As a line editor sets it: raw input, but output as usual.
    pub const EDITING: TtyMode = TtyMode {
        canonical: false,
        echo: false,
        signals: false,
        crlf: true,
    };
}

/// Whom the terminal's signals go to: a process group of some machine.
pub(crate) type SignalSink = Rc<dyn Fn(Pid, Signal)>;

/// A terminal; clones are the same one.
#[derive(Clone)]
pub struct Tty(Rc<RefCell<Inner>>);

struct Inner {
    mode: TtyMode,
    size: WindowSize,
    /// Complete input, ready to be read.
    input: VecDeque<u8>,
    /// The line being typed in canonical mode.
    line: Vec<u8>,
    /// Ends of file typed on an empty line, as positions in the bytes handed over.
    eofs: VecDeque<u64>,
    delivered: u64,
    output: Vec<u8>,
    readers: WakerSet,
    writers: WakerSet,
    host: WakerSet,
    foreground: Option<Pid>,
    signal: SignalSink,
    hung_up: bool,
}

impl Tty {
    pub(crate) fn new(size: WindowSize, signal: SignalSink) -> Self {
        Tty(Rc::new(RefCell::new(Inner {
            mode: TtyMode::COOKED,
            size,
            input: VecDeque::new(),
            line: Vec::new(),
            eofs: VecDeque::new(),
            delivered: 0,
            output: Vec::new(),
            readers: WakerSet::default(),
            writers: WakerSet::default(),
            host: WakerSet::default(),
            foreground: None,
            signal,
            hung_up: false,
        })))
    }

    /// Whether both handles are of one terminal.
    pub fn same(&self, other: &Tty) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }

    /// The present settings.
    pub fn mode(&self) -> TtyMode {
        self.0.borrow().mode
    }

    /// Changes the settings; a line half typed becomes readable when canonical mode ends.
    pub fn set_mode(&self, mode: TtyMode) {
        let mut inner = self.0.borrow_mut();
        inner.mode = mode;
        if !mode.canonical {
            let line = std::mem::take(&mut inner.line);
            inner.input.extend(line);
            inner.readers.wake();
        }
    }

    /// The window's size.
    pub fn size(&self) -> WindowSize {
        self.0.borrow().size
    }

    /// The window has changed: the foreground gets SIGWINCH.
    pub fn resize(&self, size: WindowSize) {
        let target = {
            let mut inner = self.0.borrow_mut();
            let changed = inner.size != size;
            inner.size = size;
            inner.foreground.filter(|_| changed)
        };
        self.send(target, Signal::WINCH);
    }

    /// The process group that reads keys and gets signals.
    pub fn foreground(&self) -> Option<Pid> {
        self.0.borrow().foreground
    }

    /// Gives the terminal to a process group (`tcsetpgrp`).
    pub fn set_foreground(&self, group: Option<Pid>) {
        let mut inner = self.0.borrow_mut();
        inner.foreground = group;
        // Whoever waited in the background may read now.
        inner.readers.wake();
    }

    /// The line went dead: readers see the end of file, the foreground gets SIGHUP.
    pub fn hang_up(&self) {
        let target = {
            let mut inner = self.0.borrow_mut();
            inner.hung_up = true;
            inner.readers.wake();
            inner.writers.wake();
            inner.host.wake();
            inner.foreground
        };
        self.send(target, Signal::HUP);
    }

    /// Host side: keys were pressed.
    pub fn feed(&self, keys: &[u8]) {
        let mut signals = Vec::new();
        {
            let mut inner = self.0.borrow_mut();
            for key in keys {
                inner.key(*key, &mut signals);
            }
            inner.readers.wake();
            inner.host.wake();
        }
        for signal in signals {
            let target = self.foreground();
            self.send(target, signal);
        }
    }

    /// Host side: takes what is to be shown.
    pub fn take_output(&self) -> Vec<u8> {
        let mut inner = self.0.borrow_mut();
        inner.writers.wake();
        std::mem::take(&mut inner.output)
    }

    /// Host side: ready once there is output to take; empty when the terminal was hung up.
    pub fn poll_output(&self, cx: &mut Context<'_>) -> Poll<Vec<u8>> {
        let mut inner = self.0.borrow_mut();
        if inner.output.is_empty() && !inner.hung_up {
            inner.host.register(cx);
            return Poll::Pending;
        }
        inner.writers.wake();
        Poll::Ready(std::mem::take(&mut inner.output))
    }

    /// Host side: puts text on the screen that no program wrote (a hint, say).
    pub fn show(&self, text: &str) {
        let mut inner = self.0.borrow_mut();
        inner.put(text.as_bytes());
        inner.host.wake();
    }

    /// Host side: takes back the keys that nobody has read yet.
    pub fn take_unread(&self) -> Vec<u8> {
        let mut inner = self.0.borrow_mut();
        inner.eofs.clear();
        let mut unread: Vec<u8> = inner.input.drain(..).collect();
        unread.append(&mut inner.line);
        unread
    }

    /// Throws away input that nobody has read yet.
    pub fn flush_input(&self) {
        let mut inner = self.0.borrow_mut();
        inner.input.clear();
        inner.line.clear();
        inner.eofs.clear();
    }

    pub(crate) fn is_ready(&self) -> bool {
        let inner = self.0.borrow();
        !inner.input.is_empty() || !inner.eofs.is_empty() || inner.hung_up
    }

    pub(crate) fn poll_read(&self, cx: &mut Context<'_>, max: usize) -> Poll<SysResult<Bytes>> {
        let mut inner = self.0.borrow_mut();
        let until_eof = inner.eofs.front().map(|at| (at - inner.delivered) as usize);
        if until_eof == Some(0) {
            inner.eofs.pop_front();
            return Poll::Ready(Ok(Bytes::new()));
        }
        if inner.input.is_empty() {
            if inner.hung_up {
                return Poll::Ready(Ok(Bytes::new()));
            }
            inner.readers.register(cx);
            return Poll::Pending;
        }
        let mut take = max
            .min(inner.input.len())
            .min(until_eof.unwrap_or(usize::MAX));
        if inner.mode.canonical
            && let Some(end) = inner
                .input
                .iter()
                .take(take)
                .position(|byte| *byte == b'\n')
        {
            take = end + 1;
        }
        let data: Bytes = inner.input.drain(..take).collect();
        inner.delivered += data.len() as u64;
        Poll::Ready(Ok(data))
    }

    pub(crate) fn poll_write(&self, cx: &mut Context<'_>, data: &Bytes) -> Poll<SysResult<usize>> {
        let mut inner = self.0.borrow_mut();
        if inner.hung_up {
            return Poll::Ready(Err(Errno::EIO));
        }
        let room = OUTPUT_CAPACITY.saturating_sub(inner.output.len());
        if room == 0 {
            inner.writers.register(cx);
            return Poll::Pending;
        }
        let take = room.min(data.len());
        inner.put(&data[..take]);
        inner.host.wake();
        Poll::Ready(Ok(take))
    }

    fn send(&self, group: Option<Pid>, signal: Signal) {
        if let Some(group) = group {
            let sink = self.0.borrow().signal.clone();
            sink(group, signal);
        }
    }
}

impl Inner {
    fn put(&mut self, data: &[u8]) {
        if !self.mode.crlf {
            self.output.extend_from_slice(data);
            return;
        }
        for byte in data {
            if *byte == b'\n' {
                self.output.push(b'\r');
            }
            self.output.push(*byte);
        }
    }

    fn echo(&mut self, data: &[u8]) {
        if self.mode.echo {
            self.put(data);
        }
    }

    fn key(&mut self, key: u8, signals: &mut Vec<Signal>) {
        if self.mode.signals {
            let signal = match key {
                3 => Some((Signal::INT, "^C")),
                26 => Some((Signal::TSTP, "^Z")),
                28 => Some((Signal::QUIT, "^\\")),
                _ => None,
            };
            if let Some((signal, shown)) = signal {
                self.echo(shown.as_bytes());
                self.line.clear();
                self.input.clear();
                self.eofs.clear();
                signals.push(signal);
                return;
            }
        }
        if self.input.len() + self.line.len() >= INPUT_CAPACITY {
            return;
        }
        if self.mode.canonical {
            self.canonical_key(key);
        } else {
            self.input.push_back(key);
        }
    }

    fn canonical_key(&mut self, key: u8) {
        match key {
            b'\r' | b'\n' => {
                self.echo(b"\n");
                let mut line = std::mem::take(&mut self.line);
                line.push(b'\n');
                self.input.extend(line);
            }
            4 if self.line.is_empty() => {
                let at = self.delivered + self.input.len() as u64;
                self.eofs.push_back(at);
            }
            4 => {
                let line = std::mem::take(&mut self.line);
                self.input.extend(line);
            }
            8 | 127 => self.erase_character(),
            21 => {
                while !self.line.is_empty() {
                    self.erase_character();
                }
            }
            23 => {
                while self.line.last() == Some(&b' ') {
                    self.erase_character();
                }
                while self.line.last().is_some_and(|byte| *byte != b' ') {
                    self.erase_character();
                }
            }
            0x1b => {
                self.line.push(key);
                self.echo(b"^[");
            }
            _ => {
                self.line.push(key);
                self.echo(&[key]);
            }
        }
    }

    fn erase_character(&mut self) {
        let Some(mut byte) = self.line.pop() else {
            return;
        };
        let mut bytes = vec![byte];
        while byte & 0xc0 == 0x80 {
            match self.line.pop() {
                Some(next) => byte = next,
                None => break,
            }
            bytes.insert(0, byte);
        }
        let text = String::from_utf8_lossy(&bytes);
        let width = match bytes[0] {
            0x1b => 2,
            _ => text
                .chars()
                .map(|c| c.width().unwrap_or(0))
                .sum::<usize>()
                .max(1),
        };
        for _ in 0..width {
            self.echo(b"\x08 \x08");
        }
    }
}
