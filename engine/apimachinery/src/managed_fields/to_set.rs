//! Which fields a value has.

use super::shape::{Atom, Relation, Type};
use super::{PathElement, Set};
use crate::Value;

/// The set of a value's fields: leaves, map entries, and list elements that have a name.
pub(super) fn to_set(value: &Value, ty: Type<'_>) -> Set {
    let mut set = Set::new();
    walk(value, ty, &mut Vec::new(), &mut set);
    set
}

fn walk(value: &Value, ty: Type<'_>, path: &mut Vec<PathElement>, set: &mut Set) {
    match (ty.atom_of(Some(value)), value) {
        (Atom::Map(map), Value::Object(entries)) if !map.atomic => {
            for (key, value) in entries {
                path.push(PathElement::Field(key.as_str().into()));
                walk(value, map.field(key).unwrap_or(Type::Deduced), path, set);
                let empty =
                    value.is_null() || value.as_object().is_some_and(serde_json::Map::is_empty);
                if empty || !map.declares(key) {
                    set.insert(path);
                }
                path.pop();
            }
        }
        (Atom::Map(map), Value::Null) if !map.atomic => {}
        (Atom::List(list), Value::Array(items)) if list.relation != Relation::Atomic => {
            let elements: Vec<_> = items
                .iter()
                .map(|item| list.element_path(item).ok())
                .collect();
            for (item, element) in items.iter().zip(&elements) {
                let Some(element) = element else { continue };
                path.push(element.clone());
                // Elements that cannot be told apart are owned as a whole.
                if elements
                    .iter()
                    .flatten()
                    .filter(|other| *other == element)
                    .count()
                    == 1
                {
                    walk(item, list.element, path, set);
                }
                set.insert(path);
                path.pop();
            }
        }
        (Atom::List(list), Value::Null) if list.relation != Relation::Atomic => {}
        _ => set.insert(path),
    }
}
