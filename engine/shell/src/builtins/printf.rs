//! `printf`

use os::Proc;

use crate::escape;
use crate::interp::{Flow, Shell};

/// Characters a field may be wide.
const MAX_WIDTH: usize = 100_000;
/// Bytes the output may have.
const MAX_OUTPUT: usize = 16 << 20;

/// What was printed, what is wrong with the arguments, and whether the format itself is wrong.
#[derive(Default)]
struct Printed {
    out: Vec<u8>,
    errors: Vec<String>,
    invalid_format: bool,
}

#[derive(Default)]
struct Field {
    left: bool,
    plus: bool,
    space: bool,
    alternate: bool,
    zero: bool,
    width: usize,
    precision: Option<usize>,
}

impl Field {
    fn pad(&self, text: &str, zeros: bool) -> String {
        let missing = self.width.saturating_sub(text.chars().count());
        if self.left {
            return text.to_owned() + &" ".repeat(missing);
        }
        if zeros && self.zero {
            let sign = text.len() - text.trim_start_matches(['-', '+', ' ']).len();
            return format!("{}{}{}", &text[..sign], "0".repeat(missing), &text[sign..]);
        }
        " ".repeat(missing) + text
    }

    fn sign(&self, negative: bool) -> &'static str {
        match (negative, self.plus, self.space) {
            (true, ..) => "-",
            (false, true, _) => "+",
            (false, false, true) => " ",
            _ => "",
        }
    }
}

/// A number as C reads it: decimal, `0x`, `0` octal, `'c`.
fn integer(text: &str, errors: &mut Vec<String>) -> i64 {
    let trimmed = text.trim();
    if trimmed.is_empty() {
        return 0;
    }
    if let Some(c) = trimmed.strip_prefix(['\'', '"']) {
        return c.chars().next().map_or(0, |c| i64::from(c as u32));
    }
    let (negative, digits) = match trimmed.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, trimmed.trim_start_matches('+')),
    };
    let lower = digits.to_ascii_lowercase();
    let (radix, body) = match lower.strip_prefix("0x") {
        Some(hex) => (16, hex),
        None if lower.len() > 1 && lower.starts_with('0') => (8, &lower[1..]),
        None => (10, lower.as_str()),
    };
    let len = body
        .bytes()
        .take_while(|b| char::from(*b).is_digit(radix))
        .count();
    if len < body.len() || body.is_empty() {
        errors.push(format!("{text}: invalid number"));
    }
    let value =
        i128::from_str_radix(&body[..len], radix).unwrap_or(if len > 0 { i128::MAX } else { 0 });
    let value = if negative { -value } else { value };
    i64::try_from(value).unwrap_or(if negative { i64::MIN } else { i64::MAX })
}

fn float(text: &str, errors: &mut Vec<String>) -> f64 {
    if text.trim().is_empty() {
        return 0.0;
    }
    text.trim().parse().unwrap_or_else(|_| {
        errors.push(format!("{text}: invalid number"));
        0.0
    })
}

/// `1.5e+03`
fn exponential(value: f64, precision: usize) -> String {
    let text = format!("{value:.precision$e}");
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    format!(
        "{mantissa}e{}{:02}",
        if exponent < 0 { '-' } else { '+' },
        exponent.abs()
    )
}

/// `%g`: the shorter of the two ways, without trailing zeros.
fn general(value: f64, precision: usize) -> String {
    if value == 0.0 {
        return "0".into();
    }
    let precision = precision.max(1);
    let exponent = exponential(value, precision - 1)
        .split_once('e')
        .and_then(|(_, e)| e.parse::<i32>().ok())
        .unwrap_or(0);
    let trim = |text: String| {
        if text.contains('.') {
            text.trim_end_matches('0').trim_end_matches('.').to_owned()
        } else {
            text
        }
    };
    if exponent < -4 || exponent >= i32::try_from(precision).unwrap_or(i32::MAX) {
        let text = exponential(value, precision - 1);
        let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "+00"));
        return format!("{}e{exponent}", trim(mantissa.to_owned()));
    }
    let decimals =
        usize::try_from(i32::try_from(precision).unwrap_or(0) - 1 - exponent).unwrap_or(0);
    trim(format!("{value:.decimals$}"))
}

/// Formats the arguments; the format is used again while there are any left.
fn format_all(format: &str, args: &[String], now: sim::Time) -> Printed {
    let mut printed = Printed::default();
    let mut args = args.iter();
    loop {
        let before = args.len();
        if format_once(format, &mut args, &mut printed, now) || printed.invalid_format {
            return printed;
        }
        if args.len() == 0 || args.len() == before || printed.out.len() > MAX_OUTPUT {
            return printed;
        }
    }
}

