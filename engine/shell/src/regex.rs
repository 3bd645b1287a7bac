//! Regular expressions of grep, sed and `[[ =~ ]]`: POSIX spelling on a small, linear-time matcher.
//!
//! What the linear matcher cannot do, back-references (`\1` in a pattern) and Perl's looks around, is left to a slower one
//! ([`back`]). Alternatives are tried in the order written, while POSIX takes the longest.

mod back;

use back::Back;
use regex_lite::RegexBuilder;

/// How a pattern is to be read.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Options {
    /// Extended syntax: `+ ? | ( ) { }` mean something without a backslash.
    pub(crate) extended: bool,
    /// Every character stands for itself.
    pub(crate) fixed: bool,
    /// Upper and lower case are the same.
    pub(crate) ignore_case: bool,
    /// Matches end at the ends of words.
    pub(crate) word: bool,
    /// Only whole lines match.
    pub(crate) line: bool,
    /// Perl's syntax.
    pub(crate) perl: bool,
    /// A dot stands for a line feed, too.
    pub(crate) dot_all: bool,
}

/// A compiled pattern.
pub(crate) struct Regex {
    regex: Engine,
    /// Only this group counts as the match: what stands around it is looked at, not taken.
    part: bool,
}

/// Who matches.
enum Engine {
    Linear(regex_lite::Regex),
    Back(Back),
}

/// The group of what counts, where that is not all.
const PART: &str = "taken";

impl Regex {
    /// Compiles a pattern; the error is what GNU grep says.
    pub(crate) fn new(pattern: &str, options: Options) -> Result<Self, String> {
        let translated = if options.fixed {
            pattern
                .lines()
                .map(regex_lite::escape)
                .collect::<Vec<_>>()
                .join("|")
        } else if options.perl {
            perl(pattern)
        } else {
            translate(pattern, options.extended)?
        };
        let translated = if options.line {
            format!("^(?:{translated})$")
        } else if options.word {
            format!(r"\b(?:{translated})\b")
        } else {
            translated
        };
        let invalid = || "Invalid regular expression".to_owned();
        let back = |pattern: &str| {
            let around = match (options.line, options.word) {
                (true, _) => ("^(?:", ")$"),
                (_, true) => (r"\b(?:", r")\b"),
                _ => ("", ""),
            };
            let pattern = format!("{}{pattern}{}", around.0, around.1);
            let found = Back::new(&pattern, options.ignore_case, options.dot_all);
            found.map(|back| Regex {
                regex: Engine::Back(back),
                part: false,
            })
        };
        if !options.perl && !options.fixed && refers_back(&translated) {
            return match Back::new(&translated, options.ignore_case, options.dot_all) {
                Some(back) => Ok(Regex {
                    regex: Engine::Back(back),
                    part: false,
                }),
                None => Err("Invalid back reference".to_owned()),
            };
        }
        let regex = RegexBuilder::new(&translated)
            .case_insensitive(options.ignore_case)
            .dot_matches_new_line(options.dot_all)
            .build();
        let regex = match regex {
            Ok(regex) => regex,
            Err(_) if options.perl => return back(pattern).ok_or_else(invalid),
            Err(_) => return Err(invalid()),
        };
        let part = options.perl && translated.contains(PART);
        Ok(Regex {
            regex: Engine::Linear(regex),
            part,
        })
    }

    pub(crate) fn is_match(&self, text: &str) -> bool {
        match &self.regex {
            Engine::Linear(regex) => regex.is_match(text),
            Engine::Back(back) => back.captures_at(text, 0).is_some(),
        }
    }

    /// The places of all matches.
    pub(crate) fn find_all(&self, text: &str) -> Vec<(usize, usize)> {
        let place = |found: regex_lite::Match<'_>| (found.start(), found.end());
        let regex = match &self.regex {
            Engine::Linear(regex) => regex,
            Engine::Back(back) => {
                let mut found = Vec::new();
                let mut at = 0;
                while let Some(Some((from, to))) = back
                    .captures_at(text, at)
                    .and_then(|groups| groups.first().copied())
                {
                    found.push((from, to));
                    if to > from {
                        at = to;
                    } else {
                        let Some(c) = text[to..].chars().next() else {
                            break;
                        };
                        at = to + c.len_utf8();
                    }
                }
                return found;
            }
        };
        if self.part {
            let all = regex.captures_iter(text);
            return all
                .filter_map(|found| found.name(PART).map(place))
                .collect();
        }
        regex.find_iter(text).map(place).collect()
    }

    /// The first match from a position on: place of the whole and of each group.
    pub(crate) fn captures_at(
        &self,
        text: &str,
        from: usize,
    ) -> Option<Vec<Option<(usize, usize)>>> {
        let regex = match &self.regex {
            Engine::Linear(regex) => regex,
            Engine::Back(back) => return back.captures_at(text, from),
        };
        let captures = regex.captures_at(text, from)?;
        Some(
            captures
                .iter()
                .map(|group| group.map(|group| (group.start(), group.end())))
                .collect(),
        )
    }

