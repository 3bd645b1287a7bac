//! `sort`

use std::cmp::Ordering;

use os::{OpenFlags, Proc};

use super::open_sources;
use crate::opts::Spec;

/// How keys are compared.
#[derive(Clone, Copy, Default)]
struct Manner {
    numeric: bool,
    human: bool,
    version: bool,
    month: bool,
    fold: bool,
    blanks: bool,
    dictionary: bool,
    reverse: bool,
}

impl Manner {
    fn read(letters: &str) -> Option<Self> {
        let mut manner = Manner::default();
        for letter in letters.chars() {
            match letter {
                'n' | 'g' => manner.numeric = true,
                'h' => manner.human = true,
                'V' => manner.version = true,
                'M' => manner.month = true,
                'f' => manner.fold = true,
                'b' => manner.blanks = true,
                'd' => manner.dictionary = true,
                'r' => manner.reverse = true,
                _ => return None,
            }
        }
        Some(manner)
    }
}

/// `-k 2,3nr`: fields and characters from 1.
struct Key {
    from: (usize, usize),
    to: Option<(usize, usize)>,
    manner: Option<Manner>,
}

fn parse_key(text: &str) -> Option<Key> {
    let position = |text: &str| -> Option<((usize, usize), String)> {
        let len = text
            .bytes()
            .take_while(|b| b.is_ascii_digit() || *b == b'.')
            .count();
        let (place, letters) = text.split_at(len);
        let (field, character) = match place.split_once('.') {
            Some((field, character)) => (field.parse().ok()?, character.parse().ok()?),
            None => (place.parse().ok()?, 0),
        };
        (field > 0).then(|| ((field, character), letters.to_owned()))
    };
    let (from, to) = match text.split_once(',') {
        Some((from, to)) => (position(from)?, Some(position(to)?)),
        None => (position(text)?, None),
    };
    let letters = from.1.clone() + to.as_ref().map_or("", |(_, letters)| letters);
    let manner = if letters.is_empty() {
        None
    } else {
        Some(Manner::read(&letters)?)
    };
    Some(Key {
        from: from.0,
        to: to.map(|(place, _)| place),
        manner,
    })
}

/// The part of a line that a key names.
fn key_of<'a>(line: &'a str, key: &Key, separator: Option<char>) -> &'a str {
    let fields = field_places(line, separator);
    let start = |(field, character): (usize, usize)| match fields.get(field - 1) {
        Some((from, to)) => {
            let skip = character.saturating_sub(1);
            line[*from..*to]
                .char_indices()
                .nth(skip)
                .map_or(*to, |(at, _)| from + at)
        }
        None => line.len(),
    };
    let from = start(key.from);
    let to = match key.to {
        None => line.len(),
        Some((field, 0)) => fields.get(field - 1).map_or(line.len(), |(_, to)| *to),
        Some((field, character)) => match fields.get(field - 1) {
            Some((from, to)) => line[*from..*to]
                .char_indices()
                .nth(character)
                .map_or(*to, |(at, _)| from + at),
            None => line.len(),
        },
    };
    line.get(from..to.max(from)).unwrap_or_default()
}

/// Without a separator, a field begins with the blanks before it.
fn field_places(line: &str, separator: Option<char>) -> Vec<(usize, usize)> {
    let mut places = Vec::new();
    let mut start = 0;
    match separator {
        Some(separator) => {
            for (at, _) in line.match_indices(separator) {
                places.push((start, at));
                start = at + separator.len_utf8();
            }
        }
        None => {
            let mut in_word = false;
            for (at, c) in line.char_indices() {
                let blank = c == ' ' || c == '\t';
                if blank && in_word {
                    places.push((start, at));
                    start = at;
                }
                in_word = !blank;
            }
        }
    }
    places.push((start, line.len()));
    places
}

fn leading_number(text: &str) -> f64 {
    let text = text.trim_start();
    let len = text
        .char_indices()
        .take_while(|(at, c)| c.is_ascii_digit() || *c == '.' || (*at == 0 && *c == '-'))
        .count();
    text[..len].parse().unwrap_or(0.0)
}

