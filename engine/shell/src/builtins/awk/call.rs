//! awk's own functions.

use std::rc::Rc;
use std::time::Duration;

use super::ast::{Expr, Place, Var};
use super::run::{Awk, Done, FS, RLENGTH, RSTART, fatal};
use super::value::{Slot, Value};

/// Calls one of them.
pub(super) async fn builtin(awk: &Rc<Awk>, name: &str, args: &[Expr]) -> Done<Value> {
    match name {
        "split" => return split(awk, args).await,
        "sub" | "gsub" => return substitute(awk, args, name == "gsub").await,
        "match" => return find(awk, args).await,
        "length" => {
            if let [Expr::Get(Place::Var(var))] = args
                && let Some(count) = awk.array_length(*var)
            {
                return Ok(count);
            }
        }
        _ => {}
    }
    let mut values = Vec::new();
    for arg in args {
        values.push(awk.eval(arg).await?);
    }
    let number = |at: usize| values.get(at).map_or(0.0, Value::number);
    let text = |at: usize| {
        values
            .get(at)
            .map_or_else(|| "".into(), |value| awk.text_of(value))
    };
    Ok(match name {
        "length" => {
            let text = if values.is_empty() {
                awk.text_of(&awk.field(0))
            } else {
                text(0)
            };
            count(text.chars().count())
        }
        "substr" => {
            let from = number(1).round();
            let end = if values.len() > 2 {
                from + number(2).round()
            } else {
                f64::INFINITY
            };
            let kept = text(0)
                .chars()
                .zip(1_u32..)
                .filter(|(_, at)| f64::from(*at) >= from && f64::from(*at) < end)
                .map(|(c, _)| c)
                .collect::<String>();
            Value::text(kept)
        }
        "index" => {
            let all = text(0);
            count(
                all.find(&*text(1))
                    .map_or(0, |at| all[..at].chars().count() + 1),
            )
        }
        "sprintf" => {
            let (text, error) = format(awk, &values);
            if let Some(error) = error {
                return fatal(error);
            }
            Value::text(text)
        }
        "sin" => Value::Number(number(0).sin()),
        "cos" => Value::Number(number(0).cos()),
        "atan2" => Value::Number(number(0).atan2(number(1))),
        "exp" => Value::Number(number(0).exp()),
        "log" => Value::Number(number(0).ln()),
        "sqrt" => Value::Number(number(0).sqrt()),
        "int" => Value::Number(number(0).trunc()),
        "rand" => Value::Number(awk.random.borrow_mut().fraction()),
        "srand" => {
            let seed = if values.is_empty() {
                awk.proc.now().as_micros() as f64 / 1e6
            } else {
                number(0)
            };
            *awk.random.borrow_mut() = awk.proc.sim().rng(&format!("awk/srand/{seed}"));
            Value::Number(awk.seed.replace(seed))
        }
        "tolower" => Value::text(text(0).to_lowercase()),
        "toupper" => Value::text(text(0).to_uppercase()),
        "system" => {
            let command = vec!["sh".into(), "-c".into(), text(0).to_string()];
            let status = crate::builtins::xargs::run_command(&awk.proc, "awk", command).await;
            Value::Number(f64::from(status))
        }
        "close" => Value::Number(f64::from(awk.outputs.close(&text(0)).await)),
        "systime" => Value::Number((awk.proc.now().as_micros() / 1_000_000) as f64),
        "strftime" => {
            let format = if values.is_empty() {
                "%a %b %e %H:%M:%S %Z %Y".into()
            } else {
                text(0)
            };
            let time = if values.len() > 1 {
                sim::Time::from_secs(number(1) as i64)
            } else {
                awk.proc.now()
            };
            Value::text(crate::datetime::format(time, &format))
        }
        "fflush" => Value::Number(0.0),
        _ => return fatal(format!("function {name} never defined")),
    })
}

#[allow(clippy::cast_precision_loss, reason = "lengths of texts")]
fn count(number: usize) -> Value {
    Value::Number(number as f64)
}

impl Awk {
    fn array_length(&self, var: Var) -> Option<Value> {
        self.with_slot(var, |slot| match slot {
            Slot::Array(array) => Some(count(array.borrow().len())),
            _ => None,
        })
        .flatten()
    }
}

async fn split(awk: &Rc<Awk>, args: &[Expr]) -> Done<Value> {
    let [text, Expr::Get(Place::Var(array)), rest @ ..] = args else {
        return fatal("split: the second argument must be an array");
    };
    let text = awk.eval(text).await?;
    let text = awk.text_of(&text);
    let separator = match rest.first() {
        None => awk.text_of(&awk.global(FS)),
        Some(Expr::Regex(pattern)) => pattern.clone(),
        Some(other) => {
            let value = awk.eval(other).await?;
            awk.text_of(&value)
        }
    };
    let parts = awk.split(&text, &separator)?;
    let array = awk.array(*array)?;
    let mut array = array.borrow_mut();
    array.clear();
    let found = parts.len();
    for (at, part) in parts.into_iter().enumerate() {
        array.insert((at + 1).to_string(), Value::Input(part.into()));
    }
    Ok(count(found))
}

