//! Sets of paths, as a tree: what an entry of managed fields holds.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use super::PathElement;
use super::shape::{Atom, Type};
use crate::{Str, Value};

/// A set of paths. A path is in it when its last step is among the members of the subset its other steps lead to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Set {
    members: BTreeSet<PathElement>,
    children: BTreeMap<PathElement, Set>,
}

impl Set {
    /// The empty set.
    pub const fn new() -> Self {
        Self {
            members: BTreeSet::new(),
            children: BTreeMap::new(),
        }
    }

    /// Of dotted field paths, such as `["metadata.name", "status"]`.
    pub fn of_fields(paths: &[&str]) -> Self {
        let mut set = Self::new();
        for path in paths {
            let path: Vec<PathElement> = path
                .split('.')
                .map(|name| PathElement::Field(name.into()))
                .collect();
            set.insert(&path);
        }
        set
    }

    /// Adds a path; the empty path is left out.
    pub fn insert(&mut self, path: &[PathElement]) {
        match path {
            [] => {}
            [last] => {
                self.members.insert(last.clone());
            }
            [first, rest @ ..] => self.children.entry(first.clone()).or_default().insert(rest),
        }
    }

    /// The set below a step, which is made when there is none.
    pub(super) fn below(&mut self, element: PathElement) -> &mut Set {
        self.children.entry(element).or_default()
    }

    /// Adds a path of one step.
    pub(super) fn insert_member(&mut self, element: PathElement) {
        self.members.insert(element);
    }

    /// Whether a path is in the set.
    pub fn has(&self, path: &[PathElement]) -> bool {
        match path {
            [] => false,
            [last] => self.members.contains(last),
            [first, rest @ ..] => self
                .children
                .get(first)
                .is_some_and(|child| child.has(rest)),
        }
    }

    pub(super) fn has_member(&self, element: &PathElement) -> bool {
        self.members.contains(element)
    }

    pub(super) fn child(&self, element: &PathElement) -> Option<&Set> {
        self.children.get(element).filter(|child| !child.is_empty())
    }

    /// Whether no path is in the set.
    pub fn is_empty(&self) -> bool {
        self.members.is_empty() && self.children.values().all(Set::is_empty)
    }

    /// Whether a path is in both sets.
    pub(super) fn overlaps(&self, other: &Set) -> bool {
        !self.members.is_disjoint(&other.members)
            || other.children.iter().any(|(element, theirs)| {
                (self.children.get(element)).is_some_and(|mine| mine.overlaps(theirs))
            })
    }

    /// Whether every path of the other set is in this one, too.
    pub(super) fn contains_all(&self, other: &Set) -> bool {
        other.members.is_subset(&self.members)
            && other.children.iter().all(|(element, theirs)| {
                theirs.is_empty()
                    || (self.children.get(element)).is_some_and(|mine| mine.contains_all(theirs))
            })
    }

    fn pruned(mut self) -> Self {
        self.children.retain(|_, child| !child.is_empty());
        self
    }

    /// What is in either set.
    #[must_use]
    pub fn union(&self, other: &Set) -> Set {
        let mut union = self.clone();
        union.members.extend(other.members.iter().cloned());
        for (element, child) in &other.children {
            let merged = union
                .children
                .get(element)
                .map_or_else(|| child.clone(), |mine| mine.union(child));
            union.children.insert(element.clone(), merged);
        }
        union
    }

    /// What is in both sets.
    #[must_use]
    pub fn intersection(&self, other: &Set) -> Set {
        let both = |(element, mine): (&PathElement, &Set)| {
            other
                .children
                .get(element)
                .map(|theirs| (element.clone(), mine.intersection(theirs)))
        };
        Set {
            members: self.members.intersection(&other.members).cloned().collect(),
            children: self.children.iter().filter_map(both).collect(),
        }
        .pruned()
    }

    /// What is in this set and not in the other.
    #[must_use]
    pub fn difference(&self, other: &Set) -> Set {
        let rest = |(element, mine): (&PathElement, &Set)| {
            let rest = other
                .children
                .get(element)
                .map_or_else(|| mine.clone(), |theirs| mine.difference(theirs));
            (element.clone(), rest)
        };
        Set {
            members: self.members.difference(&other.members).cloned().collect(),
            children: self.children.iter().map(rest).collect(),
        }
        .pruned()
    }

    /// What is in this set and neither in the other nor below one of its members.
    #[must_use]
    pub fn recursive_difference(&self, other: &Set) -> Set {
        let rest = |(element, mine): (&PathElement, &Set)| {
            if other.members.contains(element) {
                return None;
            }
            let theirs = other.children.get(element);
            let rest =
                theirs.map_or_else(|| mine.clone(), |theirs| mine.recursive_difference(theirs));
            Some((element.clone(), rest))
        };
        Set {
            members: self.members.difference(&other.members).cloned().collect(),
            children: self.children.iter().filter_map(rest).collect(),
        }
        .pruned()
    }

    /// The set with every struct field on the way to a path added: `a.b` brings `a`, unless `b` is a key of a map.
    #[must_use]
    pub(super) fn with_named_fields(&self, ty: Type<'_>) -> Set {
        let atom = ty.atom();
        let mut members = self.members.clone();
        let mut children = BTreeMap::new();
        for (element, child) in &self.children {
            let child_type = match (element, &atom) {
                (PathElement::Field(name), Atom::Map(map)) => {
                    if map.declares(name) {
                        members.insert(element.clone());
                    }
                    map.field(name)
                }
                (PathElement::Key(_), Atom::List(list)) => Some(list.element),
                _ => None,
            };
            children.insert(
                element.clone(),
                child.with_named_fields(child_type.unwrap_or(Type::Unknown)),
            );
        }
        Set { members, children }
    }

