//! `cargo xtask bench`: the benchmark table, as text and as `target/bench.json`.

use std::fs;

use anyhow::{Context, Result};
use serde_json::{Value, json};

use crate::measure::Measurement;
use crate::process::Cmd;
use crate::project;
use crate::test::Site;

/// The native benches of the tests' package, each of which prints its rows.
const NATIVE: [&str; 4] = ["apiserver", "cluster", "memory", "scheduling"];
/// Pods and nodes of the built engine's bench, and of the other simulator's. The first time the browser's compiler is at
/// work, too; the second time the code is there.
const SIZES: [&str; 4] = ["1000/20", "1000/20", "100/20", "1000/100"];
const PEER_SIZES: [&str; 2] = ["100/20", "1000/20"];
/// The other simulator, and what makes one file of it.
const PEER: &str = "@ngrok/webernetes@0.3.5";
/// How often the page is loaded; the median counts.
const LOADS: usize = 5;

/// A line of the table.
struct Row {
    name: String,
    value: f64,
    unit: String,
}

/// Measures and reports.
pub(crate) fn run() -> Result<()> {
    let mut rows = Vec::new();
    page(&mut rows)?;
    wasm(&mut rows)?;
    if let Err(error) = peer(&mut rows) {
        // It comes from the network, and all the rest does not need it.
        eprintln!("the other simulator was not measured: {error:#}");
    }
    for bench in NATIVE {
        native(bench, &mut rows)?;
    }
    for row in &rows {
        println!("{:<60} {:>12.1} {}", row.name, row.value, row.unit);
    }
    let table: Vec<Value> = rows
        .iter()
        .map(|row| json!({ "name": row.name, "value": row.value, "unit": row.unit }))
        .collect();
    let path = project::target().join("bench.json");
    fs::write(
        &path,
        serde_json::to_string_pretty(&json!({ "rows": table }))?,
    )
    .with_context(|| format!("cannot write {}", path.display()))?;
    println!("\nwritten to {}", path.display());
    Ok(())
}

/// What loading and using the page costs.
fn page(rows: &mut Vec<Row>) -> Result<()> {
    let site = Site::start()?;
    let mut runs = Vec::new();
    for _ in 0..LOADS {
        runs.push(Measurement::take(&site)?);
    }
    let first = &runs[0];
    let mut push = |name: &str, value, unit: &str| {
        rows.push(Row {
            name: name.to_owned(),
            value,
            unit: unit.to_owned(),
        });
    };
    let kib = |bytes: u64| bytes as f64 / 1024.0;
    push(
        "fetched before the first prompt, gzip",
        kib(first.gzip(|file| file.before_prompt)),
        "KiB",
    );
    push(
        "  of it without the engine",
        kib(first.gzip(|file| file.before_prompt && !file.is_engine())),
        "KiB",
    );
    push(
        "  of it the engine",
        kib(first.gzip(|file| file.before_prompt && file.is_engine())),
        "KiB",
    );
    push(
        "fetched in total, editor never opened, gzip",
        kib(first.gzip(|_| true)),
        "KiB",
    );
    push(
        "cold load to the page's shell, median of 5",
        median(runs.iter().map(|run| run.shell_ms)),
        "ms",
    );
    push(
        "cold load to the first prompt, median of 5",
        median(runs.iter().map(|run| run.prompt_ms)),
        "ms",
    );
    let get_pods: Vec<f64> = runs
        .iter()
        .flat_map(|run| run.get_pods_ms.clone())
        .collect();
    let all = Measurement::take_all(&site)?;
    for (name, times) in [
        ("kubectl get pods, Enter to output, median", get_pods),
        ("  with 1,000 pods (goal 30 ms)", all.many_pods_ms),
        (
            "a key until its letter is painted (goal 16 ms)",
            all.echo_ms,
        ),
        (
            "  while 1,000 pods start at 60 times the speed",
            all.busy_echo_ms,
        ),
    ] {
        if !times.is_empty() {
            push(name, median(times.into_iter()), "ms");
        }
    }
    Ok(())
}

/// What the engine costs without a page.
fn native(bench: &str, rows: &mut Vec<Row>) -> Result<()> {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".into());
    let text = Cmd::new(cargo)
        .args([
            "bench",
            "--quiet",
            "-p",
            "tabernetes-tests",
            "--bench",
            bench,
        ])
        .read()?;
    read_rows(&text, rows)
}

/// What the built engine costs: pods on nodes, in wasm, with what a page is told and without most of it.
fn wasm(rows: &mut Vec<Row>) -> Result<()> {
    for how in [&[][..], &["--alone"]] {
        let bench = Cmd::new("node").args(["tests/benches/wasm.mjs", "dist"]);
        read_rows(&bench.args(how).args(SIZES).read()?, rows)?;
    }
    Ok(())
}

/// The same work in another simulator.
fn peer(rows: &mut Vec<Row>) -> Result<()> {
    let folder = project::target().join("peer");
    fs::create_dir_all(&folder)?;
    fs::copy(
        project::path("tests/benches/peer.mjs"),
        folder.join("peer.mjs"),
    )?;
    let npm = Cmd::new("npm").dir(&folder);
    // Without a prefix it would go into the project's own packages.
    npm.args(["install", "--prefix", ".", "--no-audit", "--no-fund", PEER])
        .read()?;
    let bundle = Cmd::new(project::path("node_modules/.bin/esbuild")).dir(&folder);
    bundle
        .arg("peer.mjs")
        .args(["--bundle", "--platform=node", "--format=esm"])
        .arg("--outfile=bundle.mjs")
        .read()?;
    let run = Cmd::new("node").dir(&folder).arg("bundle.mjs");
    read_rows(&run.args(PEER_SIZES).read()?, rows)
}

/// Rows of name, value and unit, between tabs.
fn read_rows(text: &str, rows: &mut Vec<Row>) -> Result<()> {
    for line in text.lines() {
        let mut parts = line.split('\t');
        if let (Some(name), Some(value), Some(unit)) = (parts.next(), parts.next(), parts.next()) {
            rows.push(Row {
                name: name.to_owned(),
                value: value.parse().with_context(|| format!("in {line:?}"))?,
                unit: unit.to_owned(),
            });
        }
    }
    Ok(())
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}
