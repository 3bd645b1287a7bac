//! The functions of templates.

use std::borrow::Cow;
use std::cmp::Ordering;

use serde_json::Value;

use super::exec::Val;
use super::printf::{print, println, sprintf};
use crate::util::{base64, go};

/// How many arguments a function takes: least and most.
pub(super) fn arity(name: &str) -> (usize, usize) {
    match name {
        "base64decode" | "len" | "not" => (1, 1),
        "ne" | "lt" | "le" | "gt" | "ge" => (2, 2),
        "html" | "js" | "urlquery" | "print" | "println" => (0, usize::MAX),
        _ => (1, usize::MAX),
    }
}

/// Calls a function; the error is its own, without the place.
pub(super) fn call<'a>(name: &str, args: Vec<Val<'a>>) -> Result<Val<'a>, String> {
    let text = |text: String| Ok(Val::made(Value::String(text)));
    let truth = |truth: bool| Ok(Val::made(Value::Bool(truth)));
    let mut args = args;
    match name {
        "not" => truth(!args.first().is_some_and(Val::truth)),
        "len" => match args.first().map(|a| &*a.value) {
            Some(Value::String(s)) => Ok(Val::made(s.len().into())),
            Some(Value::Array(a)) => Ok(Val::made(a.len().into())),
            Some(Value::Object(m)) => Ok(Val::made(m.len().into())),
            Some(Value::Null) | None => {
                Err("reflect: call of reflect.Value.Type on zero Value".to_owned())
            }
            Some(_) => Err(format!("len of type {}", args[0].type_name())),
        },
        "index" => {
            let item = args.remove(0);
            index(item, &args)
        }
        "slice" => slice(&args),
        "exists" => truth(exists(&args)),
        "base64decode" => {
            let decoded =
                base64::decode(args[0].value.as_str().unwrap_or_default()).map_err(|at| {
                    format!("base64 decode failed: illegal base64 data at input byte {at}")
                })?;
            text(String::from_utf8_lossy(&decoded).into_owned())
        }
        "print" => text(print(&args)),
        "println" => text(println(&args)),
        "printf" => text(sprintf(
            args[0].value.as_str().unwrap_or_default(),
            &args[1..],
        )),
        "html" => text(html(&plain(&args))),
        "js" => text(js(&plain(&args))),
        "urlquery" => text(crate::transport::escape(&plain(&args))),
        "eq" => equal(&args).and_then(truth),
        "ne" => equal(&args).and_then(|t| truth(!t)),
        "lt" => less(&args[0], &args[1]).and_then(truth),
        "ge" => less(&args[0], &args[1]).and_then(|t| truth(!t)),
        "le" => Ok(less(&args[0], &args[1])? || equal(&args)?).and_then(truth),
        "gt" => Ok(!(less(&args[0], &args[1])? || equal(&args)?)).and_then(truth),
        name => Err(format!("no such function {name}")),
    }
}

/// Arguments as one text, `<no value>` for nothing.
fn plain(args: &[Val<'_>]) -> String {
    match args {
        [one] => match &*one.value {
            Value::Null => "<no value>".to_owned(),
            value => go::display(value),
        },
        args => print(args),
    }
}

fn index<'a>(mut item: Val<'a>, indexes: &[Val<'a>]) -> Result<Val<'a>, String> {
    for at in indexes {
        let not_number = || format!("cannot index slice/array with type {}", at.type_name());
        let position = |len: usize| {
            let n = at.value.as_i64().ok_or_else(not_number)?;
            usize::try_from(n)
                .ok()
                .filter(|n| *n < len)
                .ok_or_else(|| format!("index out of range: {n}"))
        };
        let key = || match &*at.value {
            Value::String(key) => Ok(key),
            Value::Null => Err("value is nil; should be of type string".to_owned()),
            _ => Err(format!(
                "value has type {}; should be string",
                at.type_name()
            )),
        };
        let value = match item.value {
            Cow::Borrowed(Value::Array(items)) => Cow::Borrowed(&items[position(items.len())?]),
            Cow::Owned(Value::Array(mut items)) => {
                Cow::Owned(items.swap_remove(position(items.len())?))
            }
            Cow::Borrowed(Value::Object(map)) => map
                .get(key()?)
                .map_or(Cow::Owned(Value::Null), Cow::Borrowed),
            Cow::Owned(Value::Object(mut map)) => {
                Cow::Owned(map.remove(key()?).unwrap_or(Value::Null))
            }
            Cow::Borrowed(Value::String(_)) | Cow::Owned(Value::String(_)) => {
                let text = item.value.as_str().unwrap_or_default();
                Cow::Owned(text.as_bytes()[position(text.len())?].into())
            }
            Cow::Borrowed(Value::Null) | Cow::Owned(Value::Null) => {
                return Err("index of untyped nil".to_owned());
            }
            _ => return Err(format!("can't index item of type {}", item.type_name())),
        };
        item = Val { value, made: false };
    }
    Ok(item)
}

fn slice<'a>(args: &[Val<'a>]) -> Result<Val<'a>, String> {
    let item = &args[0];
    let len = match &*item.value {
        Value::String(s) => s.len(),
        Value::Array(a) => a.len(),
        Value::Null => return Err("slice of untyped nil".to_owned()),
        _ => return Err(format!("can't slice item of type {}", item.type_name())),
    };
    if args.len() > 4 {
        return Err(format!("too many slice indexes: {}", args.len() - 1));
    }
    if args.len() == 4 && item.value.is_string() {
        return Err("cannot 3-index slice a string".to_owned());
    }
    let mut bounds = [0, len, len];
    for (bound, arg) in bounds.iter_mut().zip(&args[1..]) {
        let n = arg
            .value
            .as_i64()
            .ok_or_else(|| format!("cannot index slice/array with type {}", arg.type_name()))?;
        *bound = usize::try_from(n)
            .ok()
            .filter(|n| *n <= len)
            .ok_or_else(|| format!("index out of range: {n}"))?;
    }
    if bounds[0] > bounds[1] {
        return Err(format!(
            "invalid slice index: {} > {}",
            bounds[0], bounds[1]
        ));
    }
    let value = match &*item.value {
        Value::Array(items) => Value::Array(items[bounds[0]..bounds[1]].to_vec()),
        value => {
            let bytes = &value.as_str().unwrap_or_default().as_bytes()[bounds[0]..bounds[1]];
            Value::String(String::from_utf8_lossy(bytes).into_owned())
        }
    };
    Ok(Val {
        value: Cow::Owned(value),
        made: item.made,
    })
}

