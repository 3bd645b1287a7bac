//! Filters that jaq leaves to those who bring the values, and those that would not see the end of their steps.

use std::rc::Rc;

use jaq_core::box_iter::box_once;
use jaq_core::native::{Fun, bome, run, unary, v};
use jaq_core::{Error, Exn};

use super::depth;
use super::fuel;
use super::machine::Own;
use super::read::Reader;
use super::value::V;

/// Definitions in jq's own language: formats that jaq keeps elsewhere, and filters that it does not know.
pub(super) const DEFS: &str = r##"
def now: $__now; def env: $ENV;
def inputs: def r: (try [input] catch null) as $i | if $i then $i[0], r else empty end; r;
def not_csv($what): error("\(type) (\(tojson)) cannot be \($what)-formatted, only an array can be");
def @csv: if type == "array" then map(if type == "string" then "\"" + gsub("\""; "\"\"") + "\"" elif . == null then "" else tostring end) | join(",") else not_csv("csv") end;
def @tsv: if type == "array" then map(if type == "string" then gsub("\\\\"; "\\\\") | gsub("\t"; "\\t") | gsub("\n"; "\\n") elif . == null then "" else tostring end) | join("\t") else not_csv("tsv") end;
def @json: tojson;
def toboolean: if type == "boolean" then . elif . == "true" then true elif . == "false" then false else error("\(type) (\(tojson)) cannot be parsed as a boolean") end;
def transpose: [range([.[] | length] | max) as $i | [.[][$i]]];
def in(xs): . as $x | xs | has($x); def inside(xs): . as $x | xs | contains($x);
def index($i): indices($i)[0]; def rindex($i): indices($i)[-1];
def IN(s): any(s == .; .); def IN(src; s): any(src == s; .);
def INDEX(stream; f): reduce stream as $row ({}; .[$row | f | tostring] |= $row); def INDEX(f): INDEX(.[]; f);
def leaf_paths: paths(scalars); def recurse_down: recurse;
def toarray: if type == "array" then . else [.] end;
def ascii: [.] | implode;
def dateadd(u; n): . + n; def datesub(u; n): . - n;
def trimstr($x): ltrimstr($x) | rtrimstr($x);
def tostream: path(def r: (.[]? | r), .; r) as $p | getpath($p) | reduce path(.[]?) as $q ([$p, .]; [$p + $q]);
def fromstream(f): {x: null, e: false} as $init | foreach f as $i ($init; if .e then $init else . end | if $i | length == 2 then setpath(["e"]; $i[0] | length == 0) | setpath(["x"] + $i[0]; $i[1]) else setpath(["e"]; $i[0] | length == 1) end; if .e then .x else empty end);
def truncate_stream(stream): . as $n | null | stream | . as $input | if (.[0] | length) > $n then setpath([0]; .[0][$n:]) else empty end;
def have_decnum: false; def have_literal_numbers: true;
"##;

/// The filters, by their names.
pub(super) fn all() -> impl Iterator<Item = Fun<Own>> {
    plain().into_iter().map(run::<Own>)
}

type Plain = jaq_core::native::Filter<jaq_core::RunPtr<Own>>;

