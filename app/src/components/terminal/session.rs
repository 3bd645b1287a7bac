//! Who has the keyboard: the line editor while the shell waits for a line, a program otherwise.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

use view::{Bytes, Prompt, ToEngine};
use web_sys::KeyboardEvent;

use crate::bridge::Bridge;
use crate::interop::perf;
use crate::interop::terminal::Terminal;
use crate::state::Stores;
use crate::state::terminal::TerminalEvent;

/// The terminal's conversation. Cloned freely: it is a handle.
#[derive(Clone)]
pub(super) struct Session(Rc<Inner>);

struct Inner {
    xterm: Terminal,
    stores: Stores,
    bridge: Bridge,
    state: RefCell<State>,
}

#[derive(Default)]
struct State {
    /// The line so far, while the shell waits for one.
    line: Option<String>,
    /// Commands that other parts of the page want typed, until there is a prompt.
    wanted: VecDeque<(String, bool)>,
    /// Keys sent since the last line was entered.
    sent: Vec<u8>,
    /// A line was entered and nothing has come back yet.
    entered: bool,
    prompted: bool,
}

impl Session {
    /// Connects the terminal with the page.
    pub(super) fn start(xterm: Terminal, stores: Stores, bridge: Bridge) -> Session {
        let state = RefCell::default();
        let session = Session(Rc::new(Inner {
            xterm,
            stores,
            bridge,
            state,
        }));
        let (typing, sizing, shown) = (session.clone(), session.clone(), session.clone());
        session.xterm().on_data(move |data| typing.typed(&data));
        session.xterm().on_key(decide);
        session
            .xterm()
            .on_resize(move |columns, rows| sizing.0.bridge.resize(columns, rows));
        let (columns, rows) = session.xterm().fit();
        bridge.resize(columns, rows);
        stores.terminal.attach(move |event| shown.take(event));
        session
    }

    pub(super) fn xterm(&self) -> &Terminal {
        &self.0.xterm
    }

    fn take(&self, event: TerminalEvent) {
        match event {
            TerminalEvent::Output(bytes) => self.show(bytes),
            TerminalEvent::Prompt(prompt) => self.prompt(prompt),
            TerminalEvent::History(_) | TerminalEvent::Completions(_) => {}
            TerminalEvent::Reset => {
                *self.0.state.borrow_mut() = State::default();
                self.0.xterm.reset();
            }
            TerminalEvent::Type { text, run } => {
                self.0.state.borrow_mut().wanted.push_back((text, run));
                self.type_wanted();
            }
            TerminalEvent::Focus => self.0.xterm.focus(),
        }
    }

    fn show(&self, Bytes(bytes): Bytes) {
        let bridge = self.0.bridge;
        let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
        let first = std::mem::take(&mut self.0.state.borrow_mut().entered);
        self.0.xterm.write(
            &bytes,
            Some(Box::new(move || {
                bridge.send(ToEngine::Drawn(length));
                if first {
                    perf::mark(perf::OUTPUT);
                    perf::measure(perf::ENTER_TO_OUTPUT, perf::ENTER, perf::OUTPUT);
                }
            })),
        );
    }

    fn prompt(&self, prompt: Prompt) {
        let (first, ahead) = {
            let mut state = self.0.state.borrow_mut();
            state.line = Some(String::new());
            let mut ahead = prompt.unread.0;
            let got = usize::try_from(prompt.keys).unwrap_or(usize::MAX);
            ahead.extend(std::mem::take(&mut state.sent).into_iter().skip(got));
            (!std::mem::replace(&mut state.prompted, true), ahead)
        };
        let text = prompt.text;
        self.0.xterm.write(
            text.as_bytes(),
            first.then(|| Box::new(|| perf::mark(perf::PROMPT)) as Box<dyn FnOnce()>),
        );
        self.0.stores.terminal.at_prompt.set(true);
        self.typed(&String::from_utf8_lossy(&ahead));
        self.type_wanted();
    }

    fn type_wanted(&self) {
        while self.0.state.borrow().line.is_some() {
            let Some((text, run)) = self.0.state.borrow_mut().wanted.pop_front() else {
                return;
            };
            self.typed(&text);
            if run {
                self.typed("\r");
            }
        }
    }

    fn typed(&self, data: &str) {
        for c in data.chars() {
            let mut state = self.0.state.borrow_mut();
            let Some(line) = &mut state.line else {
                state.sent.extend_from_slice(c.to_string().as_bytes());
                drop(state);
                self.0
                    .bridge
                    .send(ToEngine::Keys(c.to_string().as_str().into()));
                continue;
            };
            match c {
                '\r' => {
                    let line = state.line.take().unwrap_or_default();
                    state.entered = true;
                    drop(state);
                    self.0.xterm.write(b"\r\n", None);
                    self.enter(line);
                }
                '\u{7f}' => {
                    if line.pop().is_some() {
                        self.0.xterm.write(b"\x08 \x08", None);
                    }
                }
                c if c.is_control() => {}
                c => {
                    line.push(c);
                    self.0.xterm.write(c.to_string().as_bytes(), None);
                }
            }
        }
    }

    fn enter(&self, line: String) {
        perf::mark(perf::ENTER);
        self.0.stores.terminal.at_prompt.set(false);
        self.0.bridge.send(ToEngine::Line(line));
    }
}

/// Keys that belong to the page, not to the terminal.
fn decide(event: KeyboardEvent) -> bool {
    event.key() != "F6"
}
