//! `yq`: Mike Farah's, over YAML: its common options and jq's language, which its own is close to.
//!
//! ```text
//!   YAML ── documents ── values ── the filter, document by document ── YAML or JSON
//! ```
//!
//! Not here: comments and styles, which are lost; `eval-all`, other formats than YAML and JSON, operators that jq lacks.

use std::fmt::Write as _;

use apimachinery::{Value, yaml};
use jaq_core::{Ctx, Vars};
use os::{OpenFlags, Proc};

use super::machine::{Machine, Own};
use super::value::V;
use super::{MAX_OUTPUTS, compile, fuel, print, single, variables};

const USAGE: &str = "Usage:\n  yq [flags] [expression] [file1]...\n\n  -i change the first file in place   -n no input          -o yaml|json   -p yaml|json\n  -I N indent                         -N no --- between    -e exit code by the last result\n  -r=false strings with their quotes  --version\n";

/// What was asked for.
struct Options {
    json: Option<bool>,
    in_place: bool,
    null_input: bool,
    by_status: bool,
    no_separators: bool,
    quoted: bool,
    indent: usize,
    words: Vec<String>,
}

fn read_options(args: &[String]) -> Result<Options, String> {
    let mut options = Options {
        json: None,
        in_place: false,
        null_input: false,
        by_status: false,
        no_separators: false,
        quoted: false,
        indent: 2,
        words: Vec::new(),
    };
    let mut args = args.iter().skip(1);
    while let Some(arg) = args.next() {
        let (flag, joined) = match arg.strip_prefix('-').filter(|flag| !flag.is_empty()) {
            None => {
                options.words.push(arg.clone());
                continue;
            }
            Some(flag) => match flag.split_once('=') {
                Some((flag, value)) => (flag, Some(value.to_owned())),
                None if flag.len() > 1 && flag.starts_with(['o', 'p', 'I']) => {
                    (&flag[..1], Some(flag[1..].to_owned()))
                }
                None => (flag, None),
            },
        };
        let on = joined.as_deref() != Some("false");
        let mut value = || {
            let value = joined.clone().or_else(|| args.next().cloned());
            value.ok_or_else(|| format!("flag needs an argument: -{flag}"))
        };
        match flag {
            "i" | "-inplace" => options.in_place = on,
            "n" | "-null-input" => options.null_input = on,
            "e" | "-exit-status" => options.by_status = on,
            "N" | "-no-doc" => options.no_separators = on,
            "r" | "-unwrapScalar" => options.quoted = !on,
            "j" | "-tojson" => options.json = Some(on),
            "P" | "-prettyPrint" | "M" | "-no-colors" | "C" | "-colors" => {}
            "I" | "-indent" => {
                let value = value()?;
                options.indent = value
                    .parse()
                    .ok()
                    .filter(|indent| *indent <= 16)
                    .ok_or_else(|| {
                        format!("invalid argument \"{value}\" for \"-I, --indent\" flag")
                    })?;
            }
            "o" | "-output-format" => match value()?.as_str() {
                "json" | "j" => options.json = Some(true),
                "yaml" | "y" | "auto" | "a" => options.json = Some(false),
                other => {
                    return Err(format!(
                        "unknown format '{other}' please use [yaml|json]: the playground's yq has no others"
                    ));
                }
            },
            "p" | "-input-format" => match value()?.as_str() {
                // JSON is YAML.
                "json" | "j" | "yaml" | "y" | "auto" | "a" => {}
                other => {
                    return Err(format!(
                        "unknown format '{other}' please use [yaml|json]: the playground's yq has no others"
                    ));
                }
            },
            letters
                if !letters.starts_with('-')
                    && letters.chars().all(|c| "ineNrjPMC".contains(c)) =>
            {
                for letter in letters.chars() {
                    match letter {
                        'i' => options.in_place = true,
                        'n' => options.null_input = true,
                        'e' => options.by_status = true,
                        'N' => options.no_separators = true,
                        'j' => options.json = Some(true),
                        _ => {}
                    }
                }
            }
            other if other.starts_with('-') => return Err(format!("unknown flag: -{other}")),
            other => {
                let letter = other.chars().next().unwrap_or('-');
                return Err(format!("unknown shorthand flag: '{letter}' in -{other}"));
            }
        }
    }
    if options
        .words
        .first()
        .is_some_and(|word| matches!(word.as_str(), "e" | "eval"))
    {
        options.words.remove(0);
    }
    Ok(options)
}

pub(crate) async fn run(proc: Proc, args: Vec<String>) -> i32 {
    match args.get(1).map(String::as_str) {
        Some("--version" | "-V") => {
            proc.print("yq (https://github.com/mikefarah/yq/) version v4.47.1\n")
                .await;
            return 0;
        }
        Some("-h" | "--help") => {
            proc.print(USAGE).await;
            return 0;
        }
        _ => {}
    }
    let outcome = match read_options(&args) {
        Ok(options) => work(&proc, options).await,
        Err(error) => Err(error),
    };
    match outcome {
        Ok(status) => status,
        Err(error) => {
            proc.eprint(format!("Error: {error}\n")).await;
            1
        }
    }
}

