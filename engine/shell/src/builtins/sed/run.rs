//! The machine of `sed`: pattern space, hold space, and the commands between them.

use std::time::Duration;

use super::parse::{Address, Command, Piece, Program, What};
use crate::regex::Regex;

/// Commands run for one line before it is called endless.
const MAX_STEPS: u64 = 1_000_000;
/// Bytes of pattern and hold space.
const MAX_SPACE: usize = 16 << 20;
/// Bytes that the commands may work on between one line and the next. Unoptimized code is slow.
const MAX_WORK: usize = if cfg!(debug_assertions) {
    1 << 20
} else {
    32 << 20
};

pub(super) struct Machine<'a> {
    program: &'a Program,
    quiet: bool,
    pattern: String,
    /// What lines end in.
    end: u8,
    /// Whether the line ended in it.
    ended: bool,
    hold: String,
    line: usize,
    /// Where the cycle goes on after `n` and `N`.
    resume: Option<(usize, char)>,
    /// For each command with two addresses: whether it is within its range, and where that ends.
    ranges: Vec<Option<usize>>,
    open: Vec<bool>,
    substituted: bool,
    appended: String,
    out: Vec<u8>,
    last_regex: Option<&'a Regex>,
    quit: Option<i32>,
    steps: u64,
    /// Bytes worked on since the last line was read.
    work: usize,
    error: Option<&'static str>,
}

impl<'a> Machine<'a> {
    pub(super) fn new(program: &'a Program, quiet: bool) -> Self {
        Machine {
            program,
            quiet,
            pattern: String::new(),
            end: b'\n',
            ended: true,
            hold: String::new(),
            line: 0,
            resume: None,
            ranges: vec![None; program.0.len()],
            open: vec![false; program.0.len()],
            substituted: false,
            appended: String::new(),
            out: Vec::new(),
            last_regex: None,
            quit: None,
            steps: 0,
            work: 0,
            error: None,
        }
    }

    /// Lines end in another byte.
    pub(super) fn set_end(&mut self, end: u8) {
        self.end = end;
    }

    /// The next line, for a new cycle.
    pub(super) fn feed(&mut self, line: String) {
        self.take(line, false);
        self.resume = None;
        self.substituted = false;
        (self.steps, self.work) = (0, 0);
    }

    /// The next line, for `n` or `N`.
    pub(super) fn feed_more(&mut self, line: String) {
        let join = matches!(self.resume, Some((_, 'N')));
        (self.steps, self.work) = (0, 0);
        self.take(line, join);
    }

    fn take(&mut self, line: String, join: bool) {
        self.line += 1;
        let end = char::from(self.end);
        self.ended = line.ends_with(end);
        let text = line.strip_suffix(end).unwrap_or(&line);
        if join && self.pattern.len() + text.len() < MAX_SPACE {
            self.pattern.push('\n');
            self.pattern.push_str(text);
        } else {
            self.pattern = text.to_owned();
        }
    }

