//! [`super::compare`] for API structs: what changed, found without turning them into JSON.
//!
//! Gives what comparing their JSON would give, but costs what differs instead of what there is: parts that both versions
//! share are passed over without a look, and paths are made for differences only.

use std::cell::Cell;

use super::blank::{BLANK, Blank};
use super::compare::{Comparison, compare_at};
use super::shape::{self, Atom, ListShape, Relation, Type};
use super::{PathElement, Set};
use crate::Digest;
use crate::codec::{self, omitted, value_of};
use crate::reflect::{Entries, FieldSchema, List, Reflect, Ty, View};

/// Compares two structs of one table. `metadata.managedFields` and the type's own name are left out.
pub fn compare_structs(old: &dyn Reflect, new: &dyn Reflect) -> Comparison {
    let mut comparer = Comparer::default();
    comparer.fields(Some(old), Some(new), None);
    comparer.result
}

/// A digest of [`compare_structs`], without making it; `None` when JSON of any shape differs.
pub(super) fn digest_structs(
    old: &dyn Reflect,
    new: &dyn Reflect,
    blank: Blank,
) -> Option<(Digest, Blank)> {
    let mut comparer = Comparer {
        digest: Some(Digest::default()),
        blank,
        ..Comparer::default()
    };
    comparer.fields(Some(old), Some(new), None);
    let digest = comparer.digest.filter(|_| !comparer.undigested)?;
    Some((digest, comparer.blank))
}

/// Of which of the three sets a path becomes part.
#[derive(Clone, Copy)]
enum Kind {
    Removed,
    Modified,
    Added,
}

/// The way to a place, from the end.
struct Step<'a> {
    before: Option<&'a Step<'a>>,
    element: Element<'a>,
    /// Of the way up to here, once it has been asked for.
    digest: Cell<Option<Digest>>,
}

#[derive(Clone, Copy)]
enum Element<'a> {
    Field(&'static FieldSchema),
    Entry(&'a str),
    Item(&'a Name<'a>),
}

/// An element of a list.
struct Item<'a> {
    list: &'a ListShape<'static>,
    item: View<'a>,
}

/// What tells an element of a list from the others: its name, or, where only a digest is wanted, one of the name.
enum Name<'a> {
    Path(PathElement),
    Digest(Digest, Item<'a>),
}

impl PartialEq for Name<'_> {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Path(a), Self::Path(b)) => a == b,
            (Self::Digest(a, _), Self::Digest(b, _)) => a == b,
            _ => false,
        }
    }
}

impl Name<'_> {
    fn own(&self) -> PathElement {
        match self {
            Self::Path(element) => element.clone(),
            // It has one, or there would be no digest of it.
            Self::Digest(_, Item { list, item }) => {
                element_path(list, *item).unwrap_or(PathElement::Index(0))
            }
        }
    }
}

impl<'a> Step<'a> {
    fn new(before: Option<&'a Step<'a>>, element: Element<'a>) -> Self {
        Self {
            before,
            element,
            digest: Cell::new(None),
        }
    }

    /// Of the way up to here. Few of the places that are looked at are found to differ.
    fn digest(&self) -> Digest {
        if let Some(digest) = self.digest.get() {
            return digest;
        }
        let mut digest = self.before.map_or_else(Digest::default, Step::digest);
        match self.element {
            // A row of a table is where it is for good.
            Element::Field(field) => digest.add(std::ptr::from_ref(field) as u64),
            Element::Entry(name) => digest.add_text(name),
            Element::Item(Name::Path(element)) => element.digest(&mut digest),
            Element::Item(Name::Digest(name, _)) => digest.add_all(*name),
        }
        self.digest.set(Some(digest));
        digest
    }

    fn own(&self) -> PathElement {
        match self.element {
            Element::Field(field) => PathElement::Field(field.json.into()),
            Element::Entry(name) => PathElement::Field(name.into()),
            Element::Item(name) => name.own(),
        }
    }

    /// The set of what lies before this step.
    fn set_before<'s>(&self, root: &'s mut Set) -> &'s mut Set {
        match self.before {
            None => root,
            Some(before) => before.set_before(root).below(before.own()),
        }
    }

    fn path(&self) -> Vec<PathElement> {
        let mut path = self.before.map(Step::path).unwrap_or_default();
        path.push(self.own());
        path
    }
}