    /// Every path, in order.
    pub fn paths(&self) -> Vec<Vec<PathElement>> {
        let mut paths = Vec::new();
        self.collect(&mut Vec::new(), &mut paths);
        paths
    }

    fn collect(&self, prefix: &mut Vec<PathElement>, paths: &mut Vec<Vec<PathElement>>) {
        for member in &self.members {
            prefix.push(member.clone());
            paths.push(prefix.clone());
            prefix.pop();
        }
        for (element, child) in &self.children {
            prefix.push(element.clone());
            child.collect(prefix, paths);
            prefix.pop();
        }
    }

    /// The form in managed fields (`fieldsV1`).
    pub fn to_value(&self) -> Value {
        let mut map = serde_json::Map::new();
        for member in &self.members {
            map.insert(member.serialize(), Value::Object(serde_json::Map::new()));
        }
        for (element, child) in &self.children {
            let mut value = child.to_value();
            if let (true, Value::Object(inner)) = (self.members.contains(element), &mut value) {
                inner.insert(".".into(), Value::Object(serde_json::Map::new()));
            }
            map.insert(element.serialize(), value);
        }
        Value::Object(map)
    }

    /// The text of [`Self::to_value`], written at once.
    pub(super) fn to_text(&self) -> String {
        let mut text = String::with_capacity(256);
        self.write(false, &mut text);
        text
    }

    fn write(&self, is_member: bool, text: &mut String) {
        // JSON's keys are in the order of their texts, which is another one than ours.
        let empty = Set::new();
        let mut keys: Vec<(String, &Set, bool)> = Vec::with_capacity(self.members.len());
        for (element, child) in &self.children {
            keys.push((element.serialize(), child, self.members.contains(element)));
        }
        for member in &self.members {
            if !self.children.contains_key(member) {
                keys.push((member.serialize(), &empty, false));
            }
        }
        keys.sort_by(|(a, ..), (b, ..)| a.cmp(b));
        text.push('{');
        if is_member {
            text.push_str("\".\":{}");
        }
        for (i, (key, child, is_own)) in keys.iter().enumerate() {
            if i > 0 || is_member {
                text.push(',');
            }
            write_key(key, text);
            text.push(':');
            child.write(*is_own, text);
        }
        text.push('}');
    }

    /// Reads the form in managed fields; `None` when it is malformed.
    pub fn from_value(value: &Value) -> Option<Self> {
        Self::read(value).map(|(set, _)| set)
    }

    /// The set below a path, and whether the path itself is a member.
    fn read(value: &Value) -> Option<(Self, bool)> {
        let map = match value {
            Value::Object(map) => map,
            Value::Null => return Some((Self::new(), true)),
            _ => return None,
        };
        let mut set = Self::new();
        // An empty object is a leaf, thus a member.
        let mut is_member = map.is_empty();
        for (key, value) in map {
            if key == "." {
                is_member = true;
                continue;
            }
            let element = PathElement::parse(key)?;
            let (child, member) = Self::read(value)?;
            if member {
                set.members.insert(element.clone());
            }
            if !child.is_empty() {
                set.children.insert(element, child);
            }
        }
        Some((set, is_member))
    }
}

/// A key as JSON. Those of lists have quotes in them.
fn write_key(key: &str, text: &mut String) {
    if key.bytes().any(|b| b < b' ') {
        return text.push_str(&Value::from(key).to_string());
    }
    text.push('"');
    for part in key.split_inclusive(['"', '\\']) {
        match part.as_bytes().last() {
            Some(&last @ (b'"' | b'\\')) => {
                text.push_str(&part[..part.len() - 1]);
                text.push('\\');
                text.push(char::from(last));
            }
            _ => text.push_str(part),
        }
    }
    text.push('"');
}

/// A path's text: `.spec.containers[name="web"].image`.
pub(super) fn path_text(path: &[PathElement]) -> Str {
    path.iter()
        .map(|element| ecow::eco_format!("{element}"))
        .collect::<Vec<_>>()
        .concat()
        .into()
}

impl fmt::Display for Set {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, path) in self.paths().iter().enumerate() {
            f.write_str(if i > 0 { "\n" } else { "" })?;
            f.write_str(&path_text(path))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_is_that_of_the_value() {
        let field = |name: &str| PathElement::Field(name.into());
        let key = |name: &str| PathElement::Key(vec![("name".into(), name.into())]);
        let mut set = Set::of_fields(&["spec", "spec.a", "spec.b.c", "z"]);
        for name in ["we\"b", "a\\", "\u{1}"] {
            set.insert(&[field("spec"), field("list"), key(name)]);
            set.insert(&[field("spec"), field("list"), key(name), field("image")]);
        }
        set.insert(&[field("spec"), PathElement::Value("x".into())]);
        set.insert(&[field("spec"), PathElement::Index(3), field("y")]);
        assert_eq!(set.to_text(), set.to_value().to_string());
        assert_eq!(Set::new().to_text(), "{}");
    }
}
