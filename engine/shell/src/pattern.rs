//! Patterns of globs, `case`, `[[ == ]]` and `${x#…}`: `*`, `?`, `[…]`, with `extglob` also `@(a|b)` and its kin, and the
//! quoted characters that stand for themselves.

/// One element of a pattern.
#[derive(Clone, Debug)]
enum Token {
    Char(char),
    One,
    Many,
    Set {
        negated: bool,
        items: Vec<Item>,
    },
    /// `@(…)`, `?(…)`, `*(…)`, `+(…)` or `!(…)`, with what stands between its bars.
    Group(char, Vec<Vec<Token>>),
}

/// Groups within groups that are taken.
const MAX_GROUPS: usize = 20;

/// Steps that matching one pattern with groups may take; what takes longer does not match.
const MAX_GROUP_STEPS: usize = 20_000_000;

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
        Pattern(parse_tokens(chars, None))
    }

    /// As [`Pattern::new`]; groups mean something if `extended`.
    pub(crate) fn with_groups(chars: &[(char, bool)], extended: bool) -> Self {
        Pattern(parse_tokens(chars, extended.then_some(MAX_GROUPS)))
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
        if self.has_groups() {
            let ends = ends(&self.0, text, &mut 0);
            return ends.last() == Some(&text.len());
        }
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

    fn has_groups(&self) -> bool {
        self.0.iter().any(|token| matches!(token, Token::Group(..)))
    }

    /// The length of the shortest or longest prefix of the text that matches.
    pub(crate) fn prefix(&self, text: &[char], longest: bool) -> Option<usize> {
        if self.has_groups() {
            return chosen(&ends(&self.0, text, &mut 0), longest);
        }
        run(&self.0, text.iter(), longest, &mut 0)
    }

    /// As [`Pattern::prefix`] with the longest; counts the steps it took.
    pub(crate) fn prefix_counted(&self, text: &[char], steps: &mut usize) -> Option<usize> {
        if self.has_groups() {
            return chosen(&ends(&self.0, text, steps), true);
        }
        run(&self.0, text.iter(), true, steps)
    }

    /// Whether it begins with a `*`: if it matches nowhere here, then nowhere behind it either.
    pub(crate) fn begins_with_any(&self) -> bool {
        matches!(self.0.first(), Some(Token::Many))
    }

    /// Where the shortest or longest suffix that matches begins.
    pub(crate) fn suffix(&self, text: &[char], longest: bool) -> Option<usize> {
        let reversed = reversed(&self.0);
        if self.has_groups() {
            let text: Vec<char> = text.iter().rev().copied().collect();
            return chosen(&ends(&reversed, &text, &mut 0), longest).map(|len| text.len() - len);
        }
        run(&reversed, text.iter().rev(), longest, &mut 0).map(|len| text.len() - len)
    }
}

