//! From events to a tree of nodes, anchors and aliases still in place.

use serde_yaml::{EventData, Mark, Parser, ScalarStyle};

use super::{Error, MAX_DEPTH};

/// How many nodes a document may have.
const MAX_NODES: usize = 2_000_000;

/// A document's nodes; they refer to each other by index.
pub(super) struct Document {
    pub(super) nodes: Vec<Node>,
    /// `None` for an empty stream.
    pub(super) root: Option<usize>,
}

pub(super) struct Node {
    /// Counted from 1.
    pub(super) line: usize,
    pub(super) tag: Option<String>,
    pub(super) content: Content,
}

pub(super) enum Content {
    Scalar { value: String, plain: bool },
    Sequence(Vec<usize>),
    Mapping(Vec<(usize, usize)>),
    Alias { name: String, target: usize },
}

struct Composer<'r, 'b> {
    parser: Parser<&'r mut &'b [u8]>,
    nodes: Vec<Node>,
    /// Later anchors of a name hide earlier ones.
    anchors: Vec<(String, usize)>,
    /// The text as it was given, if a line break had to be added to it.
    unended: Option<&'r str>,
}

pub(super) fn compose(text: &str) -> Result<Document, Error> {
    let text = if text.is_empty() { "\n" } else { text };
    refuse_tags_before_commas(text)?;
    // The scanner panics where a block scalar, or an escape in quotes, ends with the text instead of a line.
    let unended = text.ends_with('\\') || (!text.ends_with(is_break) && text.contains(['|', '>']));
    let ended = if unended {
        format!("{text}\n")
    } else {
        String::new()
    };
    let mut bytes = if unended {
        ended.as_bytes()
    } else {
        text.as_bytes()
    };
    let mut parser = Parser::new();
    parser.set_input_string(&mut bytes);
    let mut composer = Composer {
        parser,
        nodes: Vec::new(),
        anchors: Vec::new(),
        unended: unended.then_some(text),
    };
    composer.next()?; // the stream's start
    let root = match composer.next()?.0 {
        EventData::StreamEnd => None,
        // The document's start; what follows is its only node. Its end may still hold a mistake.
        _ => {
            let (event, mark) = composer.next()?;
            let root = composer.node(event, mark, 0)?;
            composer.next()?;
            Some(root)
        }
    };
    Ok(Document {
        nodes: composer.nodes,
        root,
    })
}

/// How many marks that may be tags before a comma are looked at.
const MAX_PROBES: usize = 64;

/// The scanner panics at a tag that a comma follows at once (`[!a,b]`), where go-yaml has an error. Whether a mark is a
/// tag that the scanner comes to, and not part of a string or behind another mistake, is seen by putting a tag that is a
/// mistake itself in its place: the scanner's error is that mistake, or the mark does no harm.
fn refuse_tags_before_commas(text: &str) -> Result<(), Error> {
    let in_tag = |c: char| c.is_ascii_alphanumeric() || "_-;/?:@&=+$.!~*'()%".contains(c);
    let mut probes = 0;
    for (at, _) in text.match_indices('!') {
        let (before, rest) = (&text[..at], &text[at + 1..]);
        if before.ends_with(|c: char| c.is_ascii_alphanumeric()) {
            continue;
        }
        let after = match rest.strip_prefix('<') {
            Some(inner) => inner.split_once('>').map_or("", |(_, after)| after),
            None => rest.trim_start_matches(in_tag),
        };
        if !after.starts_with(',') {
            continue;
        }
        probes += 1;
        if probes > MAX_PROBES {
            return Err(Error::new(format_args!(
                "exceeded {MAX_PROBES} marks before commas"
            )));
        }
        // A tag without its end, and with it: where both go wrong alike, the mistake is before.
        if is_unended(&format!("{before}!<probe\n")) && !is_unended(&format!("{before}!<probe>\n"))
        {
            let problem = "did not find expected whitespace or line break";
            let (line, column) = end_of(&text[..text.len() - after.len()]);
            let mut error = match line {
                0 => Error::new(problem),
                line => Error::new(format_args!("line {}: {problem}", line + 1)),
            };
            error.position = Some((line + 1, column + 1));
            return Err(error);
        }
    }
    Ok(())
}

/// Whether the first mistake is a tag that does not end.
fn is_unended(text: &str) -> bool {
    let mut bytes = text.as_bytes();
    let mut parser = Parser::new();
    parser.set_input_string(&mut bytes);
    loop {
        match parser.parse() {
            Ok(event) if matches!(event.data, EventData::StreamEnd) => return false,
            Ok(_) => {}
            Err(error) => return error.problem() == "did not find the expected '>'",
        }
    }
}

