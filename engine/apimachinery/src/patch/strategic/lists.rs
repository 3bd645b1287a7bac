//! Lists that merge: telling elements apart, and putting them in order.

use ecow::eco_format;

use super::{DELETE, Map, PATCH, no_merge_key, wrong_type};
use crate::patch::Error;
use crate::{Value, gotext};

/// Whether a list holds objects or scalars.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Elements {
    Maps,
    Scalars,
}

/// What the lists hold; all elements must be of one type.
pub(super) fn elements(lists: &[&[Value]]) -> Result<Elements, Error> {
    let mut all = lists.iter().flat_map(|list| list.iter());
    let Some(first) = all.next() else {
        return Err(Error::Other(
            "no elements in any of the given slices".into(),
        ));
    };
    if first.is_array() {
        return Err(Error::Unprocessable(
            "lists of lists are not supported".into(),
        ));
    }
    if all.any(|value| super::type_name(value) != super::type_name(first)) {
        let shown: Vec<String> = lists
            .iter()
            .map(|list| gotext::display_list(list).into())
            .collect();
        return Err(Error::Other(eco_format!(
            "list element types are not identical: [{}]",
            shown.join(" ")
        )));
    }
    Ok(if first.is_object() {
        Elements::Maps
    } else {
        Elements::Scalars
    })
}

pub(super) fn as_map(value: &Value) -> Result<&Map, Error> {
    value
        .as_object()
        .ok_or_else(|| wrong_type("map[string]interface {}", value))
}

/// The value an element of a merging list goes by.
pub(super) fn identity<'a>(element: &'a Value, key: &str) -> Result<&'a Value, Error> {
    if key.is_empty() {
        return Ok(element);
    }
    let map = as_map(element)?;
    map.get(key).ok_or_else(|| no_merge_key(map, key))
}

pub(super) fn is_deletion(element: &Value) -> bool {
    element
        .get(PATCH)
        .is_some_and(|directive| directive == DELETE)
}

/// Where in `list` an element of the same identity stands.
pub(super) fn position(list: &[Value], element: &Value, key: &str) -> Option<usize> {
    let wanted = identity(element, key).ok()?;
    list.iter()
        .position(|other| identity(other, key).is_ok_and(|found| found == wanted))
}

/// The list in another's order; deletions go last.
pub(super) fn sort_by(list: Vec<Value>, order: &[Value], key: &str) -> Result<Vec<Value>, Error> {
    for element in list.iter().chain(order) {
        identity(element, key)?;
    }
    let (deletions, mut kept): (Vec<_>, Vec<_>) = list
        .into_iter()
        .partition(|e| !key.is_empty() && is_deletion(e));
    kept.sort_by_cached_key(|element| position(order, element, key).unwrap_or(usize::MAX));
    kept.extend(deletions);
    Ok(kept)
}

/// Puts together what the patch orders and what only the server has. Both keep their own order; a server's element stands
/// before the first of the patch's that it stood before on the server.
pub(super) fn arrange(
    merged: Vec<Value>,
    patch_order: &[Value],
    server_order: &[Value],
    key: &str,
) -> Result<Vec<Value>, Error> {
    for element in &merged {
        identity(element, key)?;
    }
    let (patched, server_only): (Vec<_>, Vec<_>) = merged
        .into_iter()
        .partition(|element| position(patch_order, element, key).is_some());
    let patched = sort_by(patched, patch_order, key)?;
    let server_only = sort_by(server_only, server_order, key)?;
    let mut arranged = Vec::with_capacity(patched.len() + server_only.len());
    let (mut left, mut right) = (
        server_only.into_iter().peekable(),
        patched.into_iter().peekable(),
    );
    while let (Some(server), Some(patch)) = (left.peek(), right.peek()) {
        let places = (
            position(server_order, server, key),
            position(server_order, patch, key),
        );
        let server_first = matches!(places, (Some(server), Some(patch)) if server < patch);
        arranged.extend(if server_first {
            left.next()
        } else {
            right.next()
        });
    }
    arranged.extend(left);
    arranged.extend(right);
    Ok(arranged)
}

/// Scalars without repetitions; the first of each stays.
pub(super) fn unique(list: Vec<Value>) -> Vec<Value> {
    let mut unique: Vec<Value> = Vec::with_capacity(list.len());
    for value in list {
        if !unique.contains(&value) {
            unique.push(value);
        }
    }
    unique
}

/// Scalars in the order of their Go texts.
pub(super) fn sorted(mut list: Vec<Value>) -> Vec<Value> {
    list.sort_by_cached_key(gotext::display);
    list
}