    pub(super) fn take_output(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.out)
    }

    /// Processor time since it was asked last.
    pub(super) fn take_cost(&mut self) -> Duration {
        Duration::from_nanos(500 + self.steps * 100 + self.work as u64 / 16)
    }

    pub(super) fn quit(&self) -> Option<i32> {
        self.quit
    }

    pub(super) fn error(&self) -> Option<&'static str> {
        self.error
    }

    fn put(&mut self, text: &str) {
        self.out.extend_from_slice(text.as_bytes());
        if self.ended {
            self.out.push(self.end);
        }
    }

    fn end_cycle(&mut self, print: bool) {
        if print && !self.quiet {
            let text = std::mem::take(&mut self.pattern);
            self.put(&text);
            self.pattern = text;
        }
        self.flush();
    }

    /// What `a` holds back until the line is done.
    fn flush(&mut self) {
        let appended = std::mem::take(&mut self.appended);
        if !appended.is_empty() {
            if self.out.last().is_some_and(|byte| *byte != b'\n') {
                self.out.push(b'\n');
            }
            self.out.extend_from_slice(appended.as_bytes());
        }
    }

    /// Runs the commands on the line; true if it wants another one to go on with. `last`: there is none.
    pub(super) fn cycle(&mut self, last: bool) -> bool {
        let program = self.program;
        let mut at = self.resume.take().map_or(0, |(at, _)| at);
        while let Some(command) = program.0.get(at) {
            self.steps += 1;
            if matches!(
                command.what,
                What::Substitute { .. } | What::Translate(_) | What::Simple(_)
            ) {
                self.work += self.pattern.len() + self.hold.len();
            }
            let too_much = if self.steps > MAX_STEPS || self.work > MAX_WORK {
                Some("endless loop in the script")
            } else if self.out.len() + self.appended.len() > MAX_SPACE {
                Some("output too large")
            } else {
                None
            };
            if too_much.is_some() {
                self.error = too_much;
                self.quit = Some(4);
                return false;
            }
            let selected = self.selected(at, command, last) != command.negated;
            let mut next = at + 1;
            match &command.what {
                What::Block(end) if !selected => next = *end,
                _ if !selected => {}
                What::Branch(to) => next = *to,
                What::BranchIf(to) => {
                    if std::mem::take(&mut self.substituted) {
                        next = *to;
                    }
                }
                What::BranchUnless(to) => {
                    if !std::mem::take(&mut self.substituted) {
                        next = *to;
                    }
                }
                What::Quit(code, print) => {
                    self.quit = Some(*code);
                    if *print {
                        self.end_cycle(true);
                    }
                    return false;
                }
                What::Change(text) => {
                    let in_range = command.to.is_some() && self.open[at] && !command.negated;
                    if !in_range {
                        self.out.extend_from_slice(text.as_bytes());
                    }
                    self.flush();
                    return false;
                }
                What::Simple('d') => {
                    self.flush();
                    return false;
                }
                What::Simple('D') => {
                    let Some(end) = self.pattern.find('\n') else {
                        self.flush();
                        return false;
                    };
                    self.pattern.drain(..=end);
                    self.flush();
                    next = 0;
                }
                What::Simple(letter @ ('n' | 'N')) => {
                    if last {
                        // GNU prints the pattern space if there is no next line.
                        self.end_cycle(true);
                        self.quit = Some(0);
                        return false;
                    }
                    if *letter == 'n' {
                        self.end_cycle(true);
                    }
                    self.resume = Some((next, *letter));
                    return true;
                }
                what => self.simple(what),
            }
            at = next;
        }
        self.end_cycle(true);
        false
    }

    fn simple(&mut self, what: &'a What) {
        match what {
            What::Substitute {
                regex,
                pieces,
                global,
                print,
                nth,
            } => {
                let regex = regex.as_ref().or(self.last_regex);
                let Some(regex) = regex else { return };
                self.last_regex = Some(regex);
                if let Some(text) = substitute(&self.pattern, regex, pieces, *global, *nth) {
                    self.pattern = text;
                    self.substituted = true;
                    if *print {
                        let text = self.pattern.clone();
                        self.put(&text);
                    }
                }
            }
            What::Translate(map) => {
                let swap = |c: char| {
                    map.iter()
                        .find(|(from, _)| *from == c)
                        .map_or(c, |(_, to)| *to)
                };
                self.pattern = self.pattern.chars().map(swap).collect();
            }
            What::Append(text) => self.appended.push_str(text),
            What::Insert(text) => self.out.extend_from_slice(text.as_bytes()),
            What::Simple(letter) => match letter {
                'p' => {
                    let text = self.pattern.clone();
                    self.put(&text);
                }
                'P' => {
                    let text = self
                        .pattern
                        .split('\n')
                        .next()
                        .unwrap_or_default()
                        .to_owned();
                    self.out.extend_from_slice(format!("{text}\n").as_bytes());
                }
                'g' => self.pattern.clone_from(&self.hold),
                'h' => self.hold.clone_from(&self.pattern),
                'x' => std::mem::swap(&mut self.pattern, &mut self.hold),
                'G' if self.pattern.len() + self.hold.len() < MAX_SPACE => {
                    self.pattern.push('\n');
                    self.pattern.push_str(&self.hold);
                }
                'H' if self.pattern.len() + self.hold.len() < MAX_SPACE => {
                    self.hold.push('\n');
                    self.hold.push_str(&self.pattern);
                }
                '=' => self
                    .out
                    .extend_from_slice(format!("{}\n", self.line).as_bytes()),
                'l' => {
                    let text = self
                        .pattern
                        .escape_default()
                        .to_string()
                        .replace("\\\"", "\"")
                        .replace("\\'", "'");
                    self.out.extend_from_slice(format!("{text}$\n").as_bytes());
                }
                _ => {}
            },
            _ => {}
        }
    }

    fn matches(&mut self, address: &'a Address, last: bool) -> bool {
        match address {
            Address::Line(line) => self.line == *line,
            Address::Last => last,
            Address::Regex(regex) => {
                let Some(regex) = regex.as_ref().or(self.last_regex) else {
                    return false;
                };
                self.last_regex = Some(regex);
                regex.is_match(&self.pattern)
            }
            Address::Step(first, 0) => self.line == *first,
            Address::Step(first, step) => {
                self.line >= *first && (self.line - first).is_multiple_of(*step)
            }
            Address::Plus(_) | Address::Multiple(_) => false,
        }
    }

    fn selected(&mut self, at: usize, command: &'a Command, last: bool) -> bool {
        let Some(from) = &command.from else {
            return true;
        };
        let Some(to) = &command.to else {
            return self.matches(from, last);
        };
        if !self.open[at] {
            // `0,/re/` may end on the first line.
            let zero = matches!(from, Address::Line(0)) && self.line == 1;
            if !zero && !self.matches(from, last) {
                return false;
            }
            self.open[at] = true;
            self.ranges[at] = match to {
                Address::Line(line) => Some(*line),
                Address::Plus(count) => Some(self.line + count),
                Address::Multiple(0) => Some(self.line),
                Address::Multiple(step) => Some(self.line.div_ceil(*step) * step),
                _ => None,
            };
            let over = match self.ranges[at] {
                Some(end) => end <= self.line,
                None => (zero && self.matches(to, last)) || (last && matches!(to, Address::Last)),
            };
            self.open[at] = !over;
            return true;
        }
        match self.ranges[at] {
            Some(end) if self.line >= end => {
                self.open[at] = false;
                // A range whose end was passed covers only its first line.
                self.line == end
            }
            Some(_) => true,
            None => {
                if self.matches(to, last) {
                    self.open[at] = false;
                }
                true
            }
        }
    }
}