fn human_number(text: &str) -> f64 {
    let text = text.trim_start();
    let number = leading_number(text);
    let unit = text
        .trim_start_matches(|c: char| c.is_ascii_digit() || c == '.' || c == '-')
        .chars()
        .next();
    let power = unit
        .and_then(|unit| "KMGTPE".find(unit.to_ascii_uppercase()))
        .map_or(0, |at| at + 1);
    number * 1024f64.powi(i32::try_from(power).unwrap_or(0))
}

/// Compares as version numbers: runs of digits by value.
pub(crate) fn compare_versions(left: &str, right: &str) -> Ordering {
    let (mut a, mut b) = (left, right);
    loop {
        let text = |s: &str| s.find(|c: char| c.is_ascii_digit()).unwrap_or(s.len());
        let (x, y) = (text(a), text(b));
        match a[..x].cmp(&b[..y]) {
            Ordering::Equal => {}
            other => return other,
        }
        (a, b) = (&a[x..], &b[y..]);
        if a.is_empty() || b.is_empty() {
            return a.len().cmp(&b.len());
        }
        let digits = |s: &str| s.bytes().take_while(u8::is_ascii_digit).count();
        let (x, y) = (digits(a), digits(b));
        let (m, n) = (
            a[..x].trim_start_matches('0'),
            b[..y].trim_start_matches('0'),
        );
        match m.len().cmp(&n.len()).then_with(|| m.cmp(n)) {
            Ordering::Equal => {}
            other => return other,
        }
        (a, b) = (&a[x..], &b[y..]);
    }
}

fn compare(left: &str, right: &str, manner: Manner) -> Ordering {
    let (left, right) = if manner.blanks {
        (left.trim_start(), right.trim_start())
    } else {
        (left, right)
    };
    let order = if manner.numeric {
        leading_number(left).total_cmp(&leading_number(right))
    } else if manner.human {
        human_number(left).total_cmp(&human_number(right))
    } else if manner.version {
        compare_versions(left, right)
    } else if manner.month {
        let month = |text: &str| {
            let name = text
                .trim_start()
                .chars()
                .take(3)
                .collect::<String>()
                .to_uppercase();
            "JANFEBMARAPRMAYJUNJULAUGSEPOCTNOVDEC"
                .find(&name)
                .filter(|_| name.len() == 3)
                .map_or(0, |at| at / 3 + 1)
        };
        month(left).cmp(&month(right))
    } else {
        let clean = |text: &str| -> String {
            let kept = text
                .chars()
                .filter(|c| !manner.dictionary || c.is_alphanumeric() || *c == ' ');
            if manner.fold {
                kept.flat_map(char::to_uppercase).collect()
            } else {
                kept.collect()
            }
        };
        if manner.fold || manner.dictionary {
            clean(left).cmp(&clean(right))
        } else {
            left.cmp(right)
        }
    };
    if manner.reverse {
        order.reverse()
    } else {
        order
    }
}

