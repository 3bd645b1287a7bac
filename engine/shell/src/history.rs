//! The command history: what is kept of the lines that were typed.
//!
//! What `!!` and the like stand for is in [`crate::history_expand`].

use std::collections::VecDeque;

use sim::Time;

/// Lines kept, unless `HISTSIZE` says otherwise.
const MAX_LINES: usize = 1000;
/// Lines kept at most, whatever it says.
const MOST_LINES: usize = 20_000;

/// What is kept, as `HISTCONTROL`, `HISTIGNORE` and `HISTSIZE` say.
#[derive(Default, Debug, Clone)]
pub(crate) struct Control {
    /// Not what begins with a blank.
    pub(crate) ignore_space: bool,
    /// Not what is the same as the line before.
    pub(crate) ignore_same: bool,
    /// Earlier lines that are the same are forgotten.
    pub(crate) erase_same: bool,
    /// Not what one of these patterns fits.
    pub(crate) ignore: Vec<String>,
    /// So many lines.
    pub(crate) size: Option<usize>,
}

impl Control {
    /// From the variables' values.
    pub(crate) fn new(control: &str, ignore: &str, size: Option<&str>) -> Self {
        let has = |word: &str| control.split(':').any(|part| part == word);
        Control {
            ignore_space: has("ignorespace") || has("ignoreboth"),
            ignore_same: has("ignoredups") || has("ignoreboth"),
            erase_same: has("erasedups"),
            ignore: ignore
                .split(':')
                .filter(|pattern| !pattern.is_empty())
                .map(str::to_owned)
                .collect(),
            size: size.and_then(|size| size.parse().ok()),
        }
    }
}

/// A line that was typed.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub(crate) line: String,
    pub(crate) at: Time,
}

/// Lines that were typed.
#[derive(Debug, Clone, Default)]
pub(crate) struct History {
    entries: VecDeque<Entry>,
    /// How many were forgotten: the first kept line has this number plus one.
    dropped: usize,
    control: Control,
    /// The latest line was kept.
    pub(crate) kept_last: bool,
}

impl History {
    /// Says what is kept from now on.
    pub(crate) fn set_control(&mut self, control: Control) {
        self.control = control;
        self.shorten();
    }

    fn shorten(&mut self) {
        let size = self.control.size.unwrap_or(MAX_LINES).min(MOST_LINES);
        while self.entries.len() > size {
            self.entries.pop_front();
            self.dropped += 1;
        }
    }

    /// Adds a line, unless it is blank or not to be kept.
    pub(crate) fn add(&mut self, line: &str, at: Time) {
        let line = line.trim_end_matches('\n');
        let control = &self.control;
        let same = self.entries.back().is_some_and(|last| last.line == line);
        let ignored = |pattern: &String| crate::pattern::Pattern::from_text(pattern).matches(line);
        self.kept_last = !(line.trim().is_empty()
            || (control.ignore_space && line.starts_with(' '))
            || (control.ignore_same && same)
            || control.ignore.iter().any(ignored));
        if !self.kept_last {
            return;
        }
        if control.erase_same {
            self.entries.retain(|entry| entry.line != line);
        }
        self.entries.push_back(Entry {
            line: line.to_owned(),
            at,
        });
        self.shorten();
    }

    /// Takes back what was typed last: `history -s` and `-p` stand for something else.
    pub(crate) fn forget_last(&mut self) {
        if std::mem::take(&mut self.kept_last) {
            self.entries.pop_back();
        }
    }

    pub(crate) fn lines(&self) -> impl DoubleEndedIterator<Item = &String> {
        self.entries.iter().map(|entry| &entry.line)
    }

    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }

    /// A line by where it is among those kept.
    pub(crate) fn at(&self, at: usize) -> Option<&String> {
        self.entries.get(at).map(|entry| &entry.line)
    }

    /// The number that the next line gets.
    pub(crate) fn next_number(&self) -> usize {
        self.dropped + self.entries.len() + 1
    }

    /// The number of the first line kept.
    pub(crate) fn first_number(&self) -> usize {
        self.dropped + 1
    }

    pub(crate) fn numbered(&self) -> impl Iterator<Item = (usize, &Entry)> {
        self.entries
            .iter()
            .enumerate()
            .map(|(at, entry)| (at + self.dropped + 1, entry))
    }

    pub(crate) fn clear(&mut self) {
        self.entries.clear();
        self.dropped = 0;
    }

    /// Forgets a line by its number; a negative one counts from the end.
    pub(crate) fn delete(&mut self, number: i64) -> bool {
        let first = self.dropped as i64 + 1;
        let at = if number < 0 {
            self.entries.len() as i64 + number
        } else {
            number - first
        };
        match usize::try_from(at) {
            Ok(at) if at < self.entries.len() => {
                self.entries.remove(at);
                true
            }
            _ => false,
        }
    }
}

/// Joins a line to what a command has so far, as the history shows it: on one line where that means the same.
pub(crate) fn join(text: &mut String, line: &str, within_text: bool) {
    let line = line.trim_end_matches('\n');
    if text.is_empty() {
        text.push_str(line);
        return;
    }
    if within_text {
        text.push('\n');
    } else if text.ends_with('\\') && !text.ends_with("\\\\") {
        text.pop();
    } else {
        const OPEN: [&str; 17] = [
            "then", "do", "else", "elif", "if", "while", "until", "{", "(", "|", "||", "&&", ";;",
            "in", "|&", "&", ";",
        ];
        let last = text.split_whitespace().last().unwrap_or_default();
        let open = OPEN.contains(&last) || last.ends_with(['|', '&', ';', '(', ')']);
        text.push_str(if open { " " } else { "; " });
        text.push_str(line.trim_start());
        return;
    }
    text.push_str(line);
}
