//! Applying a strategic merge patch, or putting two patches together.

use ecow::eco_format;

use super::lists::{self, Elements};
use super::{
    DELETE, DELETE_FROM_LIST, ELEMENT_ORDER, MERGE, Map, PATCH, REPLACE, RETAIN_KEYS, Shape,
    Strategy, type_name, wrong_type,
};
use crate::patch::Error;
use crate::{Value, gotext};

const BAD_ORDER: &str = "invalid patch format of setElementOrder list";
const BAD_PRIMITIVES: &str = "invalid patch format of primitive list";
const BAD_RETAIN_KEYS: &str = "invalid patch format of retainKeys";

/// What the first map is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::patch) enum Mode {
    /// An object: directives take effect and go.
    Apply,
    /// A patch: nulls and directives stay, for whoever applies it.
    Combine,
}

/// Merges `patch` into `original`.
pub(in crate::patch) fn merge(
    original: Map,
    mut patch: Map,
    shape: Shape,
    mode: Mode,
) -> Result<Map, Error> {
    if let Some(directive) = patch.remove(PATCH) {
        return match directive.as_str() {
            Some(REPLACE) => Ok(patch),
            Some(DELETE) => Ok(Map::new()),
            _ => {
                let directive_text = gotext::display(&directive);
                patch.insert(PATCH.into(), directive);
                let shown = gotext::display_map(&patch);
                Err(Error::Other(eco_format!(
                    "unknown patch type: {directive_text} in map: {shown}"
                )))
            }
        };
    }
    let mut merger = Merger {
        original,
        shape,
        mode,
    };
    merger.retain_keys(&mut patch)?;
    merger.ordered_lists(&mut patch)?;
    for (key, value) in patch {
        merger.field(key, value)?;
    }
    Ok(merger.original)
}

struct Merger {
    original: Map,
    shape: Shape,
    mode: Mode,
}

impl Merger {
    /// `$retainKeys`: what it does not name goes.
    fn retain_keys(&mut self, patch: &mut Map) -> Result<(), Error> {
        let Some(wanted) = patch.remove(RETAIN_KEYS) else {
            return Ok(());
        };
        if self.mode == Mode::Combine {
            match self.original.get(RETAIN_KEYS) {
                Some(other) if *other != wanted => {
                    let (a, b) = (gotext::display(other), gotext::display(&wanted));
                    return Err(Error::Other(eco_format!(
                        "{a} and {b} are not deep equal: this may happen when calculating the 3-way diff patch"
                    )));
                }
                _ => self.original.insert(RETAIN_KEYS.into(), wanted),
            };
            return Ok(());
        }
        let bad = || Error::BadPatch(BAD_RETAIN_KEYS.into());
        let names: Vec<&str> = wanted
            .as_array()
            .ok_or_else(bad)?
            .iter()
            .filter_map(Value::as_str)
            .collect();
        let is_directive =
            |key: &str| key.starts_with(DELETE_FROM_LIST) || key.starts_with(ELEMENT_ORDER);
        if patch.iter().any(|(key, value)| {
            !value.is_null() && !is_directive(key) && !names.contains(&key.as_str())
        }) {
            return Err(bad());
        }
        self.original.retain(|key, _| names.contains(&key.as_str()));
        Ok(())
    }

