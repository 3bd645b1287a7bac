//! Patterns of globs, `case`, `[[ == ]]` and `${x#…}`: `*`, `?`, `[…]`, and the quoted characters that stand for
//! themselves.

/// One element of a pattern.
#[derive(Clone, Debug)]
enum Token {
    Char(char),
    One,
    Many,
    Set { negated: bool, items: Vec<Item> },
}

#[derive(Clone, Debug)]
enum Item {
    Range(char, char),
    Class(Class),
}

type Class = fn(char) -> bool;

/// A compiled pattern.
#[derive(Clone, Debug)]
pub(crate) struct Pattern(Vec<Token>);

fn class(name: &str) -> Option<Class> {
    Some(match name {
        "alpha" => |c| c.is_alphabetic(),
        "digit" => |c| c.is_ascii_digit(),
        "alnum" => |c| c.is_alphanumeric(),
        "upper" => |c| c.is_uppercase(),
        "lower" => |c| c.is_lowercase(),
        "space" => |c| c.is_whitespace(),
        "blank" => |c| c == ' ' || c == '\t',
        "punct" => |c| c.is_ascii_punctuation(),
        "print" => |c| !c.is_control(),
        "graph" => |c| !c.is_control() && c != ' ',
        "cntrl" => |c| c.is_control(),
        "xdigit" => |c| c.is_ascii_hexdigit(),
        _ => return None,
    })
}

impl Pattern {
    /// Compiles characters, each with whether it was quoted.
    pub(crate) fn new(chars: &[(char, bool)]) -> Self {
        let mut tokens = Vec::new();
        let mut at = 0;
        while at < chars.len() {
            let (c, quoted) = chars[at];
            at += 1;
            if quoted {
                tokens.push(Token::Char(c));
                continue;
            }
            match c {
                '*' => {
                    if !matches!(tokens.last(), Some(Token::Many)) {
                        tokens.push(Token::Many);
                    }
                }
                '?' => tokens.push(Token::One),
                '[' => match parse_set(&chars[at..]) {
                    Some((set, used)) => {
                        tokens.push(set);
                        at += used;
                    }
                    None => tokens.push(Token::Char('[')),
                },
                '\\' if at < chars.len() => {
                    tokens.push(Token::Char(chars[at].0));
                    at += 1;
                }
                c => tokens.push(Token::Char(c)),
            }
        }
        Pattern(tokens)
    }

    /// Compiles text in which nothing is quoted (but with backslashes).
    pub(crate) fn from_text(text: &str) -> Self {
        let chars: Vec<(char, bool)> = text.chars().map(|c| (c, false)).collect();
        Self::new(&chars)
    }

    /// Whether nothing in it has a special meaning.
    pub(crate) fn is_literal(&self) -> bool {
        self.0.iter().all(|token| matches!(token, Token::Char(_)))
    }

    /// Whether it can match a name that begins with a dot: it begins with one itself.
    pub(crate) fn begins_with_dot(&self) -> bool {
        matches!(self.0.first(), Some(Token::Char('.')))
    }

    /// Whether the whole text matches.
    pub(crate) fn matches(&self, text: &str) -> bool {
        let chars: Vec<char> = text.chars().collect();
        self.matches_chars(&chars)
    }

    pub(crate) fn matches_chars(&self, text: &[char]) -> bool {
        // On a mismatch, the latest `*` takes one character more: linear in pattern times text.
        let (mut p, mut t) = (0, 0);
        let mut retry: Option<(usize, usize)> = None;
        loop {
            if p < self.0.len() && matches!(self.0[p], Token::Many) {
                p += 1;
                retry = Some((p, t));
                continue;
            }
            if t < text.len() && p < self.0.len() && self.0[p].matches(text[t]) {
                p += 1;
                t += 1;
                continue;
            }
            if t == text.len() && p == self.0.len() {
                return true;
            }
            match retry {
                Some((after, from)) if from < text.len() => {
                    retry = Some((after, from + 1));
                    p = after;
                    t = from + 1;
                }
                _ => return false,
            }
        }
    }

    /// The length of the shortest or longest prefix of the text that matches.
    pub(crate) fn prefix(&self, text: &[char], longest: bool) -> Option<usize> {
        run(&self.0, text.iter(), longest, &mut 0)
    }

    /// As [`Pattern::prefix`] with the longest; counts the steps it took.
    pub(crate) fn prefix_counted(&self, text: &[char], steps: &mut usize) -> Option<usize> {
        run(&self.0, text.iter(), true, steps)
    }

    /// Whether it begins with a `*`: if it matches nowhere here, then nowhere behind it either.
    pub(crate) fn begins_with_any(&self) -> bool {
        matches!(self.0.first(), Some(Token::Many))
    }