pub(crate) async fn run(proc: Proc, args: Vec<String>) -> i32 {
    const SPEC: Spec = Spec::new(
        "nrufhVbdgMscCmizRk:t:o:S:T:",
        &[
            ("numeric-sort", 'n'),
            ("reverse", 'r'),
            ("unique", 'u'),
            ("ignore-case", 'f'),
            ("human-numeric-sort", 'h'),
            ("version-sort", 'V'),
            ("ignore-leading-blanks", 'b'),
            ("dictionary-order", 'd'),
            ("general-numeric-sort", 'g'),
            ("month-sort", 'M'),
            ("stable", 's'),
            ("check", 'c'),
            ("merge", 'm'),
            ("key", 'k'),
            ("field-separator", 't'),
            ("output", 'o'),
            ("random-sort", 'R'),
            ("zero-terminated", 'z'),
        ],
    );
    let opts = match SPEC.parse_or_complain(&proc, &args, 2).await {
        Ok(opts) => opts,
        Err(status) => return status,
    };
    let letters: String = "nghVMfbdr".chars().filter(|flag| opts.has(*flag)).collect();
    let whole = Manner::read(&letters).unwrap_or_default();
    let mut keys = Vec::new();
    for text in opts.values('k') {
        match parse_key(text) {
            Some(key) => keys.push(key),
            None => {
                proc.eprint(format!(
                    "sort: invalid number at field start: invalid count at start of '{text}'\n"
                ))
                .await;
                return 2;
            }
        }
    }
    let separator = match opts
        .value('t')
        .map(|text| if text == "\\0" { "\0" } else { text })
    {
        None => None,
        Some(text) if text.chars().count() == 1 => text.chars().next(),
        Some("") => {
            proc.eprint("sort: empty tab\n").await;
            return 2;
        }
        Some(text) => {
            proc.eprint(format!("sort: multi-character tab '{text}'\n"))
                .await;
            return 2;
        }
    };
    let (sources, failed) = open_sources(&proc, "sort", &opts.rest).await;
    if failed {
        return 2;
    }
    let end = if opts.has('z') { '\0' } else { '\n' };
    let mut text = String::new();
    for source in &sources {
        if let Ok(data) = source.read(&proc).await {
            text.push_str(&String::from_utf8_lossy(&data));
            if !text.is_empty() && !text.ends_with(end) {
                text.push(end);
            }
        }
    }
    let mut lines: Vec<&str> = text.split_terminator(end).collect();
    let by_keys = |left: &str, right: &str| {
        if keys.is_empty() {
            return compare(left, right, whole);
        }
        keys.iter()
            .map(|key| {
                compare(
                    key_of(left, key, separator),
                    key_of(right, key, separator),
                    key.manner.unwrap_or(whole),
                )
            })
            .find(|order| *order != Ordering::Equal)
            .unwrap_or(Ordering::Equal)
    };
    let plain = opts.has('s') || opts.has('u');
    let order = |left: &&str, right: &&str| {
        let last = || {
            if whole.reverse {
                right.cmp(left)
            } else {
                left.cmp(right)
            }
        };
        by_keys(left, right).then_with(|| if plain { Ordering::Equal } else { last() })
    };
    if opts.has('c') || opts.has('C') {
        let wrong = lines
            .windows(2)
            .position(|pair| order(&pair[0], &pair[1]) == Ordering::Greater);
        if let Some(at) = wrong {
            if opts.has('c') {
                let name = opts.rest.first().map_or("-", String::as_str);
                proc.eprint(format!(
                    "sort: {name}:{}: disorder: {}\n",
                    at + 2,
                    lines[at + 1]
                ))
                .await;
            }
            return 1;
        }
        return 0;
    }
    if opts.has('R') {
        let mut rng = proc.sim().rng(&format!("sort/{}", proc.pid()));
        for at in (1..lines.len()).rev() {
            let other = usize::try_from(rng.below(at as u64 + 1)).unwrap_or(0);
            lines.swap(at, other);
        }
    } else {
        lines.sort_by(order);
    }
    if opts.has('u') {
        lines.dedup_by(|left, right| by_keys(left, right) == Ordering::Equal);
    }
    // Sorting takes its time.
    proc.cpu(std::time::Duration::from_micros(lines.len() as u64 / 4))
        .await;
    let mut out = String::with_capacity(text.len());
    for line in lines {
        out.push_str(line);
        out.push(end);
    }
    let Some(target) = opts.value('o') else {
        return i32::from(proc.write(1, out.into_bytes()).await.is_err()) * 2;
    };
    match proc.open(target, OpenFlags::WRITE) {
        Ok(file) => i32::from(proc.write_file_to(&file, out.into_bytes()).await.is_err()) * 2,
        Err(error) => {
            proc.eprint(format!("sort: open failed: {target}: {}\n", error.text()))
                .await;
            2
        }
    }
}
