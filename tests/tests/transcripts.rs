//! Recorded kubectl sessions, typed into our shell: every command must print what the real one printed.
//!
//! `TRANSCRIPTS=FOLDER` reads another folder of scenarios of the same form (or one scenario). The report of what differs
//! is written to `target/transcripts.txt`; commands that are known to differ are listed, each with its reason, in
//! `known-differences.txt` beside the recordings. A command that differs without being listed fails the test, and so
//! does one that is listed and does not differ any more.

use std::collections::BTreeMap;
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
    let root = given.clone().unwrap_or_else(|| manifest.join("recordings/kubectl"));
    let mut known = known_differences(&root.join("known-differences.txt"))?;
    let mut report = Report::default();
    let mut new = Vec::new();
    for (name, folder) in scenarios(&root)? {
        let expected = transcript::load(&folder.join("transcript.jsonl"))?;
        let meta = transcript::load_meta(&folder.join("meta.json"))?;
        let actual = replay(&folder, &expected).with_context(|| name.clone())?;
        let verdicts = transcript::compare(&expected, &meta, &actual);
        for (i, verdict) in verdicts.iter().enumerate() {
            let listed = known.remove(&format!("{name}[{i}]")).is_some();
            match verdict {
                Verdict::Match if listed => new.push(format!("{name}[{i}] matches now: take it off the list")),
                Verdict::Differs { what, .. } if !listed => new.push(format!("{name}[{i}] differs in {what}")),
                _ => {}
            }
        }
        report.add(&name, &expected, &verdicts);
    }
    let out = manifest.join("../target/transcripts.txt");
    std::fs::write(&out, report.text()).with_context(|| format!("writing {}", out.display()))?;
    println!("matched {} of {} commands", report.matched(), report.total());
    if given.is_none() && !(new.is_empty() && known.is_empty()) {
        new.extend(known.into_keys().map(|key| format!("{key} is listed and does not exist")));
        bail!("not as listed (target/transcripts.txt has the differences):\n{}", new.join("\n"));
    }
    Ok(())
}

/// `scenario[index] reason` a line.
fn known_differences(path: &Path) -> Result<BTreeMap<String, String>> {
    let Ok(text) = std::fs::read_to_string(path) else { return Ok(BTreeMap::new()) };
    text.lines()
        .filter(|line| !line.trim().is_empty() && !line.starts_with('#'))
        .map(|line| {
            let (key, reason) = line.split_once(' ').with_context(|| format!("{line:?} gives no reason"))?;
            Ok((key.to_owned(), reason.to_owned()))
        })
        .collect()
}

fn scenarios(root: &Path) -> Result<BTreeMap<String, PathBuf>> {
    let name = |path: &Path| path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    if root.join("transcript.jsonl").exists() {
        return Ok(BTreeMap::from([(name(root), root.to_owned())]));
    }
    let mut out = BTreeMap::new();
    for entry in std::fs::read_dir(root).with_context(|| format!("reading {}", root.display()))? {
        let path = entry?.path();
        if path.join("transcript.jsonl").exists() {
            out.insert(name(&path), path);
        }
    }
    Ok(out)
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
