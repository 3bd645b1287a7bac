//! Merging an applied configuration into an object.

use super::PathElement;
use super::shape::{Atom, ListShape, MapShape, Relation, Type};
use crate::{Str, Value};

/// The object with the configuration's fields set; `None` when nothing is left.
///
/// # Errors
/// When the configuration names an element of a list twice.
pub(super) fn merge(
    live: Option<&Value>,
    config: Option<&Value>,
    ty: Type<'_>,
) -> Result<Option<Value>, Str> {
    let deciding = config.filter(|value| !value.is_null()).or(live);
    match ty.atom_of(deciding) {
        Atom::Map(map) if !(map.atomic || empty_map(live) && empty_map(config)) => {
            maps(&map, live, config)
        }
        Atom::List(list)
            if list.relation != Relation::Atomic && !(empty_list(live) && empty_list(config)) =>
        {
            lists(&list, live, config)
        }
        _ => Ok(config.or(live).cloned()),
    }
}

fn empty_map(side: Option<&Value>) -> bool {
    side.and_then(Value::as_object)
        .is_none_or(serde_json::Map::is_empty)
}

fn empty_list(side: Option<&Value>) -> bool {
    side.and_then(Value::as_array).is_none_or(Vec::is_empty)
}

fn maps(
    map: &MapShape<'_>,
    live: Option<&Value>,
    config: Option<&Value>,
) -> Result<Option<Value>, Str> {
    let (live, config) = (
        live.and_then(Value::as_object),
        config.and_then(Value::as_object),
    );
    let mut merged = serde_json::Map::new();
    for (key, live) in live.into_iter().flatten() {
        let config = config.and_then(|config| config.get(key));
        let value = match config {
            None => Some(live.clone()),
            config => merge(Some(live), config, map.field(key).unwrap_or(Type::Deduced))?,
        };
        merged.extend(value.map(|value| (key.clone(), value)));
    }
    for (key, config) in config.into_iter().flatten() {
        if live.is_none_or(|live| !live.contains_key(key)) {
            let value = merge(None, Some(config), map.field(key).unwrap_or(Type::Deduced))?;
            merged.extend(value.map(|value| (key.clone(), value)));
        }
    }
    Ok((!merged.is_empty()).then_some(Value::Object(merged)))
}

/// The configuration's elements keep their order; the object's others stay around those they stood beside.
fn lists(
    list: &ListShape<'_>,
    live: Option<&Value>,
    config: Option<&Value>,
) -> Result<Option<Value>, Str> {
    let named = |side: Option<&Value>| -> Result<Vec<(PathElement, Value)>, Str> {
        let items = side
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .enumerate();
        items
            .map(|(i, item)| match list.element_path(item) {
                Ok(element) => Ok((element, item.clone())),
                Err(text) => Err(ecow::eco_format!("element {i}: {text}")),
            })
            .collect()
    };
    let (live, config) = (named(live)?, named(config)?);
    for (i, (element, _)) in config.iter().enumerate() {
        if config[..i].iter().any(|(earlier, _)| earlier == element) {
            return Err(ecow::eco_format!("duplicate entries for key {element}"));
        }
    }
    let place = |element: &PathElement| config.iter().position(|(other, _)| other == element);
    // What both have, in the configuration's order: the points at which the two lists meet.
    let mut shared = config
        .iter()
        .map(|(e, _)| e)
        .filter(|e| live.iter().any(|(other, _)| other == *e))
        .peekable();
    let mut merged = Vec::new();
    let (mut at_live, mut at_config) = (0, 0);
    while at_live < live.len() || at_config < config.len() {
        if let Some((element, value)) = live.get(at_live) {
            match place(element) {
                None => {
                    merged.push(value.clone());
                    at_live += 1;
                    continue;
                }
                // Both lists are at the same element, or this one was merged already.
                Some(place) if place <= at_config => at_live += 1,
                // A shared element out of turn: it comes where the configuration has it.
                Some(_) if shared.peek().is_some_and(|next| *next != element) => {
                    at_live += 1;
                    continue;
                }
                Some(_) => {}
            }
        }
        if let Some((element, value)) = config.get(at_config) {
            // Repeated elements of the object are not merged with anything.
            let mut matching = live.iter().filter(|(other, _)| other == element);
            let old = matching
                .next()
                .filter(|_| matching.next().is_none())
                .map(|(_, value)| value);
            merged.extend(merge(old, Some(value), list.element)?);
            shared.next_if(|next| *next == element);
            at_config += 1;
        }
    }
    Ok((!merged.is_empty()).then_some(Value::Array(merged)))
}
