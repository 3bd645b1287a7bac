//! `read`, `mapfile`, `readarray`

use std::time::Duration;

use os::{File, Proc, TtyMode};
use sim::futures_util::future::{Either, select};

use crate::interp::{Flow, Shell};
use crate::vars::{MAX_VALUE, Value};

/// What came of reading up to a delimiter.
enum Got {
    /// The text, and whether the delimiter was seen.
    Text(Vec<u8>, bool),
    TimedOut,
    Interrupted,
}

/// Reads byte by byte, so that nothing behind the delimiter is lost to others who read the same input.
async fn read_until(
    proc: &Proc,
    file: &File,
    end: Option<u8>,
    limit: usize,
    raw: bool,
) -> (Vec<u8>, bool) {
    let mut out = Vec::new();
    let mut escaped = false;
    while out.len() < limit {
        let byte = match proc.read_file_from(file, 1).await {
            Ok(data) => match data.first() {
                Some(byte) => *byte,
                None => return (out, false),
            },
            Err(_) => return (out, false),
        };
        if escaped {
            escaped = false;
            if byte == b'\n' {
                // A line that goes on: neither backslash nor line feed stay.
                out.pop();
                continue;
            }
            out.push(byte);
            continue;
        }
        if Some(byte) == end {
            return (out, true);
        }
        if byte != 0 {
            out.push(byte);
        }
        escaped = byte == b'\\' && !raw;
    }
    (out, true)
}

/// A line of the standard input, without its line feed; none at the end.
pub(crate) async fn read_line(proc: &Proc) -> Option<String> {
    let file = proc.fd(0).ok()?;
    let (data, ended) = read_until(proc, &file, Some(b'\n'), MAX_VALUE, true).await;
    (ended || !data.is_empty()).then(|| String::from_utf8_lossy(&data).into_owned())
}

#[derive(Default)]
struct Options {
    raw: bool,
    silent: bool,
    array: Option<String>,
    delimiter: Option<u8>,
    count: Option<usize>,
    exact: bool,
    prompt: Option<String>,
    timeout: Option<f64>,
    fd: u32,
    names: Vec<String>,
}

impl Options {
    fn parse(args: &[String]) -> Result<Self, String> {
        let mut options = Options {
            delimiter: Some(b'\n'),
            ..Options::default()
        };
        let mut args = args.iter();
        while let Some(arg) = args.next() {
            let Some(letters) = arg.strip_prefix('-').filter(|rest| !rest.is_empty()) else {
                options.names.push(arg.clone());
                break;
            };
            if arg == "--" {
                break;
            }
            let mut rest = letters;
            while let Some(letter) = rest.chars().next() {
                rest = &rest[letter.len_utf8()..];
                match letter {
                    'r' => options.raw = true,
                    's' => options.silent = true,
                    'e' => {}
                    'a' | 'd' | 'n' | 'N' | 'p' | 't' | 'u' | 'i' => {
                        let value = if rest.is_empty() {
                            args.next()
                                .cloned()
                                .ok_or_else(|| format!("-{letter}: option requires an argument"))?
                        } else {
                            rest.to_owned()
                        };
                        rest = "";
                        options.set(letter, value)?;
                    }
                    _ => return Err(format!("-{letter}: invalid option")),
                }
            }
        }
        options.names.extend(args.cloned());
        Ok(options)
    }

    fn set(&mut self, letter: char, value: String) -> Result<(), String> {
        match letter {
            'a' => self.array = Some(value),
            'd' => self.delimiter = Some(value.bytes().next().unwrap_or(0)),
            'n' | 'N' => {
                self.count = Some(
                    value
                        .parse()
                        .map_err(|_| format!("{value}: invalid number"))?,
                );
                self.exact = letter == 'N';
            }
            'p' => self.prompt = Some(value),
            't' => {
                let seconds: f64 = value
                    .parse()
                    .map_err(|_| format!("{value}: invalid timeout specification"))?;
                if !(0.0..1e9).contains(&seconds) {
                    return Err(format!("{value}: invalid timeout specification"));
                }
                self.timeout = Some(seconds);
            }
            'u' => {
                self.fd = value
                    .parse()
                    .map_err(|_| format!("{value}: invalid file descriptor specification"))?
            }
            _ => {}
        }
        Ok(())
    }
}