    /// The first match: the texts of the whole and of each group.
    pub(crate) fn captures(&self, text: &str) -> Option<Vec<Option<String>>> {
        let places = self.captures_at(text, 0)?;
        Some(
            places
                .into_iter()
                .map(|place| place.map(|(start, end)| text[start..end].to_owned()))
                .collect(),
        )
    }
}

/// Whether a pattern has a back-reference in it.
fn refers_back(pattern: &str) -> bool {
    let mut chars = pattern.chars();
    while let Some(c) = chars.next() {
        if c == '\\' && chars.next().is_some_and(|c| c.is_ascii_digit()) {
            return true;
        }
    }
    false
}

/// Rewrites a Perl pattern: `A\KB`, `(?<=A)B` and `B(?=C)` take only `B`. Other looks around there are not.
fn perl(pattern: &str) -> String {
    let mut before = String::new();
    let mut taken = pattern;
    if let Some((start, rest)) = pattern.split_once("\\K") {
        before = format!("(?:{start})");
        taken = rest;
    } else if let Some(rest) = pattern.strip_prefix("(?<=")
        && let Some(end) = closing(rest)
    {
        before = format!("(?:{})", &rest[..end]);
        taken = &rest[end + 1..];
    }
    let mut behind = String::new();
    if let Some(at) = taken.rfind("(?=")
        && closing(&taken[at + 3..]).is_some_and(|end| at + 3 + end + 1 == taken.len())
    {
        behind = format!("(?:{})", &taken[at + 3..taken.len() - 1]);
        taken = &taken[..at];
    }
    if before.is_empty() && behind.is_empty() {
        return pattern.to_owned();
    }
    format!("{before}(?P<{PART}>{taken}){behind}")
}

/// Where the parenthesis that is open at the start is closed.
fn closing(text: &str) -> Option<usize> {
    let mut depth = 0;
    let mut escaped = false;
    for (at, c) in text.char_indices() {
        match c {
            _ if std::mem::take(&mut escaped) => {}
            '\\' => escaped = true,
            '(' => depth += 1,
            ')' if depth == 0 => return Some(at),
            ')' => depth -= 1,
            _ => {}
        }
    }
    None
}

/// Rewrites a POSIX pattern to the matcher's syntax.
fn translate(pattern: &str, extended: bool) -> Result<String, String> {
    let chars: Vec<char> = pattern.chars().collect();
    let mut out = String::new();
    let mut at = 0;
    let (mut open, mut groups) = (0_usize, 0);
    // Whether an operand stands before: a `*` at the start is an ordinary character.
    let mut operand = false;
    while at < chars.len() {
        let c = chars[at];
        at += 1;
        let (special, c) = match c {
            '\\' => {
                let Some(next) = chars.get(at).copied() else {
                    return Err("Trailing backslash".into());
                };
                at += 1;
                match next {
                    '(' | ')' | '{' | '}' | '|' | '+' | '?' => (!extended, next),
                    'w' => {
                        out.push_str("[A-Za-z0-9_]");
                        operand = true;
                        continue;
                    }
                    'W' => {
                        out.push_str("[^A-Za-z0-9_]");
                        operand = true;
                        continue;
                    }
                    's' | 'S' | 'b' | 'B' | 'd' | 'D' => {
                        out.push('\\');
                        out.push(next);
                        operand = true;
                        continue;
                    }
                    '<' | '>' => {
                        out.push_str(r"\b");
                        continue;
                    }
                    'n' => {
                        out.push('\n');
                        operand = true;
                        continue;
                    }
                    't' => {
                        out.push('\t');
                        operand = true;
                        continue;
                    }
                    '1'..='9' => {
                        if next as usize - '0' as usize > groups {
                            return Err("Invalid back reference".into());
                        }
                        out.push('\\');
                        out.push(next);
                        operand = true;
                        continue;
                    }
                    other => (false, other),
                }
            }
            '(' | ')' | '{' | '}' | '|' | '+' | '?' => (extended, c),
            '*' => (operand, c),
            '.' => (true, c),
            '^' => {
                // In the basic syntax only at the start of a (sub)pattern.
                let start = out.is_empty() || out.ends_with('(') || out.ends_with('|');
                (extended || start, c)
            }
            '$' => {
                let rest: String = chars[at..].iter().take(2).collect();
                let end = rest.is_empty() || rest.starts_with("\\)") || rest.starts_with("\\|");
                (extended || end, c)
            }
            '[' => {
                at = bracket(&chars, at, &mut out)?;
                operand = true;
                continue;
            }
            other => (false, other),
        };
        if !special {
            if "\\.+*?()|[]{}^$#&-~".contains(c) {
                out.push('\\');
            }
            out.push(c);
            operand = true;
            continue;
        }
        match c {
            '(' => {
                open += 1;
                groups += 1;
                operand = false;
                out.push('(');
            }
            ')' => {
                if open == 0 {
                    if extended {
                        out.push_str("\\)");
                        operand = true;
                        continue;
                    }
                    return Err("Unmatched ) or \\)".into());
                }
                open -= 1;
                operand = true;
                out.push(')');
            }
            '|' => {
                operand = false;
                out.push('|');
            }
            '{' => {
                let end = chars[at..].iter().position(|c| *c == '}');
                let valid = end.is_some_and(|end| {
                    chars[at..at + end]
                        .iter()
                        .all(|c| c.is_ascii_digit() || *c == ',' || *c == '\\')
                });
                match end.filter(|_| valid && operand) {
                    Some(end) => {
                        let inner: String =
                            chars[at..at + end].iter().filter(|c| **c != '\\').collect();
                        let inner = if inner.starts_with(',') {
                            format!("0{inner}")
                        } else {
                            inner
                        };
                        out.push_str(&format!("{{{inner}}}"));
                        at += end + 1;
                    }
                    None => out.push_str("\\{"),
                }
                operand = true;
            }
            '}' => out.push_str("\\}"),
            '*' | '+' | '?' if !operand => {
                out.push('\\');
                out.push(c);
                operand = true;
            }
            '*' | '+' | '?' => {
                // `a**` is `a*`.
                if !out.ends_with(['*', '+', '?'])
                    || out.ends_with("\\*")
                    || out.ends_with("\\+")
                    || out.ends_with("\\?")
                {
                    out.push(c);
                }
            }
            other => {
                operand = other == '.';
                out.push(other);
            }
        }
    }
    if open > 0 {
        return Err("Unmatched ( or \\(".into());
    }
    Ok(out)
}