/// True if `\c` ended the output.
fn format_once(
    format: &str,
    args: &mut std::slice::Iter<'_, String>,
    printed: &mut Printed,
    now: sim::Time,
) -> bool {
    let mut rest = format;
    while !rest.is_empty() {
        let Some(at) = rest.find('%') else {
            return escape::printf_format(rest, &mut printed.out);
        };
        if escape::printf_format(&rest[..at], &mut printed.out) {
            return true;
        }
        rest = &rest[at + 1..];
        if let Some(after) = rest.strip_prefix('%') {
            printed.out.push(b'%');
            rest = after;
            continue;
        }
        let (field, after) = match read_field(rest, args, printed) {
            Some(read) => read,
            None => return false,
        };
        rest = after;
        if let Some(time) = rest.strip_prefix('(')
            && let Some((pattern, after)) = time.split_once(")T")
        {
            let seconds = args
                .next()
                .map_or(-1, |arg| integer(arg, &mut printed.errors));
            let time = if seconds < 0 {
                now
            } else {
                sim::Time::from_secs(seconds.min(1 << 40))
            };
            printed.out.extend_from_slice(
                field
                    .pad(&crate::datetime::format(time, pattern), false)
                    .as_bytes(),
            );
            rest = after;
            continue;
        }
        let Some(kind) = rest.chars().next() else {
            printed.errors.push("`%': missing format character".into());
            printed.invalid_format = true;
            return false;
        };
        rest = &rest[kind.len_utf8()..];
        if convert(kind, &field, args, printed) {
            return true;
        }
        if printed.invalid_format {
            return false;
        }
    }
    false
}

fn read_field<'a>(
    text: &'a str,
    args: &mut std::slice::Iter<'_, String>,
    printed: &mut Printed,
) -> Option<(Field, &'a str)> {
    let mut field = Field::default();
    let mut rest = text;
    loop {
        match rest.chars().next() {
            Some('-') => field.left = true,
            Some('+') => field.plus = true,
            Some(' ') => field.space = true,
            Some('#') => field.alternate = true,
            Some('0') => field.zero = true,
            // Groups of digits: there are none in the C locale.
            Some('\'') => {}
            _ => break,
        }
        rest = &rest[1..];
    }
    let mut count = |rest: &mut &'a str| -> usize {
        if let Some(after) = rest.strip_prefix('*') {
            *rest = after;
            let value = args
                .next()
                .map_or(0, |arg| integer(arg, &mut printed.errors));
            if value < 0 {
                field.left = true;
            }
            return usize::try_from(value.unsigned_abs()).unwrap_or(usize::MAX);
        }
        let len = rest.bytes().take_while(u8::is_ascii_digit).count();
        let value = rest[..len].parse();
        *rest = &rest[len..];
        value.unwrap_or(if len > 0 { usize::MAX } else { 0 })
    };
    let width = count(&mut rest);
    let precision = rest.strip_prefix('.').map(|after| {
        rest = after;
        count(&mut rest)
    });
    // A real printf would go on writing blanks for minutes; here it has to say what it does not do.
    let widest = width.max(precision.unwrap_or(0));
    if widest > MAX_WIDTH {
        let text = format!("`%{widest}': fields here have at most {MAX_WIDTH} characters");
        printed.errors.push(text);
    }
    field.width = width.min(MAX_WIDTH);
    field.precision = precision.map(|count| count.min(MAX_WIDTH));
    rest = rest.trim_start_matches(['h', 'l', 'j', 'z', 't', 'L']);
    Some((field, rest))
}

/// Converts the next argument; true if `\c` ended the output.
fn convert(
    kind: char,
    field: &Field,
    args: &mut std::slice::Iter<'_, String>,
    printed: &mut Printed,
) -> bool {
    let text = match kind {
        's' => {
            let arg = args.next().map_or("", String::as_str);
            let cut: String = arg
                .chars()
                .take(field.precision.unwrap_or(usize::MAX))
                .collect();
            field.pad(&cut, false)
        }
        'b' => {
            let mut out = Vec::new();
            let stop = escape::echo(args.next().map_or("", String::as_str), &mut out);
            printed
                .out
                .extend_from_slice(field.pad(&String::from_utf8_lossy(&out), false).as_bytes());
            return stop;
        }
        'q' => field.pad(
            &escape::backslash_quote(args.next().map_or("", String::as_str)),
            false,
        ),
        'c' => field.pad(
            &args
                .next()
                .and_then(|arg| arg.chars().next())
                .map(String::from)
                .unwrap_or_default(),
            false,
        ),
        'd' | 'i' => {
            let value = args
                .next()
                .map_or(0, |arg| integer(arg, &mut printed.errors));
            let digits = value.unsigned_abs().to_string();
            let digits =
                "0".repeat(field.precision.unwrap_or(0).saturating_sub(digits.len())) + &digits;
            field.pad(
                &(field.sign(value < 0).to_owned() + &digits),
                field.precision.is_none(),
            )
        }
        'u' | 'o' | 'x' | 'X' => {
            let value = args
                .next()
                .map_or(0, |arg| integer(arg, &mut printed.errors)) as u64;
            let (digits, prefix) = match kind {
                'u' => (value.to_string(), ""),
                'o' => (format!("{value:o}"), "0"),
                'x' => (format!("{value:x}"), "0x"),
                _ => (format!("{value:X}"), "0X"),
            };
            let digits =
                "0".repeat(field.precision.unwrap_or(0).saturating_sub(digits.len())) + &digits;
            let prefix = if field.alternate && value != 0 {
                prefix
            } else {
                ""
            };
            field.pad(&(prefix.to_owned() + &digits), field.precision.is_none())
        }
        'f' | 'F' | 'e' | 'E' | 'g' | 'G' | 'a' => {
            let value = args
                .next()
                .map_or(0.0, |arg| float(arg, &mut printed.errors));
            let precision = field.precision.unwrap_or(6).min(100);
            let magnitude = value.abs();
            let digits = match kind {
                _ if !value.is_finite() => {
                    if value.is_nan() {
                        "nan".into()
                    } else {
                        "inf".into()
                    }
                }
                'e' => exponential(magnitude, precision),
                'E' => exponential(magnitude, precision).to_uppercase(),
                'g' => general(magnitude, precision),
                'G' => general(magnitude, precision).to_uppercase(),
                _ => format!("{magnitude:.precision$}"),
            };
            field.pad(&(field.sign(value < 0.0).to_owned() + &digits), true)
        }
        other => {
            printed
                .errors
                .push(format!("`{other}': invalid format character"));
            printed.invalid_format = true;
            return false;
        }
    };
    printed.out.extend_from_slice(text.as_bytes());
    false
}

