//! `jq`: jaq's interpreter behind jq's options.
//!
//! Not here: modules, `input` and `inputs`, streaming, colours. A filter runs without a pause from one output to the next;
//! the number and size of outputs are bounded.

mod print;

use std::collections::BTreeMap;

use jaq_core::load::{Arena, File, Loader};
use jaq_core::{Compiler, Ctx, Vars, data};
use jaq_json::{Val, read};
use os::Proc;

use super::open_sources;

/// Outputs for one input.
const MAX_OUTPUTS: usize = 1_000_000;
/// Formats that jaq keeps elsewhere.
const FORMATS: &str = r##"def @csv: if type == "array" then map(if type == "string" then "\"" + gsub("\""; "\"\"") + "\"" elif . == null then "" else tostring end) | join(",") else error("\(.) cannot be csv-formatted, only an array can be") end; def @tsv: if type == "array" then map(if type == "string" then gsub("\\\\"; "\\\\") | gsub("\t"; "\\t") | gsub("\n"; "\\n") elif . == null then "" else tostring end) | join("\t") else error("\(.) cannot be tsv-formatted, only an array can be") end;"##;
/// Natives that would look at the host's clock or environment.
const HOSTS: [&str; 2] = ["now", "env"];

type Filter = jaq_core::Filter<data::JustLut<Val>>;

/// What was asked for.
#[derive(Default)]
struct Options {
    raw: bool,
    join: bool,
    null_input: bool,
    slurp: bool,
    raw_input: bool,
    by_status: bool,
    style: print::Style,
    filter: Option<String>,
    files: Vec<String>,
    names: Vec<(String, Val)>,
    positional: Vec<Val>,
}

const USAGE: &str = "Usage:\tjq [OPTIONS] FILTER [FILES...]\n\tjq [OPTIONS] -n FILTER\n\n  -n null as input   -r raw strings      -c compact    -s all inputs as one array   -e exit code by the last output\n  -S sorted keys     -j no line feeds    -R raw input  --tab  --indent N            -f FILE filter from a file\n  --arg NAME VALUE   --argjson NAME JSON  --slurpfile NAME FILE  --rawfile NAME FILE  --args VALUES  --jsonargs VALUES\n";

pub(crate) async fn run(proc: Proc, args: Vec<String>) -> i32 {
    let options = match read_options(&proc, &args[1..]).await {
        Ok(options) => options,
        Err((status, text)) => {
            proc.eprint(text).await;
            return status;
        }
    };
    let Some(code) = &options.filter else {
        proc.eprint(USAGE).await;
        return 2;
    };
    let (names, values) = variables(&proc, &options);
    let filter = match compile(code, &names) {
        Ok(filter) => filter,
        Err(error) => {
            proc.eprint(format!("jq: error: {error}\njq: 1 compile error\n"))
                .await;
            return 3;
        }
    };
    let (inputs, mut status) = match inputs(&proc, &options).await {
        Ok(inputs) => inputs,
        Err(status) => return status,
    };
    let mut last = None;
    for input in inputs {
        let input = match input {
            Ok(input) => input,
            Err(error) => {
                proc.eprint(format!("jq: error (at <stdin>:0): {error}\n"))
                    .await;
                return 2;
            }
        };
        let ctx = Ctx::<data::JustLut<Val>>::new(&filter.lut, Vars::new(values.clone()));
        for (at, output) in filter.id.run((ctx, input)).enumerate() {
            proc.cpu(std::time::Duration::from_micros(20)).await;
            if at >= MAX_OUTPUTS {
                proc.eprint("jq: error: too many outputs\n").await;
                return 5;
            }
            match output {
                Ok(value) => {
                    let mut text = print::text(&value, &options.style, options.raw);
                    if !options.join {
                        text.push('\n');
                    }
                    last = Some(value);
                    if proc.write(1, text).await.is_err() {
                        return 2;
                    }
                }
                Err(exception) => {
                    let error = match exception.get_halt() {
                        Ok(code) => return code,
                        Err(exception) => match exception.get_err() {
                            Ok(error) => error,
                            Err(_) => break,
                        },
                    };
                    proc.eprint(format!(
                        "jq: error (at <stdin>:0): {}\n",
                        reworded(&error.to_string())
                    ))
                    .await;
                    status = 5;
                    break;
                }
            }
        }
    }
    match last {
        _ if status != 0 || !options.by_status => status,
        None => 4,
        Some(Val::Null | Val::Bool(false)) => 1,
        Some(_) => 0,
    }
}

