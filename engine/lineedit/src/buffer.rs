//! The text of the line, with the cursor, the kill ring and undo.

use crate::decode::Key;

/// Steps that can be undone.
const MAX_UNDO: usize = 200;
/// Texts kept in the kill ring.
const MAX_KILLS: usize = 16;
/// Beyond this length of the line only one step can be undone: copies of it would be too many.
const LONG_LINE: usize = 64 << 10;

/// The line.
#[derive(Clone, Debug, Default)]
pub(crate) struct Buffer {
    chars: Vec<char>,
    cursor: usize,
    undo: Vec<(Vec<char>, usize)>,
    kills: Vec<String>,
    /// The latest change was typing: the next character belongs to the same step of undo.
    typing: bool,
    /// Where the latest yank began.
    yanked: usize,
}

/// What words are made of. Letters beyond ASCII count as such, and have one case, without the tables of Unicode: they
/// would be a tenth of what the page loads before its first prompt.
fn is_letter(c: char) -> bool {
    c.is_ascii_alphanumeric() || !c.is_ascii()
}

impl Buffer {
    /// An empty one with the same kill ring.
    pub(crate) fn emptied(self) -> Self {
        Buffer {
            kills: self.kills,
            ..Buffer::default()
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.chars.len()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.chars.is_empty()
    }

    pub(crate) fn cursor(&self) -> usize {
        self.cursor
    }

    pub(crate) fn chars(&self) -> &[char] {
        &self.chars
    }

    pub(crate) fn text(&self) -> String {
        self.chars.iter().collect()
    }

    pub(crate) fn byte_cursor(&self) -> usize {
        self.chars[..self.cursor].iter().map(|c| c.len_utf8()).sum()
    }

    pub(crate) fn end(&mut self) {
        self.cursor = self.chars.len();
    }

    /// Puts the cursor before that character.
    pub(crate) fn go(&mut self, at: usize) {
        self.cursor = at.min(self.chars.len());
    }

    fn save(&mut self) {
        if self.chars.len() > LONG_LINE {
            self.undo.clear();
        }
        if self.undo.len() >= MAX_UNDO {
            self.undo.remove(0);
        }
        self.undo.push((self.chars.clone(), self.cursor));
        self.typing = false;
    }

    pub(crate) fn type_char(&mut self, c: char) {
        if !self.typing {
            self.save();
        }
        self.typing = true;
        self.chars.insert(self.cursor, c);
        self.cursor += 1;
    }

    pub(crate) fn insert(&mut self, text: &str) {
        self.save();
        let new: Vec<char> = text.chars().collect();
        let count = new.len();
        self.chars.splice(self.cursor..self.cursor, new);
        self.cursor += count;
    }

    /// Other text in place of all.
    pub(crate) fn replace(&mut self, text: &str) {
        self.save();
        self.chars = text.chars().collect();
        self.end();
    }

    /// Other text in place of what stands between a byte offset and the cursor.
    pub(crate) fn replace_from(&mut self, start: usize, text: &str) {
        let mut bytes = 0;
        let from = self
            .chars
            .iter()
            .position(|c| {
                let here = bytes;
                bytes += c.len_utf8();
                here >= start
            })
            .unwrap_or(self.chars.len())
            .min(self.cursor);
        self.save();
        let new: Vec<char> = text.chars().collect();
        let count = new.len();
        self.chars.splice(from..self.cursor, new);
        self.cursor = from + count;
    }

    pub(crate) fn undo(&mut self) -> bool {
        self.typing = false;
        match self.undo.pop() {
            Some((chars, cursor)) => {
                (self.chars, self.cursor) = (chars, cursor);
                true
            }
            None => false,
        }
    }

    fn is_word(&self, at: usize) -> bool {
        self.chars.get(at).is_some_and(|c| is_letter(*c))
    }

    fn word_left(&self) -> usize {
        let mut at = self.cursor;
        while at > 0 && !self.is_word(at - 1) {
            at -= 1;
        }
        while at > 0 && self.is_word(at - 1) {
            at -= 1;
        }
        at
    }

    fn word_right(&self) -> usize {
        let mut at = self.cursor;
        while at < self.chars.len() && !self.is_word(at) {
            at += 1;
        }
        while self.is_word(at) {
            at += 1;
        }
        at
    }

    /// Where the word before the cursor begins, if only blanks part words (Ctrl-W).
    fn blank_left(&self) -> usize {
        let mut at = self.cursor;
        while at > 0 && self.chars[at - 1].is_whitespace() {
            at -= 1;
        }
        while at > 0 && !self.chars[at - 1].is_whitespace() {
            at -= 1;
        }
        at
    }

    /// Cuts text out; `join` adds it to what was cut out before. `backwards`: before rather than behind it.
    fn kill(&mut self, from: usize, to: usize, join: bool, backwards: bool) -> bool {
        if from >= to {
            return false;
        }
        self.save();
        let text: String = self.chars.drain(from..to).collect();
        self.cursor = from;
        match self.kills.last_mut() {
            Some(last) if join && backwards => last.insert_str(0, &text),
            Some(last) if join => last.push_str(&text),
            _ => {
                if self.kills.len() >= MAX_KILLS {
                    self.kills.remove(0);
                }
                self.kills.push(text);
            }
        }
        true
    }

    fn remove(&mut self, from: usize, to: usize) -> bool {
        if from >= to {
            return false;
        }
        self.save();
        self.chars.drain(from..to);
        self.cursor = from;
        true
    }

    fn yank(&mut self) -> bool {
        let Some(text) = self.kills.last().cloned() else {
            return false;
        };
        self.insert(&text);
        self.yanked = self.cursor - text.chars().count();
        true
    }

    /// Alt-Y: the text cut out before that one.
    fn yank_older(&mut self) -> bool {
        let Some(last) = self.kills.pop() else {
            return false;
        };
        self.kills.insert(0, last);
        self.chars.drain(self.yanked.min(self.cursor)..self.cursor);
        self.cursor = self.yanked.min(self.cursor);
        self.yank()
    }

    fn transpose(&mut self) -> bool {
        let at = self.cursor.min(self.chars.len().saturating_sub(1));
        if at == 0 {
            return false;
        }
        self.save();
        self.chars.swap(at - 1, at);
        self.cursor = at + 1;
        true
    }

    fn change_case(&mut self, how: char) {
        let end = self.word_right();
        self.save();
        let mut first = true;
        for at in self.cursor..end {
            let c = self.chars[at];
            let upper = how == 'u' || (how == 'c' && first);
            self.chars[at] = if upper {
                c.to_ascii_uppercase()
            } else {
                c.to_ascii_lowercase()
            };
            first &= !is_letter(c);
        }
        self.cursor = end;
    }

    fn step(&mut self, to: Option<usize>) -> bool {
        self.typing = false;
        match to.filter(|at| *at <= self.chars.len()) {
            Some(at) => {
                self.cursor = at;
                true
            }
            None => false,
        }
    }

    /// Acts on a key; false if there was nothing to do. `last` is the key before.
    pub(crate) fn key(&mut self, key: &Key, last: Option<&Key>) -> bool {
        let (cursor, len) = (self.cursor, self.chars.len());
        let kills = [
            Key::Control('k'),
            Key::Control('u'),
            Key::Control('w'),
            Key::Alt('d'),
            Key::AltBackspace,
        ];
        let join = last.is_some_and(|last| kills.contains(last));
        match key {
            Key::Left | Key::Control('b') => self.step(cursor.checked_sub(1)),
            Key::Right | Key::Control('f') => self.step(Some(cursor + 1)),
            Key::Home | Key::Control('a') => self.step(Some(0)),
            Key::End | Key::Control('e') => self.step(Some(len)),
            Key::WordLeft | Key::Alt('b') => self.step(Some(self.word_left())),
            Key::WordRight | Key::Alt('f') => self.step(Some(self.word_right())),
            Key::Backspace | Key::Control('h') => cursor > 0 && self.remove(cursor - 1, cursor),
            Key::Delete | Key::Control('d') => cursor < len && self.remove(cursor, cursor + 1),
            Key::Control('k') => self.kill(cursor, len, join, false),
            Key::Control('u') => self.kill(0, cursor, join, true),
            Key::Control('w') => self.kill(self.blank_left(), cursor, join, true),
            Key::AltBackspace => self.kill(self.word_left(), cursor, join, true),
            Key::Alt('d') => self.kill(cursor, self.word_right(), join, false),
            Key::Control('y') => self.yank(),
            Key::Alt('y') => {
                matches!(last, Some(Key::Control('y') | Key::Alt('y'))) && self.yank_older()
            }
            Key::Control('t') => self.transpose(),
            Key::Alt(how @ ('u' | 'l' | 'c')) => {
                self.change_case(*how);
                true
            }
            Key::Control('_') => self.undo(),
            Key::Control('g') => false,
            _ => true,
        }
    }
}
