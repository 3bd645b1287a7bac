//! Streams of documents (upstream's `util/yaml`): where one ends, and whether it is JSON or YAML.

use super::{Error, parse};
use crate::codec::json;
use crate::{Str, Value};

/// Whether text looks like JSON: its first mark is an opening brace.
pub fn is_json(text: &str) -> bool {
    text.trim_start().starts_with('{')
}

/// Splits a stream at lines that begin with `---`. Such a line belongs to no document; empty documents at its start are left out.
///
/// # Errors
/// A separator with something but a comment behind it; it comes as the last item.
pub fn documents(text: &str) -> impl Iterator<Item = Result<String, Error>> {
    let mut lines = text.split('\n').peekable();
    let mut done = false;
    std::iter::from_fn(move || {
        let mut buffer = String::new();
        while !done {
            let Some(line) = lines.next() else { break };
            let line = line.strip_suffix('\r').unwrap_or(line);
            // What follows the last newline is a line only if there is something.
            let last = lines.peek().is_none();
            if last && line.is_empty() {
                break;
            }
            if let Some(rest) = line.strip_prefix("---") {
                let rest = rest.trim();
                if !rest.is_empty() && !rest.starts_with('#') {
                    done = true;
                    let message = ecow::eco_format!("invalid Yaml document separator: {rest}");
                    return Some(Err(Error {
                        message,
                        position: None,
                    }));
                }
                if !buffer.is_empty() {
                    return Some(Ok(buffer));
                }
                continue;
            }
            buffer.push_str(line);
            buffer.push('\n');
        }
        done = true;
        (!buffer.is_empty()).then_some(Ok(buffer))
    })
}

/// Reads a stream of JSON or YAML documents as `-f` takes it. After an error nothing more is read. A document that is
/// empty or `null` comes as [`Value::Null`].
///
/// # Errors
/// Upstream's text, such as `error converting YAML to JSON: yaml: line 3: …` or `json: offset 5: …`.
pub fn decode_stream(text: &str) -> Vec<Result<Value, Str>> {
    if !is_json(text) {
        return decode_yaml(text);
    }
    let mut values = Vec::new();
    let mut rest = text;
    loop {
        rest = rest.trim_start();
        if rest.is_empty() {
            return values;
        }
        let at = text.len() - rest.len();
        match json::parse_prefix(rest) {
            Ok((value, used)) => {
                values.push(Ok(value));
                rest = &rest[used..];
            }
            Err(error) => {
                // YAML is a superset of JSON, and a stream may go on in YAML; but the first error is the one told.
                let offset = at + error.offset;
                // Go's decoder tells where only of syntax errors; an end that comes too early is an error of reading.
                let told = if error.message == "unexpected EOF" {
                    error.message
                } else {
                    ecow::eco_format!("json: offset {offset}: {}", error.message)
                };
                let yaml = if values.len() > 1 {
                    Vec::new()
                } else {
                    decode_yaml(rest)
                };
                match yaml.first() {
                    Some(Ok(_)) => values.extend(yaml),
                    _ => values.push(Err(told)),
                }
                return values;
            }
        }
    }
}

fn decode_yaml(text: &str) -> Vec<Result<Value, Str>> {
    let mut values = Vec::new();
    for document in documents(text) {
        let value = match document {
            Err(error) => Err(error.message),
            Ok(document) => parse(&document).map_err(|error| error.converting()),
        };
        let failed = value.is_err();
        values.push(value);
        if failed {
            break;
        }
    }
    values
}
