//! `jq`: jaq's interpreter behind jq's options, over values of our own.
//!
//! What a filter does is counted (`fuel`, `machine`), so that none runs for ever or fills the memory. Not here: modules,
//! streaming, colours, SQL's relatives.

mod depth;
mod fuel;
mod machine;
mod natives;
mod ops;
mod print;
mod read;
mod value;
mod yq;

use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::Duration;

use jaq_core::load::parse::Def;
use jaq_core::load::{Arena, File, Loader};
use jaq_core::{Compiler, Ctx, Filter, Vars};
use os::Proc;

pub(crate) use self::yq::run as yq;

use self::machine::{Machine, Own};
use self::read::Reader;
use self::value::V;
use super::open_sources;

/// Outputs of one run.
const MAX_OUTPUTS: usize = 1_000_000;
/// Bytes of a filter.
const MAX_CODE: usize = 64 << 10;
/// How deep a filter may be nested, where an operator or keyword counts like a bracket for what is behind it: the parser
/// and what follows recurse.
const MAX_NESTING: usize = 200;
/// Natives that would look at the host's clock or environment, or never pause, or that are ours.
const OTHERS: [&str; 6] = [
    "now",
    "env",
    "range",
    "keys_unsorted",
    "debug_empty",
    "stderr_empty",
];

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
    names: Vec<(String, V)>,
    positional: Vec<V>,
}

const USAGE: &str = "Usage:\tjq [OPTIONS] FILTER [FILES...]\n\tjq [OPTIONS] -n FILTER\n\n  -n null as input   -r raw strings      -c compact    -s all inputs as one array   -e exit code by the last output\n  -S sorted keys     -j no line feeds    -R raw input  --tab  --indent N            -f FILE filter from a file\n  --arg NAME VALUE   --argjson NAME JSON  --slurpfile NAME FILE  --rawfile NAME FILE  --args VALUES  --jsonargs VALUES\n";

pub(crate) async fn run(proc: Proc, args: Vec<String>) -> i32 {
    let options = match read_options(&proc, &args[1..]).await {
        Ok(options) => options,
        Err((0, text)) => {
            proc.print(text).await;
            return 0;
        }
        Err((status, text)) => {
            proc.eprint(text).await;
            return status;
        }
    };
    let Some(code) = &options.filter else {
        proc.eprint(USAGE).await;
        return 2;
    };
    // What is read counts as work, too; so much as fits into memory is let through.
    let ((names, values), _) = fuel::metered(u64::MAX, || variables(&proc, &options));
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
    let machine = Machine::new(filter);
    let Inputs {
        values: read,
        lines,
        place,
        wrong,
    } = inputs;
    *machine.inputs.borrow_mut() = read.into();
    let total = lines.len();
    let mut last = None;
    let mut steps = fuel::STEPS;
    let mut count = 0;
    let mut nulls = usize::from(options.null_input);
    loop {
        let input = if nulls > 0 {
            nulls -= 1;
            V::Null
        } else if options.null_input {
            break;
        } else {
            let next = machine.inputs.borrow_mut().pop_front();
            match next {
                Some(input) => input,
                None => break,
            }
        };
        let ctx = Ctx::<Own>::new(&machine, Vars::new(values.clone()));
        let main = machine.main;
        let (mut outputs, left) = fuel::metered(steps, || main.run((ctx, input)));
        let mut used = steps - left;
        steps = left;
        loop {
            let (output, left) = if fuel::why().is_some() {
                (None, steps)
            } else {
                fuel::metered(steps, || outputs.next())
            };
            let why = fuel::why();
            used += steps - left;
            steps = left;
            let notes = std::mem::take(&mut *machine.notes.borrow_mut());
            if !notes.is_empty() {
                proc.eprint(notes).await;
            }
            let read = total - machine.inputs.borrow().len();
            let at = match read.checked_sub(1).and_then(|read| lines.get(read)) {
                Some(line) => format!("{place}:{line}"),
                None => "<unknown>".to_owned(),
            };
            if let Some(why) = why {
                proc.eprint(format!("jq: error (at {at}): {}\n", why.text()))
                    .await;
                return 5;
            }
            proc.cpu(Duration::from_micros(20) + Duration::from_nanos(200 * used))
                .await;
            used = 0;
            count += 1;
            if count > MAX_OUTPUTS {
                proc.eprint("jq: error: too many outputs\n").await;
                return 5;
            }
            match output {
                None => break,
                Some(Ok(value)) => {
                    let mut text = print::text(&value, &options.style, options.raw);
                    if !options.join {
                        text.push('\n');
                    }
                    last = Some(value);
                    if proc.write(1, text).await.is_err() {
                        return 2;
                    }
                }
                Some(Err(exception)) => {
                    let error = match exception.get_halt() {
                        Ok(code) => return code,
                        Err(exception) => match exception.get_err() {
                            Ok(error) => error,
                            Err(_) => break,
                        },
                    };
                    let text = match error.into_val() {
                        V::Str(text) => format!(": {text}"),
                        other => format!(" (not a string): {}", print::compact(&other)),
                    };
                    proc.eprint(format!("jq: error (at {at}){text}\n")).await;
                    status = 5;
                    break;
                }
            }
        }
    }
    if let Some(wrong) = wrong {
        proc.eprint(format!("jq: parse error: {wrong}\n")).await;
        return 2;
    }
    match last {
        _ if status != 0 || !options.by_status => status,
        None => 4,
        Some(V::Null | V::Bool(false)) => 1,
        Some(_) => 0,
    }
}