/// A place in one of the versions; `None` when it is not there, as far as its JSON goes.
type Side<'v> = Option<View<'v>>;

#[derive(Default)]
struct Comparer {
    result: Comparison,
    /// Set when only this is wanted, and as long as it can be had.
    digest: Option<Digest>,
    undigested: bool,
    blank: Blank,
}

/// A nil pointer, list or map: all of them are null in JSON.
fn is_null(view: View<'_>) -> bool {
    match view {
        View::Null => true,
        View::List(list) => list.is_empty(),
        View::Map(map) => map.is_empty(),
        _ => false,
    }
}

fn as_struct<'v>(side: Side<'v>) -> Option<&'v dyn Reflect> {
    match side {
        Some(View::Struct(inner)) => Some(inner),
        _ => None,
    }
}

fn as_map<'v>(side: Side<'v>) -> Option<&'v dyn Entries> {
    match side {
        Some(View::Map(map)) => Some(map),
        _ => None,
    }
}

fn as_list<'v>(side: Side<'v>) -> Option<&'v dyn List> {
    match side {
        Some(View::List(list)) => Some(list),
        _ => None,
    }
}

/// Whether nothing of it would be written.
fn is_empty_struct(inner: &dyn Reflect) -> bool {
    let fields = inner.schema().fields.iter().enumerate();
    inner.schema().kind.is_none()
        && fields
            .into_iter()
            .all(|(i, schema)| omitted(schema, &inner.field(i)))
}

fn is_empty_map(side: Side<'_>) -> bool {
    match side {
        Some(View::Struct(inner)) => is_empty_struct(inner),
        Some(View::Map(map)) => map.is_empty(),
        _ => true,
    }
}

fn equal(old: View<'_>, new: View<'_>) -> bool {
    is_null(old) && is_null(new) || codec::equal_views(old, new)
}

/// Whether both are the same without a second look: most fields of an update are.
fn same_scalar(old: View<'_>, new: View<'_>) -> bool {
    match (old, new) {
        (View::Null, View::Null) => true,
        (View::Bool(a), View::Bool(b)) => a == b,
        (View::Int(a), View::Int(b)) => a == b,
        (View::Str(a), View::Str(b)) => a == b,
        (View::Text(a), View::Text(b)) => a.same(b),
        _ => false,
    }
}

impl Comparer {
    fn found(&mut self, kind: Kind, at: &Step<'_>) {
        if let Some(digest) = &mut self.digest {
            digest.add(kind as u64 + 1);
            return digest.add_all(at.digest());
        }
        let set = match kind {
            Kind::Removed => &mut self.result.removed,
            Kind::Modified => &mut self.result.modified,
            Kind::Added => &mut self.result.added,
        };
        at.set_before(set).insert_member(at.own());
    }

    fn node(&mut self, old: Side<'_>, new: Side<'_>, atom: Atom<'static>, at: &Step<'_>) {
        let leaf = match &atom {
            Atom::Map(map) if !(map.atomic || is_empty_map(old) && is_empty_map(new)) => {
                if as_struct(old).is_some() || as_struct(new).is_some() {
                    self.fields(as_struct(old), as_struct(new), Some(at));
                } else {
                    self.entries(as_map(old), as_map(new), map.any_element(), at);
                }
                false
            }
            Atom::List(list)
                if list.relation != Relation::Atomic
                    && !(as_list(old).is_none_or(List::is_empty)
                        && as_list(new).is_none_or(List::is_empty)) =>
            {
                self.list(list, as_list(old), as_list(new), at);
                false
            }
            // JSON of any shape is compared as such.
            Atom::Any => return self.any(old, new, at),
            _ => {
                self.leaf(old, new, at);
                true
            }
        };
        // What came or went is named itself, too, unless it was as a leaf.
        match (old, new) {
            _ if leaf => {}
            (None, _) => self.found(Kind::Added, at),
            (_, None) => self.found(Kind::Removed, at),
            _ => {}
        }
    }

