//! kubectl's jsonpath templates: `{.items[*].metadata.name}`, `{range …}…{end}`, filters, unions, slices.
//!
//! A template is text with actions in braces ([`parse`]), run over a JSON value ([`eval`]). Errors are worded as
//! client-go words them. Nothing here prints objects: see [`crate::util::print`].

mod eval;
mod parse;

use std::borrow::Cow;

use serde_json::Value;

use crate::util::go;

/// Bytes that a template may come to.
const MAX_TEXT: usize = 64 << 20;

/// A parsed template.
#[derive(Debug, Clone)]
pub struct JsonPath {
    pieces: Vec<parse::Piece>,
    /// Whether a missing key is an empty result and not an error.
    allow_missing: bool,
}

impl JsonPath {
    /// Parses `text`; missing keys are errors until told otherwise.
    pub fn parse(text: &str) -> Result<JsonPath, String> {
        Ok(JsonPath {
            pieces: parse::parse(text, 0)?,
            allow_missing: false,
        })
    }

    /// Parses a single path as flags take it: braces and the leading dot may be left out.
    pub fn parse_relaxed(text: &str) -> Result<JsonPath, String> {
        JsonPath::parse(&relaxed(text)?)
    }

    /// Sets whether missing keys are fine.
    #[must_use]
    pub fn allow_missing(mut self, allow: bool) -> JsonPath {
        self.allow_missing = allow;
        self
    }

    /// What each piece of the template gives, in order.
    pub fn find<'a>(&'a self, data: &'a Value) -> Result<Vec<Vec<Cow<'a, Value>>>, String> {
        eval::find(&self.pieces, data, self.allow_missing)
    }

    /// The template filled in.
    pub fn execute(&self, data: &Value) -> Result<String, String> {
        let mut out = String::new();
        for results in self.find(data)? {
            for (i, value) in results.iter().enumerate() {
                if i > 0 {
                    out.push(' ');
                }
                out.push_str(&text_of(value));
                bounded(out.len())?;
            }
        }
        Ok(out)
    }

    /// The results of each piece as a JSON array.
    pub fn execute_json(&self, data: &Value) -> Result<String, String> {
        let (mut out, mut long) = (String::new(), 0);
        for results in self.find(data)? {
            let mut array = Vec::with_capacity(results.len());
            for value in results {
                long += text_of(&value).len();
                bounded(long)?;
                array.push(value.into_owned());
            }
            out.push_str(&crate::util::json::pretty_escaped(&Value::Array(array)));
            out.push('\n');
        }
        Ok(out)
    }
}

/// An error for what fills the memory of a page.
fn bounded(bytes: usize) -> Result<(), String> {
    if bytes > MAX_TEXT {
        return Err("too much output".to_owned());
    }
    Ok(())
}

/// A result as jsonpath prints it: objects and arrays as JSON, everything else as Go's `%v`.
pub fn text_of(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Array(_) | Value::Object(_) => crate::util::json::compact_escaped(value),
        value => go::display(value),
    }
}

