//! Go's `fmt` for template functions: `print`, `println` and `printf`.

use serde_json::Value;

use super::exec::Val;
use crate::util::go;

/// `fmt.Sprint`: a blank between two arguments when neither is a string.
pub(super) fn print(args: &[Val<'_>]) -> String {
    let mut out = String::new();
    for (i, arg) in args.iter().enumerate() {
        if i > 0 && !arg.value.is_string() && !args[i - 1].value.is_string() {
            out.push(' ');
        }
        out.push_str(&go::display(&arg.value));
    }
    out
}

/// `fmt.Sprintln`
pub(super) fn println(args: &[Val<'_>]) -> String {
    let texts: Vec<String> = args.iter().map(|a| go::display(&a.value)).collect();
    texts.join(" ") + "\n"
}

#[derive(Default, Clone, Copy)]
struct Spec {
    minus: bool,
    plus: bool,
    sharp: bool,
    space: bool,
    zero: bool,
    width: Option<usize>,
    precision: Option<usize>,
}

/// Widths and precisions beyond this are cut: nobody means them.
const MAX_WIDTH: usize = 10_000;

/// `fmt.Sprintf`
pub(super) fn sprintf(format: &str, args: &[Val<'_>]) -> String {
    let mut out = String::new();
    let mut used = 0;
    let mut reordered = false;
    let mut rest = format;
    while let Some(at) = rest.find('%') {
        out.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        let mut spec = Spec::default();
        loop {
            match rest.as_bytes().first() {
                Some(b'-') => spec.minus = true,
                Some(b'+') => spec.plus = true,
                Some(b'#') => spec.sharp = true,
                Some(b' ') => spec.space = true,
                Some(b'0') => spec.zero = true,
                _ => break,
            }
            rest = &rest[1..];
        }
        let mut good = index(&mut rest, args.len(), &mut used, &mut reordered);
        let star =
            |rest: &mut &str, used: &mut usize, out: &mut String, bad: &str| -> Option<i64> {
                *rest = &rest[1..];
                let n = args.get(*used).and_then(|a| a.value.as_i64());
                *used += 1;
                if n.is_none() {
                    out.push_str(bad);
                }
                n
            };
        if rest.starts_with('*') {
            if let Some(n) = star(&mut rest, &mut used, &mut out, "%!(BADWIDTH)") {
                spec.minus |= n < 0;
                spec.width = Some((n.unsigned_abs() as usize).min(MAX_WIDTH));
            }
        } else {
            spec.width = digits(&mut rest);
        }
        if rest.starts_with('.') {
            rest = &rest[1..];
            good &= index(&mut rest, args.len(), &mut used, &mut reordered);
            if rest.starts_with('*') {
                spec.precision = star(&mut rest, &mut used, &mut out, "%!(BADPREC)")
                    .and_then(|n| usize::try_from(n).ok())
                    .map(|n| n.min(MAX_WIDTH));
            } else {
                spec.precision = Some(digits(&mut rest).unwrap_or(0));
            }
        }
        good &= index(&mut rest, args.len(), &mut used, &mut reordered);
        let Some(verb) = rest.chars().next() else {
            out.push_str("%!(NOVERB)");
            break;
        };
        rest = &rest[verb.len_utf8()..];
        if verb == '%' {
            out.push('%');
            continue;
        }
        if !good {
            out.push_str(&format!("%!{verb}(BADINDEX)"));
            continue;
        }
        match args.get(used) {
            None => out.push_str(&format!("%!{verb}(MISSING)")),
            Some(arg) => {
                used += 1;
                format_into(verb, spec, &arg.value, arg.type_name(), &mut out);
            }
        }
    }
    out.push_str(rest.split('%').next().unwrap_or(""));
    if !reordered && used < args.len() {
        out.push_str("%!(EXTRA ");
        for (i, arg) in args[used..].iter().enumerate() {
            if i > 0 {
                out.push_str(", ");
            }
            match &*arg.value {
                Value::Null => out.push_str("<nil>"),
                value => out.push_str(&format!("{}={}", arg.type_name(), go::display(value))),
            }
        }
        out.push(')');
    }
    out
}

/// `[3]`: says which argument comes next. Whether there is one of that number.
fn index(rest: &mut &str, args: usize, used: &mut usize, reordered: &mut bool) -> bool {
    let Some(inner) = rest.strip_prefix('[') else {
        return true;
    };
    *reordered = true;
    let Some((number, after)) = inner.split_once(']') else {
        *rest = inner;
        return false;
    };
    *rest = after;
    match number.parse::<usize>() {
        Ok(n) if (1..=args).contains(&n) => {
            *used = n - 1;
            true
        }
        _ => false,
    }
}

fn digits(rest: &mut &str) -> Option<usize> {
    let len = rest.bytes().take_while(u8::is_ascii_digit).count();
    if len == 0 {
        return None;
    }
    let n = rest[..len].parse::<usize>().unwrap_or(MAX_WIDTH);
    *rest = &rest[len..];
    Some(n.min(MAX_WIDTH))
}

fn pad(spec: Spec, text: &str, out: &mut String) {
    let width = spec.width.unwrap_or(0);
    let missing = width.saturating_sub(text.chars().count());
    if spec.minus {
        out.push_str(text);
        out.extend(std::iter::repeat_n(' ', missing));
    } else {
        out.extend(std::iter::repeat_n(
            if spec.zero { '0' } else { ' ' },
            missing,
        ));
        out.push_str(text);
    }
}

fn bad(verb: char, value: &Value, kind: &str, out: &mut String) {
    match value {
        Value::Null => out.push_str(&format!("%!{verb}(<nil>)")),
        value => out.push_str(&format!("%!{verb}({kind}={})", go::display(value))),
    }
}

fn format_into(verb: char, spec: Spec, value: &Value, kind: &str, out: &mut String) {
    match (verb, value) {
        ('T', _) => pad(spec, kind, out),
        ('v', Value::Null) => pad(spec, "<nil>", out),
        ('v', value) if spec.sharp => pad(spec, &go::syntax(value), out),
        (_, Value::Object(map)) => {
            out.push_str("map[");
            for (i, (key, item)) in map.iter().enumerate() {
                if i > 0 {
                    out.push(' ');
                }
                format_into(verb, spec, &Value::String(key.clone()), "string", out);
                out.push(':');
                format_into(verb, spec, item, plain_kind(item), out);
            }
            out.push(']');
        }
        (_, Value::Array(items)) => {
            out.push('[');
            for (i, item) in items.iter().enumerate() {
                if i > 0 {
                    out.push(' ');
                }
                format_into(verb, spec, item, plain_kind(item), out);
            }
            out.push(']');
        }
        (_, Value::String(text)) => string(verb, spec, text, out),
        ('t' | 'v', Value::Bool(b)) => pad(
            Spec {
                zero: false,
                ..spec
            },
            if *b { "true" } else { "false" },
            out,
        ),
        (_, Value::Number(n)) => match n.as_i64() {
            Some(i) if !n.is_f64() => integer(verb, spec, i, kind, out),
            _ => float(verb, spec, n.as_f64().unwrap_or(0.0), kind, out),
        },
        (verb, value) => bad(verb, value, kind, out),
    }
}

fn plain_kind(value: &Value) -> &'static str {
    Val {
        value: std::borrow::Cow::Borrowed(value),
        made: false,
    }
    .type_name()
}

fn string(verb: char, spec: Spec, text: &str, out: &mut String) {
    let cut: String = match spec.precision {
        Some(n) => text.chars().take(n).collect(),
        None => text.to_owned(),
    };
    match verb {
        's' | 'v' => pad(spec, &cut, out),
        'q' if spec.sharp && !cut.contains('`') => pad(spec, &format!("`{cut}`"), out),
        'q' => pad(spec, &go::quote(&cut), out),
        'x' | 'X' => {
            let separator = if spec.space { " " } else { "" };
            let bytes: Vec<String> = cut
                .bytes()
                .map(|b| {
                    if verb == 'x' {
                        format!("{b:02x}")
                    } else {
                        format!("{b:02X}")
                    }
                })
                .collect();
            pad(spec, &bytes.join(separator), out);
        }
        verb => bad(verb, &Value::String(text.to_owned()), "string", out),
    }
}

fn integer(verb: char, spec: Spec, n: i64, kind: &str, out: &mut String) {
    let magnitude = n.unsigned_abs();
    let (prefix, digits) = match verb {
        'd' | 'v' => ("", magnitude.to_string()),
        'b' => (if spec.sharp { "0b" } else { "" }, format!("{magnitude:b}")),
        'o' => (if spec.sharp { "0" } else { "" }, format!("{magnitude:o}")),
        'O' => ("0o", format!("{magnitude:o}")),
        'x' => (if spec.sharp { "0x" } else { "" }, format!("{magnitude:x}")),
        'X' => (if spec.sharp { "0X" } else { "" }, format!("{magnitude:X}")),
        'c' | 'q' => {
            let c = u32::try_from(n)
                .ok()
                .and_then(char::from_u32)
                .unwrap_or('\u{fffd}');
            let text = if verb == 'c' {
                c.to_string()
            } else {
                format!("'{c}'")
            };
            return pad(
                Spec {
                    zero: false,
                    ..spec
                },
                &text,
                out,
            );
        }
        'U' => {
            return pad(
                Spec {
                    zero: false,
                    ..spec
                },
                &format!("U+{magnitude:04X}"),
                out,
            );
        }
        'e' | 'f' | 'g' | 's' | 't' | 'p' | 'E' | 'F' | 'G' => {
            return bad(verb, &n.into(), kind, out);
        }
        verb => return bad(verb, &n.into(), kind, out),
    };
    let mut digits = digits;
    if let Some(precision) = spec.precision {
        while digits.len() < precision {
            digits.insert(0, '0');
        }
    }
    signed(spec, n < 0, prefix, &digits, spec.precision.is_none(), out);
}

/// A number with its sign, filled with zeros behind the sign if asked for.
fn signed(spec: Spec, negative: bool, prefix: &str, digits: &str, fill: bool, out: &mut String) {
    let sign = match (negative, spec.plus, spec.space) {
        (true, _, _) => "-",
        (_, true, _) => "+",
        (_, _, true) => " ",
        _ => "",
    };
    let mut digits = digits.to_owned();
    if spec.zero && fill && !spec.minus {
        let used = sign.len() + prefix.len();
        let width = spec.width.unwrap_or(0);
        while digits.len() + used < width {
            digits.insert(0, '0');
        }
    }
    pad(
        Spec {
            zero: false,
            ..spec
        },
        &format!("{sign}{prefix}{digits}"),
        out,
    );
}

fn float(verb: char, spec: Spec, f: f64, kind: &str, out: &mut String) {
    let magnitude = f.abs();
    let digits = match verb {
        'v' | 'g' | 'G' => match spec.precision {
            None => go::float(magnitude),
            Some(precision) => general(magnitude, precision.max(1)),
        },
        'f' | 'F' => format!("{magnitude:.*}", spec.precision.unwrap_or(6)),
        'e' | 'E' => exponent(&format!("{magnitude:.*e}", spec.precision.unwrap_or(6))),
        verb => {
            let value = serde_json::Number::from_f64(f).map_or(Value::Null, Value::Number);
            return bad(verb, &value, kind, out);
        }
    };
    let digits = if verb.is_uppercase() {
        digits.to_uppercase()
    } else {
        digits
    };
    signed(spec, f.is_sign_negative(), "", &digits, true, out);
}

/// Rust's `1.5e0` as Go's `1.5e+00`.
fn exponent(text: &str) -> String {
    let Some((mantissa, exponent)) = text.split_once('e') else {
        return text.to_owned();
    };
    let (sign, digits) = match exponent.strip_prefix('-') {
        Some(digits) => ('-', digits),
        None => ('+', exponent),
    };
    format!("{mantissa}e{sign}{digits:0>2}")
}

fn general(magnitude: f64, precision: usize) -> String {
    let scientific = format!("{magnitude:.*e}", precision - 1);
    let power: i32 = scientific
        .split_once('e')
        .and_then(|(_, p)| p.parse().ok())
        .unwrap_or(0);
    let trim = |text: String| {
        if text.contains('.') {
            text.trim_end_matches('0').trim_end_matches('.').to_owned()
        } else {
            text
        }
    };
    if power < -4 || power >= precision as i32 {
        let (mantissa, power) = scientific.split_once('e').unwrap_or((&scientific, "0"));
        return exponent(&format!("{}e{power}", trim(mantissa.to_owned())));
    }
    let decimals = (precision as i32 - 1 - power).max(0) as usize;
    trim(format!("{magnitude:.decimals$}"))
}
