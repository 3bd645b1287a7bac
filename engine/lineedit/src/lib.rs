//! A line editor as a state machine, with the keys that fingers know from bash: keys in, text for the terminal out.
//!
//! ```text
//!   keys ──decode──▶ Key ──▶ Editor ──▶ Buffer (text, cursor, undo, kill ring)
//!                              │  ├──── History (arrows, Ctrl-R)
//!                              │  └──── Menu (Tab)
//!                              └──draw──▶ escape sequences
//! ```
//!
//! It knows no terminal, no shell and no clock: who holds it hands over what was pressed ([`Editor::keys`]), writes
//! what comes back to a terminal of the VT100 family, and acts on the [`Event`]. The page and the native terminal both
//! use it, so that no key waits for the engine.
//!
//! Its room in Kubernetes: none. Not here: what could be completed, what a line means, keeping the history.

mod buffer;
mod decode;
mod draw;
mod history;
mod menu;

use buffer::Buffer;
use decode::{Decoder, Key};
use draw::Screen;
use history::History;
pub use menu::Candidate;
use menu::Menu;

/// What was asked for by a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// Enter: the line, without a line break (a pasted one may have some inside). Editing is over.
    Line(String),
    /// Ctrl-C: the line is given up. Editing is over.
    Interrupt,
    /// Ctrl-D on an empty line. Editing is over.
    EndOfFile,
    /// Tab: what could stand at the cursor? The answer goes to [`Editor::candidates`]; editing goes on.
    Complete {
        /// The line so far.
        line: String,
        /// Byte offset of the cursor.
        cursor: usize,
    },
}

/// What came of some keys.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reaction {
    /// To be written to the terminal.
    pub draw: String,
    /// What was asked for. Keys behind it are in `rest`.
    pub event: Option<Event>,
    /// Keys not looked at yet: to be handed over again, once the event is dealt with.
    pub rest: String,
}

/// The editor.
#[derive(Clone, Debug, Default)]
pub struct Editor {
    buffer: Buffer,
    decoder: Decoder,
    screen: Screen,
    history: History,
    menu: Menu,
    active: bool,
    /// The next key is put in as it is (Ctrl-V).
    verbatim: bool,
    /// Text being pasted, until its end is seen.
    paste: Option<String>,
    last: Option<Key>,
}

/// Characters a line may have: beyond it, keys are dropped.
const MAX_LINE: usize = 8 << 20;

impl Editor {
    /// An editor for a terminal of that many columns.
    pub fn new(columns: u16) -> Self {
        let mut editor = Editor::default();
        editor.screen.resize(columns);
        editor
    }

    /// The terminal has another size: gives what redraws the line.
    pub fn resize(&mut self, columns: u16) -> String {
        self.screen.resize(columns);
        if self.active {
            self.redraw()
        } else {
            String::new()
        }
    }

    /// Replaces the lines that the arrows go through, oldest first.
    pub fn set_history(&mut self, lines: Vec<String>) {
        self.history.set(lines);
    }

    /// Begins a new line behind a prompt (which may have colours in it).
    pub fn begin(&mut self, prompt: &str) -> String {
        self.buffer = std::mem::take(&mut self.buffer).emptied();
        self.history.leave();
        self.menu = Menu::default();
        self.active = true;
        self.verbatim = false;
        self.last = None;
        self.screen.begin(prompt);
        // From now on the terminal marks what is pasted.
        format!("\x1b[?2004h{}", self.redraw())
    }

    /// Whether a line is being edited.
    pub fn is_active(&self) -> bool {
        self.active
    }

    /// The line so far.
    pub fn line(&self) -> String {
        self.buffer.text()
    }

    /// Byte offset of the cursor in [`Editor::line`].
    pub fn cursor(&self) -> usize {
        self.buffer.byte_cursor()
    }

