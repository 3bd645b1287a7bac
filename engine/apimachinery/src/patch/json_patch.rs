//! JSON patch (RFC 6902), with the leniency and the texts of the library upstream uses: a missing key may be replaced,
//! tested against `null` and copied from, and negative indices count from the end.

use ecow::eco_format;

use super::Error;
use crate::{Str, Value, codec};

/// How many operations the server takes.
pub const MAX_OPERATIONS: usize = 10_000;

struct Operation<'a> {
    kind: &'a str,
    path: Option<&'a str>,
    from: Option<&'a str>,
    value: Value,
}

/// Applies the operations one after another.
///
/// # Errors
/// [`Error::BadPatch`] when the patch is no list of operations, [`Error::Unprocessable`] when one fails.
pub fn apply(mut document: Value, patch: &Value) -> Result<Value, Error> {
    let Value::Array(operations) = patch else {
        return Err(Error::BadPatch(codec::wrong_value(
            patch,
            "jsonpatch.Patch",
        )));
    };
    if let Some(wrong) = operations.iter().find(|operation| !operation.is_object()) {
        return Err(Error::BadPatch(codec::wrong_value(
            wrong,
            "jsonpatch.Operation",
        )));
    }
    for operation in operations {
        let text = |key: &str| operation.get(key).and_then(Value::as_str);
        let operation = Operation {
            kind: text("op").unwrap_or("unknown"),
            path: text("path"),
            from: text("from"),
            value: operation.get("value").cloned().unwrap_or(Value::Null),
        };
        run(&mut document, operation).map_err(Error::Unprocessable)?;
    }
    Ok(document)
}

fn run(document: &mut Value, operation: Operation<'_>) -> Result<(), Str> {
    let kind = operation.kind;
    if !matches!(
        kind,
        "add" | "remove" | "replace" | "move" | "test" | "copy"
    ) {
        return Err(eco_format!("Unexpected kind: {kind}"));
    }
    let value = match kind {
        "move" | "copy" => source(document, kind, operation.from)?,
        _ => operation.value,
    };
    let path = operation
        .path
        .ok_or_else(|| eco_format!("{kind} operation failed to decode path: missing value"))?;
    match kind {
        "test" => test(document, path, &value),
        "replace" if path.is_empty() => {
            if !value.is_object() && !value.is_array() {
                return Err("replace operation value must be object or array: %!w(<nil>)".into());
            }
            *document = value;
            Ok(())
        }
        _ => {
            let Some((container, key)) = find(document, path) else {
                return Err(match kind {
                    "replace" => eco_format!(
                        "replace operation does not apply: doc is missing path: {path}: missing value"
                    ),
                    "move" | "copy" => eco_format!(
                        "{kind} operation does not apply: doc is missing destination path: {path}: missing value"
                    ),
                    _ => eco_format!(
                        "{kind} operation does not apply: doc is missing path: \"{path}\": missing value"
                    ),
                });
            };
            match kind {
                "remove" => remove(container, &key).map(drop),
                "replace" => replace(container, &key, value, path),
                _ => add(container, &key, value),
            }
            .map_err(|text| match kind {
                "copy" => eco_format!("error while adding value during copy: {text}"),
                "replace" => text,
                _ => eco_format!("error in {kind} for path: '{path}': {text}"),
            })
        }
    }
}

fn source(document: &mut Value, kind: &str, from: Option<&str>) -> Result<Value, Str> {
    let from =
        from.ok_or_else(|| eco_format!("{kind} operation failed to decode from: missing value"))?;
    let Some((container, key)) = find(document, from) else {
        return Err(eco_format!(
            "{kind} operation does not apply: doc is missing from path: {from}: missing value"
        ));
    };
    if kind == "copy" {
        let value = get(container, &key)
            .map_err(|text| eco_format!("error in copy for from: '{from}': {text}"))?;
        return Ok(value.cloned().unwrap_or(Value::Null));
    }
    get(container, &key)
        .map(drop)
        .and_then(|()| remove(container, &key))
        .map_err(|text| eco_format!("error in move for path: '{key}': {text}"))
}