/// The text with matches replaced; none if there were none.
fn substitute(
    text: &str,
    regex: &Regex,
    pieces: &[Piece],
    global: bool,
    nth: usize,
) -> Option<String> {
    let mut out = String::new();
    let (mut at, mut copied, mut count, mut changed) = (0, 0, 0, false);
    while at <= text.len() && out.len() < MAX_SPACE {
        let Some(groups) = regex.captures_at(text, at) else {
            break;
        };
        let Some((start, end)) = groups.first().copied().flatten() else {
            break;
        };
        // An empty match right behind the last one does not count.
        let empty_again = start == end && changed && start == copied && count > 0;
        if !empty_again {
            count += 1;
            if count >= nth {
                out.push_str(&text[copied..start]);
                replace(&mut out, text, &groups, pieces);
                copied = end;
                changed = true;
                if !global {
                    break;
                }
            }
        }
        at = if end > start {
            end
        } else {
            match text[end..].chars().next() {
                Some(c) => end + c.len_utf8(),
                None => break,
            }
        };
    }
    if !changed {
        return None;
    }
    out.push_str(&text[copied..]);
    Some(out)
}

fn replace(out: &mut String, text: &str, groups: &[Option<(usize, usize)>], pieces: &[Piece]) {
    let (mut mode, mut once) = ('E', 'E');
    for piece in pieces {
        let part = match piece {
            Piece::Text(text) => text.as_str(),
            Piece::Group(at) => groups
                .get(*at)
                .copied()
                .flatten()
                .map_or("", |(from, to)| &text[from..to]),
            Piece::Case(case @ ('u' | 'l')) => {
                once = *case;
                continue;
            }
            Piece::Case(case) => {
                mode = *case;
                continue;
            }
        };
        let cased = match mode {
            'U' => part.to_uppercase(),
            'L' => part.to_lowercase(),
            _ => part.to_owned(),
        };
        let mut chars = cased.chars();
        if let Some(first) = chars.next() {
            match once {
                'u' => out.extend(first.to_uppercase()),
                'l' => out.extend(first.to_lowercase()),
                _ => out.push(first),
            }
            once = 'E';
        }
        out.push_str(chars.as_str());
    }
}
