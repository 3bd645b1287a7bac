//! What `!!`, `!n`, `!text`, `!$`, `!!:s/a/b/`, `^a^b` stand for at the prompt.

use crate::history::History;

/// A line with everything put in.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Expanded {
    pub(crate) text: String,
    /// `:p`: it is shown, not run.
    pub(crate) only_shown: bool,
}

/// Characters of one expanded line.
const MAX_LINE: usize = 1 << 20;

/// None: there is nothing to put in; an error is the text bash complains with.
pub(crate) fn expand(history: &History, line: &str) -> Result<Option<Expanded>, String> {
    let line = line.trim_end_matches('\n');
    if let Some(rest) = line.strip_prefix('^') {
        return quick(history, rest).map(Some);
    }
    if !line.contains('!') {
        return Ok(None);
    }
    let mut expander = Expander {
        history,
        chars: line.chars().collect(),
        at: 0,
        out: String::new(),
        only_shown: false,
    };
    let changed = expander.run()?;
    Ok(changed.then_some(Expanded {
        text: expander.out,
        only_shown: expander.only_shown,
    }))
}

/// `^old^new^`
fn quick(history: &History, rest: &str) -> Result<Expanded, String> {
    let mut parts = rest.splitn(3, '^');
    let (old, new) = (parts.next().unwrap_or(""), parts.next().unwrap_or(""));
    let tail = parts.next().unwrap_or("");
    let last = history
        .lines()
        .next_back()
        .filter(|last| !old.is_empty() && last.contains(old))
        .ok_or_else(|| format!(":s^{rest}: substitution failed"))?;
    Ok(Expanded {
        text: last.replacen(old, new, 1) + tail,
        only_shown: false,
    })
}

/// The words of a line: quotes hold them together, operators stand alone.
fn words(line: &str) -> Vec<String> {
    let chars: Vec<char> = line.chars().collect();
    let mut out = Vec::new();
    let mut at = 0;
    while at < chars.len() {
        let c = chars[at];
        if c.is_whitespace() {
            at += 1;
            continue;
        }
        let start = at;
        if "()".contains(c) {
            at += 1;
        } else if "<>;&|".contains(c) {
            while chars.get(at).is_some_and(|next| "<>;&|".contains(*next)) && at - start < 3 {
                at += 1;
            }
        } else {
            let mut quote = None;
            while let Some(&c) = chars.get(at) {
                match quote {
                    Some(end) if c == end => quote = None,
                    Some('"') | None if c == '\\' => at += 1,
                    Some(_) => {}
                    None if "'\"`".contains(c) => quote = Some(c),
                    None if c.is_whitespace() || "();<>&|".contains(c) => break,
                    None => {}
                }
                at += 1;
            }
            at = at.min(chars.len());
        }
        out.push(chars[start..at].iter().collect());
    }
    out
}

struct Expander<'a> {
    history: &'a History,
    chars: Vec<char>,
    at: usize,
    out: String,
    only_shown: bool,
}

