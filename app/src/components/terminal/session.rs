//! Who has the keyboard: the line editor while the shell waits for a line, a program otherwise.
//!
//! The line is edited here, in the page (crate `lineedit`), so that no key waits for the engine. Keys for a program go
//! to the engine as they are. Those that no program has read by the time of the next prompt were typed ahead, and
//! become the beginning of the line.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

use gloo_timers::callback::Timeout;
use lineedit::{Candidate, Editor, Event, Reaction};
use view::{Bytes, Completions, Prompt, ToEngine};
use web_sys::KeyboardEvent;

use crate::bridge::Bridge;
use crate::interop::terminal::Terminal;
use crate::interop::{fonts, perf};
use crate::state::Stores;
use crate::state::terminal::TerminalEvent;

/// What clears the line before a command is typed into it for somebody: to its end, and all of it away.
const CLEAR: &str = "\x05\x15";

/// Milliseconds for which the end of an entered line is not drawn: an answer that comes by then is drawn with it, and the
/// rows, all of which move up, are laid out once and not twice.
const TOGETHER: u32 = 12;

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
    editor: Editor,
    history: Vec<String>,
    /// Commands that other parts of the page want typed, until there is a prompt.
    wanted: VecDeque<(String, bool)>,
    /// Keys sent since the last line was entered.
    sent: Vec<u8>,
    /// The line and cursor that the engine was last asked about, by number.
    asked: (u32, String, usize),
    /// The first question about that line: two quick Tabs ask twice, and both answers count.
    asked_first: u32,
    /// A line was entered and nothing has come back yet.
    entered: bool,
    /// There has been a prompt.
    prompted: bool,
    /// The end of an entered line, not drawn yet, and when it will be.
    held: Option<(String, Timeout)>,
}

