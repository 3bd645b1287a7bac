//! Values of filters: JSON that knows how large it is.
//!
//! Numbers are integers of 64 bits as long as they fit, else floating-point; objects keep the order of their keys.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::rc::Rc;

use jaq_core::{Error, ValR};

use super::fuel::{self, Size};
use super::print;

pub(super) type Failure = Error<V>;

/// A value.
#[derive(Clone, Debug, Default)]
pub(super) enum V {
    #[default]
    Null,
    Bool(bool),
    Int(i64),
    Float(f64),
    Str(Rc<String>),
    Arr(Rc<Arr>),
    Obj(Rc<Obj>),
}

/// An array.
#[derive(Clone, Debug, Default)]
pub(super) struct Arr {
    pub(super) items: Vec<V>,
    size: Size,
}

/// An object: values by key, each with the place of its key.
#[derive(Clone, Debug, Default)]
pub(super) struct Obj {
    map: BTreeMap<Rc<str>, (u32, V)>,
    next: u32,
    size: Size,
}

impl V {
    pub(super) fn size(&self) -> Size {
        match self {
            V::Str(text) => Size {
                weight: text.len() as u64 / 16 + 1,
                depth: 0,
            },
            V::Arr(array) => array.size,
            V::Obj(object) => object.size,
            _ => Size {
                weight: 1,
                depth: 0,
            },
        }
    }

    pub(super) fn text(text: impl Into<String>) -> V {
        let text = text.into();
        if fuel::text(text.len()) {
            V::Str(Rc::new(text))
        } else {
            V::Null
        }
    }

    pub(super) fn array(items: Vec<V>) -> V {
        let mut array = Arr::default();
        if array.extend(items) {
            V::Arr(Rc::new(array))
        } else {
            V::Null
        }
    }

    pub(super) fn object(entries: impl IntoIterator<Item = (Rc<str>, V)>) -> V {
        let mut object = Obj::default();
        for (key, value) in entries {
            if !object.insert(key, value) {
                return V::Null;
            }
        }
        V::Obj(Rc::new(object))
    }