async fn substitute(awk: &Rc<Awk>, args: &[Expr], all: bool) -> Done<Value> {
    let [pattern, with, rest @ ..] = args else {
        return fatal("sub: not enough arguments");
    };
    let regex = awk.regex_of(pattern).await?;
    let with = awk.eval(with).await?;
    let with = awk.text_of(&with);
    let record = Place::Field(Box::new(Expr::Number(0.0)));
    let place = match rest.first() {
        None => &record,
        Some(Expr::Get(place)) => place,
        Some(_) => return fatal("sub: the third argument must be a variable"),
    };
    let text = match rest.first() {
        None => awk.field(0),
        Some(expr) => awk.eval(expr).await?,
    };
    let text = awk.text_of(&text);
    let mut out = String::new();
    let mut from = 0;
    let mut made = 0;
    // Long texts take longer.
    let time = Duration::from_nanos(50 * text.len() as u64);
    awk.proc.cpu(time).await;
    for (start, end) in regex.find_all(&text) {
        out.push_str(&text[from..start]);
        let mut chars = with.chars().peekable();
        while let Some(c) = chars.next() {
            match (c, chars.peek()) {
                ('\\', Some(next @ ('&' | '\\'))) => {
                    out.push(*next);
                    chars.next();
                }
                ('&', _) => out.push_str(&text[start..end]),
                (c, _) => out.push(c),
            }
        }
        from = end;
        made += 1;
        if out.len() > super::run::MAX_TEXT {
            return fatal("text too long");
        }
        if !all {
            break;
        }
    }
    if made > 0 {
        out.push_str(&text[from..]);
        awk.set(place, Value::text(out)).await?;
    }
    Ok(count(made))
}

async fn find(awk: &Rc<Awk>, args: &[Expr]) -> Done<Value> {
    let [text, pattern, ..] = args else {
        return fatal("match: not enough arguments");
    };
    let text = awk.eval(text).await?;
    let text = awk.text_of(&text);
    let regex = awk.regex_of(pattern).await?;
    let found = regex
        .captures_at(&text, 0)
        .and_then(|groups| groups.first().copied().flatten());
    let (start, length) = match found {
        Some((start, end)) => (
            count(text[..start].chars().count() + 1),
            count(text[start..end].chars().count()),
        ),
        None => (Value::Number(0.0), Value::Number(-1.0)),
    };
    awk.set_global(RSTART, start.clone());
    awk.set_global(RLENGTH, length);
    Ok(start)
}

/// What `printf` prints, and an error if the format wants more than there is.
pub(super) fn format(awk: &Awk, values: &[Value]) -> (String, Option<String>) {
    let Some((format, args)) = values.split_first() else {
        return (String::new(), None);
    };
    let format = awk.text_of(format);
    let mut args = args.iter();
    let mut out = String::new();
    let mut rest = &*format;
    while let Some(at) = rest.find('%') {
        out.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        let mut spec = String::from("%");
        let kind = loop {
            let Some(c) = rest.chars().next() else {
                out.push_str(&spec);
                return (out, None);
            };
            rest = &rest[c.len_utf8()..];
            match c {
                '*' => spec.push_str(&args.next().map_or(0.0, Value::number).trunc().to_string()),
                '0'..='9' | '.' | '-' | '+' | ' ' | '#' => spec.push(c),
                'l' | 'h' => {}
                c => break c,
            }
        };
        if kind == '%' {
            out.push('%');
            continue;
        }
        if !"diouxXeEfFgGcs".contains(kind) {
            out.push_str(&spec);
            out.push(kind);
            continue;
        }
        let Some(value) = args.next() else {
            return (
                out,
                Some(format!(
                    "not enough arguments passed to sprintf(\"{format}\")"
                )),
            );
        };
        #[allow(clippy::cast_possible_truncation, reason = "saturates, as awk's do")]
        let text = match kind {
            'd' | 'i' | 'o' | 'u' | 'x' | 'X' => (value.number().trunc() as i64).to_string(),
            'c' => match value {
                Value::Number(code) => char::from_u32(*code as u32)
                    .map(String::from)
                    .unwrap_or_default(),
                value => awk
                    .text_of(value)
                    .chars()
                    .next()
                    .map(String::from)
                    .unwrap_or_default(),
            },
            's' => awk.text_of(value).to_string(),
            _ => value.number().to_string(),
        };
        spec.push(kind);
        out.push_str(&crate::builtins::printf::format_text(
            &spec,
            &[text],
            awk.proc.now(),
        ));
    }
    out.push_str(rest);
    (out, None)
}
