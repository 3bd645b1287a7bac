//! `-o kyaml`: YAML with brackets and quotes, the unambiguous dialect.

use serde_json::Value;

use crate::util::go;
use crate::util::typed::Order;

/// An object as a KYAML document.
pub fn emit(object: &Value, typed: bool) -> String {
    let order = if typed {
        Order::of(object)
    } else {
        Order::Sorted
    };
    let mut out = String::from("---\n");
    node(object, 0, order, &mut out);
    out.push('\n');
    out
}

fn indent(level: usize, out: &mut String) {
    out.extend(std::iter::repeat_n("  ", level));
}

fn node(value: &Value, level: usize, order: Order, out: &mut String) {
    match value {
        Value::String(text) => string(text, level + 1, out),
        Value::Array(items) if items.is_empty() => out.push_str("[]"),
        Value::Array(items) if items.iter().all(|i| i.is_array() || i.is_object()) => {
            out.push('[');
            for (i, item) in items.iter().enumerate() {
                if i > 0 {
                    out.push_str(", ");
                }
                node(item, level, order.item(), out);
            }
            out.push(']');
        }
        Value::Array(items) => {
            out.push_str("[\n");
            for item in items {
                indent(level + 1, out);
                node(item, level + 1, order.item(), out);
                out.push_str(",\n");
            }
            indent(level, out);
            out.push(']');
        }
        Value::Object(map) if map.is_empty() => out.push_str("{}"),
        Value::Object(_) => {
            out.push_str("{\n");
            for (key, item, inner) in order.entries(value) {
                indent(level + 1, out);
                if needs_quotes(key) {
                    out.push_str(&go::quote(key));
                } else {
                    out.push_str(key);
                }
                out.push_str(": ");
                node(item, level + 1, inner, out);
                out.push_str(",\n");
            }
            indent(level, out);
            out.push('}');
        }
        scalar => out.push_str(&super::super::json::compact_escaped(scalar)),
    }
}

/// A text in quotes; one of several lines is folded at each.
fn string(text: &str, level: usize, out: &mut String) {
    out.push('"');
    if !text.contains('\n') {
        text.chars().for_each(|c| escape(c, out));
        out.push('"');
        return;
    }
    out.push_str("\\\n");
    let mut line_start = true;
    for c in text.chars() {
        if line_start {
            indent(level, out);
            out.push(if c.is_whitespace() && c != '\n' {
                '\\'
            } else {
                ' '
            });
        }
        line_start = c == '\n';
        if c == '\n' {
            out.push_str("\\n\\\n");
        } else {
            escape(c, out);
        }
    }
    if !line_start {
        out.push_str("\\\n");
    }
    indent(level, out);
    out.push('"');
}

fn escape(c: char, out: &mut String) {
    match c {
        '\t' => out.push('\t'),
        '"' | '\\' => {
            out.push('\\');
            out.push(c);
        }
        '\0' => out.push_str("\\0"),
        '\u{1b}' => out.push_str("\\e"),
        '\u{85}' => out.push_str("\\N"),
        '\u{a0}' => out.push_str("\\_"),
        '\u{2028}' => out.push_str("\\L"),
        '\u{2029}' => out.push_str("\\P"),
        c => {
            let quoted = go::quote(c.encode_utf8(&mut [0; 4]));
            out.push_str(&quoted[1..quoted.len() - 1]);
        }
    }
}

/// Whether a key could be read as something else than this text.
fn needs_quotes(key: &str) -> bool {
    let plain = |c: char| c.is_alphabetic() || c.is_numeric() || c == '_';
    let count = key.chars().count();
    let odd = key
        .chars()
        .enumerate()
        .any(|(i, c)| !(plain(c) || (i > 0 && i + 1 < count && matches!(c, '-' | '.' | '/'))));
    odd || key.is_empty() || is_ambiguous(key)
}

fn is_ambiguous(key: &str) -> bool {
    let lower = key.to_lowercase();
    let words = [
        "null", "t", "f", "true", "y", "yes", "on", "false", "n", "no", "off",
    ];
    let digits = key.replace('_', "");
    let is_date = {
        let parts: Vec<&str> = key.split('-').collect();
        parts.len() == 3
            && parts[0].len() == 4
            && parts.iter().all(|p| p.bytes().all(|b| b.is_ascii_digit()))
    };
    words.contains(&lower.as_str())
        || crate::cli::value::parse_int(&digits, 64).is_ok()
        || digits.parse::<f64>().is_ok()
        || is_date
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn prints_kyaml() {
        let object = json!({"data": {"1": "2", "a.b-c": "x", "f": "line1\n  two\n", "yes": "no"},
            "list": ["a"], "maps": [{"a": 1}, {}], "n": null});
        assert_eq!(
            emit(&object, false),
            "---\n{\n  data: {\n    \"1\": \"2\",\n    a.b-c: \"x\",\n    \"f\": \"\\\n       line1\\n\\\n      \\  two\\n\\\n      \",\n    \
             \"yes\": \"no\",\n  },\n  list: [\n    \"a\",\n  ],\n  maps: [{\n    a: 1,\n  }, {}],\n  \"n\": null,\n}\n"
        );
    }
}
