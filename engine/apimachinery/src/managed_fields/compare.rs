//! What changed between two states of an object.

use super::shape::{Atom, ListShape, MapShape, Relation, Type};
use super::{PathElement, Set};
use crate::Value;

/// The fields that differ.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Comparison {
    /// Only in the first.
    pub removed: Set,
    /// In both, with different values.
    pub modified: Set,
    /// Only in the second.
    pub added: Set,
}

impl Comparison {
    /// Modified and added fields.
    pub fn written(&self) -> Set {
        self.modified.union(&self.added)
    }

    /// Whether nothing differs.
    pub fn is_empty(&self) -> bool {
        self.removed.is_empty() && self.modified.is_empty() && self.added.is_empty()
    }

    pub(super) fn excluding(mut self, ignored: &Set) -> Self {
        if ignored.is_empty() {
            return self;
        }
        for set in [&mut self.removed, &mut self.modified, &mut self.added] {
            *set = set.recursive_difference(ignored);
        }
        self
    }
}

/// Compares two states.
pub(super) fn compare(old: &Value, new: &Value, ty: Type<'_>) -> Comparison {
    let mut comparer = Comparer {
        path: Vec::new(),
        result: Comparison::default(),
    };
    comparer.node(Some(old), Some(new), ty);
    comparer.result
}

/// Compares two places on the way `path`, adding to what was found before.
pub(super) fn compare_at(
    old: Option<&Value>,
    new: Option<&Value>,
    ty: Type<'_>,
    path: Vec<PathElement>,
    result: &mut Comparison,
) {
    let mut comparer = Comparer {
        path,
        result: std::mem::take(result),
    };
    comparer.node(old, new, ty);
    *result = comparer.result;
}

struct Comparer {
    path: Vec<PathElement>,
    result: Comparison,
}

type Side<'v> = Option<&'v Value>;

fn same_kind(a: &Atom<'_>, b: &Atom<'_>) -> bool {
    std::mem::discriminant(a) == std::mem::discriminant(b)
}

impl Comparer {
    fn node(&mut self, old: Side<'_>, new: Side<'_>, ty: Type<'_>) {
        let leaf = match (old, new) {
            (Some(_), Some(_)) => {
                let (old_atom, new_atom) = (ty.atom_of(old), ty.atom_of(new));
                if !same_kind(&old_atom, &new_atom) {
                    self.atom(old_atom, old, new);
                }
                self.atom(new_atom, old, new)
            }
            _ => self.atom(ty.atom_of(old.or(new)), old, new),
        };
        // What came or went is named itself, too, unless it was as a leaf.
        match (old, new) {
            _ if leaf => {}
            (None, _) => self.result.added.insert(&self.path),
            (_, None) => self.result.removed.insert(&self.path),
            _ => {}
        }
    }

    /// Compares as one kind of value; whether that was a leaf.
    fn atom(&mut self, atom: Atom<'_>, old: Side<'_>, new: Side<'_>) -> bool {
        let empty_map = |side: Side<'_>| {
            side.and_then(Value::as_object)
                .is_none_or(serde_json::Map::is_empty)
        };
        let empty_list = |side: Side<'_>| side.and_then(Value::as_array).is_none_or(Vec::is_empty);
        match atom {
            Atom::Map(map) if !(map.atomic || empty_map(old) && empty_map(new)) => {
                self.map(&map, old, new);
                false
            }
            Atom::List(list)
                if list.relation != Relation::Atomic && !(empty_list(old) && empty_list(new)) =>
            {
                self.list(&list, old, new);
                false
            }
            _ => {
                self.leaf(old, new);
                true
            }
        }
    }

    fn leaf(&mut self, old: Side<'_>, new: Side<'_>) {
        match (old, new) {
            (None, _) => self.result.added.insert(&self.path),
            (_, None) => self.result.removed.insert(&self.path),
            (Some(old), Some(new)) if old != new => self.result.modified.insert(&self.path),
            _ => {}
        }
    }

    fn map(&mut self, map: &MapShape<'_>, old: Side<'_>, new: Side<'_>) {
        let (old, new) = (
            old.and_then(Value::as_object),
            new.and_then(Value::as_object),
        );
        let only_new = new
            .into_iter()
            .flatten()
            .filter(|(key, _)| old.is_none_or(|old| !old.contains_key(*key)));
        let keys = old
            .into_iter()
            .flatten()
            .map(|(key, _)| key)
            .chain(only_new.map(|(key, _)| key));
        for key in keys {
            let sides = (
                old.and_then(|old| old.get(key)),
                new.and_then(|new| new.get(key)),
            );
            self.path.push(PathElement::Field(key.as_str().into()));
            self.node(sides.0, sides.1, map.field(key).unwrap_or(Type::Deduced));
            self.path.pop();
        }
    }

    fn list(&mut self, list: &ListShape<'_>, old: Side<'_>, new: Side<'_>) {
        // Elements by name, in order of appearance; equal names together.
        let mut named: Vec<(PathElement, Vec<&Value>, Vec<&Value>)> = Vec::new();
        for (second, side) in [(false, old), (true, new)] {
            for item in side.and_then(Value::as_array).into_iter().flatten() {
                let Ok(element) = list.element_path(item) else {
                    continue;
                };
                let at = named
                    .iter()
                    .position(|(known, _, _)| *known == element)
                    .unwrap_or_else(|| {
                        named.push((element, Vec::new(), Vec::new()));
                        named.len() - 1
                    });
                let entry = &mut named[at];
                if second {
                    entry.2.push(item)
                } else {
                    entry.1.push(item)
                }
            }
        }
        for (element, old, new) in named {
            self.path.push(element);
            match (&old[..], &new[..]) {
                ([_, _, ..], [_, _, ..]) => {
                    if old != new {
                        self.result.modified.insert(&self.path);
                    }
                }
                ([_, _, ..], rest) => {
                    if let Some(new) = rest.first() {
                        self.node(None, Some(new), list.element);
                    }
                    self.result.removed.insert(&self.path);
                }
                (rest, [_, _, ..]) => {
                    if let Some(old) = rest.first() {
                        self.node(Some(old), None, list.element);
                    }
                    self.result.added.insert(&self.path);
                }
                (old, new) => self.node(old.first().copied(), new.first().copied(), list.element),
            }
            self.path.pop();
        }
    }
}
