//! Making a strategic merge patch out of two states of an object.

use super::lists::{self, Elements};
use super::{
    DELETE, DELETE_FROM_LIST, ELEMENT_ORDER, Map, PATCH, RETAIN_KEYS, Shape, Strategy, type_name,
};
use crate::patch::Error;
use crate::{Value, gotext};

/// Which differences go into the patch.
#[derive(Clone, Copy, Default)]
pub(in crate::patch) struct Options {
    /// Whether merging lists get a `$setElementOrder`.
    pub(in crate::patch) order: bool,
    pub(in crate::patch) ignore_changes: bool,
    pub(in crate::patch) ignore_deletions: bool,
    /// Whether this object's patch gets `$retainKeys`; set by its field.
    pub(in crate::patch) retain_keys: bool,
}

/// The patch that leads from `original` to `modified`, as far as the options want it.
pub(in crate::patch) fn diff(
    original: &Map,
    modified: &Map,
    shape: Shape,
    options: Options,
) -> Result<Map, Error> {
    let mut patch = Map::new();
    for (key, new) in modified {
        match original.get(key) {
            Some(old) if key == PATCH => {
                if !old.is_string() || !new.is_string() {
                    return Err(Error::Other(ecow::eco_format!(
                        "invalid value for special key: {PATCH}"
                    )));
                }
                if old != new {
                    patch.insert(key.clone(), new.clone());
                }
            }
            Some(old) if type_name(old) == type_name(new) => {
                if old != new || holds_replaced(old, shape, key) {
                    field(key, old, new, shape, options, &mut patch)?;
                }
            }
            _ if options.ignore_changes => {}
            _ => {
                patch.insert(key.clone(), new.clone());
            }
        }
    }
    if !options.ignore_deletions {
        for key in original.keys().filter(|key| !modified.contains_key(*key)) {
            patch.insert(key.clone(), Value::Null);
        }
    }
    if options.retain_keys {
        let retained: Vec<Value> = modified
            .iter()
            .filter(|(_, value)| !value.is_null())
            .map(|(key, _)| key.as_str().into())
            .collect();
        let loses = original
            .iter()
            .any(|(key, value)| !value.is_null() && !modified.contains_key(key));
        if !retained.is_empty() && (!patch.is_empty() || loses) {
            patch.insert(RETAIN_KEYS.into(), Value::Array(retained));
        }
    }
    Ok(patch)
}

/// Objects whose strategy is to be replaced are sent even when they did not change, wherever they are: a
/// `PodDisruptionBudget`'s selector. So objects are looked into though they are equal.
fn holds_replaced(value: &Value, shape: Shape, key: &str) -> bool {
    value.is_object() && shape.field(key).is_ok()
}

fn field(
    key: &str,
    old: &Value,
    new: &Value,
    shape: Shape,
    options: Options,
    patch: &mut Map,
) -> Result<(), Error> {
    match (old, new) {
        (Value::Object(old), Value::Object(new)) => {
            let (shape, strategy) = shape.field(key)?;
            let options = Options {
                retain_keys: strategy.retain_keys,
                ..options
            };
            if strategy.replace {
                if !options.ignore_changes {
                    patch.insert(key.to_owned(), Value::Object(new.clone()));
                }
                return Ok(());
            }
            let inner = diff(old, new, shape, options)?;
            if !inner.is_empty() {
                patch.insert(key.to_owned(), Value::Object(inner));
            }
        }
        (Value::Array(old), Value::Array(new)) => {
            let (element, strategy) = shape.list(key)?;
            if strategy.merge {
                let options = Options {
                    retain_keys: strategy.retain_keys,
                    ..options
                };
                list(key, old, new, element, strategy, options, patch)?;
            } else if !options.ignore_changes {
                patch.insert(key.to_owned(), Value::Array(new.clone()));
            }
        }
        _ if options.ignore_changes => {}
        _ => {
            patch.insert(key.to_owned(), new.clone());
        }
    }
    Ok(())
}

