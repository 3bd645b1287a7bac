//! "Show me": a step's solution, typed into the terminal as a person would, line by line.
//!
//! Each line waits for the prompt. A key of the person's, or the stop button, ends it at once. Whoever wishes for less
//! motion gets each line in one piece.

use std::collections::VecDeque;

use gloo_timers::callback::Timeout;

use super::live::{Live, live};
use super::terminal::{TerminalEvent, TerminalStore};
use crate::interop::media;

/// What clears the line that is being edited: to its end, and all of it away.
const CLEAR: &str = "\x05\x15";
/// Milliseconds between a finished line and its Enter.
const BEFORE_ENTER: u32 = 450;
/// Milliseconds to see what a line has done.
const AFTER_LINE: u32 = 900;
/// Milliseconds until it looks for a prompt again.
const NO_PROMPT: u32 = 120;
/// The longest that a line's typing may take, in milliseconds.
const A_LINE: u32 = 3_500;

#[derive(Default)]
struct Script {
    lines: VecDeque<String>,
    /// How much of the first line has been typed, in bytes.
    typed: usize,
    /// The first line waits for its Enter only.
    whole: bool,
    /// Changes with each start and stop, so that a timer of before does nothing.
    number: u32,
}

/// A solution that is being shown.
#[derive(Clone, Copy)]
pub struct ShowStore {
    /// Whether one is.
    pub on: Live<bool>,
    script: Live<Script>,
}

impl ShowStore {
    /// Nothing is shown.
    pub fn new() -> Self {
        ShowStore {
            on: live(false),
            script: live(Script::default()),
        }
    }

    /// Begins to type these lines.
    pub fn start(self, terminal: TerminalStore, lines: &[String]) {
        let number = self.script.quietly(|script| {
            let lines = lines.iter().flat_map(|line| line.trim_end().split('\n'));
            *script = Script {
                lines: lines.map(str::to_owned).collect(),
                number: script.number + 1,
                ..Script::default()
            };
            script.number
        });
        self.on.put(true);
        self.go_on(terminal, number);
    }

    /// Ends it.
    pub fn stop(self) {
        self.script.quietly(|script| {
            script.number += 1;
            script.lines.clear();
        });
        self.on.put(false);
    }

    fn go_on(self, terminal: TerminalStore, number: u32) {
        if self.script.with_untracked(|script| script.number) != number {
            return;
        }
        let at_prompt = terminal.at_prompt.get_untracked();
        let next = self.script.quietly(|script| script.next(at_prompt));
        let Some((keys, wait)) = next else {
            self.on.put(false);
            return;
        };
        if !keys.is_empty() {
            terminal.send(TerminalEvent::Keys(keys));
        }
        Timeout::new(wait, move || self.go_on(terminal, number)).forget();
    }
}

impl Default for ShowStore {
    fn default() -> Self {
        ShowStore::new()
    }
}

impl Script {
    /// The keys to press now, and how long to wait then; nothing when all is typed.
    fn next(&mut self, at_prompt: bool) -> Option<(String, u32)> {
        let line = self.lines.front()?;
        if !at_prompt {
            return Some((String::new(), NO_PROMPT));
        }
        if self.whole {
            self.lines.pop_front();
            self.whole = false;
            self.typed = 0;
            return Some(("\r".into(), AFTER_LINE));
        }
        let mut keys = String::new();
        if self.typed == 0 {
            keys.push_str(CLEAR);
        }
        let rest = &line[self.typed..];
        let piece = if media::matches(media::STILL) {
            rest.len()
        } else {
            rest.chars().next().map_or(0, char::len_utf8)
        };
        keys.push_str(&rest[..piece]);
        self.typed += piece;
        self.whole = self.typed >= line.len();
        if self.whole {
            return Some((keys, BEFORE_ENTER));
        }
        // A hand is not a metronome.
        let usual = 34 + (self.typed as u32 * 37 % 41);
        Some((keys, usual.min(A_LINE / line.len() as u32 + 4)))
    }
}
