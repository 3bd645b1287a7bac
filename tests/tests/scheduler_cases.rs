//! Recorded decisions of kube-scheduler v1.36.2: ours must be the same.
//!
//! The cases are `tests/recordings/scheduler/cases.jsonl`; `SCHEDULER_CASES=FILE` reads another file of the same form,
//! and only reports. What differs is written to `target/scheduler-cases.txt`.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use tabernetes_tests::scheduler_cases;

/// The part of the cases that must match, in percent.
const WANTED: usize = 95;

#[test]
fn the_scheduler_decides_as_the_recorded_one() {
    run().unwrap_or_else(|error| panic!("{error:#}"));
}

fn run() -> Result<()> {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    let given = std::env::var_os("SCHEDULER_CASES").map(PathBuf::from);
    let file = given
        .clone()
        .unwrap_or_else(|| manifest.join("recordings/scheduler/cases.jsonl"));
    let cases = scheduler_cases::load(&file)?;
    let (mut report, mut matched) = (String::new(), 0);
    for case in &cases {
        let differences = scheduler_cases::differences(case)?;
        if differences.is_empty() {
            matched += 1;
            continue;
        }
        writeln!(report, "{}", scheduler_cases::name(case))?;
        for difference in differences {
            writeln!(report, "    {difference}")?;
        }
    }
    print!("{report}");
    let summary = format!("matched {matched} of {} cases", cases.len());
    println!("{summary}");
    let out = manifest.join("../target/scheduler-cases.txt");
    std::fs::write(&out, format!("{report}{summary}\n"))
        .with_context(|| format!("writing {}", out.display()))?;
    if given.is_none() && matched * 100 < cases.len() * WANTED {
        bail!("only {summary}");
    }
    Ok(())
}
