//! `comm` and `cmp`: two files side by side, and byte by byte

use os::Proc;

use super::open_sources;
use crate::opts::Spec;

async fn both(proc: &Proc, tool: &str, names: &[String]) -> Option<[Vec<u8>; 2]> {
    let [left, right, ..] = names else {
        let text = match names.first() {
            Some(one) => format!("missing operand after '{one}'"),
            None => "missing operand".to_owned(),
        };
        proc.eprint(format!(
            "{tool}: {text}\nTry '{tool} --help' for more information.\n"
        ))
        .await;
        return None;
    };
    let mut found = Vec::new();
    for name in [left, right] {
        let (sources, _) = open_sources(proc, tool, std::slice::from_ref(name)).await;
        found.push(sources.first()?.read(proc).await.ok()?);
    }
    found.try_into().ok()
}

pub(crate) async fn run(proc: Proc, args: Vec<String>) -> i32 {
    const SPEC: Spec = Spec::new("123", &[]);
    let opts = match SPEC.parse_or_complain(&proc, &args, 1).await {
        Ok(opts) => opts,
        Err(status) => return status,
    };
    let Some([left, right]) = both(&proc, "comm", &opts.rest).await else {
        return 1;
    };
    let (left, right) = (
        String::from_utf8_lossy(&left),
        String::from_utf8_lossy(&right),
    );
    let (mut left, mut right) = (left.lines().peekable(), right.lines().peekable());
    let mut out = String::new();
    let mut show = |column: char, line: &str| {
        if opts.has(column) {
            return;
        }
        for before in ['1', '2'] {
            if before < column && !opts.has(before) {
                out.push('\t');
            }
        }
        out.push_str(line);
        out.push('\n');
    };
    loop {
        let order = match (left.peek(), right.peek()) {
            (None, None) => break,
            (Some(_), None) => std::cmp::Ordering::Less,
            (None, Some(_)) => std::cmp::Ordering::Greater,
            (Some(a), Some(b)) => a.cmp(b),
        };
        let line = if order.is_gt() {
            right.next()
        } else {
            left.next()
        };
        let line = line.unwrap_or_default();
        match order {
            std::cmp::Ordering::Less => show('1', line),
            std::cmp::Ordering::Greater => show('2', line),
            std::cmp::Ordering::Equal => {
                right.next();
                show('3', line);
            }
        }
    }
    proc.print(out).await;
    0
}

pub(crate) async fn cmp(proc: Proc, args: Vec<String>) -> i32 {
    const SPEC: Spec = Spec::new("s", &[("silent", 's'), ("quiet", 's')]);
    let opts = match SPEC.parse_or_complain(&proc, &args, 2).await {
        Ok(opts) => opts,
        Err(status) => return status,
    };
    let Some([left, right]) = both(&proc, "cmp", &opts.rest).await else {
        return 2;
    };
    if left == right {
        return 0;
    }
    if opts.has('s') {
        return 1;
    }
    let names = (&opts.rest[0], &opts.rest[1]);
    let at = left.iter().zip(&right).position(|(a, b)| a != b);
    let lines = |upto: usize| left[..upto].iter().filter(|byte| **byte == b'\n').count();
    match at {
        Some(at) => {
            let line = lines(at) + 1;
            proc.print(format!(
                "{} {} differ: byte {}, line {line}\n",
                names.0,
                names.1,
                at + 1
            ))
            .await;
        }
        None => {
            let (short, upto) = if left.len() < right.len() {
                (names.0, left.len())
            } else {
                (names.1, right.len())
            };
            let line = lines(upto.min(left.len()));
            proc.eprint(format!(
                "cmp: EOF on {short} after byte {upto}, line {line}\n"
            ))
            .await;
        }
    }
    1
}