async fn get(shell: &Shell, file: &File, options: &Options) -> Got {
    let end = if options.exact {
        None
    } else {
        options.delimiter
    };
    let limit = options.count.unwrap_or(MAX_VALUE);
    let reading = Box::pin(read_until(&shell.proc, file, end, limit, options.raw));
    let signal = Box::pin(shell.proc.signal_waits());
    let until_signal = Box::pin(select(reading, signal));
    let outcome = match options.timeout {
        None => until_signal.await,
        Some(seconds) => {
            let timer = Box::pin(shell.proc.sleep(Duration::from_secs_f64(seconds)));
            match select(until_signal, timer).await {
                Either::Left((outcome, _)) => outcome,
                Either::Right(_) => return Got::TimedOut,
            }
        }
    };
    match outcome {
        Either::Left(((text, seen), _)) => Got::Text(text, seen),
        Either::Right(_) => Got::Interrupted,
    }
}

pub(crate) async fn run(shell: &mut Shell, args: Vec<String>) -> Result<i32, Flow> {
    let options = match Options::parse(&args[1..]) {
        Ok(options) => options,
        Err(message) => return Ok(super::usage(shell, "read", &message).await),
    };
    for name in &options.names {
        if !super::is_name(name) {
            shell
                .complain_of("read", &format!("`{name}': not a valid identifier"))
                .await;
            return Ok(1);
        }
    }
    let Ok(file) = shell.proc.fd(options.fd) else {
        let text = format!(
            "{}: invalid file descriptor: Bad file descriptor",
            options.fd
        );
        shell.complain_of("read", &text).await;
        return Ok(1);
    };
    let tty = file.tty().cloned();
    if let (Some(prompt), Some(_)) = (&options.prompt, &tty) {
        shell.proc.eprint(prompt).await;
    }
    let mode = tty.as_ref().map(os::Tty::mode);
    if let (Some(tty), Some(mode)) = (&tty, mode) {
        let canonical =
            mode.canonical && options.count.is_none() && options.delimiter == Some(b'\n');
        tty.set_mode(TtyMode {
            echo: mode.echo && !options.silent,
            canonical,
            ..mode
        });
    }
    let got = get(shell, &file, &options).await;
    if let (Some(tty), Some(mode)) = (&tty, mode) {
        tty.set_mode(mode);
    }
    match got {
        Got::TimedOut => {
            for name in &options.names {
                let _ = shell.vars.set(name, "");
            }
            Ok(142)
        }
        Got::Interrupted => {
            shell.run_pending_traps().await?;
            if shell.interrupted() {
                shell.status = 130;
                return Err(Flow::Interrupt);
            }
            Ok(130)
        }
        Got::Text(text, seen) => {
            let text = String::from_utf8_lossy(&text).into_owned();
            store(shell, &options, &text).await?;
            Ok(i32::from(!seen))
        }
    }
}

/// A character, and whether a backslash stood before it.
fn unescape(text: &str, raw: bool) -> Vec<(char, bool)> {
    let mut out = Vec::new();
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if c == '\\' && !raw {
            if let Some(next) = chars.next() {
                out.push((next, true));
            }
        } else {
            out.push((c, false));
        }
    }
    out
}

/// Splits into at most `max` fields; the last takes the rest of the line.
fn split(chars: &[(char, bool)], ifs: &str, max: usize) -> Vec<String> {
    let blank = |at: usize| {
        chars
            .get(at)
            .is_some_and(|(c, escaped)| !escaped && " \t\n".contains(*c) && ifs.contains(*c))
    };
    let is_end = |at: usize| {
        chars
            .get(at)
            .is_some_and(|(c, escaped)| !escaped && ifs.contains(*c))
    };
    let mut fields = Vec::new();
    let mut at = 0;
    let mut end = chars.len();
    while blank(at) {
        at += 1;
    }
    while end > at && blank(end - 1) {
        end -= 1;
    }
    while at < end {
        if fields.len() + 1 == max {
            let rest: String = chars[at..end].iter().map(|(c, _)| *c).collect();
            // One delimiter at the very end belongs to the last field only if others stand before it.
            let single = is_end(end - 1) && !blank(end - 1) && (at..end - 1).all(|at| !is_end(at));
            fields.push(if single {
                rest[..rest.len() - 1].to_owned()
            } else {
                rest
            });
            return fields;
        }
        let start = at;
        while at < end && !is_end(at) {
            at += 1;
        }
        fields.push(chars[start..at].iter().map(|(c, _)| *c).collect());
        while at < end && blank(at) {
            at += 1;
        }
        if at < end && is_end(at) && !blank(at) {
            at += 1;
            while at < end && blank(at) {
                at += 1;
            }
        } else if at == start {
            at += 1;
        }
    }
    fields
}