fn string(text: impl Into<String>) -> V {
    V::text(text)
}

/// One value and nothing else.
fn single(text: &[u8]) -> Option<V> {
    let mut reader = Reader::new(text);
    let value = reader.next()?.ok()?;
    reader.next().is_none().then_some(value)
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
                    .push(single(arg.as_bytes()).ok_or_else(|| bad("jsonargs", arg))?),
                _ => options.files.push(arg.clone()),
            }
            continue;
        };
        let flag = match flag {
            "-raw-output" => "r",
            "-compact-output" => "c",
            "-null-input" => "n",
            "-slurp" => "s",
            "-version" => "V",
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
                    "-argjson" => single(text.as_bytes()).ok_or_else(|| bad("argjson", text))?,
                    "-rawfile" => string(String::from_utf8_lossy(&file().await?).into_owned()),
                    _ => {
                        let data = file().await?;
                        let mut reader = Reader::new(&data);
                        let values: Result<Vec<V>, String> =
                            std::iter::from_fn(|| reader.next()).collect();
                        V::array(values.map_err(|_| bad("slurpfile", text))?)
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
                        'V' => return Err((0, "jq-1.7.1\n".to_owned())),
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
fn variables(proc: &Proc, options: &Options) -> (Vec<String>, Vec<V>) {
    let object = |entries: Vec<(String, V)>| {
        V::object(
            entries
                .into_iter()
                .map(|(name, value)| (Rc::from(name), value)),
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
        ("positional".into(), V::array(options.positional.clone())),
        ("named".into(), object(options.names.clone())),
    ]);
    let own = [
        ("$__now", V::from(now)),
        ("$ENV", object(environment)),
        ("$ARGS", named),
    ];
    let mut names: Vec<String> = own.iter().map(|(name, _)| (*name).to_owned()).collect();
    let mut values: Vec<V> = own.into_iter().map(|(_, value)| value).collect();
    for (name, value) in &options.names {
        names.push(format!("${name}"));
        values.push(value.clone());
    }
    (names, values)
}

/// Whether the parser would recurse too deeply over a filter.
fn too_deep(code: &str) -> bool {
    const KEYWORDS: [&str; 10] = [
        "def", "if", "elif", "try", "reduce", "foreach", "label", "and", "or", "as",
    ];
    // How many there are in each bracket that is open, and in all of them.
    let (mut open, mut own, mut all) = (Vec::new(), 0, 0);
    let mut word = String::new();
    let mut before = ' ';
    for c in code.chars() {
        let before = std::mem::replace(&mut before, c);
        if c.is_alphanumeric() || c == '_' {
            word.push(c);
            continue;
        }
        let keyword = usize::from(KEYWORDS.contains(&word.as_str()));
        word.clear();
        own += keyword;
        all += keyword;
        match c {
            '(' | '[' | '{' => {
                open.push(own + 1);
                all += 1;
                own = 0;
            }
            ')' | ']' | '}' => {
                all = all.saturating_sub(own);
                own = open.pop().unwrap_or(0);
            }
            '|' | ',' | '-' | '+' | '*' | '/' | '%' | '=' | '<' | '>' => {
                own += 1;
                all += 1;
            }
            '.' if before.is_alphanumeric() || "])?\"_".contains(before) => {
                own += 1;
                all += 1;
            }
            _ => {}
        }
        if all > MAX_NESTING {
            return true;
        }
    }
    code.len() > MAX_CODE
}

/// A definition for as long as it is needed.
fn shortened<'s>(def: Def<&'static str>) -> Def<&'s str> {
    def
}

