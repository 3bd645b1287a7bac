//! The scheduler's decisions against recorded ones of kube-scheduler v1.36.2.
//!
//! The cases are `tests/recordings/scheduler/cases.jsonl` of this repository, recorded from a real cluster for this
//! project (see the README beside them); `SCHEDULER_CASES=FILE` reads another file of the same form. Each case is a
//! cluster and one pod; compared are the nodes that fit, every plugin's score, the winner, the message, the nominated
//! node and the victims.

mod cluster;
mod compare;

use std::fmt::Write as _;
use std::path::PathBuf;

use apimachinery::Value;

/// What share of the cases must match.
const WANTED: f64 = 0.95;

fn cases() -> Vec<Value> {
    let default = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../tests/recordings/scheduler/cases.jsonl"
    );
    let path =
        std::env::var_os("SCHEDULER_CASES").map_or_else(|| PathBuf::from(default), PathBuf::from);
    let text = std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let lines = text.lines().filter(|line| !line.trim().is_empty());
    lines
        .map(|line| serde_json::from_str(line).expect("a case is a JSON object"))
        .collect()
}

#[test]
fn recorded_decisions() {
    let cases = cases();
    let mut misses = String::new();
    let mut matched = 0;
    for case in &cases {
        let actual = cluster::decide(case);
        let differences = compare::differences(&case["outcome"], &actual);
        if differences.is_empty() {
            matched += 1;
        } else {
            let _ = writeln!(misses, "{}", case["name"].as_str().unwrap_or_default());
            for difference in differences {
                let _ = writeln!(misses, "    {difference}");
            }
        }
    }
    print!("{misses}");
    println!("matched {matched} of {} cases", cases.len());
    let share = f64::from(matched) / cases.len() as f64;
    assert!(
        share >= WANTED,
        "only {matched} of {} cases match",
        cases.len()
    );
}