/// `metadata.name`, `.metadata.name` and `{.metadata.name}` alike become `{.metadata.name}`.
pub fn relaxed(text: &str) -> Result<String, String> {
    if text.is_empty() {
        return Ok(String::new());
    }
    let inner = match text.strip_prefix('{').and_then(|t| t.strip_suffix('}')) {
        Some(inner) => inner,
        None => text,
    };
    if inner.is_empty() || inner.contains(['{', '}']) {
        return Err("unexpected path string, expected a 'name1.name2' or '.name1.name2' or '{name1.name2}' or \
                    '{.name1.name2}'"
            .to_owned());
    }
    let inner = inner
        .strip_prefix('.')
        .filter(|rest| !rest.is_empty())
        .unwrap_or(inner);
    Ok(format!("{{.{inner}}}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn data() -> Value {
        json!({
            "kind": "List",
            "items": [
                {"kind": "None", "metadata": {"name": "127.0.0.1", "labels": {"kubernetes.io/hostname": "h"}},
                 "status": {"capacity": {"cpu": "4"}, "n": 3, "null": null}},
                {"kind": "None", "metadata": {"name": "127.0.0.2"}, "status": {"capacity": {"cpu": "8"}, "n": 5}}
            ],
            "users": [{"name": "myself", "user": {}}, {"name": "e2e", "user": {"username": "admin"}}]
        })
    }

    fn check(template: &str, expected: &str) {
        let path = JsonPath::parse(template).map(|p| p.allow_missing(true));
        let actual = path.and_then(|p| p.execute(&data()));
        match actual {
            Ok(text) => assert_eq!(text, expected, "{template}"),
            Err(error) => assert_eq!(format!("! {error}"), expected, "{template}"),
        }
    }

    #[test]
    fn templates() {
        check("kind is {.kind}", "kind is List");
        check("{.items[*].metadata.name}", "127.0.0.1 127.0.0.2");
        check("{.items[-1:].metadata.name}", "127.0.0.2");
        check("{.items[0:2:2].metadata.name}", "127.0.0.1");
        check("{['kind']}", "List");
        check("{.items[0]['metadata.name', 'status.n']}", "127.0.0.1 3");
        check(
            "{.items[*]['metadata.name', 'status.capacity']}",
            "127.0.0.1 127.0.0.2 {\"cpu\":\"4\"} {\"cpu\":\"8\"}",
        );
        check("{..name}", "127.0.0.1 127.0.0.2 myself e2e");
        check("{.users[?(@.name==\"e2e\")].user.username}", "admin");
        check("{.items[?(@.status.n>3)].metadata.name}", "127.0.0.2");
        check("{.users[?(@.user.username)].name}", "e2e");
        check(
            "{range .items[*]}[{.metadata.name}, {.status.capacity}] {end}",
            "[127.0.0.1, {\"cpu\":\"4\"}] [127.0.0.2, {\"cpu\":\"8\"}] ",
        );
        check("{range .nosuch[*]}x{end}done", "done");
        check("{.items[0].metadata.labels.kubernetes\\.io/hostname}", "h");
        check("{\"a\\tb\"}{'\\n'}", "a\tb\n");
        check("{.items[0].status.null}", "null");
        check("{.items[0].nosuch}", "");
        check(
            "{range .items[*]}{range .metadata}{.name}{end},{end}",
            "127.0.0.1,127.0.0.2,",
        );
        check("{.items[*]", "! unclosed action");
        check(
            "{.items[9].x}",
            "! array index out of bounds: index 9, length 2",
        );
        check("{.kind[0]}", "! string is not array or slice");
        check("{.items[x]}", "! invalid array index x");
        check("{end}", "! not in range, nothing to end");
        check("{foo}", "! unrecognized identifier foo");
        check("{.items[0", "! unterminated array");
        check("{%}", "! unrecognized character in action: U+0025 '%'");
    }

    #[test]
    fn what_multiplies_ends() {
        let again = "{range ..}".repeat(20);
        check(&format!("{again}{{..}}"), "! too many results");
        check(&"{..}".repeat(80_000), "! too much output");
    }

    #[test]
    fn missing_keys_can_be_errors() {
        let path = JsonPath::parse("{.nosuch}").unwrap();
        assert_eq!(path.execute(&data()).unwrap_err(), "nosuch is not found");
    }

    #[test]
    fn relaxed_paths() {
        for text in [
            "metadata.name",
            ".metadata.name",
            "{metadata.name}",
            "{.metadata.name}",
        ] {
            assert_eq!(relaxed(text).unwrap(), "{.metadata.name}");
        }
        assert!(relaxed("{.metadata").is_err());
    }

    proptest! {
        #[test]
        fn never_panics(text in "[{}\\[\\]().*?@$'\":,a-z0-9<>=! \\\\|é-]{0,40}") {
            if let Ok(path) = JsonPath::parse(&text) {
                let _ = path.allow_missing(true).execute(&data());
            }
        }
    }
}