    pub(super) fn type_name(&self) -> &'static str {
        match self {
            V::Null => "null",
            V::Bool(_) => "boolean",
            V::Int(_) | V::Float(_) => "number",
            V::Str(_) => "string",
            V::Arr(_) => "array",
            V::Obj(_) => "object",
        }
    }

    /// Its type and how it begins, for errors.
    pub(super) fn told(&self) -> String {
        const SHOWN: usize = 11;
        let text = if self.size().weight > 10_000 {
            "".into()
        } else {
            self.json()
        };
        if text.len() <= SHOWN + 3 {
            return format!("{} ({text})", self.type_name());
        }
        let end = text.floor_char_boundary(SHOWN);
        format!("{} ({}...)", self.type_name(), &text[..end])
    }

    /// As compact JSON.
    pub(super) fn json(&self) -> String {
        fuel::spend(usize::try_from(self.size().weight).unwrap_or(usize::MAX));
        print::compact(self)
    }

    pub(super) fn truth(&self) -> bool {
        !matches!(self, V::Null | V::Bool(false))
    }

    /// As a place in something that is `len` long, from its end if negative.
    pub(super) fn place(&self, len: usize) -> Option<i64> {
        let at = match self {
            V::Int(at) => *at,
            #[allow(clippy::cast_possible_truncation, reason = "saturates")]
            V::Float(at) => at.floor() as i64,
            _ => return None,
        };
        let len = i64::try_from(len).unwrap_or(i64::MAX);
        Some(if at < 0 { at.saturating_add(len) } else { at })
    }

    /// What is at that key or place; `None` where nothing is.
    pub(super) fn at(&self, key: &V) -> Result<Option<V>, Failure> {
        Ok(match (self, key) {
            (V::Null, V::Null | V::Int(_) | V::Float(_) | V::Str(_) | V::Obj(_)) => None,
            (V::Obj(object), V::Str(key)) => object.get(key).cloned(),
            (V::Arr(array), V::Int(_) | V::Float(_)) => {
                let at = key.place(array.items.len());
                at.and_then(|at| array.items.get(usize::try_from(at).ok()?))
                    .cloned()
            }
            (V::Arr(_) | V::Str(_), V::Obj(bounds)) => {
                let bound = |name: &str| bounds.get(name);
                return self.slice(bound("start"), bound("end")).map(Some);
            }
            (V::Arr(_), V::Arr(_)) => Some(self.indices(key)?),
            _ => return Err(no_index(self, key)),
        })
    }

    /// The bounds of a slice of something that is `len` long.
    pub(super) fn bounds(
        len: usize,
        from: Option<&V>,
        to: Option<&V>,
    ) -> Result<(usize, usize), Failure> {
        let bound = |value: Option<&V>, otherwise: usize| match value {
            None | Some(V::Null) => Ok(otherwise),
            Some(value) => match value.place(len) {
                Some(at) => Ok(usize::try_from(at.max(0)).unwrap_or(len).min(len)),
                None => Err(Error::str(
                    "Start and end indices of an array slice must be numbers",
                )),
            },
        };
        let from = bound(from, 0)?;
        Ok((from, bound(to, len)?.max(from)))
    }

    pub(super) fn slice(&self, from: Option<&V>, to: Option<&V>) -> ValR<V> {
        match self {
            V::Null => Ok(V::Null),
            V::Arr(array) => {
                let (from, to) = V::bounds(array.items.len(), from, to)?;
                Ok(V::array(
                    array.items.get(from..to).unwrap_or_default().to_vec(),
                ))
            }
            V::Str(text) => {
                fuel::spend(text.len() / 16);
                let (from, to) = V::bounds(text.chars().count(), from, to)?;
                let part: String = text.chars().skip(from).take(to - from).collect();
                Ok(V::text(part))
            }
            _ => Err(Error::str(format!(
                "Cannot index {} with object",
                self.type_name()
            ))),
        }
    }

    /// Where `part` begins in this text or array.
    pub(super) fn indices(&self, part: &V) -> ValR<V> {
        let places: Vec<usize> = match (self, part) {
            (V::Null, _) => return Ok(V::Null),
            (V::Str(_), V::Str(part)) if part.is_empty() => return Ok(V::Null),
            (V::Str(text), V::Str(part)) => {
                fuel::spend(text.len() / 4);
                let starts = text.char_indices().enumerate();
                starts
                    .filter(|(_, (at, _))| text[*at..].starts_with(part.as_str()))
                    .map(|(place, _)| place)
                    .collect()
            }
            (V::Arr(_), V::Arr(part)) if part.items.is_empty() => return Ok(V::Null),
            (V::Arr(array), V::Arr(part)) => {
                let all = array.items.windows(part.items.len()).enumerate();
                all.filter(|(_, window)| fuel::spend(1) && **window == *part.items)
                    .map(|(place, _)| place)
                    .collect()
            }
            (V::Arr(array), part) => {
                let all = array.items.iter().enumerate();
                all.filter(|(_, item)| *item == part)
                    .map(|(place, _)| place)
                    .collect()
            }
            _ => {
                return Err(Error::str(format!(
                    "Cannot determine indices of {} in {}",
                    part.type_name(),
                    self.type_name()
                )));
            }
        };
        Ok(V::array(places.into_iter().map(V::from).collect()))
    }

    pub(super) fn contains(&self, other: &V) -> Result<bool, Failure> {
        fuel::spend(1);
        Ok(match (self, other) {
            (V::Str(own), V::Str(other)) => {
                fuel::spend(own.len() / 16);
                own.contains(other.as_str())
            }
            (V::Arr(own), V::Arr(other)) => other.items.iter().all(|other| {
                own.items
                    .iter()
                    .any(|own| fuel::spend(1) && own.contains(other).unwrap_or(false))
            }),
            (V::Obj(own), V::Obj(other)) => other.map.iter().all(|(key, (_, other))| {
                own.get(key)
                    .is_some_and(|own| own.contains(other).unwrap_or(false))
            }),
            _ if self.type_name() == other.type_name() => self == other,
            _ => {
                return Err(Error::str(format!(
                    "{} and {} cannot have their containment checked",
                    self.told(),
                    other.told()
                )));
            }
        })
    }

    pub(super) fn length(&self) -> ValR<V> {
        Ok(match self {
            V::Null => V::Int(0),
            V::Bool(_) => return Err(Error::str(format!("{} has no length", self.told()))),
            V::Int(number) => V::Int(number.saturating_abs()),
            V::Float(number) => V::Float(number.abs()),
            V::Str(text) => {
                fuel::spend(text.len() / 16);
                V::from(text.chars().count())
            }
            V::Arr(array) => V::from(array.items.len()),
            V::Obj(object) => V::from(object.len()),
        })
    }

    #[allow(clippy::cast_precision_loss, reason = "JSON's numbers are such")]
    pub(super) fn float(&self) -> Option<f64> {
        match self {
            V::Int(number) => Some(*number as f64),
            V::Float(number) => Some(*number),
            _ => None,
        }
    }
}