fn compile(code: &str, names: &[String]) -> Result<Filter<Own>, String> {
    if too_deep(code) {
        return Err("the filter is too long".to_owned());
    }
    // By itself first: it must not close the bracket that is put around it.
    let arena = Arena::default();
    let alone = Loader::new([]).load(&arena, File { code, path: () });
    alone.map_err(|errors| {
        use jaq_core::load::Error::{Lex, Parse};
        let (expected, found) = match errors.first() {
            Some((_, Lex(errors))) => errors.first().map(|e| (e.0.as_str(), e.1)),
            Some((_, Parse(errors))) => errors.first().map(|e| (e.0.as_str(), e.1)),
            _ => None,
        }
        .unwrap_or(("a filter", ""));
        let found = found.chars().next().map(String::from);
        let found = found.as_deref().unwrap_or("end of file");
        format!("syntax error, unexpected {found} (expecting {expected})")
    })?;
    // As a definition among others, so that the main term, which only calls it, is the last one.
    let code = format!("{} def filter__: ({code}\n);", natives::DEFS);
    let arena = Arena::default();
    let last = jaq_core::load::parse(&code, |parser| parser.defs());
    let mut last = last.ok_or_else(|| "syntax error".to_owned())?;
    if let Some(main) = last.last_mut() {
        depth::Scope::default().def(main);
    }
    let std = jaq_std::defs().filter(|def| !["nan", "infinite"].contains(&def.name));
    let defs = jaq_core::defs().chain(std).map(shortened);
    let defs = defs.chain(last);
    let own = natives::all().map(|native| native.0);
    let own: Vec<&str> = own.chain(OTHERS).collect();
    let funs = jaq_core::funs().chain(jaq_std::funs());
    let funs = funs.filter(|fun| !own.contains(&fun.0));
    let file = File {
        code: "filter__",
        path: (),
    };
    let modules = Loader::new(defs).load(&arena, file);
    let modules = modules.map_err(|_| "syntax error".to_owned())?;
    Compiler::default()
        .with_funs(natives::all().chain(funs))
        .with_global_vars(names.iter().map(String::as_str))
        .compile(modules)
        .map_err(|errors| {
            let first = errors.into_iter().flat_map(|(_, errors)| errors).next();
            match first {
                Some((name, jaq_core::compile::Undefined::Filter(arity))) => {
                    format!("{name}/{arity} is not defined at <top-level>, line 1:")
                }
                Some((name, _)) => format!("{name} is not defined at <top-level>, line 1:"),
                None => "syntax error".to_owned(),
            }
        })
}

/// What was read: the values, the line that each ended in, where they are from, and what was no value.
struct Inputs {
    values: Vec<V>,
    lines: Vec<usize>,
    place: String,
    wrong: Option<String>,
}

/// All inputs, and the exit code if a file was not there.
async fn inputs(proc: &Proc, options: &Options) -> Result<(Inputs, i32), i32> {
    let mut inputs = Inputs {
        values: Vec::new(),
        lines: Vec::new(),
        place: match options.files.last() {
            Some(name) if name != "-" => name.clone(),
            _ => "<stdin>".to_owned(),
        },
        wrong: None,
    };
    // With -n, `input` may still ask; but nobody is made to type what is not.
    let asks = options.filter.as_deref();
    let asks = asks.is_some_and(|code| code.contains("input"));
    if options.null_input && !asks {
        return Ok((inputs, 0));
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
    proc.cpu(Duration::from_nanos(20 * all.len() as u64)).await;
    let status = if failed { 2 } else { 0 };
    let (read, _) = fuel::metered(u64::MAX, || {
        read_all(&all, options, &mut inputs);
        fuel::why()
    });
    if let Some(why) = read {
        proc.eprint(format!("jq: error: {}\n", why.text())).await;
        return Err(5);
    }
    Ok((inputs, status))
}

fn read_all(data: &[u8], options: &Options, inputs: &mut Inputs) {
    let lines = data.iter().filter(|byte| **byte == b'\n').count();
    if options.raw_input {
        let text = String::from_utf8_lossy(data);
        inputs.values = if options.slurp {
            vec![string(text)]
        } else {
            text.lines().map(string).collect()
        };
    } else {
        let mut reader = Reader::new(data);
        while let Some(value) = reader.next() {
            match value {
                Ok(value) => inputs.values.push(value),
                Err(error) => {
                    inputs.wrong = Some(error);
                    break;
                }
            }
            inputs.lines.push(reader.line());
        }
        if options.slurp {
            inputs.lines.clear();
            if inputs.wrong.is_none() {
                inputs.values = vec![V::array(std::mem::take(&mut inputs.values))];
            } else {
                inputs.values.clear();
            }
        }
    }
    inputs.lines.resize(inputs.values.len(), lines);
}
