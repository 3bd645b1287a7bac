//! A matcher that remembers what groups took, for what the linear one cannot do: back-references, and what Perl's patterns
//! look at without taking it. It tries one way after the other, so its steps are counted: a match that would take too
//! many is none.

/// Steps of one search.
const MAX_STEPS: usize = 2_000_000;
/// Elements within each other.
const MAX_DEPTH: usize = 600;
/// Groups within groups of a pattern.
const MAX_NESTING: usize = 40;

#[derive(Debug)]
enum Node {
    Char(char),
    Any,
    Class(bool, Vec<(char, char)>),
    Start,
    End,
    /// `\b`, or with false `\B`.
    Edge(bool),
    /// With its number, if it is remembered.
    Group(Option<usize>, Vec<Vec<Node>>),
    /// What was taken by a group.
    Back(usize),
    /// Ahead or behind, negated, what is looked for.
    Look(bool, bool, Vec<Vec<Node>>),
    /// Where the match is said to begin.
    Keep,
    Repeat(Box<Node>, usize, usize, bool),
}

/// A place in the text.
type Place = Option<(usize, usize)>;

/// A compiled pattern.
pub(super) struct Back {
    branches: Vec<Vec<Node>>,
    groups: usize,
    ignore_case: bool,
    dot_all: bool,
}

struct Reader {
    chars: Vec<char>,
    at: usize,
    groups: usize,
    depth: usize,
}

impl Reader {
    fn peek(&self) -> Option<char> {
        self.chars.get(self.at).copied()
    }

    fn takes(&mut self, text: &str) -> bool {
        let found = text
            .chars()
            .enumerate()
            .all(|(at, c)| self.chars.get(self.at + at) == Some(&c));
        if found {
            self.at += text.chars().count();
        }
        found
    }

    fn branches(&mut self) -> Option<Vec<Vec<Node>>> {
        self.depth += 1;
        if self.depth > MAX_NESTING {
            return None;
        }
        let mut all = vec![Vec::new()];
        while let Some(c) = self.peek().filter(|c| *c != ')') {
            if c == '|' {
                self.at += 1;
                all.push(Vec::new());
                continue;
            }
            let node = self.element()?;
            let node = self.repeated(node)?;
            all.last_mut()?.push(node);
        }
        self.depth -= 1;
        Some(all)
    }

    fn group(&mut self) -> Option<Node> {
        let look = [
            ("?=", true, false),
            ("?!", true, true),
            ("?<=", false, false),
            ("?<!", false, true),
        ];
        for (text, ahead, negated) in look {
            if self.takes(text) {
                let inner = self.branches()?;
                return self.takes(")").then_some(Node::Look(ahead, negated, inner));
            }
        }
        let mut number = None;
        if !self.takes("?:") {
            if self.takes("?P<") || self.takes("?<") {
                while self.peek()? != '>' {
                    self.at += 1;
                }
                self.at += 1;
            }
            self.groups += 1;
            number = Some(self.groups);
        }
        let inner = self.branches()?;
        self.takes(")").then_some(Node::Group(number, inner))
    }

    fn element(&mut self) -> Option<Node> {
        let c = self.peek()?;
        self.at += 1;
        Some(match c {
            '.' => Node::Any,
            '^' => Node::Start,
            '$' => Node::End,
            '(' => self.group()?,
            '[' => self.class()?,
            '\\' => {
                let c = self.peek()?;
                self.at += 1;
                match c {
                    'b' => Node::Edge(true),
                    'B' => Node::Edge(false),
                    'K' => Node::Keep,
                    'n' => Node::Char('\n'),
                    't' => Node::Char('\t'),
                    'r' => Node::Char('\r'),
                    '1'..='9' => Node::Back(c as usize - '0' as usize),
                    c => match shorthand(c) {
                        Some((negated, items)) => Node::Class(negated, items),
                        None => Node::Char(c),
                    },
                }
            }
            c => Node::Char(c),
        })
    }

