//! Going through earlier lines: arrows, and searching with Ctrl-R.

use std::collections::BTreeMap;

/// Earlier lines, and where in them we are.
#[derive(Clone, Debug, Default)]
pub(crate) struct History {
    lines: Vec<String>,
    /// Which line is shown; none for the new one.
    at: Option<usize>,
    /// The new line while another one is shown.
    draft: String,
    /// Earlier lines that were changed while they were shown; forgotten when the editing ends.
    changed: BTreeMap<usize, String>,
    search: Option<Search>,
    /// How far back Alt-. has gone.
    words: usize,
}

#[derive(Clone, Debug, Default)]
struct Search {
    text: String,
    /// The line found.
    at: Option<usize>,
    failed: bool,
    /// What was in the line before.
    before: String,
}

impl History {
    pub(crate) fn set(&mut self, lines: Vec<String>) {
        self.lines = lines;
        self.leave();
    }

    /// Back to a new line.
    pub(crate) fn leave(&mut self) {
        self.at = None;
        self.draft.clear();
        self.changed.clear();
        self.search = None;
        self.words = 0;
    }

    fn keep(&mut self, text: &str) {
        match self.at {
            None => self.draft = text.to_owned(),
            Some(at) if self.lines[at] != text => drop(self.changed.insert(at, text.to_owned())),
            Some(_) => {}
        }
    }

    fn go(&mut self, to: Option<usize>, text: &str) -> Option<String> {
        self.keep(text);
        self.at = to;
        Some(match to {
            None => self.draft.clone(),
            Some(at) => self.changed.get(&at).unwrap_or(&self.lines[at]).clone(),
        })
    }

    pub(crate) fn older(&mut self, text: &str) -> Option<String> {
        let at = self.at.unwrap_or(self.lines.len()).checked_sub(1)?;
        self.go(Some(at), text)
    }

    pub(crate) fn newer(&mut self, text: &str) -> Option<String> {
        let at = self.at? + 1;
        self.go((at < self.lines.len()).then_some(at), text)
    }

    pub(crate) fn oldest(&mut self, text: &str) -> Option<String> {
        if self.lines.is_empty() {
            None
        } else {
            self.go(Some(0), text)
        }
    }

    pub(crate) fn newest(&mut self, text: &str) -> Option<String> {
        self.at?;
        self.go(None, text)
    }

    /// The last word of an earlier line; `again` goes further back.
    pub(crate) fn last_word(&mut self, again: bool) -> Option<String> {
        self.words = if again { self.words + 1 } else { 0 };
        let at = self.lines.len().checked_sub(self.words + 1)?;
        self.lines[at].split_whitespace().last().map(str::to_owned)
    }

    pub(crate) fn is_searching(&self) -> bool {
        self.search.is_some()
    }

    pub(crate) fn begin_search(&mut self, text: &str) {
        self.keep(text);
        self.search = Some(Search {
            before: text.to_owned(),
            ..Search::default()
        });
    }

    /// What stands in place of the prompt during a search.
    pub(crate) fn search_prompt(&self) -> Option<String> {
        let search = self.search.as_ref()?;
        let failed = if search.failed { "failed " } else { "" };
        Some(format!("({failed}reverse-i-search)`{}': ", search.text))
    }

    fn look(&mut self, below: usize) {
        let Some(search) = &mut self.search else {
            return;
        };
        if search.text.is_empty() {
            return;
        }
        let found = self.lines[..below.min(self.lines.len())]
            .iter()
            .rposition(|line| line.contains(&search.text));
        search.failed = found.is_none();
        if found.is_some() {
            search.at = found;
        }
    }

    pub(crate) fn search_char(&mut self, c: char) {
        let Some(search) = &mut self.search else {
            return;
        };
        search.text.push(c);
        let below = search.at.map_or(usize::MAX, |at| at + 1);
        self.look(below);
    }

    pub(crate) fn search_erase(&mut self) {
        let Some(search) = &mut self.search else {
            return;
        };
        search.text.pop();
        search.at = None;
        self.look(usize::MAX);
    }

    pub(crate) fn search_again(&mut self) {
        let below = self.search.as_ref().and_then(|search| search.at);
        self.look(below.unwrap_or(usize::MAX));
    }

    /// The line found, and where in it (in characters).
    pub(crate) fn found(&self) -> Option<(String, usize)> {
        let search = self.search.as_ref()?;
        let line = self.lines.get(search.at?)?;
        let at = line.find(&search.text).unwrap_or(0);
        Some((line.clone(), line[..at].chars().count()))
    }

    /// The search is over; the arrows go on from the line found.
    pub(crate) fn end_search(&mut self) {
        if let Some(search) = self.search.take()
            && search.at.is_some()
        {
            self.at = search.at;
        }
    }

    /// The search is given up; gives the line from before.
    pub(crate) fn cancel_search(&mut self) -> String {
        self.search
            .take()
            .map(|search| search.before)
            .unwrap_or_default()
    }
}
