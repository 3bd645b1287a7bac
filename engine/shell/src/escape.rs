//! Backslash escapes: of `$'…'`, `echo -e`, `printf`, and quoting a word so that the shell reads it back.

/// The value of `$'…'`.
pub(crate) fn ansi_c(raw: &str) -> String {
    let mut out = Vec::new();
    let mut chars = raw.chars().peekable();
    while let Some(c) = chars.next() {
        if c != '\\' {
            push_char(&mut out, c);
            continue;
        }
        match chars.next() {
            None => out.push(b'\\'),
            Some(c @ ('\'' | '"' | '?' | '\\')) => push_char(&mut out, c),
            Some('c') => {
                if let Some(control) = chars.next() {
                    out.push((control as u32 & 0x1f) as u8);
                }
            }
            Some(c) => match simple(c) {
                Some(byte) => out.push(byte),
                None => match numeric(c, &mut chars, true) {
                    Some(Number::Byte(byte)) => out.push(byte),
                    Some(Number::Char(c)) => push_char(&mut out, c),
                    None => {
                        out.push(b'\\');
                        push_char(&mut out, c);
                    }
                },
            },
        }
    }
    // A NUL ends the string, as in C.
    let end = out.iter().position(|byte| *byte == 0).unwrap_or(out.len());
    String::from_utf8_lossy(&out[..end]).into_owned()
}

fn push_char(out: &mut Vec<u8>, c: char) {
    out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
}

fn simple(c: char) -> Option<u8> {
    Some(match c {
        'a' => 7,
        'b' => 8,
        'e' | 'E' => 27,
        'f' => 12,
        'n' => 10,
        'r' => 13,
        't' => 9,
        'v' => 11,
        '\\' => b'\\',
        _ => return None,
    })
}

enum Number {
    Byte(u8),
    Char(char),
}

type Chars<'a> = std::iter::Peekable<std::str::Chars<'a>>;

/// `\nnn` (if `bare_octal`), `\xHH`, `\uHHHH`, `\UHHHHHHHH`.
fn numeric(first: char, chars: &mut Chars<'_>, bare_octal: bool) -> Option<Number> {
    let digits = |chars: &mut Chars<'_>, radix: u32, max: usize, start: u32| {
        let mut value = start;
        let mut count = 0;
        while count < max {
            let Some(digit) = chars.peek().and_then(|c| c.to_digit(radix)) else {
                break;
            };
            value = value.wrapping_mul(radix).wrapping_add(digit);
            chars.next();
            count += 1;
        }
        (value, count)
    };
    match first {
        '0'..='7' if bare_octal => {
            let (value, _) = digits(chars, 8, 2, first.to_digit(8)?);
            Some(Number::Byte(value as u8))
        }
        '0' => {
            let (value, _) = digits(chars, 8, 3, 0);
            Some(Number::Byte(value as u8))
        }
        'x' => match digits(chars, 16, 2, 0) {
            (_, 0) => None,
            (value, _) => Some(Number::Byte(value as u8)),
        },
        'u' | 'U' => match digits(chars, 16, if first == 'u' { 4 } else { 8 }, 0) {
            (_, 0) => None,
            (value, _) => Some(Number::Char(
                char::from_u32(value).unwrap_or(char::REPLACEMENT_CHARACTER),
            )),
        },
        _ => None,
    }
}

/// Expands escapes as `echo -e` and `printf %b` do: `\0nnn` for octal. True if `\c` ended it.
pub(crate) fn echo(text: &str, out: &mut Vec<u8>) -> bool {
    escapes(text, out, false)
}

/// Expands escapes as in a format of `printf`: `\nnn` for octal.
pub(crate) fn printf_format(text: &str, out: &mut Vec<u8>) -> bool {
    escapes(text, out, true)
}

fn escapes(text: &str, out: &mut Vec<u8>, bare_octal: bool) -> bool {
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        if c != '\\' {
            push_char(out, c);
            continue;
        }
        match chars.next() {
            None => out.push(b'\\'),
            Some('c') => return true,
            Some('"') if bare_octal => out.push(b'"'),
            Some(c) => match simple(c) {
                Some(byte) => out.push(byte),
                None => match numeric(c, &mut chars, bare_octal) {
                    Some(Number::Byte(byte)) => out.push(byte),
                    Some(Number::Char(c)) => push_char(out, c),
                    None => {
                        out.push(b'\\');
                        push_char(out, c);
                    }
                },
            },
        }
    }
    false
}

/// Whether a character stands for itself outside of quotes.
fn is_plain(c: char) -> bool {
    c.is_alphanumeric() || "_-./:@%+=,".contains(c)
}

/// Quotes with single quotes where need be, as `${x@Q}`, `alias` and `set -x` do.
pub(crate) fn quote(text: &str) -> String {
    if text.chars().any(|c| (c as u32) < 32 || c as u32 == 127) {
        return dollar_quote(text);
    }
    format!("'{}'", text.replace('\'', r"'\''"))
}

/// Quotes only if need be.
pub(crate) fn quote_if_needed(text: &str) -> String {
    let tilde = text.starts_with('~');
    if !text.is_empty() && !tilde && text.chars().all(is_plain) {
        text.to_owned()
    } else {
        quote(text)
    }
}

fn dollar_quote(text: &str) -> String {
    let mut out = String::from("$'");
    for c in text.chars() {
        match c {
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            '\u{7}' => out.push_str("\\a"),
            '\u{8}' => out.push_str("\\b"),
            '\u{b}' => out.push_str("\\v"),
            '\u{c}' => out.push_str("\\f"),
            '\u{1b}' => out.push_str("\\E"),
            '\'' => out.push_str("\\'"),
            '\\' => out.push_str("\\\\"),
            c if (c as u32) < 32 || c as u32 == 127 => out.push_str(&format!("\\{:03o}", c as u32)),
            c => out.push(c),
        }
    }
    out.push('\'');
    out
}

/// Quotes with backslashes, as `printf %q` and Tab completion do.
pub(crate) fn backslash_quote(text: &str) -> String {
    if text.is_empty() {
        return "''".into();
    }
    if text.chars().any(|c| (c as u32) < 32 || c as u32 == 127) {
        return dollar_quote(text);
    }
    let mut out = String::new();
    for (at, c) in text.char_indices() {
        let special = " \t!\"#$&'()*,;<>?[\\]^`{|}".contains(c);
        if (special && c != '#') || (at == 0 && (c == '~' || c == '#')) {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

/// Quotes with double quotes, as `export -p` and `declare -p` do.
pub(crate) fn double_quote(text: &str) -> String {
    if text.chars().any(|c| (c as u32) < 32 || c as u32 == 127) {
        return dollar_quote(text);
    }
    let mut out = String::from("\"");
    for c in text.chars() {
        if "$`\"\\".contains(c) {
            out.push('\\');
        }
        out.push(c);
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_and_quotes() {
        assert_eq!(ansi_c(r"a\tb\x41\101\u00e9\'\q"), "a\tbAA\u{e9}'\\q");
        let mut out = Vec::new();
        assert!(!echo(r"a\0101\x42\n\z", &mut out));
        assert_eq!(out, b"aAB\n\\z");
        assert!(echo(r"x\cy", &mut out));
        for (text, quoted) in [
            ("a b", "'a b'"),
            ("it's", r"'it'\''s'"),
            ("a\nb", r"$'a\nb'"),
            ("", "''"),
        ] {
            assert_eq!(quote(text), quoted);
        }
        assert_eq!(backslash_quote("a b$c"), r"a\ b\$c");
        assert_eq!(double_quote("a\"$"), r#""a\"\$""#);
    }
}
