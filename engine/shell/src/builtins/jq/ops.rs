//! What filters do with values: arithmetic, looking inside, changing parts.

use std::ops::{Add, Div, Mul, Neg, Range, Rem, Sub};
use std::rc::Rc;

use jaq_core::box_iter::{BoxIter, box_once};
use jaq_core::path::Opt;
use jaq_core::val::ValX;
use jaq_core::{Error, Exn, ValR};

use super::fuel;
use super::read;
use super::value::{Arr, Failure, Obj, V, no_index};

/// A number, as an integer if it is one that both sides were.
fn number(exact: Option<i64>, float: f64) -> V {
    exact.map_or(V::Float(float), V::Int)
}

fn cannot(left: &V, right: &V, be: &str) -> Failure {
    Error::str(format!(
        "{} and {} cannot be {be}",
        left.told(),
        right.told()
    ))
}

/// Changes an array or object in place where nobody else holds it.
fn own<T: Clone>(value: &mut Rc<T>, len: usize) -> &mut T {
    if Rc::strong_count(value) > 1 {
        fuel::spend(len);
    }
    Rc::make_mut(value)
}

impl Add for V {
    type Output = ValR<V>;
    fn add(self, other: V) -> ValR<V> {
        match (self, other) {
            (V::Null, other) => Ok(other),
            (own, V::Null) => Ok(own),
            (V::Str(mut text), V::Str(more)) => {
                if fuel::text(text.len() + more.len()) {
                    Rc::make_mut(&mut text).push_str(&more);
                }
                Ok(V::Str(text))
            }
            (V::Arr(mut array), V::Arr(more)) => {
                let len = array.items.len();
                own(&mut array, len).extend(more.items.clone());
                Ok(V::Arr(array))
            }
            (V::Obj(mut object), V::Obj(more)) => {
                let len = object.len();
                let own = own(&mut object, len);
                for (key, value) in more.entries() {
                    own.insert(key.clone(), value.clone());
                }
                Ok(V::Obj(object))
            }
            (own, other) => match (own.float(), other.float()) {
                (Some(a), Some(b)) => Ok(number(
                    integers(&own, &other).and_then(|(a, b)| a.checked_add(b)),
                    a + b,
                )),
                _ => Err(cannot(&own, &other, "added")),
            },
        }
    }
}

fn integers(left: &V, right: &V) -> Option<(i64, i64)> {
    match (left, right) {
        (V::Int(left), V::Int(right)) => Some((*left, *right)),
        _ => None,
    }
}

impl Sub for V {
    type Output = ValR<V>;
    fn sub(self, other: V) -> ValR<V> {
        if let (V::Arr(array), V::Arr(less)) = (&self, &other) {
            let mut gone: Vec<&V> = less.items.iter().collect();
            gone.sort_unstable();
            let kept = array.items.iter();
            let kept = kept.filter(|item| gone.binary_search(item).is_err());
            return Ok(V::array(kept.cloned().collect()));
        }
        match (self.float(), other.float()) {
            (Some(a), Some(b)) => Ok(number(
                integers(&self, &other).and_then(|(a, b)| a.checked_sub(b)),
                a - b,
            )),
            _ => Err(cannot(&self, &other, "subtracted")),
        }
    }
}

impl Mul for V {
    type Output = ValR<V>;
    fn mul(self, other: V) -> ValR<V> {
        match (self, other) {
            (V::Str(text), times @ (V::Int(_) | V::Float(_)))
            | (times @ (V::Int(_) | V::Float(_)), V::Str(text)) => {
                let times = times.float().unwrap_or(0.0);
                if times <= 0.0 || times.is_nan() {
                    return Ok(V::Null);
                }
                #[allow(
                    clippy::cast_possible_truncation,
                    clippy::cast_sign_loss,
                    reason = "positive, and saturates"
                )]
                let times = (times.max(1.0)) as usize;
                if !fuel::text(text.len().saturating_mul(times)) {
                    return Ok(V::Null);
                }
                Ok(V::text(text.repeat(times)))
            }
            (V::Obj(object), V::Obj(more)) => Ok(V::Obj(merge(object, &more))),
            (own, other) => match (own.float(), other.float()) {
                (Some(a), Some(b)) => Ok(number(
                    integers(&own, &other).and_then(|(a, b)| a.checked_mul(b)),
                    a * b,
                )),
                _ => Err(cannot(&own, &other, "multiplied")),
            },
        }
    }
}

/// `*` of objects: objects in both are merged in turn.
fn merge(mut object: Rc<Obj>, more: &Obj) -> Rc<Obj> {
    let len = object.len();
    let target = own(&mut object, len);
    for (key, value) in more.entries() {
        let value = match (target.get(key), value) {
            (Some(V::Obj(_)), V::Obj(value)) => match target.remove(key) {
                Some(V::Obj(old)) => V::Obj(merge(old, value)),
                _ => continue,
            },
            (_, value) => value.clone(),
        };
        target.insert(key.clone(), value);
    }
    object
}