/// The line and column at which a text ends, from zero.
fn end_of(text: &str) -> (usize, usize) {
    let last = text.rsplit('\n').next().unwrap_or_default();
    (text.matches('\n').count(), last.chars().count())
}

impl Composer<'_, '_> {
    fn next(&mut self) -> Result<(EventData, Mark), Error> {
        let mut event = self.parser.parse().map_err(|error| describe(&error))?;
        if let Some(text) = self.unended
            && event.end_mark.index > text.len() as u64
            && let EventData::Scalar { value, style, .. } = &mut event.data
            && matches!(style, ScalarStyle::Literal | ScalarStyle::Folded)
        {
            without_added(value, text);
        }
        Ok((event.data, event.start_mark))
    }

    fn add(
        &mut self,
        mark: Mark,
        tag: Option<String>,
        anchor: Option<String>,
        content: Content,
    ) -> usize {
        let index = self.nodes.len();
        self.nodes.push(Node {
            line: mark.line as usize + 1,
            tag,
            content,
        });
        if let Some(anchor) = anchor {
            self.anchors.push((anchor, index));
        }
        index
    }

    fn node(&mut self, event: EventData, mark: Mark, depth: usize) -> Result<usize, Error> {
        if depth > MAX_DEPTH || self.nodes.len() > MAX_NODES {
            return Err(Error::new(format_args!(
                "exceeded max depth of {MAX_DEPTH}"
            )));
        }
        Ok(match event {
            EventData::Alias { anchor } => {
                let known = self.anchors.iter().rev().find(|(name, _)| *name == anchor);
                let Some(&(_, target)) = known else {
                    return Err(Error::new(format_args!(
                        "unknown anchor '{anchor}' referenced"
                    )));
                };
                self.add(
                    mark,
                    None,
                    None,
                    Content::Alias {
                        name: anchor,
                        target,
                    },
                )
            }
            EventData::Scalar {
                anchor,
                tag,
                value,
                plain_implicit,
                style,
                ..
            } => {
                // A tag of `!` means a string, whatever it looks like.
                let plain =
                    plain_implicit && matches!(style, ScalarStyle::Plain | ScalarStyle::Any);
                self.add(mark, tag, anchor, Content::Scalar { value, plain })
            }
            EventData::SequenceStart { anchor, tag, .. } => {
                let index = self.add(mark, tag, anchor, Content::Sequence(Vec::new()));
                let mut items = Vec::new();
                loop {
                    match self.next()? {
                        (EventData::SequenceEnd, _) => break,
                        (event, mark) => items.push(self.node(event, mark, depth + 1)?),
                    }
                }
                self.nodes[index].content = Content::Sequence(items);
                index
            }
            EventData::MappingStart { anchor, tag, .. } => {
                let index = self.add(mark, tag, anchor, Content::Mapping(Vec::new()));
                let mut entries = Vec::new();
                loop {
                    let key = match self.next()? {
                        (EventData::MappingEnd, _) => break,
                        (event, mark) => self.node(event, mark, depth + 1)?,
                    };
                    let (event, mark) = self.next()?;
                    entries.push((key, self.node(event, mark, depth + 1)?));
                }
                self.nodes[index].content = Content::Mapping(entries);
                index
            }
            _ => return Err(Error::new("attempted to parse unknown event")),
        })
    }
}

/// Takes the line break from a block scalar that its author did not write. After a last line of spaces it may not be there:
/// only scalars that keep empty lines have it then, besides that of the line before.
fn without_added(value: &mut String, text: &str) {
    let last = text.rsplit(is_break).next().unwrap_or_default();
    let is_there = match last.trim_matches(' ').is_empty() {
        true => value.ends_with("\n\n"),
        false => value.ends_with('\n'),
    };
    if is_there {
        value.pop();
    }
}

fn is_break(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// go-yaml's way to say where: scanner errors count lines from one, parser errors from zero, and line zero is not said.
fn describe(error: &serde_yaml::Error) -> Error {
    let scanner = error.kind() == serde_yaml::ErrorKind::Scanner;
    let problem = error.problem_mark().unwrap_or_default();
    let context = error.context_mark().unwrap_or_default();
    let line = if problem.line != 0 {
        problem.line + u64::from(scanner)
    } else {
        context.line
    };
    let text = error.problem();
    let mut described = match line {
        0 => Error::new(text),
        line => Error::new(format_args!("line {line}: {text}")),
    };
    if error.problem_mark().is_some() {
        described.position = Some((problem.line as usize + 1, problem.column as usize + 1));
    }
    described
}
