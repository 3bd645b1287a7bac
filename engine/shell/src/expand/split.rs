//! Splitting of what expansions gave into fields, by the characters of IFS.

use super::Piece;

/// A field: chunks of text, each with whether it was quoted.
pub(crate) type Field = Vec<(String, bool)>;

/// Splits pieces into fields.
pub(crate) fn split(pieces: &[Piece], ifs: &str) -> Vec<Field> {
    let mut splitter = Splitter {
        fields: Vec::new(),
        current: None,
    };
    for piece in pieces {
        match piece {
            Piece::Break => splitter.end(),
            Piece::Text {
                text,
                quoted,
                split: true,
            } => splitter.split(text, ifs, *quoted),
            Piece::Text { text, quoted, .. } => {
                if *quoted || !text.is_empty() {
                    splitter.add(text, *quoted);
                }
            }
        }
    }
    splitter.end();
    splitter.fields
}

struct Splitter {
    fields: Vec<Field>,
    current: Option<Field>,
}

impl Splitter {
    fn end(&mut self) {
        if let Some(field) = self.current.take() {
            self.fields.push(field);
        }
    }

    fn add(&mut self, text: &str, quoted: bool) {
        self.current
            .get_or_insert_with(Vec::new)
            .push((text.to_owned(), quoted));
    }

    fn split(&mut self, text: &str, ifs: &str, quoted: bool) {
        let is_blank = |c: char| ifs.contains(c) && c.is_whitespace();
        let is_delimiter = |c: char| ifs.contains(c) && !c.is_whitespace();
        let mut start = 0;
        let mut chars = text.char_indices().peekable();
        while let Some((at, c)) = chars.next() {
            if !ifs.contains(c) {
                continue;
            }
            if at > start {
                self.add(&text[start..at], quoted);
            }
            // A run of blanks with at most one other delimiter ends one field.
            let mut delimited = is_delimiter(c);
            let mut end = at + c.len_utf8();
            while let Some((next, c)) = chars.peek().copied() {
                if is_blank(c) || (is_delimiter(c) && !delimited) {
                    delimited |= is_delimiter(c);
                    end = next + c.len_utf8();
                    chars.next();
                } else {
                    break;
                }
            }
            if delimited && self.current.is_none() {
                self.current = Some(Vec::new());
            }
            self.end();
            start = end;
        }
        if start < text.len() {
            self.add(&text[start..], quoted);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(text: &str, ifs: &str) -> Vec<String> {
        let piece = Piece::Text {
            text: text.into(),
            quoted: false,
            split: true,
        };
        split(&[piece], ifs)
            .into_iter()
            .map(|field| field.into_iter().map(|(text, _)| text).collect())
            .collect()
    }

    #[test]
    fn splits_as_bash() {
        assert_eq!(fields("  a b\t\nc ", " \t\n"), ["a", "b", "c"]);
        assert_eq!(fields("a:b::c:", ":"), ["a", "b", "", "c"]);
        assert_eq!(fields(":a", ":"), ["", "a"]);
        assert_eq!(fields("a : b", " :"), ["a", "b"]);
        assert_eq!(fields("a b", ""), ["a b"]);
        assert!(fields("   ", " ").is_empty());
    }
}
