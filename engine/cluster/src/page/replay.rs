//! A journal that is being replayed.

use std::collections::VecDeque;

use sim::Time;
use view::{EditRequest, FromEngine};

use crate::journal::Input;

/// How much of the replayed terminal output is kept, in bytes: what a terminal's scroll-back would hold.
const SCROLL_BACK: usize = 256 * 1024;

/// Inputs that are still to be replayed, and the terminal's output so far.
pub(super) struct Replay {
    inputs: VecDeque<(Time, Input)>,
    output: Vec<u8>,
    /// Editors that were opened.
    edits: Vec<EditRequest>,
    /// Whether the page has all of the inputs in its log already.
    known: bool,
    /// The prompt that the next line is typed at.
    prompt: String,
}

impl Replay {
    pub(super) fn new(inputs: Vec<(Time, Input)>, known: bool) -> Self {
        Self {
            inputs: inputs.into(),
            output: Vec::new(),
            edits: Vec::new(),
            known,
            prompt: String::new(),
        }
    }

    /// The next input.
    pub(super) fn next(&mut self) -> Option<(Time, Input)> {
        self.inputs.pop_front()
    }

    /// Gives back an input whose time has not come.
    pub(super) fn put_back(&mut self, at: Time, input: Input) {
        self.inputs.push_front((at, input));
    }

    /// Keeps what would have been shown in the terminal.
    pub(super) fn keep(&mut self, messages: Vec<FromEngine>) {
        for message in messages {
            match message {
                FromEngine::Output(bytes) => self.output.extend_from_slice(&bytes.0),
                FromEngine::Prompt(prompt) => self.prompt = prompt.text,
                FromEngine::Edit(request) => self.edits.push(request),
                _ => {}
            }
        }
        if self.output.len() > 2 * SCROLL_BACK {
            self.output.drain(..self.output.len() - SCROLL_BACK);
        }
    }

    /// Shows a line as the page had shown it while it was typed.
    pub(super) fn echo(&mut self, line: &str) {
        let shown = format!("{}{}\r\n", self.prompt, line.replace('\n', "\r\n"));
        self.output.extend_from_slice(shown.as_bytes());
        self.prompt.clear();
    }

    /// Whether the page has all of the inputs in its log already.
    pub(super) fn is_known(&self) -> bool {
        self.known
    }

    /// All of the output that is kept, and the editors that were opened.
    pub(super) fn end(self) -> (Vec<u8>, Vec<EditRequest>) {
        (self.output, self.edits)
    }
}