/// Formats as other tools need it (`awk`).
pub(crate) fn format_text(format: &str, args: &[String], now: sim::Time) -> String {
    let mut printed = Printed::default();
    format_once(format, &mut args.iter(), &mut printed, now);
    String::from_utf8_lossy(&printed.out).into_owned()
}

pub(crate) async fn run_in_shell(shell: &mut Shell, args: Vec<String>) -> Result<i32, Flow> {
    let mut rest = &args[1..];
    let mut target = None;
    if rest.first().is_some_and(|arg| arg == "-v") && rest.len() > 1 && !shell.is_ash() {
        target = Some(rest[1].clone());
        rest = &rest[2..];
    }
    if rest.first().is_some_and(|arg| arg == "--") {
        rest = &rest[1..];
    }
    let Some(format) = rest.first() else {
        shell
            .proc
            .eprint("printf: usage: printf [-v var] format [arguments]\n")
            .await;
        return Ok(2);
    };
    let printed = format_all(format, &rest[1..], shell.proc.now());
    for error in &printed.errors {
        shell.complain_of("printf", error).await;
    }
    let status = i32::from(!printed.errors.is_empty());
    match target {
        Some(name)
            if name
                .strip_suffix(']')
                .and_then(|name| name.split_once('['))
                .is_some_and(|(name, _)| super::is_name(name)) =>
        {
            let text = String::from_utf8_lossy(&printed.out).into_owned();
            shell.assign_named_element(&name, text).await?;
        }
        Some(name) if super::is_name(&name) => {
            let text = String::from_utf8_lossy(&printed.out).into_owned();
            shell.assign_scalar(&name, &text).await?;
        }
        Some(name) => {
            shell
                .complain_of("printf", &format!("`{name}': not a valid identifier"))
                .await;
            return Ok(2);
        }
        None => {
            let _ = shell.proc.write(1, printed.out).await;
        }
    }
    Ok(status)
}

pub(crate) async fn run(proc: Proc, args: Vec<String>) -> i32 {
    let Some(format) = args.get(1) else {
        proc.eprint("printf: missing operand\nTry 'printf --help' for more information.\n")
            .await;
        return 1;
    };
    let printed = format_all(format, &args[2..], proc.now());
    for error in &printed.errors {
        proc.eprint(format!("printf: {error}\n")).await;
    }
    let _ = proc.write(1, printed.out).await;
    i32::from(!printed.errors.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats() {
        for (format, args, expected) in [
            ("%s\\n", &["a", "b"][..], "a\nb\n"),
            (
                "%5d|%-5d|%05d|%+d",
                &["42", "42", "42", "42"],
                "   42|42   |00042|+42",
            ),
            ("%x %X %o %#x", &["255", "255", "8", "255"], "ff FF 10 0xff"),
            (
                "%.2f %g %e",
                &["3.14159", "0.0001", "12345.678"],
                "3.14 0.0001 1.234568e+04",
            ),
            ("%s=%d,", &["a", "1", "b"], "a=1,b=0,"),
            ("%b %q", &["x\\ty", "a b"], "x\ty a\\ b"),
            ("%%%c", &["xyz"], "%x"),
            ("%*d %-*d|", &["4", "7", "3", "8"], "   7 8  |"),
            ("%.3s", &["abcdef"], "abc"),
            ("%d", &["0x10"], "16"),
            ("%ld", &["5"], "5"),
        ] {
            let args: Vec<String> = args.iter().map(|arg| (*arg).to_owned()).collect();
            let printed = format_all(format, &args, sim::Time::from_secs(0));
            assert_eq!(String::from_utf8_lossy(&printed.out), expected, "{format}");
        }
        assert_eq!(
            format_all("%d", &["x".into()], sim::Time::from_secs(0)).errors,
            ["x: invalid number"]
        );
    }
}
