//! The older layout of `kubectl explain`, `--output=plaintext-openapiv2`, out of the same documents.
//!
//! Upstream reads OpenAPI v2 for it, where every field of objects is an `Object` and what may be a number or a text is a
//! text. What v3 says more exactly is told that way here.

use serde_json::Value;

use super::Subject;
use super::schema::{Document, map_values};
use crate::util::json as j;

/// Columns of a line.
const WIDTH: usize = 80;
/// How far fields and descriptions stand in.
const FIELD: usize = 3;
const ABOUT: usize = 5;
/// Schemas are followed this deep at most.
const MAX_DEPTH: usize = 40;

/// What a schema is, once references are followed.
enum Shape<'a> {
    Object(&'a Value),
    List(&'a Value),
    Map(Option<&'a Value>),
    Reference(&'a Value, &'a str),
    Plain(String),
    Anything,
}

fn shape<'a>(document: &Document<'a>, schema: &'a Value) -> Shape<'a> {
    let reference = j::text(schema, &["$ref"]);
    if !reference.is_empty() {
        return Shape::Reference(document.resolve(schema), reference);
    }
    if let [only] = j::list(schema, &["allOf"]) {
        let reference = j::text(only, &["$ref"]);
        return Shape::Reference(document.resolve(only), reference);
    }
    if let Some(items) = schema.get("items") {
        return Shape::List(items);
    }
    if schema.get("properties").is_some() {
        return Shape::Object(schema);
    }
    if let Some(values) = map_values(schema) {
        return Shape::Map(Some(values));
    }
    match j::text(schema, &["type"]) {
        "object" => Shape::Map(None),
        "" if schema.get("oneOf").is_some() || schema.get("anyOf").is_some() => {
            Shape::Plain("string".to_owned())
        }
        "" => Shape::Anything,
        name => Shape::Plain(name.to_owned()),
    }
}

fn type_name<'a>(document: &Document<'a>, schema: &'a Value, depth: usize) -> String {
    let inner = |schema| match depth < MAX_DEPTH {
        true => type_name(document, schema, depth + 1),
        false => String::new(),
    };
    match shape(document, schema) {
        Shape::Object(_) => "Object".to_owned(),
        Shape::List(items) => format!("[]{}", inner(items)),
        Shape::Map(Some(values)) => format!("map[string]{}", inner(values)),
        Shape::Map(None) => "map[string]".to_owned(),
        Shape::Reference(target, _) => inner(target),
        Shape::Plain(name) => name,
        Shape::Anything => String::new(),
    }
}

/// The text about a resource, or a field of it.
pub(super) fn render(
    document: &Document,
    root: &Value,
    kind: &str,
    subject: &Subject,
) -> Result<String, String> {
    let mut schema = root;
    for field in subject.fields {
        schema = field_of(document, schema, field, 0)
            .ok_or_else(|| format!("field {} does not exist", crate::util::go::quote(field)))?;
    }
    let name = subject.fields.last().map_or("", String::as_str);
    let mut out = format!(
        "KIND:     {kind}\nVERSION:  {}\n\n",
        subject.mapping.api_version()
    );
    let mut about: Vec<&str> = Vec::new();
    let mut kind = String::new();
    let mut at = schema;
    for _ in 0..MAX_DEPTH {
        let next = match shape(document, at) {
            Shape::Reference(target, _) => Some(target),
            Shape::List(items) => {
                kind = or(kind, || type_name(document, at, 0));
                Some(items)
            }
            Shape::Map(values) => {
                kind = or(kind, || type_name(document, at, 0));
                values
            }
            _ => None,
        };
        about.push(j::text(at, &["description"]));
        let Some(next) = next else { break };
        at = next;
    }
    match shape(document, at) {
        Shape::Object(_) => {
            let kind = or(kind, || "Object".to_owned());
            if !name.is_empty() {
                out.push_str(&format!("RESOURCE: {name} <{kind}>\n\n"));
            }
            describe(&about, &mut out);
            out.push_str("\nFIELDS:\n");
            fields(
                document,
                at,
                FIELD,
                subject.recursive,
                &mut Vec::new(),
                &mut out,
            );
        }
        Shape::Plain(plain) => {
            let kind = or(kind, || plain);
            out.push_str(&format!("FIELD:    {name} <{kind}>\n\n"));
            describe(&about, &mut out);
        }
        _ => describe(&about, &mut out),
    }
    Ok(out)
}

fn or(text: String, other: impl FnOnce() -> String) -> String {
    if text.is_empty() { other() } else { text }
}

fn field_of<'a>(
    document: &Document<'a>,
    schema: &'a Value,
    name: &str,
    depth: usize,
) -> Option<&'a Value> {
    let inner = match shape(document, schema) {
        Shape::Object(object) => return object.get("properties")?.get(name),
        Shape::Reference(inner, _) | Shape::List(inner) | Shape::Map(Some(inner)) => inner,
        _ => return None,
    };
    (depth < MAX_DEPTH)
        .then(|| field_of(document, inner, name, depth + 1))
        .flatten()
}

