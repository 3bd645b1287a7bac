//! What the documentation of the API says about structs and fields.
//!
//! The text has a line for a package (`@core/v1`), a struct (`=Pod`, tab, description) or a field (its name, tab, marks, tab,
//! description); line breaks and tabs in descriptions are written `\n` and `\t`. Marks: `*` required; then `|` and the
//! values of an enum, one after each `|`; then `>` and the name of the type when the table only knows that it is JSON.

use std::collections::BTreeMap;

use apimachinery::Str;

/// The text that comes with this project; its source is named in `NOTICE`.
#[cfg(feature = "docs")]
const BUILT_IN: Option<&str> = Some(include_str!("../../../../public/api-docs.txt"));
#[cfg(not(feature = "docs"))]
const BUILT_IN: Option<&str> = None;

/// The documentation, looked up by package and struct.
#[derive(Clone, Debug, Default)]
pub struct Docs {
    text: Str,
    /// Where the line of a struct begins.
    structs: BTreeMap<(Str, Str), usize>,
}

/// What is said about a struct.
#[derive(Clone, Debug, Default)]
pub(super) struct StructDocs<'a> {
    pub(super) description: String,
    fields: BTreeMap<&'a str, (&'a str, &'a str)>,
}

/// What is said about a field.
#[derive(Clone, Debug, Default)]
pub(super) struct FieldDocs<'a> {
    pub(super) required: bool,
    pub(super) values: Vec<&'a str>,
    /// The type, where the table only says that it is JSON.
    pub(super) type_name: Option<&'a str>,
    pub(super) description: String,
}

impl Docs {
    /// Reads the text; lines that are none of the three kinds are passed over.
    pub fn new(text: &str) -> Self {
        let mut structs = BTreeMap::new();
        let (mut package, mut at) = (Str::new(), 0);
        for line in text.split_inclusive('\n') {
            if let Some(name) = line.strip_prefix('@') {
                package = name.trim_end().into();
            } else if let Some(rest) = line.strip_prefix('=') {
                let name = rest.split(['\t', '\n']).next().unwrap_or_default();
                structs.insert((package.clone(), name.into()), at);
            }
            at += line.len();
        }
        Self {
            text: text.into(),
            structs,
        }
    }

    /// The text that was built in, if it was.
    pub fn built_in() -> Option<Self> {
        BUILT_IN.map(Self::new)
    }

    pub(super) fn of(&self, package: &str, name: &str) -> StructDocs<'_> {
        let key = (package.into(), name.into());
        let Some(rest) = self.structs.get(&key).and_then(|at| self.text.get(*at..)) else {
            return StructDocs::default();
        };
        let mut lines = rest.lines();
        let head = lines.next().and_then(|line| line.split_once('\t'));
        let fields = lines
            .take_while(|line| !line.starts_with(['@', '=']))
            .filter_map(|line| {
                let (field, rest) = line.split_once('\t')?;
                Some((field, rest.split_once('\t')?))
            });
        StructDocs {
            description: head.map_or_else(String::new, |(_, text)| unescape(text)),
            fields: fields.collect(),
        }
    }
}

impl StructDocs<'_> {
    /// Whether the documentation knows the struct at all.
    pub(super) fn is_known(&self) -> bool {
        !self.fields.is_empty()
    }

    pub(super) fn field(&self, name: &str) -> FieldDocs<'_> {
        let Some((marks, description)) = self.fields.get(name) else {
            return FieldDocs::default();
        };
        let (marks, type_name) = match marks.split_once('>') {
            Some((marks, name)) => (marks, Some(name)),
            None => (*marks, None),
        };
        FieldDocs {
            required: marks.starts_with('*'),
            values: marks.split('|').skip(1).collect(),
            type_name,
            description: unescape(description),
        }
    }
}

fn unescape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some('n') => out.push('\n'),
                Some('t') => out.push('\t'),
                Some(other) => out.push(other),
                None => {}
            },
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn structs_and_fields_are_found() {
        let docs = Docs::new(
            "@core/v1\n=Pod\tA pod.\\nReally.\nspec\t*\tWhat.\npolicy\t|A|B\tWhich.\n=Other\t\n@apps/v1\n=Pod\tNone.\n",
        );
        let pod = docs.of("core/v1", "Pod");
        assert_eq!(pod.description, "A pod.\nReally.");
        assert!(pod.field("spec").required);
        assert_eq!(pod.field("policy").values, ["A", "B"]);
        assert_eq!(docs.of("apps/v1", "Pod").description, "None.");
        assert!(!docs.of("apps/v1", "Nothing").is_known());
        assert_eq!(docs.of("apps/v1", "Nothing").field("x").description, "");
    }
}
