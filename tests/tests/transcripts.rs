//! Recorded kubectl sessions, typed into our shell: what matched once must match for ever.
//!
//! `TRANSCRIPTS=FOLDER` reads another folder of scenarios of the same form (or one scenario) and only reports. The
//! report of all that differs is written to `target/transcripts.txt`. The commands that match are listed in
//! `matching.txt` beside the recordings; one of them that differs fails the test. The others are in `misses.txt`, each with
//! its reason. `cargo xtask bless transcripts` writes the lists anew, after more commands have come to match, and
//! `docs/recorded-sessions.md` from them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use cluster::{Cluster, Config};
use tabernetes_tests::reasons::SHELL;
use tabernetes_tests::transcript::{self, Command, Report, Verdict};

/// Commands are at least this far apart, as in the recordings: microseconds.
const PACE: i64 = 400_000;

#[test]
fn every_recorded_command_prints_what_the_real_one_printed() {
    run().unwrap_or_else(|error| panic!("{error:#}"));
}

fn run() -> Result<()> {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    let given = std::env::var_os("TRANSCRIPTS").map(PathBuf::from);
    let root = given
        .clone()
        .unwrap_or_else(|| manifest.join("recordings/kubectl"));
    let mut report = Report::default();
    let mut matching = BTreeMap::new();
    for (name, folder) in tabernetes_tests::scenarios(&root, "transcript.jsonl")? {
        let expected = transcript::load(&folder.join("transcript.jsonl"))?;
        let meta = transcript::load_meta(&folder.join("meta.json"))?;
        let actual = replay(&folder, &expected).with_context(|| name.clone())?;
        let verdicts = transcript::compare(&expected, &meta, &actual);
        let matched = verdicts
            .iter()
            .enumerate()
            .filter(|(_, verdict)| **verdict == Verdict::Match);
        matching.insert(
            name.clone(),
            matched.map(|(i, _)| i).collect::<BTreeSet<usize>>(),
        );
        report.add(&name, &expected, &verdicts);
    }
    let out = manifest.join("../target/transcripts.txt");
    std::fs::write(&out, report.text()).with_context(|| format!("writing {}", out.display()))?;
    println!(
        "matched {} of {} commands",
        report.matched(),
        report.total()
    );
    if given.is_some() {
        return Ok(());
    }
    if std::env::var_os("BLESS").is_some() {
        return SHELL.bless(&root, &matching);
    }
    let listed = SHELL.read(&root)?;
    let none = BTreeSet::new();
    let lost: Vec<String> = listed
        .iter()
        .flat_map(|(name, commands)| {
            let now = matching.get(name).unwrap_or(&none);
            commands
                .difference(now)
                .map(move |i| format!("{name}[{i}]"))
        })
        .collect();
    if !lost.is_empty() {
        bail!(
            "matched once, and differ now (see target/transcripts.txt):\n{}",
            lost.join("\n")
        );
    }
    SHELL.check(&root)
}

/// Types the commands of a scenario into a fresh cluster.
fn replay(folder: &Path, commands: &[Command]) -> Result<Vec<Command>> {
    let mut cluster = Cluster::new(Config::default());
    cluster.settle();
    let files = folder.join("files");
    if files.is_dir() {
        cluster.copy_in(&files)?;
    }
    let start = cluster.now();
    let mut next = start;
    let mut out = Vec::new();
    for command in commands {
        cluster.run_until(next);
        let began = cluster.now();
        let finished = cluster.run(&command.cmd);
        out.push(Command {
            cmd: command.cmd.clone(),
            stdout: finished.stdout,
            stderr: finished.stderr,
            exit: finished.exit,
            #[expect(clippy::cast_precision_loss, reason = "seconds of a short session")]
            t: (began.as_micros() - start.as_micros()) as f64 / 1e6,
        });
        next = sim::Time::from_micros(began.as_micros() + PACE);
    }
    Ok(out)
}
