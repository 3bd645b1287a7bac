//! Recorded kubectl sessions, typed into our shell: what matched once must match for ever.
//!
//! `TRANSCRIPTS=FOLDER` reads another folder of scenarios of the same form (or one scenario) and only reports. The
//! report of all that differs is written to `target/transcripts.txt`. The commands that match are listed in
//! `matching.txt` beside the recordings; one of them that differs fails the test. `cargo xtask bless transcripts` writes
//! the list anew, after more commands have come to match.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use cluster::{Cluster, Config};
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
    let list = root.join("matching.txt");
    if given.is_some() {
        return Ok(());
    }
    if std::env::var_os("BLESS").is_some() {
        return std::fs::write(&list, write_list(&matching))
            .context("writing the list of matching commands");
    }
    let listed = read_list(
        &std::fs::read_to_string(&list).context("reading the list of matching commands")?,
    )?;
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
    Ok(())
}

/// `scenario: 0 1 5` a line.
fn write_list(matching: &BTreeMap<String, BTreeSet<usize>>) -> String {
    let mut out = String::from(
        "# Commands of the recordings that our kubectl and shell answer as the real ones did.\n",
    );
    for (name, commands) in matching {
        let commands: Vec<String> = commands.iter().map(ToString::to_string).collect();
        out.push_str(&format!("{name}: {}\n", commands.join(" ")));
    }
    out
}

fn read_list(text: &str) -> Result<BTreeMap<String, BTreeSet<usize>>> {
    text.lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| {
            let (name, commands) = line
                .split_once(':')
                .with_context(|| format!("{line:?} names no scenario"))?;
            let commands = commands
                .split_whitespace()
                .map(str::parse)
                .collect::<Result<_, _>>();
            Ok((
                name.to_owned(),
                commands.with_context(|| format!("in {line:?}"))?,
            ))
        })
        .collect()
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