impl Expander<'_> {
    fn peek(&self) -> Option<char> {
        self.chars.get(self.at).copied()
    }

    fn take_if(&mut self, wanted: char) -> bool {
        let found = self.peek() == Some(wanted);
        self.at += usize::from(found);
        found
    }

    /// Goes through the line; whether anything was put in.
    fn run(&mut self) -> Result<bool, String> {
        let (mut single, mut double, mut changed) = (false, false, false);
        while let Some(c) = self.peek() {
            match c {
                '\'' if !double => single = !single,
                '"' if !single => double = !double,
                '\\' if !single && self.at + 1 < self.chars.len() => {
                    self.out.push(c);
                    self.out.push(self.chars[self.at + 1]);
                    self.at += 2;
                    continue;
                }
                '!' if !single && self.begins(double) => {
                    self.at += 1;
                    let text = self.designator()?;
                    self.out.push_str(&text);
                    changed = true;
                    if self.out.len() > MAX_LINE {
                        return Err("history expansion: line too long".into());
                    }
                    continue;
                }
                _ => {}
            }
            self.out.push(c);
            self.at += 1;
        }
        Ok(changed)
    }

    /// Whether the `!` here begins a designator.
    fn begins(&self, double: bool) -> bool {
        let next = self.chars.get(self.at + 1).copied();
        if matches!(next, None | Some(' ' | '\t' | '\n' | '=' | '('))
            || (double && next == Some('"'))
        {
            return false;
        }
        // `${!x}`, `$!` and `[!a]` are none.
        let before = self
            .at
            .checked_sub(1)
            .and_then(|before| self.chars.get(before));
        !matches!(before, Some('{' | '$' | '['))
    }

    fn rest_of(&self, start: usize) -> String {
        self.chars[start..self.at].iter().collect()
    }

    /// What follows a `!`.
    fn designator(&mut self) -> Result<String, String> {
        let start = self.at;
        let event = self.event()?;
        let Some(event) = event else {
            return Err(format!("!{}: event not found", self.rest_of(start)));
        };
        let spec_start = self.at;
        let text = match self.word_range(&event) {
            Some(Ok(text)) => text,
            Some(Err(())) => {
                let spec = self.rest_of(spec_start);
                return Err(format!("{spec}: bad word specifier"));
            }
            None => event,
        };
        self.modified(text)
    }

    /// The line that is meant. None: there is no such line.
    fn event(&mut self) -> Result<Option<String>, String> {
        let last = || self.history.lines().next_back().cloned();
        let Some(c) = self.peek() else {
            return Ok(None);
        };
        let start = self.at;
        match c {
            '!' => {
                self.at += 1;
                return Ok(last());
            }
            '#' => {
                self.at += 1;
                return Ok(Some(self.out.clone()));
            }
            '$' | '^' | '*' | ':' => {
                if last().is_none() {
                    self.at += 1;
                }
                return Ok(last());
            }
            '-' | '0'..='9' => {
                self.at += 1;
                while self.peek().is_some_and(|c| c.is_ascii_digit()) {
                    self.at += 1;
                }
                let Ok(number) = self.rest_of(start).parse::<i64>() else {
                    return Ok(None);
                };
                let at = if number < 0 {
                    self.history.len() as i64 + number
                } else {
                    number - self.history.first_number() as i64
                };
                return Ok(usize::try_from(at)
                    .ok()
                    .and_then(|at| self.history.at(at).cloned()));
            }
            '?' => {
                self.at += 1;
                while self.peek().is_some_and(|c| c != '?') {
                    self.at += 1;
                }
                let text = self.rest_of(start + 1);
                self.take_if('?');
                return Ok(self
                    .history
                    .lines()
                    .rev()
                    .find(|line| line.contains(&text))
                    .cloned());
            }
            _ => {}
        }
        while self
            .peek()
            .is_some_and(|c| !c.is_whitespace() && !";&|<>()\"'`:^$*%".contains(c))
        {
            self.at += 1;
        }
        let text = self.rest_of(start);
        Ok(self
            .history
            .lines()
            .rev()
            .find(|line| line.starts_with(&text))
            .cloned())
    }

    /// `:2`, `:2-4`, `:^`, `$`, `*`, …: the words that are meant. None: there is no such thing here.
    fn word_range(&mut self, event: &str) -> Option<Result<String, ()>> {
        let start = self.at;
        let colon = self.take_if(':');
        let fits = match self.peek() {
            Some('$' | '^' | '*' | '%') => true,
            Some('-' | '0'..='9') => colon,
            _ => false,
        };
        if !fits {
            self.at = start;
            return None;
        }
        let all = words(event);
        let last = all.len().saturating_sub(1);
        let (mut from, mut to) = (0, 0);
        match self.peek() {
            Some('*') => {
                self.at += 1;
                return Some(Ok(all.get(1..).unwrap_or_default().join(" ")));
            }
            Some('-') => {}
            _ => {
                from = self.word_number(last)?;
                to = from;
            }
        }
        if self.take_if('*') {
            to = last;
            if from > last {
                return Some(Ok(String::new()));
            }
        } else if self.take_if('-') {
            to = match self.word_number(last) {
                Some(number) => number,
                None => last.saturating_sub(1),
            };
        }
        match all.get(from..to + 1) {
            Some(words) if from <= to => Some(Ok(words.join(" "))),
            _ => Some(Err(())),
        }
    }

    fn word_number(&mut self, last: usize) -> Option<usize> {
        match self.peek() {
            Some('$') => {
                self.at += 1;
                return Some(last);
            }
            Some('^') => {
                self.at += 1;
                return Some(1);
            }
            _ => {}
        }
        let start = self.at;
        while self.peek().is_some_and(|c| c.is_ascii_digit()) && self.at - start < 6 {
            self.at += 1;
        }
        self.rest_of(start).parse().ok()
    }

    /// `:h`, `:t`, `:r`, `:e`, `:p`, `:s/a/b/`, `:gs/a/b/`, one after the other.
    fn modified(&mut self, mut text: String) -> Result<String, String> {
        while self.peek() == Some(':') {
            let start = self.at;
            self.at += 1;
            let global = self.take_if('g') || self.take_if('a');
            let Some(kind) = self.peek() else {
                self.at = start;
                break;
            };
            self.at += 1;
            match kind {
                'h' => text.truncate(text.rfind('/').unwrap_or(text.len())),
                't' => {
                    if let Some(at) = text.rfind('/') {
                        text.drain(..=at);
                    }
                }
                'r' => text.truncate(text.rfind('.').unwrap_or(text.len())),
                'e' => {
                    if let Some(at) = text.rfind('.') {
                        text.drain(..at);
                    }
                }
                'p' => self.only_shown = true,
                'q' => text = crate::escape::quote(&text),
                's' => text = self.substituted(&text, start, global)?,
                _ => {
                    let modifier = self.rest_of(start);
                    return Err(format!("{modifier}: unrecognized history modifier"));
                }
            }
        }
        Ok(text)
    }

    /// What follows `:s`.
    fn substituted(&mut self, text: &str, start: usize, global: bool) -> Result<String, String> {
        let Some(mark) = self.peek() else {
            return Err(format!("{}: substitution failed", self.rest_of(start)));
        };
        self.at += 1;
        let mut parts = [String::new(), String::new()];
        for part in &mut parts {
            while let Some(c) = self.peek() {
                self.at += 1;
                if c == mark {
                    break;
                }
                if c == '\\' && self.peek() == Some(mark) {
                    self.at += 1;
                    part.push(mark);
                } else {
                    part.push(c);
                }
            }
        }
        let [old, new] = parts;
        if old.is_empty() || !text.contains(&old) {
            return Err(format!("{}: substitution failed", self.rest_of(start)));
        }
        let new = new.replace('&', &old);
        Ok(if global {
            text.replace(&old, &new)
        } else {
            text.replacen(&old, &new, 1)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn designators() {
        let mut history = History::default();
        for line in ["ls -l /tmp", "kubectl get pods", "echo a 'b c' > d"] {
            history.add(line, sim::Time::from_secs(0));
        }
        for (line, expected) in [
            ("!!", Some("echo a 'b c' > d")),
            ("sudo !!", Some("sudo echo a 'b c' > d")),
            ("!1", Some("ls -l /tmp")),
            ("!-2", Some("kubectl get pods")),
            ("!k -A", Some("kubectl get pods -A")),
            ("cat !$", Some("cat d")),
            ("echo !!:2", Some("echo 'b c'")),
            ("echo !*", Some("echo a 'b c' > d")),
            ("!kub:1", Some("get")),
            ("!k:0-1 nodes", Some("kubectl get nodes")),
            ("!k:s/pods/svc/", Some("kubectl get svc")),
            ("^a^x", Some("echo x 'b c' > d")),
            ("echo '!!'", None),
            ("[ a != b ]", None),
            ("echo ${!x}", None),
            ("true && ! false", None),
            ("echo \"hi!\"", None),
        ] {
            let expanded = expand(&history, line).unwrap();
            assert_eq!(expanded.map(|it| it.text).as_deref(), expected, "{line}");
        }
        for (line, error) in [
            ("!zzz", "!zzz: event not found"),
            ("!!:9", ":9: bad word specifier"),
            ("!", ""),
        ] {
            let got = expand(&history, line).err().unwrap_or_default();
            assert_eq!(got, error, "{line}");
        }
    }
}