    /// Other text is going to be written above the line: takes the line off the screen.
    pub fn hide(&mut self) -> String {
        if self.active {
            self.screen.hide()
        } else {
            String::new()
        }
    }

    /// Puts the line back after [`Editor::hide`].
    pub fn show(&mut self) -> String {
        if self.active {
            self.redraw()
        } else {
            String::new()
        }
    }

    /// Keys were pressed, or text was pasted.
    pub fn keys(&mut self, keys: &str) -> Reaction {
        let mut reaction = Reaction::default();
        if !self.active {
            reaction.rest = keys.to_owned();
            return reaction;
        }
        let before = (self.buffer.len(), self.buffer.cursor());
        let mut typed = String::new();
        let mut simple = before.0 == before.1 && !self.history.is_searching();
        let mut redraw = false;
        for (at, c) in keys.char_indices() {
            if let Some(text) = &mut self.paste {
                text.push(c);
                if let Some(end) = text.strip_suffix("\x1b[201~") {
                    let end = end.replace("\r\n", "\n").replace('\r', "\n");
                    self.paste = None;
                    self.insert(&end);
                    (simple, redraw) = (false, true);
                } else if text.len() > MAX_LINE {
                    self.paste = None;
                }
                continue;
            }
            if std::mem::take(&mut self.verbatim) {
                self.insert_char(c);
                (simple, redraw) = (false, true);
                continue;
            }
            let Some(key) = self.decoder.take(c) else {
                continue;
            };
            let plain = !self.history.is_searching() && !self.menu.is_asking();
            if plain && let Key::Char(c) = &key {
                typed.push(*c);
                self.insert_char(*c);
                self.last = Some(key);
                redraw = true;
                continue;
            }
            simple = false;
            redraw = true;
            let done = self.key(&key, &mut reaction);
            self.last = Some(key);
            if done {
                reaction.rest = keys[at + c.len_utf8()..].to_owned();
                return reaction;
            }
        }
        if simple && !typed.is_empty() && self.screen.can_append(&typed) {
            self.screen.append(&typed);
            reaction.draw.push_str(&typed);
        } else if redraw {
            let text = self.redraw();
            reaction.draw.push_str(&text);
        }
        reaction
    }

    /// The answer to [`Event::Complete`], for the line and cursor it was asked with: `start` is the byte offset where
    /// what is replaced begins. Nothing happens if the line has changed since.
    pub fn candidates(
        &mut self,
        line: &str,
        cursor: usize,
        start: usize,
        candidates: Vec<Candidate>,
    ) -> String {
        if !self.active || self.line() != line || self.cursor() != cursor {
            return String::new();
        }
        let listing = self
            .menu
            .answer(&mut self.buffer, start, candidates, self.screen.columns());
        match listing {
            menu::Answer::Changed => self.redraw(),
            menu::Answer::Nothing => "\x07".into(),
            menu::Answer::List(text) => format!(
                "{}\r\n{text}{}",
                self.screen.leave(&self.buffer),
                self.fresh()
            ),
            menu::Answer::Ask(text) => format!("{}\r\n{text}", self.screen.leave(&self.buffer)),
        }
    }

    /// Draws prompt and line on a new row.
    fn fresh(&mut self) -> String {
        self.screen.forget();
        self.redraw()
    }

    fn redraw(&mut self) -> String {
        match self.history.search_prompt() {
            Some(prompt) => self.screen.draw(Some(&prompt), &self.buffer),
            None => self.screen.draw(None, &self.buffer),
        }
    }

    fn insert(&mut self, text: &str) {
        // Control characters would move the cursor where nobody expects it.
        let clean: String = text
            .chars()
            .map(|c| if c == '\t' { ' ' } else { c })
            .filter(|c| *c == '\n' || !c.is_control())
            .collect();
        if self.buffer.len() + clean.len() <= MAX_LINE {
            self.buffer.insert(&clean);
        }
        self.menu.reset();
    }