/// jaq's errors begin in lower case, jq's in upper case.
fn reworded(error: &str) -> String {
    let mut chars = error.chars();
    match chars.next() {
        Some(first) if error.starts_with("cannot") => first.to_uppercase().chain(chars).collect(),
        _ => error.to_owned(),
    }
}

fn string(text: impl Into<String>) -> Val {
    Val::from(text.into())
}

async fn read_options(proc: &Proc, args: &[String]) -> Result<Options, (i32, String)> {
    let mut options = Options::default();
    let mut args = args.iter();
    let mut from_file = false;
    // What operands are, after `--args` or `--jsonargs`.
    let mut operands = 'f';
    let missing = |name: &str| (2, format!("jq: {name} takes a value\n{USAGE}"));
    let bad = |name: &str, text: &str| {
        (
            2,
            format!("jq: Invalid JSON text passed to --{name}: {text}\n{USAGE}"),
        )
    };
    while let Some(arg) = args.next() {
        let Some(flag) = arg.strip_prefix('-').filter(|flag| !flag.is_empty()) else {
            match operands {
                _ if options.filter.is_none() => options.filter = Some(arg.clone()),
                'a' => options.positional.push(string(arg.clone())),
                'j' => options
                    .positional
                    .push(read::parse_single(arg.as_bytes()).map_err(|_| bad("jsonargs", arg))?),
                _ => options.files.push(arg.clone()),
            }
            continue;
        };
        let flag = match flag {
            "-raw-output" => "r",
            "-compact-output" => "c",
            "-null-input" => "n",
            "-slurp" => "s",
            "-sort-keys" => "S",
            "-join-output" => "j",
            "-exit-status" => "e",
            "-raw-input" => "R",
            "-from-file" => "f",
            "-ascii-output" => "a",
            "-monochrome-output" => "M",
            "-color-output" => "C",
            "-help" => "h",
            flag => flag,
        };
        match flag {
            "-tab" => options.style.indent = "\t".into(),
            "-indent" => {
                let count = args
                    .next()
                    .and_then(|text| text.parse::<usize>().ok())
                    .filter(|count| *count <= 7);
                let count = count
                    .ok_or_else(|| (2, "jq: Cannot indent more than 7 characters\n".to_owned()))?;
                options.style.indent = " ".repeat(count);
                options.style.compact = count == 0;
            }
            "-arg" | "-argjson" | "-slurpfile" | "-rawfile" => {
                let (Some(name), Some(text)) = (args.next(), args.next()) else {
                    return Err((
                        2,
                        format!(
                            "jq: -{flag} takes two parameters (e.g. -{flag} varname value)\n{USAGE}"
                        ),
                    ));
                };
                let file = || async {
                    let read = proc.read_path(text, 16 << 20).await;
                    read.map_err(|error| (2, format!("jq: Bad JSON in -{flag} {name} {text}: Could not open {text}: {}\n", error.text())))
                };
                let value = match flag {
                    "-arg" => string(text.clone()),
                    "-argjson" => {
                        read::parse_single(text.as_bytes()).map_err(|_| bad("argjson", text))?
                    }
                    "-rawfile" => string(String::from_utf8_lossy(&file().await?).into_owned()),
                    _ => {
                        let data = file().await?;
                        read::parse_many(&data)
                            .collect::<Result<Val, _>>()
                            .map_err(|_| bad("slurpfile", text))?
                    }
                };
                options.names.push((name.clone(), value));
            }
            "-args" => operands = 'a',
            "-jsonargs" => operands = 'j',
            "-" => {}
            _ => {
                for letter in flag.chars() {
                    match letter {
                        'r' => options.raw = true,
                        'c' => options.style.compact = true,
                        'n' => options.null_input = true,
                        's' => options.slurp = true,
                        'S' => options.style.sorted = true,
                        'j' => (options.raw, options.join) = (true, true),
                        'e' => options.by_status = true,
                        'R' => options.raw_input = true,
                        'a' => options.style.ascii = true,
                        'f' => from_file = true,
                        'M' | 'C' => {}
                        'h' => return Err((0, USAGE.to_owned())),
                        _ => return Err((2, format!("jq: Unknown arguments\n{USAGE}"))),
                    }
                }
            }
        }
    }
    if from_file {
        let name = options.filter.take().ok_or_else(|| missing("-f"))?;
        let data = proc.read_path(&name, 1 << 20).await;
        let data = data.map_err(|error| {
            (
                2,
                format!("jq: error: Could not open {name}: {}\n", error.text()),
            )
        })?;
        options.filter = Some(String::from_utf8_lossy(&data).into_owned());
    }
    Ok(options)
}

