//! From characters to keys: escape sequences of terminals of the xterm family.

/// Characters of an escape sequence that are looked at before it is given up.
const MAX_SEQUENCE: usize = 16;

/// A key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Key {
    Char(char),
    /// With Control, as a lower-case letter (or `_`, `@`).
    Control(char),
    Alt(char),
    AltBackspace,
    Enter,
    Tab,
    Backspace,
    Delete,
    Left,
    Right,
    Up,
    Down,
    Home,
    End,
    WordLeft,
    WordRight,
    PasteStart,
    Unknown,
}

/// Collects escape sequences.
#[derive(Clone, Debug, Default)]
pub(crate) struct Decoder {
    pending: String,
}

impl Decoder {
    /// Takes a character; gives the key that it completes.
    pub(crate) fn take(&mut self, c: char) -> Option<Key> {
        if self.pending.is_empty() {
            if c == '\x1b' {
                self.pending.push(c);
                return None;
            }
            return Some(plain(c));
        }
        self.pending.push(c);
        let second = self.pending[1..].chars().next().unwrap_or('\x1b');
        if self.pending.chars().count() == 2 {
            return match second {
                '[' | 'O' => None,
                // Escape twice: the second may begin a sequence.
                '\x1b' => {
                    self.pending.pop();
                    None
                }
                '\x7f' | '\x08' => self.done(Key::AltBackspace),
                c => self.done(Key::Alt(c)),
            };
        }
        let over = c.is_ascii_alphabetic() || c == '~';
        if !over && self.pending.len() < MAX_SEQUENCE && (c.is_ascii_digit() || c == ';') {
            return None;
        }
        let key = sequence(&self.pending[2..]);
        self.done(key)
    }

    fn done(&mut self, key: Key) -> Option<Key> {
        self.pending.clear();
        Some(key)
    }
}

fn plain(c: char) -> Key {
    match c {
        '\r' | '\n' => Key::Enter,
        '\t' => Key::Tab,
        '\x7f' | '\x08' => Key::Backspace,
        '\x00' => Key::Control('@'),
        '\x1f' => Key::Control('_'),
        c @ '\x01'..='\x1a' => Key::Control(char::from(c as u8 - 1 + b'a')),
        c if c.is_control() => Key::Unknown,
        c => Key::Char(c),
    }
}

/// What follows `ESC [` or `ESC O`.
fn sequence(text: &str) -> Key {
    let with_modifier = text.contains(';');
    match text {
        "A" => Key::Up,
        "B" => Key::Down,
        "C" => Key::Right,
        "D" => Key::Left,
        "H" | "1~" | "7~" => Key::Home,
        "F" | "4~" | "8~" => Key::End,
        "3~" => Key::Delete,
        "200~" => Key::PasteStart,
        _ if with_modifier && text.ends_with('C') => Key::WordRight,
        _ if with_modifier && text.ends_with('D') => Key::WordLeft,
        _ if with_modifier && text.ends_with('H') => Key::Home,
        _ if with_modifier && text.ends_with('F') => Key::End,
        _ => Key::Unknown,
    }
}