pub(super) fn no_index(value: &V, key: &V) -> Failure {
    let value = value.type_name();
    match key {
        V::Str(key) => Error::str(format!("Cannot index {value} with \"{key}\"")),
        key => Error::str(format!("Cannot index {value} with {}", key.type_name())),
    }
}

impl Arr {
    fn grow(&mut self, by: Size) -> bool {
        self.size.weight += by.weight;
        self.size.depth = self.size.depth.max(by.depth + 1);
        fuel::allows(self.size)
    }

    /// Adds elements; whether there is room for them.
    pub(super) fn extend(&mut self, items: Vec<V>) -> bool {
        let by = Size {
            weight: items.iter().map(|item| item.size().weight).sum::<u64>() + 1,
            depth: items
                .iter()
                .map(|item| item.size().depth)
                .max()
                .unwrap_or(0),
        };
        let fits = fuel::spend(items.len()) && self.grow(by);
        if fits {
            self.items.extend(items);
        }
        fits
    }

    /// Puts a value in a place; places before it are filled with nulls.
    pub(super) fn put(&mut self, at: usize, value: V) {
        let gap = at.saturating_sub(self.items.len());
        let by = Size {
            weight: value.size().weight + gap as u64,
            depth: value.size().depth,
        };
        if !fuel::spend(gap) || !self.grow(by) {
            return;
        }
        if at >= self.items.len() {
            self.items.resize(at, V::Null);
            self.items.push(value);
        } else if let Some(place) = self.items.get_mut(at) {
            self.size.weight = self.size.weight.saturating_sub(place.size().weight);
            *place = value;
        }
    }
}

impl Obj {
    pub(super) fn get(&self, key: &str) -> Option<&V> {
        self.map.get(key).map(|(_, value)| value)
    }

    pub(super) fn len(&self) -> usize {
        self.map.len()
    }

    /// Puts a value at a key; whether there is room for it.
    pub(super) fn insert(&mut self, key: Rc<str>, value: V) -> bool {
        let by = value.size();
        self.size.weight += by.weight + key.len() as u64 / 16 + 1;
        self.size.depth = self.size.depth.max(by.depth + 1);
        if !fuel::spend(1) || !fuel::allows(self.size) {
            return false;
        }
        let next = self.next;
        let place = self.map.entry(key).or_insert((next, V::Null));
        if place.0 == next {
            self.next += 1;
        }
        self.size.weight = self.size.weight.saturating_sub(place.1.size().weight);
        place.1 = value;
        true
    }

    pub(super) fn remove(&mut self, key: &str) -> Option<V> {
        let (_, value) = self.map.remove(key)?;
        self.size.weight = self.size.weight.saturating_sub(value.size().weight);
        Some(value)
    }

