//! Differential test: `tests/bash/*.txt` hold hundreds of snippets with what a real bash 5.2 and the GNU tools print for
//! them (`tests/bash/record.py` records them). Each runs here in a machine of its own; standard output, standard error and
//! exit code must be the same, but for the snippets of `tests/bash/differs`, each with its reason.

mod world;

use std::fmt::Write as _;

use world::World;

#[derive(Default)]
struct Case {
    line: usize,
    snippet: String,
    out: String,
    err: String,
    status: i32,
}

fn parse(text: &str) -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    for (at, line) in text.lines().enumerate() {
        if let Some(snippet) = line.strip_prefix("$ ") {
            cases.push(Case {
                line: at + 1,
                snippet: snippet.to_owned(),
                ..Case::default()
            });
            continue;
        }
        let Some(case) = cases.last_mut() else {
            continue;
        };
        let Some((mark, rest)) = line.split_at_checked(2) else {
            if line == ">" {
                case.snippet.push('\n');
            }
            continue;
        };
        match mark {
            "> " => write!(case.snippet, "\n{rest}").unwrap(),
            "| " => writeln!(case.out, "{rest}").unwrap(),
            "! " => writeln!(case.err, "{rest}").unwrap(),
            "|~" => case.out.push_str(rest),
            "!~" => case.err.push_str(rest),
            "? " => case.status = rest.parse().unwrap(),
            _ => {}
        }
    }
    cases
}

fn read(name: &str) -> String {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/bash/");
    std::fs::read_to_string(format!("{folder}{name}")).unwrap()
}

fn check(name: &str) {
    let (text, differs) = (read(&format!("{name}.txt")), read("differs"));
    // `reason: snippet's first line`, a line each.
    let differs: Vec<&str> = differs
        .lines()
        .filter_map(|line| line.split_once(" $ ").map(|(_, snippet)| snippet))
        .collect();
    let mut wrong = String::new();
    let (mut all, mut count) = (0, 0);
    for case in parse(&text) {
        let world = World::new(false);
        let (out, err, status) = world.run_apart("/tmp/bash-case", &case.snippet);
        all += 1;
        let same = out == case.out && err == case.err && status == case.status;
        let first = case.snippet.lines().next().unwrap_or_default();
        if same != differs.contains(&first) {
            continue;
        }
        count += 1;
        let _ = writeln!(wrong, "\n{name}.txt:{}: $ {}", case.line, case.snippet);
        if same {
            wrong.push_str("is the same now: take it out of `differs`\n");
            continue;
        }
        for (what, want, got) in [("out", &case.out, &out), ("err", &case.err, &err)] {
            if want == got {
                continue;
            }
            let diff = similar::TextDiff::from_lines(want, got);
            let _ = write!(wrong, "{what}:\n{}", diff.unified_diff().context_radius(1));
        }
        if status != case.status {
            let _ = writeln!(wrong, "exit: {} expected, got {status}", case.status);
        }
    }
    assert!(count == 0, "{count} of {all} wrong:\n{wrong}");
}

#[test]
fn language() {
    check("language");
}

#[test]
fn more() {
    check("more");
}

#[test]
fn notes() {
    check("notes");
}

#[test]
fn scripts() {
    check("scripts");
}

#[test]
fn full() {
    check("full");
}

#[test]
fn tools() {
    check("tools");
}

#[test]
fn sums() {
    check("sums");
}