    fn leaf(&mut self, old: Side<'_>, new: Side<'_>, at: &Step<'_>) {
        match (old, new) {
            (None, _) => self.found(Kind::Added, at),
            (_, None) => self.found(Kind::Removed, at),
            (Some(old), Some(new)) if !equal(old, new) => {
                self.found(Kind::Modified, at);
            }
            _ => {}
        }
    }

    fn any(&mut self, old: Side<'_>, new: Side<'_>, at: &Step<'_>) {
        if let (Some(old), Some(new)) = (old, new)
            && equal(old, new)
        {
            return;
        }
        if self.digest.is_some() {
            self.undigested = true;
            return;
        }
        let (old, new) = (old.map(value_of), new.map(value_of));
        compare_at(
            old.as_ref(),
            new.as_ref(),
            Type::Deduced,
            at.path(),
            &mut self.result,
        );
    }

    fn fields(
        &mut self,
        old: Option<&dyn Reflect>,
        new: Option<&dyn Reflect>,
        before: Option<&Step<'_>>,
    ) {
        let Some(schema) = old.or(new).map(Reflect::schema) else {
            return;
        };
        if let (Some(old), Some(new)) = (old, new)
            && std::ptr::addr_eq(old, new)
        {
            return;
        }
        let in_metadata = before.is_some_and(|at| {
            at.before.is_none()
                && matches!(at.element, Element::Field(field) if field.json == "metadata")
        });
        for (index, field) in schema.fields.iter().enumerate() {
            if in_metadata && field.json == "managedFields" {
                continue;
            }
            let (old, new) = (old.map(|of| of.field(index)), new.map(|of| of.field(index)));
            if let (Some(old), Some(new)) = (old, new)
                && same_scalar(old, new)
            {
                continue;
            }
            let old = old.filter(|view| !omitted(field, view));
            let new = new.filter(|view| !omitted(field, view));
            if old.is_none() && new.is_none() {
                continue;
            }
            let at = Step::new(before, Element::Field(field));
            self.field(old, new, field, &at);
        }
    }

    fn field(&mut self, old: Side<'_>, new: Side<'_>, field: &'static FieldSchema, at: &Step<'_>) {
        // Scalars, which most fields are, need no look at their rules.
        match field.ty.target() {
            Ty::Struct(_) | Ty::List(_) | Ty::Map(_) | Ty::Raw => {
                self.node(old, new, shape::field_atom(field), at);
            }
            _ => self.leaf(old, new, at),
        }
    }

    fn entries(
        &mut self,
        old: Option<&dyn Entries>,
        new: Option<&dyn Entries>,
        element: Option<&'static Ty>,
        at: &Step<'_>,
    ) {
        let (old_len, new_len) = (old.map_or(0, Entries::len), new.map_or(0, Entries::len));
        let (mut i, mut j) = (0, 0);
        while i < old_len || j < new_len {
            let a = old.filter(|_| i < old_len).map(|map| map.get(i));
            let b = new.filter(|_| j < new_len).map(|map| map.get(j));
            let (key, a, b) = match (a, b) {
                (Some((key, a)), Some((other, b))) if key == other => (key, Some(a), Some(b)),
                (Some((key, a)), Some((other, _))) if key < other => (key, Some(a), None),
                (_, Some((key, b))) => (key, None, Some(b)),
                (Some((key, a)), None) => (key, Some(a), None),
                (None, None) => return,
            };
            i += usize::from(a.is_some());
            j += usize::from(b.is_some());
            let at = Step::new(Some(at), Element::Entry(key));
            let atom = element.map_or(Atom::Any, shape::plain_atom);
            self.node(a, b, atom, &at);
        }
    }

