//! `seq`

use os::Proc;

use crate::opts::Spec;

/// Bytes printed at once.
const BLOCK: usize = 8192;

fn decimals(text: &str) -> usize {
    text.split_once('.').map_or(0, |(_, rest)| rest.len())
}

pub(crate) async fn run(proc: Proc, args: Vec<String>) -> i32 {
    const SPEC: Spec = Spec::in_order(
        "ws:f:",
        &[("equal-width", 'w'), ("separator", 's'), ("format", 'f')],
    );
    // A negative number is no option.
    let first = args[1..].iter().position(|arg| {
        arg.starts_with('-') && arg[1..].starts_with(|c: char| c.is_ascii_digit() || c == '.')
    });
    let mut given = args.clone();
    if let Some(at) = first {
        given.insert(at + 1, "--".into());
    }
    let opts = match SPEC.parse_or_complain(&proc, &given, 1).await {
        Ok(opts) => opts,
        Err(status) => return status,
    };
    let words: Vec<&String> = opts.rest.iter().filter(|word| *word != "--").collect();
    let mut numbers = Vec::new();
    for word in &words {
        match word.parse::<f64>() {
            Ok(number) if number.is_finite() => numbers.push(number),
            _ => {
                proc.eprint(format!("seq: invalid floating point argument: '{word}'\nTry 'seq --help' for more information.\n")).await;
                return 1;
            }
        }
    }
    let (from, step, to) = match numbers.as_slice() {
        [to] => (1.0, 1.0, *to),
        [from, to] => (*from, 1.0, *to),
        [from, step, to] => (*from, *step, *to),
        [] => {
            proc.eprint("seq: missing operand\nTry 'seq --help' for more information.\n")
                .await;
            return 1;
        }
        _ => {
            proc.eprint(format!(
                "seq: extra operand '{}'\nTry 'seq --help' for more information.\n",
                words[3]
            ))
            .await;
            return 1;
        }
    };
    if step == 0.0 {
        proc.eprint(format!(
            "seq: invalid Zero increment value: '{}'\nTry 'seq --help' for more information.\n",
            words[1]
        ))
        .await;
        return 1;
    }
    let places = words[..words.len().min(2)]
        .iter()
        .map(|word| decimals(word))
        .max()
        .unwrap_or(0);
    let places = if words.len() == 1 { 0 } else { places };
    let width = if opts.has('w') {
        [from, to]
            .iter()
            .map(|n| format!("{n:.places$}").len())
            .max()
            .unwrap_or(0)
    } else {
        0
    };
    let separator = opts
        .value('s')
        .map_or_else(|| "\n".to_owned(), crate::escape::ansi_c);
    let count = ((to - from) / step + 1e-9).floor();
    let mut out = String::new();
    let mut at = 0.0;
    while at <= count {
        if at > 0.0 {
            out.push_str(&separator);
        }
        let value = from + step * at;
        match opts.value('f') {
            Some(format) => out.push_str(&super::printf::format_text(
                format,
                &[value.to_string()],
                proc.now(),
            )),
            None => out.push_str(&format!("{value:0width$.places$}")),
        }
        at += 1.0;
        if out.len() > BLOCK
            && let Err(status) = super::written(&proc, std::mem::take(&mut out)).await
        {
            return status;
        }
    }
    if count >= 0.0 {
        out.push('\n');
    }
    super::written(&proc, out).await.err().unwrap_or(0)
}