    fn class(&mut self) -> Option<Node> {
        let negated = self.takes("^");
        let mut items = Vec::new();
        let first = self.at;
        loop {
            let mut c = self.peek()?;
            self.at += 1;
            if c == ']' && self.at - 1 > first {
                return Some(Node::Class(negated, items));
            }
            if c == '[' && self.peek() == Some(':') {
                let rest: String = self.chars[self.at + 1..].iter().take(8).collect();
                if let Some((name, _)) = rest.split_once(":]") {
                    items.extend(named(name)?);
                    self.at += name.len() + 3;
                    continue;
                }
            }
            if c == '\\' {
                c = self.peek()?;
                self.at += 1;
                match c {
                    'n' => c = '\n',
                    't' => c = '\t',
                    'r' => c = '\r',
                    c => {
                        if let Some((false, more)) = shorthand(c) {
                            items.extend(more);
                            continue;
                        }
                    }
                }
            }
            let mut end = c;
            if self.peek() == Some('-') && self.chars.get(self.at + 1).is_some_and(|c| *c != ']') {
                self.at += 1;
                end = self.peek()?;
                self.at += 1;
                if end == '\\' {
                    end = self.peek()?;
                    self.at += 1;
                }
            }
            items.push((c, end));
        }
    }

    fn repeated(&mut self, mut node: Node) -> Option<Node> {
        loop {
            let (least, most) = match self.peek() {
                Some('*') => (0, usize::MAX),
                Some('+') => (1, usize::MAX),
                Some('?') => (0, 1),
                Some('{') => {
                    let rest: String = self.chars[self.at + 1..].iter().take(12).collect();
                    let Some((inner, _)) = rest.split_once('}') else {
                        return Some(node);
                    };
                    let (least, most) = inner.split_once(',').unwrap_or((inner, inner));
                    let Ok(least) = least.parse::<usize>() else {
                        return Some(node);
                    };
                    let most = if most.is_empty() {
                        usize::MAX
                    } else {
                        most.parse().ok()?
                    };
                    self.at += inner.len() + 1;
                    (least.min(1000), most)
                }
                _ => return Some(node),
            };
            self.at += 1;
            let lazy = self.takes("?");
            if !lazy {
                self.takes("+");
            }
            node = Node::Repeat(Box::new(node), least, most, !lazy);
        }
    }
}

fn shorthand(c: char) -> Option<(bool, Vec<(char, char)>)> {
    let name = match c.to_ascii_lowercase() {
        'd' => "digit",
        's' => "space",
        'w' => "word",
        _ => return None,
    };
    Some((c.is_ascii_uppercase(), named(name)?))
}

fn named(name: &str) -> Option<Vec<(char, char)>> {
    let ranges: &[(char, char)] = match name {
        "alpha" => &[('a', 'z'), ('A', 'Z')],
        "digit" => &[('0', '9')],
        "alnum" => &[('a', 'z'), ('A', 'Z'), ('0', '9')],
        "word" => &[('a', 'z'), ('A', 'Z'), ('0', '9'), ('_', '_')],
        "upper" => &[('A', 'Z')],
        "lower" => &[('a', 'z')],
        "space" => &[(' ', ' '), ('\t', '\r')],
        "blank" => &[(' ', ' '), ('\t', '\t')],
        "punct" => &[('!', '/'), (':', '@'), ('[', '`'), ('{', '~')],
        "print" => &[(' ', '~')],
        "graph" => &[('!', '~')],
        "cntrl" => &[('\0', '\x1f'), ('\x7f', '\x7f')],
        "xdigit" => &[('0', '9'), ('a', 'f'), ('A', 'F')],
        _ => return None,
    };
    Some(ranges.to_vec())
}

/// A search on its way.
struct Search<'a> {
    pattern: &'a Back,
    text: &'a [char],
    groups: Vec<Place>,
    begin: usize,
    steps: usize,
    depth: usize,
}

