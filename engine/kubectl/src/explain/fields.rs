//! Lists of fields: name, type, whether it is required, its values, and its description or its own fields.

use serde_json::Value;

use super::indent;
use super::schema::{Document, map_values};
use crate::cli::help::wrap;
use crate::util::json as j;

/// Fields are listed this deep at most.
const MAX_DEPTH: usize = 40;

/// The fields of a schema.
pub(super) fn list(document: &Document, schema: &Value, recursive: bool) -> String {
    let mut lister = Lister {
        document,
        recursive,
        out: String::new(),
    };
    lister.fields(schema, 1, &[]);
    lister.out
}

struct Lister<'a> {
    document: &'a Document<'a>,
    recursive: bool,
    out: String,
}

impl<'a> Lister<'a> {
    fn fields(&mut self, schema: &'a Value, level: usize, seen: &[&str]) {
        let reference = j::text(schema, &["$ref"]);
        if level > MAX_DEPTH || (!reference.is_empty() && seen.contains(&reference)) {
            return;
        }
        let mut seen = seen.to_vec();
        seen.push(reference);
        let schema = self.document.resolve(schema);
        let properties = schema.get("properties").and_then(Value::as_object);
        for (name, inner) in properties.into_iter().flatten() {
            self.field(schema, name, inner, level);
            if self.recursive {
                self.fields(inner, level + 1, &seen);
            }
        }
        let parts = j::list(schema, &["allOf"]).iter();
        for part in parts.chain(schema.get("items")).chain(map_values(schema)) {
            self.fields(part, level, &seen);
        }
    }

    fn field(&mut self, parent: &Value, name: &str, schema: &'a Value, level: usize) {
        let pad = level * 2;
        let kind = self.document.type_name(schema);
        self.out
            .push_str(&format!("{}\t<{kind}>", indent(name, pad)));
        if j::list(parent, &["required"]).iter().any(|r| r == name) {
            self.out.push_str(" -required-");
        }
        self.out.push_str(&short_values(schema, pad));
        self.out.push('\n');
        if self.recursive {
            return;
        }
        let about = match j::text(schema, &["description"]) {
            "" => "<no description>",
            text => text,
        };
        self.out.push_str(&indent(&wrap(about, 78 - pad), pad + 2));
        self.out.push_str("\n\n");
    }
}

fn value_text(value: &Value) -> String {
    match value.as_str() {
        Some("") => "\"\"".to_owned(),
        _ => crate::util::go::display(value),
    }
}

/// A field's values one to a line, for the long view.
pub(super) fn values(schema: &Value) -> String {
    let values = j::list(schema, &["enum"]);
    if values.is_empty() {
        return String::new();
    }
    let lines: String = values
        .iter()
        .map(|v| format!("\n    {}", value_text(v)))
        .collect();
    format!("ENUM:{lines}")
}

/// The first four on one line, for lists.
fn short_values(schema: &Value, pad: usize) -> String {
    let values = j::list(schema, &["enum"]);
    if values.is_empty() {
        return String::new();
    }
    let shown: Vec<String> = values.iter().take(4).map(value_text).collect();
    let more = if values.len() > 4 { ", ...." } else { "" };
    format!("\n{}enum: {}{more}", " ".repeat(pad), shown.join(", "))
}