    /// The entries as they came.
    pub(super) fn entries(&self) -> Vec<(&Rc<str>, &V)> {
        let mut all: Vec<_> = self.map.iter().collect();
        all.sort_unstable_by_key(|(_, (place, _))| *place);
        all.into_iter()
            .map(|(key, (_, value))| (key, value))
            .collect()
    }

    /// The entries by their keys.
    pub(super) fn sorted(&self) -> Vec<(&Rc<str>, &V)> {
        let all = self.map.iter();
        all.map(|(key, (_, value))| (key, value)).collect()
    }
}

fn rank(value: &V) -> u8 {
    match value {
        V::Null => 0,
        V::Bool(false) => 1,
        V::Bool(true) => 2,
        V::Int(_) | V::Float(_) => 3,
        V::Str(_) => 4,
        V::Arr(_) => 5,
        V::Obj(_) => 6,
    }
}

impl Ord for V {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self, other) {
            (V::Int(own), V::Int(other)) => own.cmp(other),
            (V::Str(own), V::Str(other)) => own.cmp(other),
            (V::Arr(own), V::Arr(other)) if Rc::ptr_eq(own, other) => Ordering::Equal,
            (V::Obj(own), V::Obj(other)) if Rc::ptr_eq(own, other) => Ordering::Equal,
            (V::Arr(own), V::Arr(other)) => {
                fuel::spend(own.items.len().min(other.items.len()));
                own.items.cmp(&other.items)
            }
            (V::Obj(own), V::Obj(other)) => {
                fuel::spend(own.len().min(other.len()));
                let keys = own.map.keys().cmp(other.map.keys());
                let values =
                    |object: &Rc<Obj>| object.map.values().map(|v| v.1.clone()).collect::<Vec<_>>();
                keys.then_with(|| values(own).cmp(&values(other)))
            }
            _ => match (self.float(), other.float()) {
                (Some(own), Some(other)) => own
                    .partial_cmp(&other)
                    .unwrap_or_else(|| other.is_nan().cmp(&own.is_nan())),
                _ => rank(self).cmp(&rank(other)),
            },
        }
    }
}

#[allow(
    clippy::non_canonical_partial_ord_impl,
    reason = "NaN is less than itself in jq, which sorting could not bear"
)]
impl PartialOrd for V {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        if let (V::Float(own), V::Int(_) | V::Float(_)) = (self, other)
            && own.is_nan()
        {
            return Some(Ordering::Less);
        }
        Some(self.cmp(other))
    }
}

impl PartialEq for V {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (V::Float(own), V::Float(other)) => own == other,
            _ => self.cmp(other) == Ordering::Equal,
        }
    }
}

impl Eq for V {}

impl std::fmt::Display for V {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.json())
    }
}

impl From<bool> for V {
    fn from(value: bool) -> Self {
        V::Bool(value)
    }
}

impl From<isize> for V {
    fn from(value: isize) -> Self {
        V::Int(value as i64)
    }
}

impl From<usize> for V {
    fn from(value: usize) -> Self {
        V::Int(i64::try_from(value).unwrap_or(i64::MAX))
    }
}

impl From<f64> for V {
    fn from(value: f64) -> Self {
        V::Float(value)
    }
}

impl From<String> for V {
    fn from(text: String) -> Self {
        V::text(text)
    }
}

impl From<std::ops::Range<Option<V>>> for V {
    fn from(range: std::ops::Range<Option<V>>) -> Self {
        let bound = |name: &str, value: Option<V>| value.map(|value| (Rc::from(name), value));
        let bounds = [bound("start", range.start), bound("end", range.end)];
        V::object(bounds.into_iter().flatten())
    }
}

impl FromIterator<V> for V {
    fn from_iter<T: IntoIterator<Item = V>>(items: T) -> Self {
        // Counted as they come: what makes them may have no end.
        let items = items.into_iter().take_while(|_| fuel::spend(1));
        V::array(items.collect())
    }
}