/// What is to match behind.
type Then<'a> = &'a mut dyn FnMut(&mut Search<'_>, usize) -> bool;

fn is_word(c: Option<&char>) -> bool {
    c.is_some_and(|c| c.is_alphanumeric() || *c == '_')
}

impl Search<'_> {
    fn single(&self, node: &Node, at: usize) -> bool {
        let Some(c) = self.text.get(at).copied() else {
            return false;
        };
        let fold = |c: char| {
            if self.pattern.ignore_case {
                c.to_ascii_lowercase()
            } else {
                c
            }
        };
        match node {
            Node::Char(own) => fold(*own) == fold(c),
            Node::Any => self.pattern.dot_all || c != '\n',
            Node::Class(negated, items) => {
                let within = |c: char| items.iter().any(|(from, to)| (*from..=*to).contains(&c));
                let found = within(c)
                    || (self.pattern.ignore_case
                        && (within(c.to_ascii_lowercase()) || within(c.to_ascii_uppercase())));
                found != *negated
            }
            _ => false,
        }
    }

    fn any(&mut self, branches: &[Vec<Node>], at: usize, then: Then<'_>) -> bool {
        branches
            .iter()
            .any(|branch| self.all(branch, at, &mut *then))
    }

    fn all(&mut self, nodes: &[Node], at: usize, then: Then<'_>) -> bool {
        self.steps += 1;
        if self.steps > MAX_STEPS || self.depth > MAX_DEPTH {
            return false;
        }
        let Some((node, rest)) = nodes.split_first() else {
            return then(self, at);
        };
        self.depth += 1;
        let found = self.one(node, rest, at, then);
        self.depth -= 1;
        found
    }

    fn one(&mut self, node: &Node, rest: &[Node], at: usize, then: Then<'_>) -> bool {
        match node {
            Node::Char(_) | Node::Any | Node::Class(..) => {
                self.single(node, at) && self.all(rest, at + 1, then)
            }
            Node::Start => at == 0 && self.all(rest, at, then),
            Node::End => at == self.text.len() && self.all(rest, at, then),
            Node::Edge(wanted) => {
                let before = at.checked_sub(1).and_then(|at| self.text.get(at));
                let edge = is_word(before) != is_word(self.text.get(at));
                edge == *wanted && self.all(rest, at, then)
            }
            Node::Keep => {
                let before = std::mem::replace(&mut self.begin, at);
                let found = self.all(rest, at, then);
                if !found {
                    self.begin = before;
                }
                found
            }
            Node::Back(number) => {
                let Some(Some((from, to))) = self.groups.get(*number).copied() else {
                    return false;
                };
                let len = to - from;
                let same = self.text.get(at..at + len).is_some_and(|found| {
                    let own = &self.text[from..to];
                    let pairs = own.iter().zip(found);
                    let fold = self.pattern.ignore_case;
                    pairs
                        .into_iter()
                        .all(|(a, b)| a == b || (fold && a.eq_ignore_ascii_case(b)))
                });
                same && self.all(rest, at + len, then)
            }
            Node::Group(number, branches) => {
                let number = *number;
                let before = number.and_then(|number| self.groups.get(number).copied());
                let found = self.any(branches, at, &mut |search, end| {
                    let outer = number.map(|number| (number, search.groups[number]));
                    if let Some((number, _)) = outer {
                        search.groups[number] = Some((at, end));
                    }
                    let found = search.all(rest, end, &mut *then);
                    if let (false, Some((number, place))) = (found, outer) {
                        search.groups[number] = place;
                    }
                    found
                });
                if let (false, Some(number), Some(place)) = (found, number, before) {
                    self.groups[number] = place;
                }
                found
            }
            Node::Look(ahead, negated, branches) => {
                let found = if *ahead {
                    self.any(branches, at, &mut |_, _| true)
                } else {
                    (0..=at)
                        .rev()
                        .any(|from| self.any(branches, from, &mut |_, end| end == at))
                };
                found != *negated && self.all(rest, at, then)
            }
            Node::Repeat(inner, least, most, greedy) => {
                if matches!(**inner, Node::Char(_) | Node::Any | Node::Class(..)) {
                    let room = (*most).min(self.text.len().saturating_sub(at));
                    let count = (0..room).take_while(|n| self.single(inner, at + n)).count();
                    if count < *least {
                        return false;
                    }
                    let mut tries = *least..=count;
                    return std::iter::from_fn(|| {
                        if *greedy {
                            tries.next_back()
                        } else {
                            tries.next()
                        }
                    })
                    .any(|count| self.all(rest, at + count, &mut *then));
                }
                self.repeat(inner, (*least, *most, *greedy), 0, rest, at, then)
            }
        }
    }

    fn repeat(
        &mut self,
        inner: &Node,
        bounds: (usize, usize, bool),
        done: usize,
        rest: &[Node],
        at: usize,
        then: Then<'_>,
    ) -> bool {
        let (least, most, greedy) = bounds;
        if done >= least && !greedy && self.all(rest, at, &mut *then) {
            return true;
        }
        if done < most {
            self.depth += 1;
            let more = self.depth <= MAX_DEPTH
                && self.one(inner, &[], at, &mut |search, end| {
                    // What takes nothing is not taken again.
                    (end > at || done < least)
                        && search.repeat(inner, bounds, done + 1, rest, end, &mut *then)
                });
            self.depth -= 1;
            if more {
                return true;
            }
        }
        done >= least && greedy && self.all(rest, at, then)
    }
}

