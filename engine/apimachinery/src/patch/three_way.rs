//! The patches of client-side apply: from what was applied last, what is applied now, and what is on the server.
//!
//! Additions and changes come from comparing the server's state with the new configuration, deletions from comparing the
//! last configuration with the new one; so what others added stays.

use ecow::eco_format;

use super::strategic::{self, Mode, Options, Shape};
use super::{Error, merge as json_merge};
use crate::reflect::StructSchema;
use crate::{Value, gotext, yaml};

type Map = serde_json::Map<String, Value>;

/// The strategic merge patch of an apply. Unless `overwrite`, changes that others made to the same fields are a conflict.
///
/// # Errors
/// Upstream's texts.
pub fn strategic(
    original: &Map,
    modified: &Map,
    current: &Map,
    schema: &'static StructSchema,
    overwrite: bool,
) -> Result<Map, Error> {
    let shape = Shape::of(schema);
    let changes = Options {
        order: true,
        ignore_deletions: true,
        ..Options::default()
    };
    let deletions = Options {
        order: true,
        ignore_changes: true,
        ..Options::default()
    };
    let delta = strategic::diff(current, modified, shape, changes)?;
    let deletions = strategic::diff(original, modified, shape, deletions)?;
    let patch = strategic::merge(deletions, delta, shape, Mode::Combine)?;
    if !overwrite {
        let changed = strategic::diff(original, current, shape, Options::default())?;
        if strategic::maps_conflict(&patch, &changed, shape)? {
            return Err(conflict(&patch, &changed));
        }
    }
    Ok(patch)
}

/// The JSON merge patch of an apply, for kinds whose lists cannot be merged.
///
/// # Errors
/// Upstream's text when additions and deletions collide.
pub fn merge(original: &Map, modified: &Map, current: &Map) -> Result<Map, Error> {
    let additions = filter(&json_merge::create(current, modified), false);
    let deletions = filter(&json_merge::create(original, modified), true);
    let (additions, deletions) = (Value::Object(additions), Value::Object(deletions));
    if conflicts(&additions, &deletions) {
        return match (additions, deletions) {
            (Value::Object(additions), Value::Object(deletions)) => {
                Err(conflict(&additions, &deletions))
            }
            _ => Ok(Map::new()),
        };
    }
    let mut patch = deletions;
    combine(&mut patch, additions);
    match patch {
        Value::Object(map) => Ok(map),
        _ => Ok(Map::new()),
    }
}

/// Refuses a patch that changes one of these fields: `metadata.name` and such are dotted.
///
/// # Errors
/// `precondition failed for: map[…]`
pub fn require_unchanged(patch: &Map, fields: &[&str]) -> Result<(), Error> {
    let changed = |field: &&str| match field.split_once('.') {
        None => patch.contains_key(*field),
        Some((outer, inner)) => patch
            .get(outer)
            .is_some_and(|value| value.get(inner).is_some()),
    };
    if fields.iter().any(changed) {
        return Err(Error::Other(eco_format!(
            "precondition failed for: {}",
            gotext::display_map(patch)
        )));
    }
    Ok(())
}

fn conflict(patch: &Map, changed: &Map) -> Error {
    let text = |map: &Map| yaml::to_yaml(&Value::Object(map.clone()));
    Error::Conflict(eco_format!(
        "patch:\n{}\nconflicts with changes made from original to current:\n{}\n",
        text(patch),
        text(changed)
    ))
}

/// A merge patch's nulls only, or all but its nulls.
fn filter(patch: &Map, nulls: bool) -> Map {
    let mut kept = Map::new();
    for (key, value) in patch {
        match value {
            Value::Null if nulls => {
                kept.insert(key.clone(), Value::Null);
            }
            Value::Null => {}
            // An empty object is a value, not an empty patch.
            Value::Object(inner) if !inner.is_empty() => {
                let inner = filter(inner, nulls);
                if !inner.is_empty() {
                    kept.insert(key.clone(), Value::Object(inner));
                }
            }
            value if !nulls => {
                kept.insert(key.clone(), value.clone());
            }
            _ => {}
        }
    }
    kept
}

fn conflicts(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Object(left), Value::Object(right)) => left
            .iter()
            .any(|(key, left)| right.get(key).is_some_and(|right| conflicts(left, right))),
        (left, right) => left != right,
    }
}

/// Adds one merge patch to another; nulls stay.
fn combine(patch: &mut Value, more: Value) {
    match (patch, more) {
        (Value::Object(patch), Value::Object(more)) => {
            for (key, value) in more {
                combine(patch.entry(key).or_insert(Value::Null), value);
            }
        }
        (patch, more) => *patch = more,
    }
}