    /// Lists with a `$setElementOrder` beside them: merged, then put in that order.
    fn ordered_lists(&mut self, patch: &mut Map) -> Result<(), Error> {
        let directives: Vec<String> = patch
            .keys()
            .filter(|key| key.starts_with(ELEMENT_ORDER))
            .cloned()
            .collect();
        for directive in directives {
            let Some(order) = patch.remove(&directive) else {
                continue;
            };
            if self.mode == Mode::Combine {
                match self.original.get(&directive) {
                    Some(other) if *other != order => {
                        return Err(Error::BadPatch(BAD_ORDER.into()));
                    }
                    _ => self.original.insert(directive.clone(), order.clone()),
                };
            }
            let Value::Array(order) = order else {
                return Err(wrong_type("[]interface {}", &order));
            };
            let field = strip(&directive, ELEMENT_ORDER)
                .ok_or_else(|| Error::BadPatch(BAD_ORDER.into()))?;
            let (element, strategy) = self.shape.list(field)?;
            let old = self.take_list(field)?;
            let new = match patch.remove(field) {
                None => None,
                Some(Value::Array(items)) => Some(items),
                Some(other) => return Err(wrong_type("[]interface {}", &other)),
            };
            check_order(new.as_deref().unwrap_or_default(), &order, strategy.key)?;
            let server_order = old.clone().unwrap_or_default();
            let new_order = new.clone().unwrap_or_default();
            let merged = match (old, new) {
                (None, None) => continue,
                (Some(old), None) => old,
                (None, Some(new)) => without_directives_in_list(new),
                (Some(old), Some(new)) => self.lists(old, new, element, strategy, false)?,
            };
            lists::elements(&[&server_order, &new_order])?;
            let arranged = lists::arrange(merged, &order, &server_order, strategy.key)?;
            self.original
                .insert(field.to_owned(), Value::Array(arranged));
        }
        Ok(())
    }

    fn take_list(&mut self, field: &str) -> Result<Option<Vec<Value>>, Error> {
        match self.original.remove(field) {
            None => Ok(None),
            Some(Value::Array(items)) => Ok(Some(items)),
            Some(other) => Err(wrong_type("[]interface {}", &other)),
        }
    }

    fn field(&mut self, key: String, value: Value) -> Result<(), Error> {
        let deletes = key.starts_with(DELETE_FROM_LIST);
        if deletes && self.mode == Mode::Combine {
            self.original.insert(key, value);
            return Ok(());
        }
        let field = if deletes {
            strip(&key, DELETE_FROM_LIST)
                .ok_or_else(|| Error::BadPatch(BAD_PRIMITIVES.into()))?
                .to_owned()
        } else {
            key
        };
        if value.is_null() {
            self.original.remove(&field);
            if self.mode == Mode::Apply {
                return Ok(());
            }
        }
        match self.original.remove(&field) {
            Some(old) if type_name(&old) == type_name(&value) => {
                self.same_type(field, old, value, deletes)
            }
            old => {
                if deletes {
                    // There is nothing to delete from.
                    self.original.extend(old.map(|old| (field, old)));
                } else {
                    self.set(field, value);
                }
                Ok(())
            }
        }
    }

    /// Takes a value over as it is, less the directives in it.
    fn set(&mut self, field: String, mut value: Value) {
        if self.mode == Mode::Apply {
            discard_nulls(&mut value);
        }
        if let Some(value) = without_directives(value) {
            self.original.insert(field, value);
        }
    }

    fn same_type(
        &mut self,
        field: String,
        old: Value,
        new: Value,
        deletes: bool,
    ) -> Result<(), Error> {
        let merged = match (old, new) {
            (Value::Object(old), Value::Object(new)) => {
                let (shape, strategy) = self.shape.field(&field)?;
                let map = if strategy.replace {
                    new
                } else {
                    merge(old, new, shape, self.mode)?
                };
                Value::Object(map)
            }
            (Value::Array(old), Value::Array(new)) => {
                let (element, strategy) = self.shape.list(&field)?;
                Value::Array(self.lists(old, new, element, strategy, deletes)?)
            }
            (_, new) => new,
        };
        self.original.insert(field, merged);
        Ok(())
    }

    fn lists(
        &self,
        old: Vec<Value>,
        new: Vec<Value>,
        element: Shape,
        strategy: Strategy,
        deletes: bool,
    ) -> Result<Vec<Value>, Error> {
        if !strategy.merge && !deletes {
            return Ok(new);
        }
        if old.is_empty() && new.is_empty() {
            return Ok(old);
        }
        let key = strategy.key;
        if lists::elements(&[&old, &new])? == Elements::Scalars {
            if deletes {
                return Ok(old
                    .into_iter()
                    .filter(|value| !new.contains(value))
                    .collect());
            }
            let server_order = old.clone();
            let merged = lists::unique(old.into_iter().chain(new.iter().cloned()).collect());
            return lists::arrange(merged, &new, &server_order, key);
        }
        if key.is_empty() {
            return Err(Error::Other(eco_format!(
                "cannot merge lists without merge key for {}",
                element.kind()
            )));
        }
        let (mut merged, new) = self.special_elements(old, new, key)?;
        let server_order = merged.clone();
        for value in new.iter().cloned() {
            let Value::Object(value) = value else {
                return Err(wrong_type("map[string]interface {}", &value));
            };
            let wanted = value
                .get(key)
                .ok_or_else(|| super::no_merge_key(&value, key))?
                .clone();
            let found = merged.iter_mut().find(|old| old.get(key) == Some(&wanted));
            match found {
                Some(Value::Object(old)) => {
                    *old = merge(std::mem::take(old), value, element, self.mode)?
                }
                _ => merged.push(Value::Object(value)),
            }
        }
        lists::arrange(merged, &new, &server_order, key)
    }