async fn work(proc: &Proc, options: Options) -> Result<i32, String> {
    let mut words = options.words.clone();
    // A file by itself is shown.
    let is_file = |word: &String| {
        let (vfs, cred, path) = (proc.vfs(), proc.cred(), proc.absolute(word));
        vfs.exists(&cred, &path) && !vfs.is_dir(&cred, &path)
    };
    let code = match words.as_slice() {
        [] => ".".to_owned(),
        [word] if !options.null_input && is_file(word) => ".".to_owned(),
        _ => words.remove(0),
    };
    let code = translated(proc, &code);
    if words.is_empty() && !options.null_input {
        words.push("-".to_owned());
    }
    if options.in_place && words.iter().all(|word| word == "-") {
        return Err(
            "write in place flag only applicable when giving an expression and at least one file"
                .to_owned(),
        );
    }
    let json = options
        .json
        .unwrap_or_else(|| words.iter().any(|word| word.ends_with(".json")));
    let mut printed: Vec<String> = Vec::new();
    let mut last = None;
    let mut documents = Vec::new();
    if options.null_input {
        documents.push(V::Null);
    }
    for word in &words {
        documents.extend(read(proc, word).await?);
    }
    for document in documents {
        let mut text = String::new();
        for value in evaluate(proc, &code, document).await? {
            match &value {
                V::Str(plain) if !options.quoted => {
                    text.push_str(plain);
                    if !plain.ends_with('\n') {
                        text.push('\n');
                    }
                }
                _ if json => {
                    let style = print::Style {
                        compact: options.indent == 0,
                        indent: " ".repeat(options.indent),
                        ..print::Style::default()
                    };
                    text.push_str(&print::text(&value, &style, false));
                    text.push('\n');
                }
                _ => {
                    emit(&value, 0, options.indent.max(2), &mut text);
                    if !text.ends_with('\n') {
                        text.push('\n');
                    }
                }
            }
            last = Some(value);
        }
        if !text.is_empty() {
            printed.push(text);
        }
    }
    let between = if json || options.no_separators {
        ""
    } else {
        "---\n"
    };
    let text = printed.join(between);
    if options.in_place {
        let name = words.first().map_or("", String::as_str);
        let file = proc.open(name, OpenFlags::WRITE);
        let done = match file {
            Ok(file) => proc.write_file_to(&file, text).await,
            Err(error) => Err(error),
        };
        done.map_err(|error| format!("open {name}: {}", error.text().to_lowercase()))?;
    } else {
        proc.print(text).await;
    }
    let nothing = matches!(last, None | Some(V::Null | V::Bool(false)));
    if options.by_status && nothing {
        return Err("no matches found".to_owned());
    }
    Ok(0)
}

/// The documents of a file.
async fn read(proc: &Proc, name: &str) -> Result<Vec<V>, String> {
    let data = match name {
        "-" => proc.read_to_end(0, 16 << 20).await,
        name => proc.read_path(name, 16 << 20).await,
    };
    let data = data.map_err(|error| format!("open {name}: {}", error.text().to_lowercase()))?;
    proc.charge(data.len() as u64).await;
    proc.cpu(std::time::Duration::from_nanos(100 * data.len() as u64))
        .await;
    let text = String::from_utf8_lossy(&data);
    let bad = |error: &dyn std::fmt::Display| format!("bad file '{name}': {error}");
    let mut values = Vec::new();
    for document in yaml::documents(&text) {
        if document.as_ref().is_ok_and(|text| text.trim().is_empty()) {
            continue;
        }
        let json = document.and_then(|document| yaml::to_json(&document));
        let json = json.map_err(|error| bad(&error))?;
        let (value, _) = fuel::metered(u64::MAX, || single(json.as_bytes()));
        values.push(value.unwrap_or(V::Null));
    }
    Ok(values)
}

/// All that a filter makes of a value.
async fn evaluate(proc: &Proc, code: &str, input: V) -> Result<Vec<V>, String> {
    let ((names, values), _) =
        fuel::metered(u64::MAX, || variables(proc, &super::Options::default()));
    let filter = compile(code, &names)
        .map_err(|error| format!("1:1: invalid input text {code:?}: {error}"))?;
    let machine = Machine::new(filter);
    let ctx = Ctx::<Own>::new(&machine, Vars::new(values));
    let main = machine.main;
    let (mut outputs, mut steps) = fuel::metered(fuel::STEPS, || main.run((ctx, input)));
    let mut all = Vec::new();
    loop {
        if let Some(why) = fuel::why() {
            return Err(why.text().to_owned());
        }
        let (output, left) = fuel::metered(steps, || outputs.next());
        let used = steps - left;
        steps = left;
        proc.cpu(std::time::Duration::from_nanos(20_000 + 200 * used))
            .await;
        match output {
            None => return Ok(all),
            Some(Ok(value)) => all.push(value),
            Some(Err(exception)) => {
                return Err(match exception.get_err().map(jaq_core::Error::into_val) {
                    Ok(V::Str(text)) => text.as_str().to_owned(),
                    Ok(other) => print::compact(&other),
                    Err(_) => return Ok(all),
                });
            }
        }
        if all.len() > MAX_OUTPUTS {
            return Err("too many results".to_owned());
        }
    }
}