    fn list(
        &mut self,
        list: &ListShape<'static>,
        old: Option<&dyn List>,
        new: Option<&dyn List>,
        at: &Step<'_>,
    ) {
        if let (Some(old), Some(new)) = (old, new)
            && old.len() == new.len()
            && (0..old.len()).all(|i| codec::equal_views(old.get(i), new.get(i)))
        {
            return;
        }
        // Elements by name, in order of appearance; equal names together.
        let mut named: Vec<(Name<'_>, Vec<View<'_>>, Vec<View<'_>>)> = Vec::new();
        for (second, side) in [(false, old), (true, new)] {
            for item in side
                .into_iter()
                .flat_map(|list| (0..list.len()).map(|i| list.get(i)))
            {
                let name = match self.digest {
                    Some(_) => element_digest(list, item, &mut self.blank)
                        .map(|digest| Name::Digest(digest, Item { list, item })),
                    None => element_path(list, item).map(Name::Path),
                };
                let Some(name) = name else {
                    continue;
                };
                let known = named.iter().position(|(known, _, _)| *known == name);
                let index = known.unwrap_or_else(|| {
                    named.push((name, Vec::new(), Vec::new()));
                    named.len() - 1
                });
                let entry = &mut named[index];
                if second {
                    entry.2.push(item);
                } else {
                    entry.1.push(item);
                }
            }
        }
        let atom = || match list.element {
            Type::Plain(ty) => shape::plain_atom(ty),
            _ => Atom::Any,
        };
        for (name, old, new) in &named {
            let at = Step::new(Some(at), Element::Item(name));
            match (&old[..], &new[..]) {
                ([_, _, ..], [_, _, ..]) => {
                    let same = old.len() == new.len()
                        && old.iter().zip(new).all(|(a, b)| codec::equal_views(*a, *b));
                    if !same {
                        self.found(Kind::Modified, &at);
                    }
                }
                ([_, _, ..], rest) => {
                    if let Some(new) = rest.first() {
                        self.node(None, Some(*new), atom(), &at);
                    }
                    self.found(Kind::Removed, &at);
                }
                (rest, [_, _, ..]) => {
                    if let Some(old) = rest.first() {
                        self.node(Some(*old), None, atom(), &at);
                    }
                    self.found(Kind::Added, &at);
                }
                (old, new) => {
                    self.node(old.first().copied(), new.first().copied(), atom(), &at);
                }
            }
        }
    }
}

/// A digest of [`element_path`], for the names that most elements have without making one.
fn element_digest(list: &ListShape<'static>, item: View<'_>, blank: &mut Blank) -> Option<Digest> {
    let mut digest = Digest::default();
    match (&list.relation, item) {
        (Relation::Set, View::Str(text)) => digest.add_text(text),
        (Relation::Keys(names), View::Struct(inner)) => {
            let mut named = false;
            for (place, name) in names.iter().enumerate() {
                let Some((index, field)) = inner.schema().field(name) else {
                    continue;
                };
                let view = inner.field(index);
                match view {
                    _ if omitted(field, &view) => match field.default {
                        Some(default) => digest.add_text(default),
                        None => continue,
                    },
                    View::Str(text) if names.len() == 1 && blank.takes(name, text) => {
                        digest.add(BLANK);
                    }
                    View::Str(text) => digest.add_text(text),
                    View::Int(number) => digest.add_text(&number.to_string()),
                    other => digest.add_text(&codec::compact_json(&value_of(other))),
                }
                digest.add(place as u64);
                named = true;
            }
            if !named {
                return None;
            }
        }
        _ => element_path(list, item)?.digest(&mut digest),
    }
    Some(digest)
}

/// How an element is named in paths; `None` when it has no name.
fn element_path(list: &ListShape<'static>, item: View<'_>) -> Option<PathElement> {
    match &list.relation {
        Relation::Atomic => None,
        Relation::Set => match item {
            View::Struct(_) | View::Map(_) | View::List(_) | View::Null => None,
            View::Json(_) => list.element_path(&value_of(item)).ok(),
            scalar => Some(PathElement::Value(value_of(scalar))),
        },
        Relation::Keys(names) => {
            let View::Struct(inner) = item else {
                return list.element_path(&value_of(item)).ok();
            };
            let mut keys = Vec::with_capacity(names.len());
            for name in names {
                let Some((index, field)) = inner.schema().field(name) else {
                    continue;
                };
                let value = codec::encode_field(inner, index)
                    .or_else(|| field.default.map(crate::Value::from));
                keys.extend(value.map(|value| (name.clone(), value)));
            }
            keys.sort_by(|(a, _), (b, _)| a.cmp(b));
            (!keys.is_empty()).then_some(PathElement::Key(keys))
        }
    }
}
