//! The command history, and what `!!` stands for.

/// Lines kept.
const MAX_LINES: usize = 1000;

/// Lines that were typed.
#[derive(Default, Debug, Clone)]
pub(crate) struct History {
    lines: Vec<String>,
    /// How many were forgotten: the first kept line has this number plus one.
    dropped: usize,
}

impl History {
    /// Adds a line, unless it is blank or the same as the one before.
    pub(crate) fn add(&mut self, line: &str) {
        let line = line.trim_end_matches('\n');
        if line.trim().is_empty() || self.lines.last().is_some_and(|last| last == line) {
            return;
        }
        self.lines.push(line.to_owned());
        if self.lines.len() > MAX_LINES {
            self.lines.remove(0);
            self.dropped += 1;
        }
    }

    pub(crate) fn lines(&self) -> &[String] {
        &self.lines
    }

    /// The number that the next line gets.
    pub(crate) fn next_number(&self) -> usize {
        self.dropped + self.lines.len() + 1
    }

    pub(crate) fn numbered(&self) -> impl Iterator<Item = (usize, &String)> {
        self.lines
            .iter()
            .enumerate()
            .map(|(at, line)| (at + self.dropped + 1, line))
    }

    pub(crate) fn clear(&mut self) {
        self.lines.clear();
        self.dropped = 0;
    }

    pub(crate) fn delete(&mut self, number: usize) -> bool {
        match number.checked_sub(self.dropped + 1) {
            Some(at) if at < self.lines.len() => {
                self.lines.remove(at);
                true
            }
            _ => false,
        }
    }

    fn event(&self, text: &str) -> Option<&String> {
        if text == "!" {
            return self.lines.last();
        }
        if let Ok(number) = text.parse::<i64>() {
            let at = if number < 0 {
                self.lines.len() as i64 + number
            } else {
                number - 1 - self.dropped as i64
            };
            return self.lines.get(usize::try_from(at).ok()?);
        }
        if let Some(part) = text.strip_prefix('?') {
            let part = part.trim_end_matches('?');
            return self.lines.iter().rev().find(|line| line.contains(part));
        }
        self.lines.iter().rev().find(|line| line.starts_with(text))
    }

    /// Puts in what `!!`, `!n`, `!-n`, `!text`, `!$`, `!*` and `^a^b` stand for. None: nothing to put in; an error
    /// is the text bash complains with.
    pub(crate) fn expand(&self, line: &str) -> Result<Option<String>, String> {
        if let Some(rest) = line.strip_prefix('^') {
            let mut parts = rest.trim_end_matches('\n').splitn(3, '^');
            let (old, new) = (parts.next().unwrap_or(""), parts.next().unwrap_or(""));
            let tail = parts.next().unwrap_or("");
            let last = self
                .lines
                .last()
                .filter(|last| !old.is_empty() && last.contains(old))
                .ok_or_else(|| ":s^".to_owned() + rest.trim_end() + ": substitution failed")?;
            return Ok(Some(last.replacen(old, new, 1) + tail));
        }
        if !line.contains('!') {
            return Ok(None);
        }
        let chars: Vec<char> = line.chars().collect();
        let mut out = String::new();
        let mut at = 0;
        let mut single = false;
        let mut double = false;
        let mut changed = false;
        while at < chars.len() {
            let c = chars[at];
            match c {
                '\'' if !double => single = !single,
                '"' if !single => double = !double,
                '\\' if !single && at + 1 < chars.len() => {
                    out.push(c);
                    at += 1;
                    out.push(chars[at]);
                    at += 1;
                    continue;
                }
                '!' if !single => {
                    let next = chars.get(at + 1).copied();
                    let plain = matches!(next, None | Some(' ' | '\t' | '\n' | '=' | '(' | '"'));
                    // `${!x}`, `$!` and `[!a]` are none.
                    let before = at.checked_sub(1).and_then(|before| chars.get(before));
                    if !plain && !matches!(before, Some('{' | '$' | '[')) {
                        at = self.designator(&chars, at + 1, &mut out)?;
                        changed = true;
                        continue;
                    }
                }
                _ => {}
            }
            out.push(c);
            at += 1;
        }
        Ok(changed.then_some(out))
    }

    /// What follows a `!`; gives the position behind it.
    fn designator(&self, chars: &[char], start: usize, out: &mut String) -> Result<usize, String> {
        let words =
            |line: &str| -> Vec<String> { line.split_whitespace().map(str::to_owned).collect() };
        match chars[start] {
            '$' => {
                let last = self.lines.last().ok_or("!$: event not found")?;
                out.push_str(words(last).last().map_or("", String::as_str));
                return Ok(start + 1);
            }
            '^' => {
                let last = self.lines.last().ok_or("!^: event not found")?;
                out.push_str(words(last).get(1).map_or("", String::as_str));
                return Ok(start + 1);
            }
            '*' => {
                let last = self.lines.last().ok_or("!*: event not found")?;
                let rest = words(last);
                out.push_str(&rest.get(1..).unwrap_or_default().join(" "));
                return Ok(start + 1);
            }
            _ => {}
        }
        let mut end = start;
        if chars[start] == '!' {
            end += 1;
        } else if chars[start] == '-' || chars[start].is_ascii_digit() {
            end += 1;
            while chars.get(end).is_some_and(char::is_ascii_digit) {
                end += 1;
            }
        } else {
            while chars
                .get(end)
                .is_some_and(|c| !c.is_whitespace() && !";&|<>()\"':".contains(*c))
            {
                end += 1;
            }
        }
        let text: String = chars[start..end].iter().collect();
        let event = self
            .event(&text)
            .ok_or_else(|| format!("!{text}: event not found"))?;
        // `:$`, `:1`, `:p` are the words of the event that are used most.
        if chars.get(end) == Some(&':') {
            match chars.get(end + 1) {
                Some('$') => {
                    out.push_str(words(event).last().map_or("", String::as_str));
                    return Ok(end + 2);
                }
                Some(digit) if digit.is_ascii_digit() => {
                    let at = digit.to_digit(10).unwrap_or(0) as usize;
                    let word = words(event).get(at).cloned();
                    out.push_str(&word.ok_or_else(|| format!("!{text}:{at}: bad word specifier"))?);
                    return Ok(end + 2);
                }
                Some('*') => {
                    out.push_str(&words(event).get(1..).unwrap_or_default().join(" "));
                    return Ok(end + 2);
                }
                _ => {}
            }
        }
        out.push_str(event);
        Ok(end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn designators() {
        let mut history = History::default();
        for line in ["ls -l /tmp", "kubectl get pods", "echo a b"] {
            history.add(line);
        }
        for (line, expected) in [
            ("!!", Some("echo a b")),
            ("sudo !!", Some("sudo echo a b")),
            ("!1", Some("ls -l /tmp")),
            ("!-2", Some("kubectl get pods")),
            ("!k -A", Some("kubectl get pods -A")),
            ("cat !$", Some("cat b")),
            ("echo !*", Some("echo a b")),
            ("!kub:1", Some("get")),
            ("^a^x", Some("echo x b")),
            ("echo '!!'", None),
            ("[ a != b ]", None),
            ("echo ${!x}", None),
            ("true && ! false", None),
        ] {
            assert_eq!(history.expand(line).unwrap().as_deref(), expected, "{line}");
        }
        assert_eq!(history.expand("!zzz"), Err("!zzz: event not found".into()));
    }
}