    fn insert_char(&mut self, c: char) {
        if self.buffer.len() < MAX_LINE {
            self.buffer.type_char(c);
        }
        self.menu.reset();
    }

    /// Ends the editing: the cursor goes behind the line.
    fn finish(&mut self, reaction: &mut Reaction, mark: &str, event: Event) {
        self.history.end_search();
        self.buffer.end();
        let drawn = self.redraw();
        reaction.draw.push_str(&drawn);
        reaction.draw.push_str(mark);
        reaction.draw.push_str("\x1b[?2004l\r\n");
        reaction.event = Some(event);
        self.screen.forget();
        self.active = false;
    }

    /// Acts on a key; true if there is an event.
    fn key(&mut self, key: &Key, reaction: &mut Reaction) -> bool {
        if self.menu.is_asking() {
            return self.menu_key(key, reaction);
        }
        if self.history.is_searching() && self.search_key(key) {
            return false;
        }
        match key {
            Key::Enter => {
                let line = self.buffer.text();
                self.finish(reaction, "", Event::Line(line));
                return true;
            }
            Key::Control('c') => {
                self.finish(reaction, "^C", Event::Interrupt);
                return true;
            }
            Key::Control('d') if self.buffer.is_empty() => {
                self.finish(reaction, "", Event::EndOfFile);
                return true;
            }
            Key::Tab => {
                let drawn = self.redraw();
                reaction.draw.push_str(&drawn);
                let (line, cursor) = (self.line(), self.cursor());
                reaction.event = Some(Event::Complete { line, cursor });
                return true;
            }
            Key::PasteStart => self.paste = Some(String::new()),
            Key::Control('l') => {
                reaction.draw.push_str("\x1b[H\x1b[2J");
                self.screen.forget();
            }
            Key::Control('v') => self.verbatim = true,
            Key::Up | Key::Control('p') => self.walk(History::older),
            Key::Down | Key::Control('n') => self.walk(History::newer),
            Key::Alt('<') => self.walk(History::oldest),
            Key::Alt('>') => self.walk(History::newest),
            Key::Control('r') => self.history.begin_search(&self.buffer.text()),
            Key::Alt('.' | '_') => {
                let again = matches!(self.last, Some(Key::Alt('.' | '_')));
                if let Some(word) = self.history.last_word(again) {
                    if again {
                        self.buffer.undo();
                    }
                    self.buffer.insert(&word);
                }
            }
            key => {
                if !self.buffer.key(key, self.last.as_ref()) {
                    reaction.draw.push('\x07');
                }
            }
        }
        self.menu.reset();
        false
    }

    fn walk(&mut self, step: fn(&mut History, &str) -> Option<String>) {
        if let Some(text) = step(&mut self.history, &self.buffer.text()) {
            self.buffer.replace(&text);
        }
    }

    /// Whether the key belongs to the search.
    fn search_key(&mut self, key: &Key) -> bool {
        match key {
            Key::Char(c) => self.history.search_char(*c),
            Key::Backspace => self.history.search_erase(),
            Key::Control('r') => self.history.search_again(),
            Key::Control('g' | 'c') => {
                let text = self.history.cancel_search();
                self.buffer.replace(&text);
                return true;
            }
            _ => {
                self.history.end_search();
                return false;
            }
        }
        if let Some((text, at)) = self.history.found() {
            self.buffer.replace(&text);
            self.buffer.go(at);
        }
        true
    }

    /// The answer to "Display all …?".
    fn menu_key(&mut self, key: &Key, reaction: &mut Reaction) -> bool {
        let text = match key {
            Key::Char('y' | 'Y' | ' ') | Key::Tab => self.menu.list_all(self.screen.columns()),
            _ => {
                self.menu.reset();
                String::new()
            }
        };
        reaction.draw.push_str("\r\n");
        reaction.draw.push_str(&text);
        self.screen.forget();
        false
    }
}

#[cfg(test)]
mod tests;