fn describe(about: &[&str], out: &mut String) {
    out.push_str("DESCRIPTION:\n");
    let mut empty = true;
    for (i, text) in about.iter().enumerate() {
        if text.is_empty() {
            continue;
        }
        empty = false;
        if i != 0 {
            out.push('\n');
        }
        wrapped(text, ABOUT, out);
    }
    if empty {
        wrapped("<empty>", ABOUT, out);
    }
}

fn fields<'a>(
    document: &Document<'a>,
    schema: &'a Value,
    indent: usize,
    recursive: bool,
    seen: &mut Vec<&'a str>,
    out: &mut String,
) {
    if indent > MAX_DEPTH * FIELD {
        return;
    }
    match shape(document, schema) {
        Shape::List(inner) | Shape::Map(Some(inner)) => {
            fields(document, inner, indent, recursive, seen, out);
        }
        Shape::Reference(inner, name) if !seen.contains(&name) => {
            seen.push(name);
            fields(document, inner, indent, recursive, seen, out);
            seen.pop();
        }
        Shape::Object(object) => {
            let properties = object.get("properties").and_then(Value::as_object);
            let pad = " ".repeat(indent);
            for (name, inner) in properties.into_iter().flatten() {
                let kind = type_name(document, inner, 0);
                out.push_str(&format!("{pad}{name}\t<{kind}>"));
                if recursive {
                    out.push('\n');
                    fields(document, inner, indent + FIELD, true, seen, out);
                    continue;
                }
                if j::list(object, &["required"]).iter().any(|r| r == name) {
                    out.push_str(" -required-");
                }
                out.push('\n');
                wrapped(j::text(inner, &["description"]), indent + 2, out);
                out.push('\n');
            }
        }
        _ => {}
    }
}

/// Whether a line looks like the item of a list.
fn is_item(line: &str) -> bool {
    let Some((mark, _)) = line.split_once(char::is_whitespace) else {
        return false;
    };
    let number = mark.strip_suffix('.').unwrap_or(mark);
    mark == "-" || mark == "*" || (!number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()))
}

/// Words to lines; code, blank lines, lists and what follows a colon begin new ones.
fn wrapped(text: &str, indent: usize, out: &mut String) {
    let width = WIDTH.saturating_sub(indent);
    let mut lines: Vec<String> = Vec::new();
    let mut line = String::new();
    let mut colon = false;
    for source in text.split('\n') {
        let code = source.starts_with("    ");
        let blank = source.trim().is_empty() && !lines.is_empty();
        let breaks = colon || source.trim().is_empty() || is_item(source.trim());
        if (code || blank || breaks) && !line.is_empty() {
            lines.push(std::mem::take(&mut line));
            colon = false;
        }
        if code || blank {
            lines.push(if code { source } else { "" }.to_owned());
            continue;
        }
        for word in source.split_whitespace() {
            if !line.is_empty() && line.len() + 1 + word.len() > width {
                lines.push(std::mem::take(&mut line));
            }
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
            colon = word.ends_with(':');
        }
    }
    if !line.is_empty() {
        lines.push(line);
    }
    for line in lines {
        match line.is_empty() {
            true => out.push('\n'),
            false => out.push_str(&format!("{}{line}\n", " ".repeat(indent))),
        }
    }
}
