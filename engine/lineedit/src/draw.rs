//! Where the line is on the screen, and how it gets there.
//!
//! The screen is only ever spoken to relative to the cursor, because nobody knows what stands above. Rows are counted
//! from the one where the prompt begins.

use unicode_width::UnicodeWidthChar;

use crate::buffer::Buffer;

/// A place on the screen, relative to where the prompt begins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Place {
    row: usize,
    column: usize,
}

/// What is on the screen.
#[derive(Clone, Debug)]
pub(crate) struct Screen {
    columns: usize,
    prompt: String,
    /// Where the cursor is.
    at: Place,
}

impl Default for Screen {
    fn default() -> Self {
        Screen {
            columns: 80,
            prompt: String::new(),
            at: Place::default(),
        }
    }
}

/// How a character of the line is shown.
fn shown(c: char, out: &mut String) {
    if c.is_control() && c != '\n' {
        out.push('^');
        out.push(char::from_u32((c as u32) ^ 64).unwrap_or('?'));
    } else {
        out.push(c);
    }
}

impl Screen {
    pub(crate) fn resize(&mut self, columns: u16) {
        // What was drawn has been wrapped anew by the terminal; its rows are estimated.
        let cells = self.at.row * self.columns + self.at.column;
        self.columns = usize::from(columns).max(2);
        self.at = Place {
            row: cells / self.columns,
            column: cells % self.columns,
        };
    }

    pub(crate) fn columns(&self) -> usize {
        self.columns
    }

    pub(crate) fn begin(&mut self, prompt: &str) {
        self.prompt = prompt.to_owned();
        self.forget();
    }

    /// The cursor is at the beginning of an empty row.
    pub(crate) fn forget(&mut self) {
        self.at = Place::default();
    }

    /// Where the cursor is after text that begins at a place. Escape sequences take no room.
    fn after(&self, from: Place, text: &str) -> Place {
        let mut at = from;
        let mut chars = text.chars();
        while let Some(c) = chars.next() {
            match c {
                '\x1b' => {
                    if chars.next() == Some('[') {
                        let _ = chars.find(|c| c.is_ascii_alphabetic());
                    }
                }
                '\n' => {
                    at.row += 1;
                    at.column = 0;
                }
                '\r' => at.column = 0,
                c => {
                    let width = c.width().unwrap_or(0);
                    // A wide character that does not fit goes to the next row.
                    if at.column + width > self.columns {
                        at.row += 1;
                        at.column = 0;
                    }
                    at.column += width;
                }
            }
        }
        at
    }

    /// The terminal wraps only with the next character: a full row's end is the next one's beginning.
    fn wrapped(&self, at: Place) -> Place {
        if at.column >= self.columns {
            Place {
                row: at.row + 1,
                column: 0,
            }
        } else {
            at
        }
    }

    /// Whether text at the line's end needs nothing but to be written.
    pub(crate) fn can_append(&self, text: &str) -> bool {
        let end = self.after(self.at, text);
        !text.contains('\n') && end.row == self.at.row && end.column < self.columns
    }

    pub(crate) fn append(&mut self, text: &str) {
        self.at = self.after(self.at, text);
    }

    /// Goes from one place to another.
    fn travel(from: Place, to: Place) -> String {
        let mut out = String::new();
        if to.row < from.row {
            out.push_str(&format!("\x1b[{}A", from.row - to.row));
        }
        if to.row > from.row {
            out.push_str(&format!("\x1b[{}B", to.row - from.row));
        }
        out.push('\r');
        if to.column > 0 {
            out.push_str(&format!("\x1b[{}C", to.column));
        }
        out
    }

    /// Takes everything off the screen.
    pub(crate) fn hide(&mut self) -> String {
        let out = Self::travel(self.at, Place::default()) + "\x1b[J";
        self.forget();
        out
    }

    /// Draws prompt (or what stands in its place) and line anew.
    pub(crate) fn draw(&mut self, prompt: Option<&str>, buffer: &Buffer) -> String {
        let mut out = self.hide();
        let prompt = prompt.unwrap_or(&self.prompt).replace("\r\n", "\n");
        let (mut before, mut behind) = (String::new(), String::new());
        for (at, c) in buffer.chars().iter().enumerate() {
            shown(
                *c,
                if at < buffer.cursor() {
                    &mut before
                } else {
                    &mut behind
                },
            );
        }
        let cursor = self.after(self.after(Place::default(), &prompt), &before);
        let end = self.after(cursor, &behind);
        out.push_str(&format!("{prompt}{before}{behind}").replace('\n', "\r\n"));
        if end.column >= self.columns {
            // Makes the terminal really go to the next row.
            out.push_str(" \r");
        }
        let (cursor, end) = (self.wrapped(cursor), self.wrapped(end));
        if cursor != end {
            out.push_str(&Self::travel(end, cursor));
        }
        self.at = cursor;
        out
    }

    /// Goes behind the line, so that something can be written below it.
    pub(crate) fn leave(&mut self, buffer: &Buffer) -> String {
        let mut text = String::new();
        buffer.chars().iter().for_each(|c| shown(*c, &mut text));
        let prompt = self.prompt.replace("\r\n", "\n");
        let end = self.wrapped(self.after(self.after(Place::default(), &prompt), &text));
        let out = Self::travel(self.at, end);
        self.at = end;
        out
    }
}