impl Back {
    /// Compiles a pattern in the syntax of the linear matcher, with back-references; none if it is not understood.
    pub(super) fn new(pattern: &str, ignore_case: bool, dot_all: bool) -> Option<Back> {
        let mut reader = Reader {
            chars: pattern.chars().collect(),
            at: 0,
            groups: 0,
            depth: 0,
        };
        let branches = reader.branches()?;
        (reader.at == reader.chars.len()).then_some(Back {
            branches,
            groups: reader.groups,
            ignore_case,
            dot_all,
        })
    }

    /// The first match from a position on, in bytes: the whole and each group.
    pub(super) fn captures_at(&self, text: &str, from: usize) -> Option<Vec<Place>> {
        let chars: Vec<char> = text.chars().collect();
        let mut bytes: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
        bytes.push(text.len());
        let first = bytes.partition_point(|at| *at < from);
        let mut search = Search {
            pattern: self,
            text: &chars,
            groups: vec![None; self.groups + 1],
            begin: 0,
            steps: 0,
            depth: 0,
        };
        for start in first..=chars.len() {
            search.groups.fill(None);
            search.begin = start;
            let mut end = None;
            let found = search.any(&self.branches, start, &mut |_, at| {
                end = Some(at);
                true
            });
            if let (true, Some(end)) = (found, end) {
                search.groups[0] = Some((search.begin.min(end), end));
                let place = |place: &Place| place.map(|(from, to)| (bytes[from], bytes[to]));
                return Some(search.groups.iter().map(place).collect());
            }
            if search.steps > MAX_STEPS {
                return None;
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::Back;

    #[test]
    fn groups_are_remembered() {
        for (pattern, text, want) in [
            (r"(a+)b\1", "xaabaa", Some("aabaa")),
            (r"^(.)(.).?\2\1$", "level", Some("level")),
            (r"(ab|a)c\1", "abca", None),
            (r"(\w)\1", "hello", Some("ll")),
            (r"foo(?!bar)", "foobar foobaz", Some("foo")),
            (r"(?<=a)b+", "bbabb", Some("bb")),
            (r"(?<!a)b", "ab b", Some("b")),
            (r"a.*?c", "abcc", Some("abc")),
            (r"key=\Kv.*", "key=value", Some("value")),
            (r"(?:a|b){2,3}", "xabab", Some("aba")),
            (r"[[:digit:]]+(?=%)", "10 20%", Some("20")),
        ] {
            let found = Back::new(pattern, false, false)
                .unwrap()
                .captures_at(text, 0);
            let found = found.map(|groups| groups[0].unwrap());
            assert_eq!(
                found.map(|(from, to)| &text[from..to]),
                want,
                "{pattern} {text}"
            );
        }
        let slow = Back::new(r"(a*)*b\1", false, false).unwrap();
        assert!(slow.captures_at(&"a".repeat(5000), 0).is_none());
    }
}