impl Div for V {
    type Output = ValR<V>;
    fn div(self, other: V) -> ValR<V> {
        if let (V::Str(text), V::Str(by)) = (&self, &other) {
            fuel::spend(text.len() / 8);
            let parts: Vec<V> = if text.is_empty() {
                Vec::new()
            } else if by.is_empty() {
                text.chars().map(V::text).collect()
            } else {
                text.split(by.as_str()).map(V::text).collect()
            };
            return Ok(V::array(parts));
        }
        match (self.float(), other.float()) {
            (Some(_), Some(0.0)) => {
                Err(cannot(&self, &other, "divided because the divisor is zero"))
            }
            (Some(a), Some(b)) => Ok(number(
                integers(&self, &other)
                    .filter(|(a, b)| a.checked_rem(*b) == Some(0))
                    .and_then(|(a, b)| a.checked_div(b)),
                a / b,
            )),
            _ => Err(cannot(&self, &other, "divided")),
        }
    }
}

impl Rem for V {
    type Output = ValR<V>;
    fn rem(self, other: V) -> ValR<V> {
        #[allow(
            clippy::cast_possible_truncation,
            reason = "jq's remainder is one of integers"
        )]
        match (self.float(), other.float()) {
            (Some(a), Some(b)) if a.is_nan() || b.is_nan() => Ok(V::Float(f64::NAN)),
            (Some(a), Some(b)) => {
                let (a, b) = integers(&self, &other).unwrap_or((a as i64, b as i64));
                match a.checked_rem(b.saturating_abs()) {
                    Some(rest) => Ok(V::Int(rest)),
                    None => Err(cannot(
                        &self,
                        &other,
                        "divided (remainder) because the divisor is zero",
                    )),
                }
            }
            _ => Err(cannot(&self, &other, "divided (remainder)")),
        }
    }
}

impl Neg for V {
    type Output = ValR<V>;
    fn neg(self) -> ValR<V> {
        match self {
            V::Int(number) => Ok(number.checked_neg().map_or(V::Float(2f64.powi(63)), V::Int)),
            V::Float(number) => Ok(V::Float(-number)),
            other => Err(Error::str(format!("{} cannot be negated", other.told()))),
        }
    }
}

fn no_iteration(value: &V) -> Failure {
    Error::str(format!("Cannot iterate over {}", value.told()))
}

impl jaq_core::ValT for V {
    fn from_num(text: &str) -> ValR<V> {
        Ok(read::number(text).unwrap_or(V::Float(f64::NAN)))
    }

    fn from_map<I: IntoIterator<Item = (V, V)>>(entries: I) -> ValR<V> {
        let mut object = Obj::default();
        for (key, value) in entries {
            let V::Str(key) = key else {
                return Err(Error::str(format!(
                    "Object keys must be strings, not {}",
                    key.told()
                )));
            };
            object.insert(Rc::from(key.as_str()), value);
        }
        Ok(V::Obj(Rc::new(object)))
    }