fn test(document: &mut Value, path: &str, value: &Value) -> Result<(), Str> {
    let failed = || Err(eco_format!("testing value {path} failed: test failed"));
    if path.is_empty() {
        return if document == value { Ok(()) } else { failed() };
    }
    let Some((container, key)) = find(document, path) else {
        return Err(eco_format!(
            "test operation does not apply: is missing path: {path}: missing value"
        ));
    };
    let found = get(container, &key)
        .map_err(|text| eco_format!("error in test for path: '{path}': {text}"))?;
    if found.unwrap_or(&Value::Null) == value {
        Ok(())
    } else {
        failed()
    }
}

/// The container a path ends in, and the last key. What stands before the first slash is not looked at.
fn find<'a>(document: &'a mut Value, path: &str) -> Option<(&'a mut Value, String)> {
    let mut parts: Vec<&str> = path.split('/').collect();
    if parts.len() < 2 {
        // Without a slash the whole path is skipped.
        return Some((document, unescape(path)));
    }
    let last = parts.pop()?;
    let mut container = document;
    for part in &parts[1..] {
        let key = unescape(part);
        container = match container {
            Value::Object(map) => map.get_mut(&key)?,
            Value::Array(items) => {
                let at = position(items.len(), &key).ok()?;
                items.get_mut(at)?
            }
            _ => return None,
        };
    }
    matches!(container, Value::Object(_) | Value::Array(_)).then(|| (container, unescape(last)))
}

fn unescape(part: &str) -> String {
    part.replace("~1", "/").replace("~0", "~")
}

fn invalid(index: i64) -> Str {
    eco_format!("Unable to access invalid index: {index}: invalid index referenced")
}

fn number(key: &str) -> Result<i64, Str> {
    key.parse().map_err(|_| {
        eco_format!(
            "strconv.Atoi: parsing {}: invalid syntax",
            crate::gotext::quote(key)
        )
    })
}

/// Where in a list of this length an index points.
fn position(len: usize, key: &str) -> Result<usize, Str> {
    let index = number(key)?;
    let at = if index < 0 { index + len as i64 } else { index };
    usize::try_from(at)
        .ok()
        .filter(|at| *at < len)
        .ok_or_else(|| invalid(index))
}

fn get<'a>(container: &'a Value, key: &str) -> Result<Option<&'a Value>, Str> {
    match container {
        Value::Object(map) => Ok(map.get(key)),
        Value::Array(items) => position(items.len(), key).map(|at| items.get(at)),
        _ => Ok(None),
    }
}

fn add(container: &mut Value, key: &str, value: Value) -> Result<(), Str> {
    match container {
        Value::Object(map) => {
            map.insert(key.to_owned(), value);
        }
        Value::Array(items) if key == "-" => items.push(value),
        Value::Array(items) => {
            let index = key.parse::<i64>().map_err(|_| {
                eco_format!(
                    "value was not a proper array index: '{key}': strconv.Atoi: parsing {}: invalid syntax",
                    crate::gotext::quote(key)
                )
            })?;
            let at = if index < 0 {
                index + items.len() as i64 + 1
            } else {
                index
            };
            let at = usize::try_from(at)
                .ok()
                .filter(|at| *at <= items.len())
                .ok_or_else(|| invalid(index))?;
            items.insert(at, value);
        }
        _ => {}
    }
    Ok(())
}

fn replace(container: &mut Value, key: &str, value: Value, path: &str) -> Result<(), Str> {
    match container {
        Value::Object(map) => {
            map.insert(key.to_owned(), value);
        }
        Value::Array(items) => {
            let at = position(items.len(), key).map_err(|_| {
                eco_format!(
                    "replace operation does not apply: doc is missing key: {path}: missing value"
                )
            })?;
            items[at] = value;
        }
        _ => {}
    }
    Ok(())
}

fn remove(container: &mut Value, key: &str) -> Result<Value, Str> {
    match container {
        Value::Object(map) => map
            .remove(key)
            .ok_or_else(|| eco_format!("Unable to remove nonexistent key: {key}: missing value")),
        Value::Array(items) => position(items.len(), key).map(|at| items.remove(at)),
        _ => Ok(Value::Null),
    }
}