/// A bracket expression; the position is behind the `[`.
fn bracket(chars: &[char], mut at: usize, out: &mut String) -> Result<usize, String> {
    out.push('[');
    if chars.get(at) == Some(&'^') {
        out.push('^');
        at += 1;
    }
    let first = at;
    loop {
        let Some(c) = chars.get(at).copied() else {
            return Err("Unmatched [, [^, [:, [., or [=".into());
        };
        at += 1;
        match c {
            ']' if at - 1 > first => {
                out.push(']');
                return Ok(at);
            }
            '[' if chars.get(at) == Some(&':') => {
                let rest: String = chars[at..].iter().collect();
                let Some(end) = rest.find(":]") else {
                    return Err("Unmatched [, [^, [:, [., or [=".into());
                };
                let name = &rest[1..end];
                let known = [
                    "alpha", "digit", "alnum", "upper", "lower", "space", "blank", "punct",
                    "print", "graph", "cntrl", "xdigit",
                ];
                if !known.contains(&name) {
                    return Err("Invalid character class name".into());
                }
                out.push_str(&format!("[:{name}:]"));
                at += rest[..end].chars().count() + 2;
            }
            '[' | ']' | '\\' | '&' | '~' => {
                out.push('\\');
                out.push(c);
            }
            '-' if at - 1 == first || chars.get(at) == Some(&']') => out.push_str("\\-"),
            c => out.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn posix_patterns() {
        for (pattern, extended, text, expected) in [
            ("^a.c$", false, "abc", true),
            ("a+", false, "a+", true),
            ("a+", false, "aa", false),
            (r"a\+$", false, "aa", true),
            ("a+$", true, "aa", true),
            ("(a|b)c", true, "bc", true),
            (r"\(a\|b\)c", false, "bc", true),
            ("*a", false, "*a", true),
            ("[[:digit:]]\\{3\\}", false, "a123", true),
            ("[0-9]{3}", true, "12", false),
            ("[^]]x", false, "ax", true),
            ("a{", true, "a{", true),
            ("x|", true, "y", true),
            (r"\bfoo\b", true, "a foo b", true),
            (r"\w+", true, "é", false),
            ("[a-z.]*-", false, "ab.c-", true),
            ("^[+-] ", false, "+ x", true),
            ("a\\.b", false, "axb", false),
            ("$x", false, "a$x", true),
        ] {
            let options = Options {
                extended,
                ..Options::default()
            };
            let regex = Regex::new(pattern, options).unwrap_or_else(|e| panic!("{pattern}: {e}"));
            assert_eq!(regex.is_match(text), expected, "{pattern} {text}");
        }
        assert!(Regex::new("[a", Options::default()).is_err());
        assert!(Regex::new("\\(a", Options::default()).is_err());
    }

    proptest::proptest! {
        #[test]
        fn nothing_panics(pattern in "[a-c()\\[\\]{}|*+?.^$\\\\:0-9,é-]{0,20}", extended in proptest::bool::ANY) {
            let options = Options { extended, ..Options::default() };
            if let Ok(regex) = Regex::new(&pattern, options) {
                regex.find_all("abc a1 ++ ébc");
            }
        }
    }
}
