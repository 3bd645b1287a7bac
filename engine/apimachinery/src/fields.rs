//! Field selectors (upstream's `pkg/fields`): `metadata.name=web,status.phase!=Running`.
//!
//! Which fields a kind offers is decided by the server's registry, not here.

use std::fmt;

use ecow::eco_format;

use crate::Str;

/// One term of a field selector.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term {
    /// The field, such as `metadata.name`.
    pub field: Str,
    /// The value to compare with.
    pub value: Str,
    /// Whether the field must not have the value.
    pub negated: bool,
}

/// A field selector: all its terms must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selector(Vec<Term>);

impl Selector {
    /// Matches every object.
    pub const fn everything() -> Self {
        Self(Vec::new())
    }

    /// `field=value`
    pub fn equals(field: impl Into<Str>, value: impl Into<Str>) -> Self {
        Self(vec![Term {
            field: field.into(),
            value: value.into(),
            negated: false,
        }])
    }

    /// From terms.
    pub fn from_terms(terms: Vec<Term>) -> Self {
        Self(terms)
    }

    /// Reads a selector.
    ///
    /// # Errors
    /// Upstream's text.
    pub fn parse(text: &str) -> Result<Self, Str> {
        let mut parts = split_terms(text);
        parts.sort_unstable();
        let mut terms = Vec::new();
        for part in parts.into_iter().filter(|part| !part.is_empty()) {
            let (field, negated, value) = split_term(part).ok_or_else(|| {
                eco_format!("invalid selector: '{text}'; can't understand '{part}'")
            })?;
            terms.push(Term {
                field: field.into(),
                value: unescape(value)?,
                negated,
            });
        }
        Ok(Self(terms))
    }

    /// The terms.
    pub fn terms(&self) -> &[Term] {
        &self.0
    }

    /// Whether it matches everything.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether the fields that `get` knows meet all terms; a field it does not know is empty.
    pub fn matches<'a>(&self, get: impl Fn(&str) -> Option<&'a str>) -> bool {
        self.0
            .iter()
            .all(|term| (get(&term.field).unwrap_or_default() == term.value) != term.negated)
    }

    /// The value that a field must have, if the selector asks for exactly one.
    pub fn requires_exact_match(&self, field: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|term| !term.negated && term.field == field)
            .map(|term| term.value.as_str())
    }
}

impl fmt::Display for Selector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, term) in self.0.iter().enumerate() {
            let comma = if i > 0 { "," } else { "" };
            let operator = if term.negated { "!=" } else { "=" };
            write!(f, "{comma}{}{operator}{}", term.field, escape(&term.value))?;
        }
        Ok(())
    }
}

fn split_terms(text: &str) -> Vec<&str> {
    let mut terms = Vec::new();
    let (mut start, mut escaped) = (0, false);
    for (i, b) in text.bytes().enumerate() {
        match b {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b',' => {
                terms.push(&text[start..i]);
                start = i + 1;
            }
            _ => {}
        }
    }
    terms.push(&text[start..]);
    terms
}

fn split_term(term: &str) -> Option<(&str, bool, &str)> {
    (0..term.len())
        .filter(|i| term.is_char_boundary(*i))
        .find_map(|i| {
            let (field, rest) = term.split_at(i);
            let operator =
                |mark, negated| rest.strip_prefix(mark).map(|value| (field, negated, value));
            operator("!=", true)
                .or_else(|| operator("==", false))
                .or_else(|| operator("=", false))
        })
}

/// A value with the selector's own marks escaped.
pub fn escape(value: &str) -> Str {
    value
        .replace('\\', "\\\\")
        .replace(',', "\\,")
        .replace('=', "\\=")
        .into()
}

fn unescape(value: &str) -> Result<Str, Str> {
    let mut out = Str::new();
    let mut chars = value.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some(c @ ('\\' | ',' | '=')) => out.push(c),
                Some(c) => {
                    return Err(eco_format!(
                        "invalid field selector: invalid escape sequence: \\{c}"
                    ));
                }
                None => return Err("invalid field selector: invalid escape sequence: \\".into()),
            },
            // Upstream prints the character's number.
            ',' | '=' => {
                return Err(eco_format!(
                    "invalid field selector: unescaped character in value: {}",
                    c as u32
                ));
            }
            c => out.push(c),
        }
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::Selector;

    #[test]
    fn reads_and_matches() {
        let selector = Selector::parse("status.phase!=Running,metadata.name==web").unwrap();
        assert_eq!(
            selector.to_string(),
            "metadata.name=web,status.phase!=Running"
        );
        let fields = |phase: &'static str| {
            move |field: &str| match field {
                "metadata.name" => Some("web"),
                "status.phase" => Some(phase),
                _ => None,
            }
        };
        assert!(selector.matches(fields("Pending")));
        assert!(!selector.matches(fields("Running")));
        assert_eq!(selector.requires_exact_match("metadata.name"), Some("web"));
        assert_eq!(
            Selector::parse("x").unwrap_err(),
            "invalid selector: 'x'; can't understand 'x'"
        );
        assert_eq!(Selector::parse(r"a=b\,c").unwrap().to_string(), r"a=b\,c");
    }
}
