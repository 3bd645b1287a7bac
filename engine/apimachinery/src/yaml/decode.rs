//! From nodes to a [`Value`]: scalars resolved, aliases expanded within bounds, merge keys applied, keys made strings.

use std::collections::BTreeSet;

use super::compose::{Content, Document, Node};
use super::resolve::{self, Scalar};
use super::{Error, MAX_DEPTH};
use crate::gotext;
use crate::{Str, Value};

/// How many values aliases may add; go-yaml allows four million, which a page has no room for.
const MAX_ALIASED: usize = 1_000_000;

/// A value whose maps may still have any kind of key, as go-yaml's `interface{}`.
enum Any {
    Scalar(Scalar),
    List(Vec<Any>),
    Map(Vec<(Scalar, Any)>),
}

struct Decoder<'a> {
    nodes: &'a [Node],
    strict: bool,
    complaints: Vec<Str>,
    open_aliases: BTreeSet<usize>,
    decoded: usize,
    aliased: usize,
}

pub(super) fn decode(document: Document, strict: bool) -> Result<Value, Error> {
    match read(&document, strict)? {
        Some(any) => to_value(any),
        None => Ok(Value::Null),
    }
}

pub(super) fn to_json(document: Document) -> Result<String, Error> {
    let mut out = String::new();
    match read(&document, false)? {
        Some(any) => write_json(any, &mut out)?,
        None => out.push_str("null"),
    }
    Ok(out)
}

fn write_json(any: Any, out: &mut String) -> Result<(), Error> {
    match any {
        Any::Scalar(scalar) => out.push_str(&scalar_value(scalar)?.to_string()),
        Any::List(items) => {
            out.push('[');
            for (at, item) in items.into_iter().enumerate() {
                if at > 0 {
                    out.push(',');
                }
                write_json(item, out)?;
            }
            out.push(']');
        }
        Any::Map(entries) => {
            out.push('{');
            for (at, (key, value)) in entries.into_iter().enumerate() {
                if at > 0 {
                    out.push(',');
                }
                out.push_str(&Value::from(key_text(&key, &value)?).to_string());
                out.push(':');
                write_json(value, out)?;
            }
            out.push('}');
        }
    }
    Ok(())
}

fn read(document: &Document, strict: bool) -> Result<Option<Any>, Error> {
    let Some(root) = document.root else {
        return Ok(None);
    };
    let mut decoder = Decoder {
        nodes: &document.nodes,
        strict,
        complaints: Vec::new(),
        open_aliases: BTreeSet::new(),
        decoded: 0,
        aliased: 0,
    };
    let any = decoder.read(root, 0)?;
    if !decoder.complaints.is_empty() {
        return Err(Error::new(format_args!(
            "unmarshal errors:\n  {}",
            decoder.complaints.join("\n  ")
        )));
    }
    check_keys(&any)?;
    Ok(Some(any))
}

fn short(tag: &str) -> String {
    tag.strip_prefix("tag:yaml.org,2002:")
        .map_or_else(|| tag.to_owned(), |name| format!("!!{name}"))
}

/// The share of values that may come from aliases: nearly all in small documents, a tenth in huge ones.
fn allowed_alias_ratio(decoded: usize) -> f64 {
    const LOW: f64 = 400_000.0;
    const HIGH: f64 = 4_000_000.0;
    0.99 - 0.89 * ((decoded as f64 - LOW) / (HIGH - LOW)).clamp(0.0, 1.0)
}

