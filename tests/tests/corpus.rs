//! The documentation's manifests, typed at our kubectl: the same verdict, text and defaulted object as a real v1.36.2 gave.
//!
//! Every file is created, applied and applied by the server, each as a dry run. The report of all that differs is
//! written to `target/corpus.txt`. What matches is listed in `matching.txt` beside the manifests; an answer listed there
//! that differs fails the test. `cargo xtask bless corpus` writes the list anew. `CORPUS=FILE` looks at one file, or those
//! of a folder, and only reports.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use cluster::{Cluster, Config};
use tabernetes_tests::corpus::{self, Answer, Case, WAYS};

/// Of all files, so many must be created as recorded.
const REQUIRED: f64 = 0.97;
/// A cluster answers so many files; then there is a new one, on another thread.
const BATCH: usize = 65;

#[test]
fn every_manifest_is_answered_as_by_a_real_server() {
    run().unwrap_or_else(|error| panic!("{error:#}"));
}

type Matching = BTreeMap<String, BTreeSet<String>>;

fn run() -> Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
    let all = corpus::load(&root.join("expected.jsonl"))?;
    let namespaces = corpus::namespaces(&all);
    let given = std::env::var("CORPUS").ok();
    let cases: Vec<Case> = match &given {
        None => all,
        Some(path) => all
            .into_iter()
            .filter(|case| path.ends_with(&case.file) || root_of(&root, path, &case.file))
            .collect(),
    };
    let (mut matching, mut report) = (Matching::new(), String::new());
    for (found, text) in judge_all(&root, &cases, &namespaces)? {
        matching.extend(found);
        report.push_str(&text);
    }
    let count = |way: &str| matching.values().filter(|ways| ways.contains(way)).count();
    let mut summary = String::new();
    for way in WAYS {
        let _ = writeln!(
            summary,
            "{}: {} of {} files as recorded",
            way.name,
            count(way.name),
            cases.len()
        );
    }
    print!("{summary}");
    let out = root.join("../../target/corpus.txt");
    std::fs::write(&out, report + &summary)
        .with_context(|| format!("writing {}", out.display()))?;
    if given.is_some() {
        return Ok(());
    }
    let list = root.join("matching.txt");
    if std::env::var_os("BLESS").is_some() {
        return std::fs::write(&list, write_list(&matching))
            .context("writing the list of matching answers");
    }
    let text = std::fs::read_to_string(&list).context("reading the list of matching answers")?;
    let lost = lost(&text, &matching);
    if !lost.is_empty() {
        bail!(
            "matched once, and differ now (see target/corpus.txt):\n{}",
            lost.join("\n")
        );
    }
    #[expect(clippy::cast_precision_loss, reason = "a few hundred files")]
    let rate = count("create") as f64 / cases.len() as f64;
    if rate < REQUIRED {
        bail!(
            "only {:.1} % of the files are created as recorded",
            rate * 100.0
        );
    }
    Ok(())
}

fn root_of(root: &Path, given: &str, file: &str) -> bool {
    let given = Path::new(given);
    root.join("k8s-docs").join(file).starts_with(given) || Path::new(file).starts_with(given)
}

/// Judges the files, a batch a thread.
fn judge_all(
    root: &Path,
    cases: &[Case],
    namespaces: &[String],
) -> Result<Vec<(Matching, String)>> {
    std::thread::scope(|scope| {
        let threads: Vec<_> = cases
            .chunks(BATCH)
            .map(|batch| scope.spawn(move || judge(root, batch, namespaces)))
            .collect();
        threads
            .into_iter()
            .map(|thread| {
                thread
                    .join()
                    .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
            })
            .collect()
    })
}

fn judge(root: &Path, cases: &[Case], namespaces: &[String]) -> Result<(Matching, String)> {
    let mut cluster = Cluster::new(Config::default());
    cluster.settle();
    let manifests: PathBuf = root.join("k8s-docs");
    cluster
        .copy_in(&manifests)
        .with_context(|| format!("copying {}", manifests.display()))?;
    for namespace in namespaces {
        cluster.run(&format!("kubectl create namespace {namespace}"));
    }
    let settled = cluster.now() + std::time::Duration::from_secs(5);
    cluster.run_until(settled);
    let (mut matching, mut report) = (Matching::new(), String::new());
    for case in cases {
        for way in WAYS {
            let command = way.command(&case.file);
            let finished = cluster.run(&command);
            let got = Answer {
                stdout: finished.stdout,
                stderr: finished.stderr,
                exit: finished.exit,
            };
            match corpus::difference(way.recorded(case), &got) {
                None => {
                    let ways = matching.entry(case.file.clone()).or_default();
                    ways.insert(way.name.to_owned());
                }
                Some(difference) => {
                    let _ = writeln!(report, "{command}");
                    for line in difference.lines() {
                        let _ = writeln!(report, "    {line}");
                    }
                }
            }
        }
    }
    Ok((matching, report))
}

/// `file: create apply server-side` a line.
fn write_list(matching: &Matching) -> String {
    let mut out = String::from(
        "# Manifests of the documentation that are answered as a real server answered them, by the way they went there.\n",
    );
    for (file, ways) in matching {
        let in_order = WAYS.iter().filter(|way| ways.contains(way.name));
        let ways: Vec<&str> = in_order.map(|way| way.name).collect();
        let _ = writeln!(out, "{file}: {}", ways.join(" "));
    }
    out
}

fn lost(list: &str, now: &Matching) -> Vec<String> {
    let lines = list.lines().filter(|line| !line.starts_with('#'));
    let listed = lines.filter_map(|line| line.split_once(':'));
    listed
        .flat_map(|(file, ways)| ways.split_whitespace().map(move |way| (file, way)))
        .filter(|(file, way)| !now.get(*file).is_some_and(|ways| ways.contains(*way)))
        .map(|(file, way)| format!("{file}: {way}"))
        .collect()
}