    /// Where the shortest or longest suffix that matches begins.
    pub(crate) fn suffix(&self, text: &[char], longest: bool) -> Option<usize> {
        let reversed: Vec<Token> = self.0.iter().rev().cloned().collect();
        run(&reversed, text.iter().rev(), longest, &mut 0).map(|len| text.len() - len)
    }
}

impl Token {
    fn matches(&self, c: char) -> bool {
        match self {
            Token::Char(own) => *own == c,
            Token::One => true,
            Token::Many => false,
            Token::Set { negated, items } => {
                let found = items.iter().any(|item| match item {
                    Item::Range(from, to) => (*from..=*to).contains(&c),
                    Item::Class(test) => test(c),
                });
                found != *negated
            }
        }
    }
}

/// Runs all ways to match at once, so that the time is the pattern's length times the text's.
fn run<'a>(
    tokens: &[Token],
    text: impl Iterator<Item = &'a char>,
    longest: bool,
    steps: &mut usize,
) -> Option<usize> {
    fn add(tokens: &[Token], states: &mut [bool], mut at: usize) {
        states[at] = true;
        while matches!(tokens.get(at), Some(Token::Many)) {
            at += 1;
            states[at] = true;
        }
    }
    let mut states = vec![false; tokens.len() + 1];
    add(tokens, &mut states, 0);
    let mut found = states[tokens.len()].then_some(0);
    let mut next = states.clone();
    for (index, c) in text.enumerate() {
        if found.is_some() && !longest {
            break;
        }
        *steps += tokens.len();
        next.fill(false);
        for (at, token) in tokens.iter().enumerate().filter(|(at, _)| states[*at]) {
            if matches!(token, Token::Many) {
                add(tokens, &mut next, at);
            } else if token.matches(*c) {
                add(tokens, &mut next, at + 1);
            }
        }
        if !next.contains(&true) {
            break;
        }
        std::mem::swap(&mut states, &mut next);
        if states[tokens.len()] {
            found = Some(index + 1);
        }
    }
    found
}

/// Parses what follows a `[`; gives the set and the number of characters used.
fn parse_set(chars: &[(char, bool)]) -> Option<(Token, usize)> {
    let mut at = 0;
    let negated = matches!(chars.first(), Some(('!' | '^', false)));
    if negated {
        at += 1;
    }
    let mut items = Vec::new();
    let first = at;
    loop {
        let (c, quoted) = *chars.get(at)?;
        if c == ']' && !quoted && at > first {
            return Some((Token::Set { negated, items }, at + 1));
        }
        if c == '/' {
            return None;
        }
        if c == '[' && !quoted && chars.get(at + 1) == Some(&(':', false)) {
            let rest: String = chars[at + 2..].iter().map(|(c, _)| *c).collect();
            if let Some(end) = rest.find(":]")
                && let Some(test) = class(&rest[..end])
            {
                items.push(Item::Class(test));
                at += 2 + rest[..end].chars().count() + 2;
                continue;
            }
        }
        let mut from = c;
        if c == '\\' && !quoted {
            at += 1;
            from = chars.get(at)?.0;
        }
        at += 1;
        let is_range = chars.get(at) == Some(&('-', false))
            && chars
                .get(at + 1)
                .is_some_and(|(c, quoted)| *c != ']' || *quoted);
        if is_range {
            let to = chars[at + 1].0;
            items.push(Item::Range(from, to));
            at += 2;
        } else {
            items.push(Item::Range(from, from));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match() {
        for (pattern, text, expected) in [
            ("*", "", true),
            ("a*c", "abbbc", true),
            ("a*c", "abbb", false),
            ("?[0-9]", "x5", true),
            ("[!a]*", "abc", false),
            ("[]a]", "]", true),
            ("[[:digit:]]*", "1x", true),
            ("*.y*ml", "pod.yaml", true),
            ("[a-", "[a-", true),
            (r"\*", "*", true),
            (r"\*", "x", false),
            ("a**b*c", "a1b2c", true),
        ] {
            assert_eq!(
                Pattern::from_text(pattern).matches(text),
                expected,
                "{pattern} {text}"
            );
        }
        let text: Vec<char> = "a/b/c".chars().collect();
        let pattern = Pattern::from_text("*/");
        assert_eq!(pattern.prefix(&text, false), Some(2));
        assert_eq!(pattern.prefix(&text, true), Some(4));
        assert_eq!(Pattern::from_text("/*").suffix(&text, false), Some(3));
        assert_eq!(Pattern::from_text("/*").suffix(&text, true), Some(1));
    }

    #[test]
    fn many_stars_take_no_time() {
        let pattern = Pattern::from_text(&"*a".repeat(200));
        assert!(
            !pattern.matches(
                &"a".repeat(199)
                    .repeat(20)
                    .replace("aaaa", "aaab")
                    .replace('a', "b")
            )
        );
    }
}