    fn key_values(self) -> BoxIter<'static, ValR<(V, V), V>> {
        match self {
            V::Arr(array) => {
                let items = array.items.clone().into_iter().enumerate();
                Box::new(items.map(|(at, item)| Ok((V::from(at), item))))
            }
            V::Obj(object) => {
                let entries = object.entries().into_iter();
                let entries: Vec<_> = entries
                    .map(|(key, value)| Ok((V::text(&**key), value.clone())))
                    .collect();
                Box::new(entries.into_iter())
            }
            other => box_once(Err(no_iteration(&other))),
        }
    }

    fn values(self) -> Box<dyn Iterator<Item = ValR<V>>> {
        match self {
            V::Arr(array) => {
                let mut at = 0;
                Box::new(std::iter::from_fn(move || {
                    let item = array.items.get(at)?.clone();
                    at += 1;
                    fuel::spend(1);
                    Some(Ok(item))
                }))
            }
            V::Obj(object) => {
                let values: Vec<V> = object.entries().into_iter().map(|e| e.1.clone()).collect();
                Box::new(values.into_iter().map(Ok))
            }
            other => box_once(Err(no_iteration(&other))),
        }
    }

    fn index(self, key: &V) -> ValR<V> {
        self.at(key).map(Option::unwrap_or_default)
    }

    fn range(self, range: Range<Option<&V>>) -> ValR<V> {
        self.slice(range.start, range.end)
    }

    fn map_values<'a, I: Iterator<Item = ValX<'a, V>>>(
        self,
        opt: Opt,
        f: impl Fn(V) -> I,
    ) -> ValX<'a, V> {
        match self {
            V::Arr(array) => {
                let items: Result<Vec<V>, _> = array.items.iter().cloned().flat_map(f).collect();
                Ok(V::array(items?))
            }
            V::Obj(object) => {
                let mut changed = Obj::default();
                for (key, value) in object.entries() {
                    if let Some(value) = f(value.clone()).next() {
                        changed.insert(key.clone(), value?);
                    }
                }
                Ok(V::Obj(Rc::new(changed)))
            }
            other => opt.fail(other, |other| Exn::from(no_iteration(&other))),
        }
    }

    fn map_index<'a, I: Iterator<Item = ValX<'a, V>>>(
        self,
        key: &V,
        opt: Opt,
        f: impl Fn(V) -> I,
    ) -> ValX<'a, V> {
        match (self, key) {
            (value @ (V::Arr(_) | V::Null), V::Obj(bounds)) => {
                let (from, to) = (bounds.get("start"), bounds.get("end"));
                value.map_range(from..to, opt, f)
            }
            (value @ (V::Obj(_) | V::Null), V::Str(name)) => {
                let mut object = match value {
                    V::Obj(object) => object,
                    _ => Rc::default(),
                };
                // The old value is taken out, so that it can be changed in place.
                let len = object.len();
                let target = own(&mut object, len);
                let old = match target.get(name) {
                    Some(_) => {
                        let old = target.get(name).cloned().unwrap_or_default();
                        target.insert(Rc::from(name.as_str()), V::Null);
                        old
                    }
                    None => V::Null,
                };
                match f(old).next().transpose()? {
                    Some(new) => drop(target.insert(Rc::from(name.as_str()), new)),
                    None => drop(target.remove(name)),
                }
                Ok(V::Obj(object))
            }
            (value @ (V::Arr(_) | V::Null), V::Int(_) | V::Float(_)) => {
                let mut array = match value {
                    V::Arr(array) => array,
                    _ => Rc::default(),
                };
                let len = array.items.len();
                let Some(at) = key.place(len).and_then(|at| usize::try_from(at).ok()) else {
                    return opt.fail(V::Arr(array), |_| {
                        Exn::from(Error::str("Out of bounds negative array index"))
                    });
                };
                let target: &mut Arr = own(&mut array, len);
                let old = target.items.get(at).cloned().unwrap_or_default();
                if at < len {
                    target.put(at, V::Null);
                }
                match f(old).next().transpose()? {
                    Some(new) => target.put(at, new),
                    None if at < len => drop(target.items.remove(at)),
                    None => {}
                }
                Ok(V::Arr(array))
            }
            (value, key) => opt.fail(value, |value| Exn::from(no_index(&value, key))),
        }
    }

    fn map_range<'a, I: Iterator<Item = ValX<'a, V>>>(
        self,
        range: Range<Option<&V>>,
        opt: Opt,
        f: impl Fn(V) -> I,
    ) -> ValX<'a, V> {
        let array = match self {
            V::Arr(array) => array,
            V::Null => Rc::default(),
            other => {
                return opt.fail(other, |other| {
                    Exn::from(Error::str(format!(
                        "Cannot update field at object index of {}",
                        other.type_name()
                    )))
                });
            }
        };
        let (from, to) = V::bounds(array.items.len(), range.start, range.end)?;
        let part = |from: usize, to: usize| array.items.get(from..to).unwrap_or_default().to_vec();
        let mut items = part(0, from);
        match f(V::array(part(from, to))).next().transpose()? {
            Some(V::Arr(new)) => items.extend(new.items.iter().cloned()),
            Some(_) => {
                return Err(Exn::from(Error::str(
                    "A slice of an array can only be assigned another array",
                )));
            }
            None => {}
        }
        items.extend(part(to, array.items.len()));
        Ok(V::array(items))
    }

    fn as_bool(&self) -> bool {
        self.truth()
    }

    fn into_string(self) -> V {
        match self {
            V::Str(text) => V::Str(text),
            other => V::text(other.json()),
        }
    }
}

impl jaq_std::ValT for V {
    fn into_seq<S: FromIterator<V>>(self) -> Result<S, V> {
        match self {
            V::Arr(array) => {
                fuel::spend(array.items.len());
                Ok(array.items.iter().cloned().collect())
            }
            other => Err(other),
        }
    }

    fn is_int(&self) -> bool {
        matches!(self, V::Int(_))
    }

    fn as_isize(&self) -> Option<isize> {
        match self {
            V::Int(number) => isize::try_from(*number).ok(),
            _ => None,
        }
    }

    fn as_f64(&self) -> Option<f64> {
        self.float()
    }

    fn is_utf8_str(&self) -> bool {
        matches!(self, V::Str(_))
    }

    fn as_bytes(&self) -> Option<&[u8]> {
        match self {
            V::Str(text) => {
                fuel::spend(text.len() / 16);
                Some(text.as_bytes())
            }
            _ => None,
        }
    }

    fn as_sub_str(&self, part: &[u8]) -> V {
        V::text(String::from_utf8_lossy(part))
    }

    fn from_utf8_bytes(bytes: impl AsRef<[u8]> + Send + 'static) -> V {
        V::text(String::from_utf8_lossy(bytes.as_ref()))
    }
}
