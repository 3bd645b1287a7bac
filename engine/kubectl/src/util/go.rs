//! Texts as Go's `fmt` and `strconv` packages form them: quoted strings and printed values.
//!
//! kubectl's messages are full of `%q`, `%v` and, in jsonpath's errors, `%#v`; this is the one place that knows them.

use serde_json::Value;

/// `%q` of a string.
pub fn quote(text: &str) -> String {
    apimachinery::gotext::quote(text).into()
}

/// `%v` of a slice of strings: `[a b]`.
pub fn slice(items: &[impl AsRef<str>]) -> String {
    let items: Vec<&str> = items.iter().map(AsRef::as_ref).collect();
    format!("[{}]", items.join(" "))
}

/// `%v` of a decoded JSON value: `map[a:b c:[1 2]]`.
pub fn display(value: &Value) -> String {
    let mut out = String::new();
    display_into(value, &mut out);
    out
}

fn display_into(value: &Value, out: &mut String) {
    match value {
        Value::Null => out.push_str("<nil>"),
        Value::Bool(b) => out.push_str(if *b { "true" } else { "false" }),
        Value::Number(n) => out.push_str(&number(n)),
        Value::String(s) => out.push_str(s),
        Value::Array(items) => {
            out.push('[');
            for (i, item) in items.iter().enumerate() {
                if i > 0 {
                    out.push(' ');
                }
                display_into(item, out);
            }
            out.push(']');
        }
        Value::Object(map) => {
            out.push_str("map[");
            for (i, (key, item)) in map.iter().enumerate() {
                if i > 0 {
                    out.push(' ');
                }
                out.push_str(key);
                out.push(':');
                display_into(item, out);
            }
            out.push(']');
        }
    }
}

/// A number as `%v` prints an `int64` or `float64`.
pub fn number(n: &serde_json::Number) -> String {
    match n.as_f64() {
        Some(f) if n.is_f64() => float(f),
        _ => n.to_string(),
    }
}

/// `%v` of a `float64`: shortest digits, with an exponent below -4 and from 6 on.
pub fn float(f: f64) -> String {
    let text = format!("{:e}", f.abs());
    let Some((mantissa, exponent)) = text.split_once('e') else {
        return text;
    };
    let power: i32 = exponent.parse().unwrap_or(0);
    let sign = if f.is_sign_negative() { "-" } else { "" };
    if f == 0.0 || (-4..6).contains(&power) {
        return format!("{sign}{}", f.abs());
    }
    let direction = if power < 0 { '-' } else { '+' };
    format!("{sign}{mantissa}e{direction}{:02}", power.abs())
}

/// `%#v` of a decoded JSON value: `map[string]interface {}{"a":"b"}`.
pub fn syntax(value: &Value) -> String {
    let mut out = String::new();
    syntax_into(value, &mut out);
    out
}

fn syntax_into(value: &Value, out: &mut String) {
    match value {
        Value::Null => out.push_str("interface {}(nil)"),
        Value::Bool(_) | Value::Number(_) => display_into(value, out),
        Value::String(s) => out.push_str(&quote(s)),
        Value::Array(items) => {
            out.push_str("[]interface {}{");
            for (i, item) in items.iter().enumerate() {
                if i > 0 {
                    out.push_str(", ");
                }
                syntax_into(item, out);
            }
            out.push('}');
        }
        Value::Object(map) => {
            out.push_str("map[string]interface {}{");
            for (i, (key, item)) in map.iter().enumerate() {
                if i > 0 {
                    out.push_str(", ");
                }
                out.push_str(&quote(key));
                out.push(':');
                syntax_into(item, out);
            }
            out.push('}');
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn quotes_like_strconv() {
        assert_eq!(quote("a\"b\n\u{1}\u{a0}é"), "\"a\\\"b\\n\\x01\\u00a0é\"");
    }

    #[test]
    fn prints_values_like_fmt() {
        let value = json!({"b": [1, "x"], "a": null, "c": 1.5});
        assert_eq!(display(&value), "map[a:<nil> b:[1 x] c:1.5]");
        assert_eq!(
            syntax(&value),
            "map[string]interface {}{\"a\":interface {}(nil), \"b\":[]interface {}{1, \"x\"}, \"c\":1.5}"
        );
        for (f, text) in [
            (1e21, "1e+21"),
            (1e-7, "1e-07"),
            (1_234_567.0, "1.234567e+06"),
            (123_456.5, "123456.5"),
            (-0.5, "-0.5"),
            (0.0, "0"),
        ] {
            assert_eq!(float(f), text);
        }
    }
}