impl Session {
    /// Connects the terminal with the page.
    pub(super) fn start(xterm: Terminal, stores: Stores, bridge: Bridge) -> Session {
        let (columns, rows) = xterm.fit();
        let state = RefCell::new(State {
            editor: Editor::new(columns),
            ..State::default()
        });
        let session = Session(Rc::new(Inner {
            xterm,
            stores,
            bridge,
            state,
        }));
        let (typing, sizing, shown) = (session.clone(), session.clone(), session.clone());
        session.xterm().on_data(move |data| {
            // Whoever types takes over.
            stores.show.stop();
            bridge.typed();
            typing.typed(&data);
        });
        session.xterm().on_key(decide);
        session
            .xterm()
            .on_resize(move |columns, rows| sizing.resized(columns, rows));
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
            TerminalEvent::History(change) => {
                let mut state = self.0.state.borrow_mut();
                change.apply(&mut state.history);
                let history = state.history.clone();
                state.editor.set_history(history);
            }
            TerminalEvent::Completions(list) => self.complete(list),
            TerminalEvent::Reset => self.reset(),
            TerminalEvent::Type { text, run } => {
                self.0.state.borrow_mut().wanted.push_back((text, run));
                self.type_wanted();
            }
            TerminalEvent::Keys(keys) => self.typed(&keys),
            TerminalEvent::Focus => self.0.xterm.focus(),
        }
    }

    fn reset(&self) {
        let (columns, _) = self.0.xterm.fit();
        let editor = Editor::new(columns);
        *self.0.state.borrow_mut() = State {
            editor,
            prompted: true,
            ..State::default()
        };
        self.0.xterm.reset();
    }

    fn resized(&self, columns: u16, rows: u16) {
        let drawn = self.0.state.borrow_mut().editor.resize(columns);
        self.draw(&drawn);
        self.0.bridge.resize(columns, rows);
    }

    fn draw(&self, text: &str) {
        self.draw_held();
        if !text.is_empty() {
            self.0.xterm.write(text.as_bytes(), None);
        }
    }

    /// Draws what ends a line in a moment, or with what is drawn before that.
    fn hold(&self, text: String) {
        self.draw_held();
        let session = self.clone();
        let alarm = Timeout::new(TOGETHER, move || session.draw_held());
        self.0.state.borrow_mut().held = Some((text, alarm));
    }

    fn draw_held(&self) {
        let held = self.0.state.borrow_mut().held.take();
        if let Some((text, _)) = held {
            self.0.xterm.write(text.as_bytes(), None);
        }
    }

    /// Output of programs; of one in the background it goes above the line that is being edited.
    fn show(&self, Bytes(bytes): Bytes) {
        let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
        let (first, hidden) = {
            let mut state = self.0.state.borrow_mut();
            (std::mem::take(&mut state.entered), state.editor.hide())
        };
        self.draw(&hidden);
        let bridge = self.0.bridge;
        let drawn = move || {
            bridge.send(ToEngine::Drawn(length));
            if first {
                perf::painted(answered);
            }
        };
        self.0.xterm.write(&bytes, Some(Box::new(drawn)));
        let shown = self.0.state.borrow_mut().editor.show();
        self.draw(&shown);
    }

    fn prompt(&self, prompt: Prompt) {
        let (text, ahead, first, silent) = {
            let mut state = self.0.state.borrow_mut();
            let mut ahead = prompt.unread.0;
            let got = usize::try_from(prompt.keys).unwrap_or(usize::MAX);
            ahead.extend(std::mem::take(&mut state.sent).into_iter().skip(got));
            let first = !std::mem::replace(&mut state.prompted, true);
            let silent = std::mem::take(&mut state.entered);
            (state.editor.begin(&prompt.text), ahead, first, silent)
        };
        let (xterm, bridge) = (self.clone(), self.0.bridge);
        let drawn = move || {
            if first {
                perf::mark(perf::PROMPT);
                bridge.prompt_shown();
                xterm.xterm().complete();
                xterm.xterm().focus_if_nothing_has_it();
                fonts::load();
            }
            // A command that prints nothing is answered by the prompt.
            if silent {
                perf::painted(answered);
            }
        };
        self.draw_held();
        self.0.xterm.write(text.as_bytes(), Some(Box::new(drawn)));
        self.0.stores.terminal.at_prompt.put(true);
        self.typed(&String::from_utf8_lossy(&ahead));
        self.type_wanted();
    }

    fn type_wanted(&self) {
        while self.0.state.borrow().editor.is_active() {
            let Some((text, run)) = self.0.state.borrow_mut().wanted.pop_front() else {
                return;
            };
            self.typed(&format!("{CLEAR}{text}{}", if run { "\r" } else { "" }));
        }
    }

    fn complete(&self, list: Completions) {
        let drawn = {
            let mut state = self.0.state.borrow_mut();
            let (id, line, cursor) = state.asked.clone();
            if !(state.asked_first..=id).contains(&list.id) {
                return;
            }
            let candidates = list.candidates.into_iter().map(|candidate| Candidate {
                label: candidate.label,
                insert: candidate.insert,
                about: candidate.about,
            });
            let start = usize::try_from(list.start).unwrap_or(cursor);
            state
                .editor
                .candidates(&line, cursor, start, candidates.collect())
        };
        self.draw(&drawn);
    }

    /// Keys, or pasted text.
    fn typed(&self, keys: &str) {
        let mut keys = keys.to_owned();
        while !keys.is_empty() {
            if !self.0.state.borrow().editor.is_active() {
                return self.send(keys.into_bytes());
            }
            let Reaction { draw, event, rest } = self.0.state.borrow_mut().editor.keys(&keys);
            match event {
                Some(Event::Line(_)) => self.hold(draw),
                _ => self.draw(&draw),
            }
            if let Some(event) = event {
                self.happened(event);
            }
            keys = rest;
        }
    }

    /// Keys for the program that has the terminal.
    fn send(&self, keys: Vec<u8>) {
        self.0.state.borrow_mut().sent.extend_from_slice(&keys);
        self.0.bridge.send(ToEngine::Keys(keys.into()));
    }

    fn happened(&self, event: Event) {
        match event {
            Event::Line(line) => self.enter(ToEngine::Line(line)),
            // Not counted among the keys: they end the editing, and are read at once.
            Event::Interrupt => self.enter(ToEngine::Keys(vec![3].into())),
            Event::EndOfFile => self.enter(ToEngine::Keys(vec![4].into())),
            Event::Complete { line, cursor } => {
                let id = {
                    let mut state = self.0.state.borrow_mut();
                    let id = state.asked.0.wrapping_add(1);
                    if (state.asked.1.as_str(), state.asked.2) != (line.as_str(), cursor) {
                        state.asked_first = id;
                    }
                    state.asked = (id, line.clone(), cursor);
                    id
                };
                let cursor = u32::try_from(cursor).unwrap_or(u32::MAX);
                self.0.bridge.send(ToEngine::Complete { id, line, cursor });
            }
        }
    }

    fn enter(&self, message: ToEngine) {
        perf::mark(perf::ENTER);
        self.0.state.borrow_mut().entered = true;
        self.0.stores.terminal.at_prompt.put(false);
        self.0.bridge.send(message);
    }
}

/// What comes first after a line was entered has been painted.
fn answered() {
    perf::mark(perf::OUTPUT);
    perf::measure(perf::ENTER_TO_OUTPUT, perf::ENTER, perf::OUTPUT);
}

/// Keys that belong to the page, not to the terminal.
fn decide(event: KeyboardEvent) -> bool {
    event.key() != "F6"
}