async fn store(shell: &mut Shell, options: &Options, text: &str) -> Result<(), Flow> {
    let chars = unescape(text, options.raw);
    let ifs = shell.ifs();
    if let Some(array) = &options.array {
        let fields = split(&chars, &ifs, usize::MAX);
        let items = (0i64..).zip(fields).collect();
        shell.vars.entry(array).value = Value::Indexed(items);
        return Ok(());
    }
    let plain = || chars.iter().map(|(c, _)| *c).collect::<String>();
    if options.exact || options.names.is_empty() {
        let name = options.names.first().map_or("REPLY", String::as_str);
        return shell.assign_scalar(name, &plain()).await;
    }
    let mut fields = split(&chars, &ifs, options.names.len()).into_iter();
    for name in &options.names {
        let value = fields.next().unwrap_or_default();
        shell.assign_scalar(name, &value).await?;
    }
    Ok(())
}

pub(crate) async fn mapfile(shell: &mut Shell, args: Vec<String>) -> Result<i32, Flow> {
    const SPEC: crate::opts::Spec = crate::opts::Spec::in_order("d:n:O:s:tu:C:c:", &[]);
    let opts = match SPEC.parse(&args[1..]) {
        Ok(opts) => opts,
        Err(message) => return Ok(super::usage(shell, &args[0], &message).await),
    };
    let number = |flag| opts.value(flag).and_then(|text| text.parse::<usize>().ok());
    for (flag, what) in [
        ('n', "line count"),
        ('s', "line count"),
        ('O', "array origin"),
        ('u', "file descriptor specification"),
    ] {
        if let Some(text) = opts.value(flag).filter(|text| text.parse::<u32>().is_err()) {
            let text = format!("{text}: invalid {what}");
            shell.complain_of(&args[0], &text).await;
            return Ok(1);
        }
    }
    let name = opts.rest.first().map_or("MAPFILE", String::as_str);
    if !super::is_name(name) {
        let text = format!("`{name}': not a valid identifier");
        shell.complain_of(&args[0], &text).await;
        return Ok(1);
    }
    let end = opts
        .value('d')
        .map_or(b'\n', |text| text.bytes().next().unwrap_or(0));
    let (skip, most) = (number('s').unwrap_or(0), number('n').filter(|n| *n > 0));
    let fd = number('u')
        .and_then(|fd| u32::try_from(fd).ok())
        .unwrap_or(0);
    let Ok(file) = shell.proc.fd(fd) else {
        let text = format!("{fd}: invalid file descriptor: Bad file descriptor");
        shell.complain_of(&args[0], &text).await;
        return Ok(1);
    };
    let mut items = std::collections::BTreeMap::new();
    let origin = number('O').map(|origin| origin as i64);
    if origin.is_some()
        && let Some(Value::Indexed(old)) = shell.vars.var(name).map(|var| &var.value)
    {
        items = old.clone();
    }
    let mut at = origin.unwrap_or(0);
    let (mut seen, mut held) = (0, 0);
    // Line by line, so that what comes after the last one wanted is left to others.
    while most.is_none_or(|most| seen < skip + most) && held < MAX_VALUE {
        let (mut line, ended) =
            read_until(&shell.proc, &file, Some(end), MAX_VALUE - held, true).await;
        if line.is_empty() && !ended {
            break;
        }
        seen += 1;
        if seen <= skip {
            continue;
        }
        if ended && !opts.has('t') {
            line.push(end);
        }
        held += line.len() + 1;
        items.insert(at, String::from_utf8_lossy(&line).into_owned());
        at += 1;
    }
    shell.vars.entry(name).value = Value::Indexed(items);
    Ok(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields() {
        for (text, ifs, max, expected) in [
            ("a b c", " \t\n", 2, &["a", "b c"][..]),
            ("  a   b  ", " \t\n", 2, &["a", "b"]),
            ("a:b:c", ":", 3, &["a", "b", "c"]),
            ("a::c", ":", 3, &["a", "", "c"]),
            ("a:b:", ":", 2, &["a", "b"]),
            (":a", ":", 2, &["", "a"]),
            ("", " ", 2, &[]),
        ] {
            assert_eq!(split(&unescape(text, true), ifs, max), expected, "{text}");
        }
        assert_eq!(split(&unescape(r"a\ b c", false), " ", 2), ["a b", "c"]);
    }
}