fn list(
    field: &str,
    old: &[Value],
    new: &[Value],
    element: Shape,
    strategy: Strategy,
    options: Options,
    patch: &mut Map,
) -> Result<(), Error> {
    let mut insert = |key: String, items: Vec<Value>| {
        if !items.is_empty() {
            patch.insert(key, Value::Array(items));
        }
    };
    if old.is_empty() {
        if !options.ignore_changes {
            insert(field.to_owned(), new.to_vec());
        }
        return Ok(());
    }
    let key = strategy.key;
    match lists::elements(&[old, new])? {
        Elements::Maps => {
            let (changes, deletions) = maps(old, new, element, key, options)?;
            let mut items = lists::sort_by(changes, new, key)?;
            items.extend(deletions);
            let same_order = old.len() == new.len()
                && old
                    .iter()
                    .zip(new)
                    .all(|(old, new)| old.get(key) == new.get(key));
            let wants_order = (!options.ignore_changes && (!items.is_empty() || !same_order))
                || (!options.ignore_deletions && !items.is_empty());
            insert(field.to_owned(), items);
            if options.order && wants_order {
                let only_key = |item: &Value| {
                    let value = item.get(key).cloned().unwrap_or(Value::Null);
                    Value::Object(Map::from_iter([(key.to_owned(), value)]))
                };
                insert(
                    format!("{ELEMENT_ORDER}/{field}"),
                    new.iter().map(only_key).collect(),
                );
            }
        }
        Elements::Scalars => {
            let missing = |from: &[Value], other: &[Value]| -> Vec<Value> {
                lists::sorted(
                    from.iter()
                        .filter(|value| !other.contains(value))
                        .cloned()
                        .collect(),
                )
            };
            let additions = if options.ignore_changes {
                Vec::new()
            } else {
                missing(new, old)
            };
            let deletions = if options.ignore_deletions {
                Vec::new()
            } else {
                lists::unique(missing(old, new))
            };
            let wants_order = !deletions.is_empty() || (!options.ignore_changes && old != new);
            insert(field.to_owned(), lists::sort_by(additions, new, "")?);
            insert(format!("{DELETE_FROM_LIST}/{field}"), deletions);
            if options.order && wants_order {
                insert(format!("{ELEMENT_ORDER}/{field}"), new.to_vec());
            }
        }
    }
    Ok(())
}

/// The changed and added elements, and the deletions, of a list of objects. Both lists are walked in the order of their
/// keys' texts, so that repeated keys meet one by one.
fn maps(
    old: &[Value],
    new: &[Value],
    element: Shape,
    key: &str,
    options: Options,
) -> Result<(Vec<Value>, Vec<Value>), Error> {
    let keyed = |list: &[Value]| -> Result<Vec<(crate::Str, Map)>, Error> {
        let mut keyed = Vec::with_capacity(list.len());
        for item in list {
            keyed.push((
                gotext::display(lists::identity(item, key)?),
                lists::as_map(item)?.clone(),
            ));
        }
        keyed.sort_by(|(a, _), (b, _)| a.cmp(b));
        Ok(keyed)
    };
    let (old, new) = (keyed(old)?, keyed(new)?);
    let (mut old, mut new) = (old.into_iter().peekable(), new.into_iter().peekable());
    let (mut changes, mut deletions) = (Vec::new(), Vec::new());
    loop {
        let order = match (old.peek(), new.peek()) {
            (None, None) => return Ok((changes, deletions)),
            (Some(_), None) => std::cmp::Ordering::Less,
            (None, Some(_)) => std::cmp::Ordering::Greater,
            (Some((old, _)), Some((new, _))) => old.cmp(new),
        };
        // Advance the side whose key comes first; both when they are equal.
        let old_item = if order.is_le() { old.next() } else { None };
        let new_item = if order.is_ge() { new.next() } else { None };
        match (old_item, new_item) {
            (Some((_, old)), Some((_, new))) => {
                let mut change = diff(&old, &new, element, options)?;
                if !change.is_empty() {
                    change.insert(key.to_owned(), new.get(key).cloned().unwrap_or(Value::Null));
                    changes.push(Value::Object(change));
                }
            }
            (None, Some((_, new))) if !options.ignore_changes => changes.push(Value::Object(new)),
            (Some((_, old)), None) if !options.ignore_deletions => {
                let id = old.get(key).cloned().unwrap_or(Value::Null);
                let entries = [(key.to_owned(), id), (PATCH.to_owned(), DELETE.into())];
                deletions.push(Value::Object(Map::from_iter(entries)));
            }
            _ => {}
        }
    }
}