impl Decoder<'_> {
    fn count(&mut self) -> Result<(), Error> {
        self.decoded += 1;
        if !self.open_aliases.is_empty() {
            self.aliased += 1;
        }
        let ratio = self.aliased as f64 / self.decoded as f64;
        let excessive =
            self.aliased > 100 && self.decoded > 1000 && ratio > allowed_alias_ratio(self.decoded);
        if excessive || self.aliased > MAX_ALIASED {
            return Err(Error::new("document contains excessive aliasing"));
        }
        Ok(())
    }

    fn read(&mut self, index: usize, depth: usize) -> Result<Any, Error> {
        self.count()?;
        if depth > MAX_DEPTH {
            return Err(Error::new(format_args!(
                "exceeded max depth of {MAX_DEPTH}"
            )));
        }
        let nodes = self.nodes;
        let node = &nodes[index];
        match &node.content {
            Content::Alias { name, target } => {
                if !self.open_aliases.insert(index) {
                    return Err(Error::new(format_args!(
                        "anchor '{name}' value contains itself"
                    )));
                }
                let value = self.read(*target, depth + 1);
                self.open_aliases.remove(&index);
                value
            }
            Content::Scalar { .. } => scalar(node).map(Any::Scalar),
            Content::Sequence(items) => items
                .iter()
                .map(|item| self.read(*item, depth + 1))
                .collect::<Result<_, _>>()
                .map(Any::List),
            Content::Mapping(entries) => {
                let mut map = Vec::with_capacity(entries.len());
                self.read_mapping(entries, &mut map, depth)?;
                Ok(Any::Map(map))
            }
        }
    }

    fn read_mapping(
        &mut self,
        entries: &[(usize, usize)],
        map: &mut Vec<(Scalar, Any)>,
        depth: usize,
    ) -> Result<(), Error> {
        // Looking a key up among many must not take time that grows with their square.
        let mut seen: BTreeSet<String> = map.iter().map(|(key, _)| format!("{key:?}")).collect();
        for (key, value) in entries {
            if is_merge(&self.nodes[*key]) {
                self.merge(*value, map, depth)?;
                seen.extend(map.iter().map(|(key, _)| format!("{key:?}")));
                continue;
            }
            let key = match self.read(*key, depth + 1)? {
                Any::Scalar(key) => key,
                other => {
                    return Err(Error::new(format_args!(
                        "invalid map key: {}",
                        go_syntax(&other)
                    )));
                }
            };
            let read = self.read(*value, depth + 1)?;
            if seen.insert(format!("{key:?}")) {
                map.push((key, read));
            } else if self.strict {
                let line = self.nodes[*value].line;
                let key = go_syntax(&Any::Scalar(key));
                self.complaints.push(ecow::eco_format!(
                    "line {line}: key {key} already set in map"
                ));
            } else if let Some(entry) = map.iter_mut().find(|(known, _)| *known == key) {
                entry.1 = read;
            }
        }
        Ok(())
    }

    /// Takes over what a merge key refers to, but never over what was already set here.
    fn merge(
        &mut self,
        index: usize,
        map: &mut Vec<(Scalar, Any)>,
        depth: usize,
    ) -> Result<(), Error> {
        let wrong = || Error::new("map merge requires map or sequence of maps as the value");
        let nodes = self.nodes;
        let mapping = |index: usize| match &nodes[index].content {
            Content::Mapping(_) => true,
            Content::Alias { target, .. } => matches!(nodes[*target].content, Content::Mapping(_)),
            _ => false,
        };
        let sources = match &nodes[index].content {
            Content::Sequence(items) => items.clone(),
            _ => vec![index],
        };
        // Earlier ones take precedence, so they come last.
        for source in sources.into_iter().rev() {
            if !mapping(source) {
                return Err(wrong());
            }
            let Any::Map(entries) = self.read(source, depth + 1)? else {
                return Err(wrong());
            };
            for (key, value) in entries {
                match map.iter_mut().find(|(known, _)| *known == key) {
                    Some(entry) => entry.1 = value,
                    None => map.push((key, value)),
                }
            }
        }
        Ok(())
    }
}

fn is_merge(node: &Node) -> bool {
    match &node.content {
        Content::Scalar { value, plain } => {
            value == "<<"
                && (*plain
                    || node
                        .tag
                        .as_deref()
                        .is_some_and(|tag| matches!(tag, "!" | "tag:yaml.org,2002:merge")))
        }
        _ => false,
    }
}

fn scalar(node: &Node) -> Result<Scalar, Error> {
    let Content::Scalar { value, plain } = &node.content else {
        return Ok(Scalar::Null);
    };
    match &node.tag {
        Some(tag) if tag != "!" => resolve::tagged(&short(tag), value),
        _ if *plain => Ok(resolve::plain(value)),
        _ => Ok(Scalar::Text(value.clone())),
    }
}