/// The elements of a pattern; `groups` is how deep groups may be nested, if they mean something.
fn parse_tokens(chars: &[(char, bool)], groups: Option<usize>) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while at < chars.len() {
        let (c, quoted) = chars[at];
        at += 1;
        if quoted {
            tokens.push(Token::Char(c));
            continue;
        }
        if let Some(deeper) = groups.and_then(|left| left.checked_sub(1))
            && "@?*+!".contains(c)
            && chars.get(at) == Some(&('(', false))
            && let Some((branches, end)) = split_group(chars, at + 1)
        {
            let branches = branches.into_iter();
            let parsed = branches.map(|branch| parse_tokens(branch, Some(deeper)));
            tokens.push(Token::Group(c, parsed.collect()));
            at = end;
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
    tokens
}

/// A character, and whether it was quoted.
type Marked = (char, bool);

/// What stands between the bars of a group whose `(` is before `start`, and where the text goes on behind its `)`.
fn split_group(chars: &[Marked], start: usize) -> Option<(Vec<&[Marked]>, usize)> {
    let mut branches = Vec::new();
    let (mut depth, mut from, mut at) = (0_usize, start, start);
    while let Some((c, quoted)) = chars.get(at) {
        match c {
            _ if *quoted => {}
            '\\' => at += 1,
            '(' => depth += 1,
            ')' if depth == 0 => {
                branches.push(&chars[from..at]);
                return Some((branches, at + 1));
            }
            ')' => depth -= 1,
            '|' if depth == 0 => {
                branches.push(&chars[from..at]);
                from = at + 1;
            }
            _ => {}
        }
        at += 1;
    }
    None
}

impl Token {
    fn matches(&self, c: char) -> bool {
        match self {
            Token::Char(own) => *own == c,
            Token::One => true,
            Token::Many | Token::Group(..) => false,
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

/// The pattern of the text read backwards.
fn reversed(tokens: &[Token]) -> Vec<Token> {
    let mut out = tokens.to_vec();
    out.reverse();
    for token in &mut out {
        if let Token::Group(_, branches) = token {
            branches
                .iter_mut()
                .for_each(|branch| *branch = reversed(branch));
        }
    }
    out
}

fn chosen(places: &[usize], last: bool) -> Option<usize> {
    if last { places.last() } else { places.first() }.copied()
}

/// Where a match from the start of the text may end, in order.
fn ends(tokens: &[Token], text: &[char], steps: &mut usize) -> Vec<usize> {
    through(tokens, text, vec![0], steps)
}

/// Where a match may end that begins at one of the places: all ways at once, element by element. Only `!(…)` asks for
/// each beginning by itself.
fn through(
    tokens: &[Token],
    text: &[char],
    mut places: Vec<usize>,
    steps: &mut usize,
) -> Vec<usize> {
    for token in tokens {
        *steps += places.len() + 1;
        if *steps > MAX_GROUP_STEPS {
            return Vec::new();
        }
        places = match token {
            Token::Many => match places.first() {
                Some(first) => (*first..=text.len()).collect(),
                None => places,
            },
            Token::Group('!', branches) => but_not(branches, text, &places, steps),
            Token::Group(kind, branches) => {
                let once = |places: &[usize], steps: &mut usize| {
                    let mut found = Vec::new();
                    for branch in branches {
                        found.extend(through(branch, text, places.to_vec(), steps));
                    }
                    in_order(found)
                };
                let mut found = once(&places, steps);
                if matches!(kind, '*' | '+') {
                    let mut fresh = found.clone();
                    while !fresh.is_empty() && *steps <= MAX_GROUP_STEPS {
                        fresh = once(&fresh, steps);
                        fresh.retain(|place| found.binary_search(place).is_err());
                        found.extend(&fresh);
                        found = in_order(found);
                    }
                }
                if matches!(kind, '*' | '?') {
                    found.extend(places);
                    found = in_order(found);
                }
                found
            }
            token => {
                let fits = |at: &usize| text.get(*at).is_some_and(|c| token.matches(*c));
                places.into_iter().filter(fits).map(|at| at + 1).collect()
            }
        };
        if places.is_empty() {
            break;
        }
    }
    places
}

/// `!(…)`: every stretch that none of the branches matches.
fn but_not(
    branches: &[Vec<Token>],
    text: &[char],
    places: &[usize],
    steps: &mut usize,
) -> Vec<usize> {
    let mut found = Vec::new();
    for begin in places {
        let mut taken = Vec::new();
        for branch in branches {
            taken.extend(through(branch, text, vec![*begin], steps));
        }
        let taken = in_order(taken);
        *steps += text.len() - begin;
        if *steps > MAX_GROUP_STEPS {
            return Vec::new();
        }
        found.extend((*begin..=text.len()).filter(|place| taken.binary_search(place).is_err()));
        found = in_order(found);
    }
    found
}

fn in_order(mut places: Vec<usize>) -> Vec<usize> {
    places.sort_unstable();
    places.dedup();
    places
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
    fn groups_match() {
        for (pattern, text, expected) in [
            ("@(a|b)c", "bc", true),
            ("@(a|b)c", "abc", false),
            ("?(x)y", "y", true),
            ("*(ab)", "ababab", true),
            ("+(ab)", "", false),
            ("+([0-9])", "123", true),
            ("+([0-9])", "12a", false),
            ("!(*.yml)", "pod.yaml", true),
            ("!(*.yml)", "pod.yml", false),
            ("!(a|b)*", "a", true),
            ("@(a|+(b|@(c)))d", "bcbd", true),
            ("@(a", "@(a", true),
        ] {
            let chars: Vec<(char, bool)> = pattern.chars().map(|c| (c, false)).collect();
            let compiled = Pattern::with_groups(&chars, true);
            assert_eq!(compiled.matches(text), expected, "{pattern} {text}");
        }
        let chars: Vec<(char, bool)> = "+( )".chars().map(|c| (c, false)).collect();
        let blanks = Pattern::with_groups(&chars, true);
        let text: Vec<char> = "  a  ".chars().collect();
        assert_eq!(blanks.prefix(&text, true), Some(2));
        assert_eq!(blanks.suffix(&text, true), Some(3));
        assert_eq!(blanks.suffix(&text, false), Some(4));
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
