//! Completion: the first Tab fills in what is certain, the second lists what is possible.

use unicode_width::UnicodeWidthChar;

use crate::buffer::Buffer;

/// Beyond this many candidates it asks before it lists them.
const ASK: usize = 100;

/// Something that could stand at the cursor.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Candidate {
    /// What is shown in the list.
    pub label: String,
    /// What is put into the line, with a final space where the word is complete.
    pub insert: String,
    /// A few words about it; may be empty.
    pub about: String,
}

/// What came of an answer.
pub(crate) enum Answer {
    /// The line has changed.
    Changed,
    /// Nothing fits, or nothing more is certain.
    Nothing,
    /// To be written below the line.
    List(String),
    /// A question to be written below the line.
    Ask(String),
}

/// The state of completion.
#[derive(Clone, Debug, Default)]
pub(crate) struct Menu {
    /// Tab was pressed and the line did not change: the next one lists.
    again: bool,
    asking: bool,
    candidates: Vec<Candidate>,
}

impl Menu {
    pub(crate) fn reset(&mut self) {
        *self = Menu::default();
    }

    pub(crate) fn is_asking(&self) -> bool {
        self.asking
    }

    pub(crate) fn answer(
        &mut self,
        buffer: &mut Buffer,
        start: usize,
        candidates: Vec<Candidate>,
        columns: usize,
    ) -> Answer {
        let text = buffer.text();
        let typed = text.get(start..buffer.byte_cursor()).unwrap_or_default();
        let Some(first) = candidates.first() else {
            return Answer::Nothing;
        };
        let mut common = first.insert.as_str();
        for candidate in &candidates[1..] {
            let len: usize = common
                .chars()
                .zip(candidate.insert.chars())
                .take_while(|(a, b)| a == b)
                .map(|(a, _)| a.len_utf8())
                .sum();
            common = &common[..len];
        }
        let longer = common.len() > typed.len() || (candidates.len() == 1 && common != typed);
        // A quote that only the candidates have is no progress.
        if longer && (candidates.len() == 1 || common.starts_with(typed)) {
            let common = common.to_owned();
            buffer.replace_from(start, &common);
            self.again = false;
            return Answer::Changed;
        }
        if !std::mem::replace(&mut self.again, true) {
            return Answer::Nothing;
        }
        self.candidates = candidates;
        if self.candidates.len() > ASK {
            self.asking = true;
            return Answer::Ask(format!(
                "Display all {} possibilities? (y or n)",
                self.candidates.len()
            ));
        }
        Answer::List(list(&self.candidates, columns))
    }

    /// The list that was asked about.
    pub(crate) fn list_all(&mut self, columns: usize) -> String {
        self.asking = false;
        list(&std::mem::take(&mut self.candidates), columns)
    }
}

/// How many columns a text takes.
fn cells(text: &str) -> usize {
    text.chars().map(|c| c.width().unwrap_or(0)).sum()
}

/// The candidates in columns, sorted downwards; one a row where something is known about them.
fn list(candidates: &[Candidate], columns: usize) -> String {
    let width = candidates
        .iter()
        .map(|candidate| cells(&candidate.label))
        .max()
        .unwrap_or(0);
    if candidates
        .iter()
        .all(|candidate| !candidate.about.is_empty())
    {
        let mut out = String::new();
        for candidate in candidates {
            let line = format!("{:width$}  ({})", candidate.label, candidate.about);
            out.extend(line.chars().take(columns.saturating_sub(1)));
            out.push_str("\r\n");
        }
        return out;
    }
    let per_row = (columns / (width + 2)).max(1);
    let rows = candidates.len().div_ceil(per_row);
    let mut out = String::new();
    for row in 0..rows {
        let mut line = String::new();
        for column in 0..per_row {
            let Some(candidate) = candidates.get(column * rows + row) else {
                break;
            };
            let label = &candidate.label;
            line.push_str(label);
            line.push_str(&" ".repeat(width + 2 - cells(label).min(width + 2)));
        }
        out.push_str(line.trim_end());
        out.push_str("\r\n");
    }
    out
}
