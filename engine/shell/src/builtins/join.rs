//! `join`: lines of two sorted files that have a field in common

use std::cmp::Ordering;

use os::Proc;

use super::open_sources;
use crate::opts::{Opts, Spec};

/// A line's fields.
type Row = Vec<String>;

pub(crate) async fn run(proc: Proc, args: Vec<String>) -> i32 {
    const SPEC: Spec = Spec::new(
        "1:2:j:t:a:v:o:e:i",
        &[
            ("ignore-case", 'i'),
            ("header", 'H'),
            ("nocheck-order", 'C'),
        ],
    );
    let opts = match SPEC.parse_or_complain(&proc, &args, 1).await {
        Ok(opts) => opts,
        Err(status) => return status,
    };
    let [left, right] = opts.rest.as_slice() else {
        let text = match (opts.rest.first(), opts.rest.get(2)) {
            (_, Some(extra)) => format!("extra operand '{extra}'"),
            (Some(one), None) => format!("missing operand after '{one}'"),
            _ => "missing operand".to_owned(),
        };
        let text = format!("join: {text}\nTry 'join --help' for more information.\n");
        proc.eprint(text).await;
        return 1;
    };
    let mut tables = Vec::new();
    for name in [left, right] {
        let (sources, _) = open_sources(&proc, "join", std::slice::from_ref(name)).await;
        let Some(source) = sources.first() else {
            return 1;
        };
        let Ok(data) = source.read(&proc).await else {
            return 1;
        };
        let text = String::from_utf8_lossy(&data);
        tables.push(text.lines().map(|line| fields(line, &opts)).collect());
    }
    let mut tables: [Vec<Row>; 2] = match tables.try_into() {
        Ok(tables) => tables,
        Err(_) => return 1,
    };
    let mut key = [0, 0];
    for (at, flag) in ['1', '2'].into_iter().enumerate() {
        let text = opts.value(flag).or(opts.value('j')).unwrap_or("1");
        match text.parse::<usize>() {
            Ok(number) if number > 0 => key[at] = number - 1,
            _ => {
                let text = format!("join: invalid field number: '{text}'\n");
                proc.eprint(text).await;
                return 1;
            }
        }
    }
    let mut out = String::new();
    if opts.has('H') {
        let heads: Vec<Row> = tables
            .iter_mut()
            .filter(|table| !table.is_empty())
            .map(|table| table.remove(0))
            .collect();
        if let [left, right] = heads.as_slice() {
            show(&mut out, &opts, key, Some(left), Some(right));
        }
    }
    let text = |table: usize, at: usize| -> String {
        let row = tables[table].get(at);
        let text = row.and_then(|row| row.get(key[table]));
        let text = text.cloned().unwrap_or_default();
        if opts.has('i') {
            text.to_lowercase()
        } else {
            text
        }
    };
    let alone = |which: &str| opts.values('a').chain(opts.values('v')).any(|v| v == which);
    let (mut a, mut b) = (0, 0);
    // A file that is not in order is told of once something in it has no partner.
    let mut unsorted = [None, None];
    for (table, place) in unsorted.iter_mut().enumerate() {
        let rows = 1..tables[table].len();
        *place = rows
            .into_iter()
            .find(|at| text(table, *at) < text(table, *at - 1));
    }
    let mut alone_seen = false;
    while a < tables[0].len() || b < tables[1].len() {
        let order = match (a < tables[0].len(), b < tables[1].len()) {
            (true, true) => text(0, a).cmp(&text(1, b)),
            (true, false) => Ordering::Less,
            _ => Ordering::Greater,
        };
        match order {
            Ordering::Less => {
                if alone("1") {
                    show(&mut out, &opts, key, Some(&tables[0][a]), None);
                }
                alone_seen = true;
                a += 1;
            }
            Ordering::Greater => {
                alone_seen = true;
                if alone("2") {
                    show(&mut out, &opts, key, None, Some(&tables[1][b]));
                }
                b += 1;
            }
            Ordering::Equal => {
                let same = text(0, a);
                let run = |table: usize, from: usize| {
                    let rows =
                        (from..tables[table].len()).take_while(|at| text(table, *at) == same);
                    from + rows.count()
                };
                let (a_end, b_end) = (run(0, a), run(1, b));
                for left in a..a_end {
                    for right in b..b_end {
                        if !opts.has('v') {
                            let (left, right) = (&tables[0][left], &tables[1][right]);
                            show(&mut out, &opts, key, Some(left), Some(right));
                        }
                        if out.len() > 1 << 16
                            && proc.write(1, std::mem::take(&mut out)).await.is_err()
                        {
                            return 1;
                        }
                    }
                }
                (a, b) = (a_end, b_end);
            }
        }
    }
    proc.print(out).await;
    if !alone_seen || opts.has('C') || unsorted == [None, None] {
        return 0;
    }
    for (table, place) in unsorted.into_iter().enumerate() {
        if let Some(at) = place {
            let (name, row) = (&opts.rest[table], tables[table][at].join(" "));
            let line = at + 1 + usize::from(opts.has('H'));
            proc.eprint(format!("join: {name}:{line}: is not sorted: {row}\n"))
                .await;
        }
    }
    proc.eprint("join: input is not in sorted order\n").await;
    1
}

fn fields(line: &str, opts: &Opts) -> Row {
    match opts.value('t').and_then(|text| text.chars().next()) {
        Some(separator) => line.split(separator).map(str::to_owned).collect(),
        None => line.split_whitespace().map(str::to_owned).collect(),
    }
}

/// A line of the output: the common field and the rest of both, or what `-o` lists.
fn show(out: &mut String, opts: &Opts, key: [usize; 2], left: Option<&Row>, right: Option<&Row>) {
    let empty = opts.value('e').unwrap_or_default();
    let (separator, rows) = (opts.value('t').unwrap_or(" "), [left, right]);
    let cell = |table: usize, at: usize| {
        let found = rows[table].and_then(|row| row.get(at)).map(String::as_str);
        found
            .filter(|text| !text.is_empty())
            .unwrap_or(empty)
            .to_owned()
    };
    let common = || match left {
        Some(_) => cell(0, key[0]),
        None => cell(1, key[1]),
    };
    let mut cells = Vec::new();
    match opts.value('o').filter(|format| *format != "auto") {
        Some(format) => {
            for place in format.split([',', ' ']).filter(|place| !place.is_empty()) {
                let found = place.split_once('.').and_then(|(file, field)| {
                    let file = file
                        .parse::<usize>()
                        .ok()?
                        .checked_sub(1)
                        .filter(|at| *at < 2)?;
                    Some(cell(file, field.parse::<usize>().ok()?.checked_sub(1)?))
                });
                cells.push(found.unwrap_or_else(common));
            }
        }
        None => {
            cells.push(common());
            for (table, row) in rows.iter().enumerate() {
                let rest = row.iter().flat_map(|row| 0..row.len());
                cells.extend(
                    rest.filter(|at| *at != key[table])
                        .map(|at| cell(table, at)),
                );
            }
        }
    }
    out.push_str(&cells.join(separator));
    out.push('\n');
}