/// Keys that cannot be strings are told before values that cannot be JSON.
fn check_keys(any: &Any) -> Result<(), Error> {
    match any {
        Any::Scalar(_) => Ok(()),
        Any::List(items) => items.iter().try_for_each(check_keys),
        Any::Map(entries) => entries.iter().try_for_each(|(key, value)| {
            key_text(key, value)?;
            check_keys(value)
        }),
    }
}

fn to_value(any: Any) -> Result<Value, Error> {
    Ok(match any {
        Any::Scalar(scalar) => scalar_value(scalar)?,
        Any::List(items) => {
            Value::Array(items.into_iter().map(to_value).collect::<Result<_, _>>()?)
        }
        Any::Map(entries) => {
            let mut map = serde_json::Map::new();
            for (key, value) in entries {
                let key = key_text(&key, &value)?;
                map.insert(key, to_value(value)?);
            }
            Value::Object(map)
        }
    })
}

fn scalar_value(scalar: Scalar) -> Result<Value, Error> {
    Ok(match scalar {
        Scalar::Null => Value::Null,
        Scalar::Bool(value) => value.into(),
        Scalar::Int(value) => value.into(),
        // Untyped objects know no unsigned numbers.
        Scalar::Uint(value) => (value as f64).into(),
        Scalar::Float(value) if value.is_finite() => crate::codec::json::number(value),
        Scalar::Float(value) => {
            let name = if value.is_nan() {
                "NaN"
            } else if value > 0.0 {
                "+Inf"
            } else {
                "-Inf"
            };
            return Err(Error {
                message: ecow::eco_format!("json: unsupported value: {name}"),
                position: None,
            });
        }
        Scalar::Text(text) | Scalar::Timestamp(text) => text.into(),
    })
}

fn key_text(key: &Scalar, value: &Any) -> Result<String, Error> {
    Ok(match key {
        Scalar::Text(text) | Scalar::Timestamp(text) => text.clone(),
        Scalar::Bool(value) => value.to_string(),
        Scalar::Int(value) => value.to_string(),
        Scalar::Float(value) if value.is_finite() => {
            gotext::shortest(f64::from(*value as f32)).into()
        }
        Scalar::Float(value) if value.is_nan() => ".nan".into(),
        Scalar::Float(value) => if *value > 0.0 { ".inf" } else { "-.inf" }.into(),
        Scalar::Null => {
            let value = go_syntax(value);
            let message = ecow::eco_format!(
                "unsupported map key of type: %!s(<nil>), key: <nil>, value: {value}"
            );
            return Err(Error {
                message,
                position: None,
            });
        }
        Scalar::Uint(number) => {
            let value = go_syntax(value);
            let message = ecow::eco_format!(
                "unsupported map key of type: uint64, key: {number:#x}, value: {value}"
            );
            return Err(Error {
                message,
                position: None,
            });
        }
    })
}

/// A value in Go's syntax, as `%#v` prints it.
fn go_syntax(any: &Any) -> String {
    let inner = |any: &Any| match any {
        Any::Scalar(Scalar::Null) => "interface {}(nil)".to_owned(),
        other => go_syntax(other),
    };
    match any {
        Any::Scalar(Scalar::Null) => "<nil>".into(),
        Any::Scalar(Scalar::Bool(value)) => value.to_string(),
        Any::Scalar(Scalar::Int(value)) => value.to_string(),
        Any::Scalar(Scalar::Uint(value)) => format!("{value:#x}"),
        Any::Scalar(Scalar::Float(value)) => gotext::shortest(*value).into(),
        Any::Scalar(Scalar::Text(text) | Scalar::Timestamp(text)) => gotext::quote(text).into(),
        Any::List(items) => {
            let items: Vec<String> = items.iter().map(inner).collect();
            format!("[]interface {{}}{{{}}}", items.join(", "))
        }
        Any::Map(entries) => {
            // Go sorts by key; only strings among themselves are worth the trouble.
            let mut sorted: Vec<_> = entries.iter().collect();
            sorted.sort_by_key(|(key, _)| match key {
                Scalar::Text(text) => Some(text),
                _ => None,
            });
            let entries: Vec<String> = sorted
                .into_iter()
                .map(|(key, value)| {
                    format!("{}:{}", inner(&Any::Scalar(key.clone())), inner(value))
                })
                .collect();
            format!(
                "map[interface {{}}]interface {{}}{{{}}}",
                entries.join(", ")
            )
        }
    }
}