/// The variables that a filter knows: names and values.
fn variables(proc: &Proc, options: &Options) -> (Vec<String>, Vec<Val>) {
    let object = |entries: Vec<(String, Val)>| {
        Val::obj(
            entries
                .into_iter()
                .map(|(name, value)| (string(name), value))
                .collect(),
        )
    };
    let environment: BTreeMap<String, String> = proc.environment();
    let environment = environment
        .into_iter()
        .map(|(name, value)| (name, string(value)))
        .collect();
    #[allow(clippy::cast_precision_loss, reason = "seconds")]
    let now = proc.now().as_micros() as f64 / 1e6;
    let named = object(vec![
        (
            "positional".into(),
            options.positional.iter().cloned().collect(),
        ),
        ("named".into(), object(options.names.clone())),
    ]);
    let own = [
        ("$__now", Val::from(now)),
        ("$ENV", object(environment)),
        ("$ARGS", named),
    ];
    let mut names: Vec<String> = own.iter().map(|(name, _)| (*name).to_owned()).collect();
    let mut values: Vec<Val> = own.into_iter().map(|(_, value)| value).collect();
    for (name, value) in &options.names {
        names.push(format!("${name}"));
        values.push(value.clone());
    }
    (names, values)
}

fn compile(code: &str, names: &[String]) -> Result<Filter, String> {
    let code = format!("def now: $__now; def env: $ENV; {FORMATS} {code}");
    let defs = jaq_core::defs()
        .chain(jaq_std::defs())
        .chain(jaq_json::defs());
    let funs = jaq_core::funs()
        .chain(jaq_std::funs())
        .chain(jaq_json::funs());
    let arena = Arena::default();
    let modules = Loader::new(defs)
        .load(
            &arena,
            File {
                code: code.as_str(),
                path: (),
            },
        )
        .map_err(|errors| match errors.first() {
            Some((_, jaq_core::load::Error::Parse(errors))) => match errors.first() {
                Some((expected, found)) => format!(
                    "syntax error, unexpected {} (expecting {})",
                    if found.is_empty() {
                        "end of input"
                    } else {
                        found
                    },
                    expected.as_str()
                ),
                None => "syntax error".to_owned(),
            },
            _ => "syntax error".to_owned(),
        })?;
    Compiler::default()
        .with_funs(funs.filter(|fun| !HOSTS.contains(&fun.0)))
        .with_global_vars(names.iter().map(String::as_str))
        .compile(modules)
        .map_err(|errors| {
            let first = errors.into_iter().flat_map(|(_, errors)| errors).next();
            let name = first.map_or("?", |(name, _)| name);
            if name.starts_with('$') {
                format!("{name} is not defined")
            } else {
                format!("{name} is not defined (see `tldr jq`)")
            }
        })
}

type Inputs = Vec<Result<Val, String>>;

/// All inputs, and the exit code if a file was not there.
async fn inputs(proc: &Proc, options: &Options) -> Result<(Inputs, i32), i32> {
    if options.null_input {
        return Ok((vec![Ok(Val::Null)], 0));
    }
    let (sources, failed) = open_sources(proc, "jq: error: Could not open", &options.files).await;
    let mut all = Vec::new();
    for source in sources {
        match source.read(proc).await {
            Ok(data) => all.extend_from_slice(&data),
            Err(error) => {
                proc.eprint(format!("jq: error: {}: {}\n", source.name, error.text()))
                    .await;
                return Err(2);
            }
        }
    }
    proc.cpu(std::time::Duration::from_nanos(20 * all.len() as u64))
        .await;
    let status = if failed { 2 } else { 0 };
    if options.raw_input {
        let text = String::from_utf8_lossy(&all).into_owned();
        let inputs = if options.slurp {
            vec![Ok(string(text))]
        } else {
            text.lines().map(|line| Ok(string(line))).collect()
        };
        return Ok((inputs, status));
    }
    let mut values = Vec::new();
    for value in read::parse_many(&all) {
        let value = value.map_err(|error| error.to_string());
        let failed = value.is_err();
        values.push(value);
        if failed {
            break;
        }
    }
    if options.slurp {
        let values: Result<Val, String> = values.into_iter().collect();
        return Ok((vec![values], status));
    }
    Ok((values, status))
}
