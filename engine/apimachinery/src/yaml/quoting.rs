//! Which way a string is written in YAML: plain, quoted or as a block (libyaml's analysis of scalars).

use super::resolve::{self, Scalar};

/// The ways to write a string.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Style {
    Plain,
    SingleQuoted,
    DoubleQuoted,
    Literal,
}

#[derive(Default)]
struct Analysis {
    multiline: bool,
    indicators: bool,
    special: bool,
    edge_blank: bool,
    trailing_space: bool,
    break_space: bool,
    space_break: bool,
}

pub(super) fn is_break(c: char) -> bool {
    matches!(c, '\r' | '\n' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// What may be written as it is. Tabs and everything outside the basic plane may not.
pub(super) fn is_printable(c: char) -> bool {
    matches!(c, '\n' | ' '..='~' | '\u{a0}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}')
        && c != '\u{feff}'
}

fn is_blank_or_break(c: char) -> bool {
    c == ' ' || c == '\t' || is_break(c)
}

/// Whether the mark at this place would mean something to a YAML reader.
fn is_indicator(c: char, first: bool, after_blank: bool, before_blank: bool) -> bool {
    match c {
        '#' if first || after_blank => true,
        ',' | '[' | ']' | '{' | '}' | '&' | '*' | '!' | '|' | '>' | '\'' | '"' | '%' | '@'
        | '`' => first,
        '?' | '-' => first && before_blank,
        ':' => before_blank,
        _ => false,
    }
}

fn analyze(text: &str) -> Analysis {
    let mut analysis = Analysis {
        indicators: text.starts_with("---") || text.starts_with("..."),
        ..Analysis::default()
    };
    let mut previous: Option<char> = None;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let first = previous.is_none();
        let last = chars.peek().is_none();
        let after_blank = previous.is_none_or(is_blank_or_break);
        let before_blank = chars
            .peek()
            .is_none_or(|next| *next == ' ' || *next == '\t');
        analysis.indicators |= is_indicator(c, first, after_blank, before_blank);
        analysis.special |= !is_printable(c);
        if c == ' ' {
            analysis.edge_blank |= first || last;
            analysis.trailing_space |= last;
            analysis.break_space |= previous.is_some_and(is_break);
        } else if is_break(c) {
            analysis.multiline = true;
            analysis.edge_blank |= first || last;
            analysis.space_break |= previous == Some(' ');
        }
        previous = Some(c);
    }
    analysis
}

/// Whether text read back without quotes would not be the same string.
fn needs_quotes(text: &str) -> bool {
    !matches!(resolve::plain(text), Scalar::Text(_)) || resolve::is_base60(text)
}

/// The style of a string; a simple key must stay on its line.
pub(super) fn style(text: &str, simple_key: bool) -> Style {
    if text.is_empty() {
        return Style::DoubleQuoted;
    }
    let analysis = analyze(text);
    let single_allowed = !(analysis.break_space || analysis.space_break || analysis.special);
    let wanted = if text.contains('\n') {
        Style::Literal
    } else if needs_quotes(text) {
        Style::DoubleQuoted
    } else {
        Style::Plain
    };
    match wanted {
        _ if simple_key && analysis.multiline => Style::DoubleQuoted,
        Style::Plain
            if !(analysis.indicators || analysis.edge_blank || analysis.multiline)
                && single_allowed =>
        {
            Style::Plain
        }
        Style::Plain if single_allowed => Style::SingleQuoted,
        Style::Literal
            if !(simple_key
                || analysis.trailing_space
                || analysis.space_break
                || analysis.special) =>
        {
            Style::Literal
        }
        _ => Style::DoubleQuoted,
    }
}

/// Whether text may stand in front of a colon on one line.
pub(super) fn is_simple_key(text: &str) -> bool {
    text.len() <= 128 && !text.contains(is_break)
}