    /// Elements that are directives take effect and go: deletions, and the one that says to replace the list.
    fn special_elements(
        &self,
        mut old: Vec<Value>,
        new: Vec<Value>,
        key: &str,
    ) -> Result<(Vec<Value>, Vec<Value>), Error> {
        let mut plain = Vec::with_capacity(new.len());
        let mut replace = false;
        for value in new {
            let Some(directive) = value.get(PATCH) else {
                plain.push(value);
                continue;
            };
            let map = lists::as_map(&value)?;
            match directive.as_str() {
                Some(DELETE) => {
                    let wanted = map.get(key).ok_or_else(|| super::no_merge_key(map, key))?;
                    old.retain(|old| old.get(key) != Some(wanted));
                }
                Some(REPLACE) => replace = true,
                Some(MERGE) => {
                    return Err(Error::Other(
                        "merging lists cannot yet be specified in the patch".into(),
                    ));
                }
                _ => {
                    let (directive, map) = (gotext::display(directive), gotext::display_map(map));
                    return Err(Error::Other(eco_format!(
                        "unknown patch type: {directive} in map: {map}"
                    )));
                }
            }
        }
        Ok(if replace {
            (plain, Vec::new())
        } else {
            (old, plain)
        })
    }
}

fn strip<'a>(key: &'a str, prefix: &str) -> Option<&'a str> {
    key.strip_prefix(prefix)?.strip_prefix('/')
}

/// The patch's elements must come in the order that the directive says, which must name them all.
fn check_order(new: &[Value], order: &[Value], key: &str) -> Result<(), Error> {
    if new.is_empty() || order.is_empty() {
        return Ok(());
    }
    let mut wanted = new
        .iter()
        .filter(|element| !lists::is_deletion(element))
        .peekable();
    for next in order {
        while wanted
            .next_if(|element| element.get(PATCH).is_some())
            .is_some()
        {}
        let Some(element) = wanted.peek() else {
            return Ok(());
        };
        if lists::identity(element, key)? == lists::identity(next, key)? {
            wanted.next();
        }
    }
    if wanted.peek().is_none() {
        return Ok(());
    }
    let (new, order) = (gotext::display_list(new), gotext::display_list(order));
    Err(Error::Other(eco_format!(
        "The order in patch list:\n{new}\n doesn't match {ELEMENT_ORDER} list:\n{order}\n"
    )))
}

fn discard_nulls(value: &mut Value) {
    match value {
        Value::Object(map) => {
            map.retain(|_, value| !value.is_null());
            map.values_mut().for_each(discard_nulls);
        }
        Value::Array(items) => items.iter_mut().for_each(discard_nulls),
        _ => {}
    }
}

/// A value less the objects that carry a directive; `None` when it is one itself.
fn without_directives(value: Value) -> Option<Value> {
    match value {
        Value::Object(map) if map.contains_key(PATCH) => None,
        Value::Object(map) => {
            let kept = map
                .into_iter()
                .filter_map(|(key, value)| Some((key, without_directives(value)?)));
            Some(Value::Object(kept.collect()))
        }
        Value::Array(items) => Some(Value::Array(without_directives_in_list(items))),
        other => Some(other),
    }
}

fn without_directives_in_list(items: Vec<Value>) -> Vec<Value> {
    items.into_iter().filter_map(without_directives).collect()
}