fn exists(args: &[Val<'_>]) -> bool {
    let mut value = &*args[0].value;
    for at in &args[1..] {
        let next = match (value, &*at.value) {
            (Value::Object(map), Value::String(key)) => map.get(key),
            (Value::Array(items), Value::Number(n)) => n
                .as_i64()
                .and_then(|n| usize::try_from(n).ok())
                .and_then(|n| items.get(n)),
            _ => None,
        };
        match next {
            Some(next) => value = next,
            None => return false,
        }
    }
    !value.is_null()
}

fn equal(args: &[Val<'_>]) -> Result<bool, String> {
    let first = &args[0];
    let comparable = |v: &Val<'_>| match &*v.value {
        Value::Array(_) | Value::Object(_) => Err(format!(
            "non-comparable type {}: {}",
            go::display(&v.value),
            v.type_name()
        )),
        _ => Ok(()),
    };
    comparable(first)?;
    if args.len() < 2 {
        return Err("missing argument for comparison".to_owned());
    }
    for other in &args[1..] {
        let same = match (&*first.value, &*other.value) {
            (Value::Null, other) => other.is_null(),
            (_, Value::Null) => false,
            (Value::Number(a), Value::Number(b)) if a.is_f64() == b.is_f64() => {
                a.as_f64() == b.as_f64() && a.as_i64() == b.as_i64()
            }
            (Value::String(a), Value::String(b)) => a == b,
            (Value::Bool(a), Value::Bool(b)) => a == b,
            _ => return Err(incompatible(first, other)),
        };
        comparable(other)?;
        if same {
            return Ok(true);
        }
    }
    Ok(false)
}

fn less(a: &Val<'_>, b: &Val<'_>) -> Result<bool, String> {
    let ordering = match (&*a.value, &*b.value) {
        (Value::Number(x), Value::Number(y)) if x.is_f64() == y.is_f64() => {
            match (x.as_i64(), y.as_i64()) {
                (Some(x), Some(y)) => Some(x.cmp(&y)),
                _ => x.as_f64().partial_cmp(&y.as_f64()),
            }
        }
        (Value::String(x), Value::String(y)) => Some(x.cmp(y)),
        (
            Value::Number(_) | Value::String(_) | Value::Bool(_),
            Value::Number(_) | Value::String(_) | Value::Bool(_),
        ) if !(a.value.is_boolean() && b.value.is_boolean()) => {
            return Err(incompatible(a, b));
        }
        _ => return Err("invalid type for comparison".to_owned()),
    };
    Ok(ordering == Some(Ordering::Less))
}

fn incompatible(a: &Val<'_>, b: &Val<'_>) -> String {
    format!(
        "incompatible types for comparison: {} and {}",
        a.type_name(),
        b.type_name()
    )
}

fn html(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&#34;"),
            '\'' => out.push_str("&#39;"),
            '\0' => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}

fn js(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' | '\'' | '"' => {
                out.push('\\');
                out.push(c);
            }
            '<' | '>' | '&' | '=' => out.push_str(&format!("\\u{:04X}", c as u32)),
            c if (c as u32) < 0x20 => out.push_str(&format!("\\u{:04X}", c as u32)),
            c => out.push(c),
        }
    }
    out
}
