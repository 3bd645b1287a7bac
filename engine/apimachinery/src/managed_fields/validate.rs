//! Checking a configuration against its type before it is applied.

use ecow::eco_format;

use super::PathElement;
use super::shape::{Atom, Relation, Scalar, Type};
use crate::{Str, Value, gotext};

/// The complaints about a value: `.spec.replica: field not declared in schema`.
pub(super) fn validate(value: &Value, ty: Type<'_>) -> Result<(), Str> {
    let mut errors = Vec::new();
    walk(value, ty, "", &mut errors);
    match &errors[..] {
        [] => Ok(()),
        [only] => Err(only.clone()),
        several => {
            let lines: Vec<Str> = several
                .iter()
                .map(|error| eco_format!("  {error}"))
                .collect();
            Err(eco_format!("errors:\n{}", lines.join("\n")))
        }
    }
}

fn at(path: &str, text: impl std::fmt::Display) -> Str {
    if path.is_empty() {
        eco_format!("{text}")
    } else {
        eco_format!("{path}: {text}")
    }
}

/// A value as Go prints its untyped holder.
fn held(value: &Value) -> Str {
    eco_format!("&{{{}}}", gotext::display(value))
}

fn walk(value: &Value, ty: Type<'_>, path: &str, errors: &mut Vec<Str>) {
    match (ty.atom_of(Some(value)), value) {
        (_, Value::Null) => {}
        (Atom::Map(map), Value::Object(entries)) => {
            for (key, value) in entries {
                let element = PathElement::Field(key.as_str().into());
                match map.field(key) {
                    Some(ty) => walk(value, ty, &format!("{path}{element}"), errors),
                    None => {
                        errors.push(at(
                            &format!("{path}{element}"),
                            "field not declared in schema",
                        ));
                        return;
                    }
                }
            }
        }
        (Atom::Map(_), other) => {
            errors.push(at(path, format_args!("expected map, got {}", held(other))))
        }
        (Atom::List(list), Value::Array(items)) => {
            let mut seen: Vec<PathElement> = Vec::new();
            for (i, item) in items.iter().enumerate() {
                let element = if list.relation == Relation::Atomic {
                    PathElement::Index(i as i64)
                } else {
                    match list.element_path(item) {
                        Ok(element) => element,
                        Err(text) => {
                            errors.push(at(path, format_args!("element {i}: {text}")));
                            return;
                        }
                    }
                };
                if seen.contains(&element) {
                    errors.push(at(
                        path,
                        format_args!("duplicate entries for key {element}"),
                    ));
                }
                walk(item, list.element, &format!("{path}{element}"), errors);
                if list.relation != Relation::Atomic {
                    seen.push(element);
                }
            }
        }
        (Atom::List(_), other) => {
            errors.push(at(path, format_args!("expected list, got {}", held(other))))
        }
        (Atom::Scalar(scalar), value) => {
            if let Some(text) = scalar_error(scalar, value) {
                errors.push(at(path, text));
            }
        }
        (Atom::Any, _) => {}
    }
}

fn scalar_error(scalar: Scalar, value: &Value) -> Option<Str> {
    let go_type = match value {
        Value::String(_) => "string",
        Value::Bool(_) => "bool",
        Value::Array(_) => "[]interface {}",
        Value::Object(_) => "map[string]interface {}",
        _ => "int64",
    };
    match (scalar, value) {
        (Scalar::Numeric, Value::Number(_))
        | (Scalar::String, Value::String(_))
        | (Scalar::Boolean, Value::Bool(_))
        | (Scalar::Untyped, Value::Number(_) | Value::String(_) | Value::Bool(_)) => None,
        (Scalar::Numeric, _) => Some(eco_format!(
            "expected numeric (int or float), got {go_type}"
        )),
        (Scalar::String, value) => Some(eco_format!(
            "expected string, got &value.valueUnstructured{{Value:{}}}",
            go_syntax(value)
        )),
        (Scalar::Boolean, value) => Some(eco_format!("expected boolean, got {}", held(value))),
        (Scalar::Untyped, value) => Some(eco_format!("expected any scalar, got {}", held(value))),
    }
}

/// A value in Go's syntax.
fn go_syntax(value: &Value) -> Str {
    match value {
        Value::String(text) => gotext::quote(text),
        Value::Array(items) => {
            let items: Vec<Str> = items.iter().map(go_syntax).collect();
            eco_format!("[]interface {{}}{{{}}}", items.join(", "))
        }
        Value::Object(map) => {
            let entries: Vec<Str> = map
                .iter()
                .map(|(key, value)| eco_format!("{}:{}", gotext::quote(key), go_syntax(value)))
                .collect();
            eco_format!("map[string]interface {{}}{{{}}}", entries.join(", "))
        }
        Value::Null => "interface {}(nil)".into(),
        other => gotext::display(other),
    }
}