/// What yq writes otherwise than jq: keys with dashes, and `strenv(X)` and `env(X)`.
fn translated(proc: &Proc, code: &str) -> String {
    let mut out = String::with_capacity(code.len());
    let mut rest = code;
    while let Some(c) = rest.chars().next() {
        let tail = &rest[c.len_utf8()..];
        let word = |text: &str| {
            let len = text
                .find(|c: char| !(c.is_ascii_alphanumeric() || "_-".contains(c)))
                .unwrap_or(text.len());
            text[..len].to_owned()
        };
        match c {
            '"' => {
                let mut end = 0;
                let mut escaped = false;
                for (at, c) in tail.char_indices() {
                    end = at + c.len_utf8();
                    if c == '"' && !escaped {
                        break;
                    }
                    escaped = c == '\\' && !escaped;
                }
                out.push('"');
                out.push_str(&tail[..end]);
                rest = &tail[end..];
                continue;
            }
            '.' if tail.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') => {
                let key = word(tail);
                let key = key.trim_end_matches('-');
                if key.contains('-') {
                    let _ = write!(out, ".{key:?}");
                } else {
                    let _ = write!(out, ".{key}");
                }
                rest = &tail[key.len()..];
                continue;
            }
            's' | 'e' => {
                let (name, raw) = match rest.strip_prefix("strenv(") {
                    Some(name) => (Some(name), true),
                    None => (rest.strip_prefix("env("), false),
                };
                let whole =
                    !out.ends_with(|c: char| c.is_ascii_alphanumeric() || "_.$".contains(c));
                if let Some((name, after)) = name.and_then(|name| name.split_once(')'))
                    && whole
                {
                    let value = proc.env(name.trim()).unwrap_or_default();
                    let quoted = print::compact(&V::text(value.as_str()));
                    out.push_str(&match raw {
                        true => quoted,
                        false => yaml::to_json(&value).unwrap_or(quoted),
                    });
                    rest = after;
                    continue;
                }
                let run = word(rest);
                out.push_str(&run);
                rest = &rest[run.len().max(1)..];
                continue;
            }
            _ => out.push(c),
        }
        rest = tail;
    }
    out
}

/// A value in block style, what follows the first line at the column `column`.
fn emit(value: &V, column: usize, step: usize, out: &mut String) {
    match value {
        V::Arr(array) if !array.items.is_empty() => {
            for (at, item) in array.items.iter().enumerate() {
                if at > 0 {
                    out.push_str(&" ".repeat(column));
                }
                out.push_str("- ");
                emit(item, column + 2, step, out);
                end_line(out);
            }
        }
        V::Obj(object) if object.len() > 0 => {
            for (at, (key, value)) in object.entries().into_iter().enumerate() {
                if at > 0 {
                    out.push_str(&" ".repeat(column));
                }
                out.push_str(&scalar(key, column));
                out.push(':');
                match value {
                    V::Arr(array) if !array.items.is_empty() => {
                        nested(value, column + step, step, out)
                    }
                    V::Obj(object) if object.len() > 0 => nested(value, column + step, step, out),
                    value => {
                        out.push(' ');
                        emit(value, column + step, step, out);
                    }
                }
                end_line(out);
            }
        }
        V::Str(text) => out.push_str(&scalar(text, column)),
        other => out.push_str(&print::compact(other)),
    }
}

fn nested(value: &V, column: usize, step: usize, out: &mut String) {
    out.push('\n');
    out.push_str(&" ".repeat(column));
    emit(value, column, step, out);
}

fn end_line(out: &mut String) {
    if !out.ends_with('\n') {
        out.push('\n');
    }
}

/// A text, in quotes or as a block where it needs them.
fn scalar(text: &str, column: usize) -> String {
    let whole = yaml::to_yaml(&Value::from(text));
    let mut lines = whole.lines();
    let first = lines.next().unwrap_or_default().to_owned();
    if lines.clone().next().is_none() {
        return first;
    }
    if !first.starts_with('|') {
        // It was folded, which yq does not.
        let plain = !text.contains(": ") && !text.contains(" #") && !text.contains('\n');
        let begins = text.starts_with(|c: char| c.is_alphanumeric() || c == '/');
        return match plain && begins && !text.ends_with([' ', ':']) {
            true => text.to_owned(),
            false => print::compact(&V::text(text)),
        };
    }
    let mut out = first;
    for line in lines {
        out.push('\n');
        let line = line.strip_prefix("  ").unwrap_or(line);
        if !line.is_empty() {
            out.push_str(&" ".repeat(column));
            out.push_str(line);
        }
    }
    out
}