fn plain() -> Vec<Plain> {
    vec![
        ("range", v(3), |mut cv| {
            let by = cv.0.pop_var();
            let to = cv.0.pop_var();
            let mut next = Some(cv.0.pop_var());
            let up = by >= V::Int(0);
            let none = by == V::Int(0);
            Box::new(std::iter::from_fn(move || {
                let at = next.take()?;
                let within = if none {
                    at != to
                } else if up {
                    at < to
                } else {
                    at > to
                };
                if !within || !fuel::spend(1) {
                    return None;
                }
                match at.clone() + by.clone() {
                    Ok(after) => next = Some(after),
                    Err(error) => return Some(Err(Exn::from(error))),
                }
                Some(Ok(at))
            }))
        }),
        ("deeper__", v(0), |cv| {
            let depth = cv.1.place(0).unwrap_or(0);
            if depth >= depth::MAX {
                fuel::exhausted(fuel::Why::Stack);
            }
            box_once(Ok(V::Int(depth + 1)))
        }),
        // jaq divides by zero for these, which is an error here as in jq.
        ("nan", v(0), |_| box_once(Ok(V::Float(f64::NAN)))),
        ("infinite", v(0), |_| box_once(Ok(V::Float(f64::INFINITY)))),
        ("fromjson", v(0), |cv| {
            let V::Str(text) = &cv.1 else {
                let error = format!("{} cannot be parsed as JSON", cv.1.told());
                return box_once(Err(Exn::from(Error::str(error))));
            };
            fuel::spend(text.len() / 8);
            let mut reader = Reader::new(text.as_bytes());
            match reader.next() {
                None => bome(Ok(V::Null)),
                Some(Ok(value)) => match reader.next() {
                    None => bome(Ok(value)),
                    Some(_) => bome(Err(Error::str(format!(
                        "Unexpected extra JSON values (while parsing '{text}')"
                    )))),
                },
                Some(Err(error)) => {
                    let error = format!("{error} (while parsing '{text}')");
                    bome(Err(Error::str(error)))
                }
            }
        }),
        ("tojson", v(0), |cv| bome(Ok(V::text(cv.1.json())))),
        ("length", v(0), |cv| bome(cv.1.length())),
        ("keys_unsorted", v(0), |cv| match &cv.1 {
            V::Obj(object) => {
                let keys = object.entries().into_iter();
                bome(Ok(V::array(keys.map(|e| V::text(&**e.0)).collect())))
            }
            V::Arr(array) => {
                let places = 0..array.items.len();
                bome(Ok(V::array(places.map(V::from).collect())))
            }
            other => bome(Err(Error::str(format!("{} has no keys", other.told())))),
        }),
        ("contains", v(1), |cv| {
            unary(cv, |own, other| own.contains(&other).map(V::from))
        }),
        ("has", v(1), |cv| {
            unary(cv, |own, key| match (&own, &key) {
                (V::Obj(object), V::Str(key)) => Ok(V::from(object.get(key).is_some())),
                (V::Arr(array), V::Int(at)) => {
                    let at = usize::try_from(*at).ok();
                    Ok(V::from(at.is_some_and(|at| at < array.items.len())))
                }
                _ => Err(Error::str(format!(
                    "Cannot check whether {} has a {} key",
                    own.type_name(),
                    key.type_name()
                ))),
            })
        }),
        ("indices", v(1), |cv| {
            unary(cv, |own, part| own.indices(&part))
        }),
        ("bsearch", v(1), |cv| {
            unary(cv, |own, wanted| match &own {
                V::Arr(array) => Ok(match array.items.binary_search(&wanted) {
                    Ok(at) => V::from(at),
                    Err(at) => V::Int(-1 - i64::try_from(at).unwrap_or(0)),
                }),
                other => Err(Error::str(format!(
                    "{} cannot be searched from",
                    other.told()
                ))),
            })
        }),
        ("tonumber", v(0), |cv| match &cv.1 {
            V::Int(_) | V::Float(_) => box_once(Ok(cv.1)),
            V::Str(text) => match super::read::number(text.trim()) {
                Some(number) => box_once(Ok(number)),
                None => bome(Err(Error::str(format!(
                    "Cannot parse '{text}' as a number"
                )))),
            },
            other => bome(Err(Error::str(format!(
                "{} cannot be parsed as a number",
                other.told()
            )))),
        }),
        ("input", v(0), |cv| {
            let next = cv.0.data().inputs.borrow_mut().pop_front();
            bome(next.ok_or_else(|| Error::str("No more inputs")))
        }),
        ("debug_empty", v(0), |cv| {
            let text = format!("[\"DEBUG:\",{}]\n", cv.1.json());
            note(&mut cv.0.data().notes.borrow_mut(), &text);
            Box::new(std::iter::empty())
        }),
        ("stderr_empty", v(0), |cv| {
            let text = match &cv.1 {
                V::Str(text) => Rc::clone(text),
                other => Rc::new(other.json()),
            };
            note(&mut cv.0.data().notes.borrow_mut(), &text);
            Box::new(std::iter::empty())
        }),
    ]
}

/// Bytes of notes that are kept until the next output.
const MAX_NOTES: usize = 1 << 20;

fn note(notes: &mut String, text: &str) {
    if notes.len() + text.len() <= MAX_NOTES {
        notes.push_str(text);
    }
}
