//! The way into the terminal: what is to be shown in it or typed into it, from anywhere on the page.
//!
//! xterm.js loads after the page, so what comes before it is open waits here.

use std::collections::VecDeque;
use std::rc::Rc;

use view::{Bytes, Completions, Log, Prompt};

use super::live::{Live, live};
/// Something for the terminal.
#[derive(Clone, Debug)]
pub enum TerminalEvent {
    /// Bytes to show.
    Output(Bytes),
    /// The shell waits for a line.
    Prompt(Prompt),
    /// The shell's history has changed.
    History(Log),
    /// An answer to Tab.
    Completions(Completions),
    /// Clear everything: another cluster begins.
    Reset,
    /// Type this at the prompt, and press Enter if `run`.
    Type {
        /// The text.
        text: String,
        /// Whether to press Enter.
        run: bool,
    },
    /// Keys, as if a person pressed them.
    Keys(String),
    /// Take the keyboard.
    Focus,
}

type Sink = Rc<dyn Fn(TerminalEvent)>;

#[derive(Default)]
struct Port {
    sink: Option<Sink>,
    waiting: VecDeque<TerminalEvent>,
}

/// The way into the terminal.
#[derive(Clone, Copy)]
pub struct TerminalStore {
    port: Live<Port>,
    /// Whether the shell waits for a line.
    pub at_prompt: Live<bool>,
}

impl TerminalStore {
    /// No terminal yet.
    pub fn new() -> Self {
        TerminalStore {
            port: live(Port::default()),
            at_prompt: live(false),
        }
    }

    /// The terminal is there: everything so far and from now on goes to `sink`.
    pub fn attach(&self, sink: impl Fn(TerminalEvent) + 'static) {
        let sink: Sink = Rc::new(sink);
        let waiting = self.port.quietly(|port| {
            port.sink = Some(sink.clone());
            std::mem::take(&mut port.waiting)
        });
        for event in waiting {
            sink(event);
        }
    }

    /// Sends something to the terminal.
    pub fn send(&self, event: TerminalEvent) {
        match self.port.with_untracked(|port| port.sink.clone()) {
            Some(sink) => sink(event),
            None => self.port.quietly(|port| port.waiting.push_back(event)),
        }
    }

    /// Gives it the keyboard.
    pub fn focus(&self) {
        self.send(TerminalEvent::Focus);
    }

    /// Types a command at the prompt and runs it.
    pub fn run(&self, command: &str) {
        self.send(TerminalEvent::Type {
            text: command.into(),
            run: true,
        });
    }

    /// Types a command at the prompt, for the person to press Enter.
    pub fn propose(&self, command: &str) {
        self.send(TerminalEvent::Type {
            text: command.into(),
            run: false,
        });
        self.focus();
    }
}

impl Default for TerminalStore {
    fn default() -> Self {
        TerminalStore::new()
    }
}
