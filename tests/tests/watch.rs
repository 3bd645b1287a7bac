//! Recorded watches: objects must go through the versions that the real cluster's went through.
//!
//! `WATCH=FOLDER` reads another folder of scenarios of the same form (or one scenario) and only reports. What differs is
//! written to `target/watch.txt`. How many versions match in each scenario is listed in `matching.txt` beside the
//! recordings: fewer fail the test, but for one in twenty, since chance decides which of several equal pods goes first, here
//! as there, and any change of the engine may turn it. `cargo xtask bless watch` writes the list anew, after more have come
//! to match.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use apimachinery::{codec, watch::Event};
use client::Client;
use cluster::{Cluster, Config};
use sim::Time;
use tabernetes_tests::transcript::{self, Command};
use tabernetes_tests::watch::{self, Report, Seen};

/// What the recordings watched.
const KINDS: [(&str, &str); 11] = [
    ("v1", "Pod"),
    ("apps/v1", "ReplicaSet"),
    ("apps/v1", "Deployment"),
    ("apps/v1", "StatefulSet"),
    ("apps/v1", "DaemonSet"),
    ("batch/v1", "Job"),
    ("batch/v1", "CronJob"),
    ("discovery.k8s.io/v1", "EndpointSlice"),
    ("v1", "Service"),
    ("v1", "PersistentVolumeClaim"),
    ("v1", "Event"),
];
/// How long after the last recorded event is watched.
const TAIL: f64 = 0.5;

#[test]
fn objects_go_through_the_recorded_versions() {
    run().unwrap_or_else(|error| panic!("{error:#}"));
}

fn run() -> Result<()> {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    let given = std::env::var_os("WATCH").map(PathBuf::from);
    let root = given
        .clone()
        .unwrap_or_else(|| manifest.join("recordings/watch"));
    let mut report = Report::default();
    let mut matching = BTreeMap::new();
    for (name, folder) in tabernetes_tests::scenarios(&root, "watch.jsonl")? {
        let expected = watch::load(&folder.join("watch.jsonl"))?;
        let commands = transcript::load(&folder.join("commands.jsonl"))?;
        let end = expected.last().map_or(0.0, |seen| seen.t) + TAIL;
        let actual = replay(&folder, &commands, end).with_context(|| name.clone())?;
        let comparison = watch::compare(&watch::tracks(&expected), &watch::tracks(&actual));
        report.add(&name, &comparison);
        matching.insert(name, comparison.matched.values().sum());
    }
    let out = manifest.join("../target/watch.txt");
    std::fs::write(&out, report.text()).with_context(|| format!("writing {}", out.display()))?;
    println!("{}", report.summary().trim_end());
    let list = root.join("matching.txt");
    if given.is_some() {
        return Ok(());
    }
    if std::env::var_os("BLESS").is_some() {
        return std::fs::write(&list, write_list(&matching))
            .context("writing the list of matching versions");
    }
    let listed = std::fs::read_to_string(&list).context("reading the list of matching versions")?;
    let lost = read_list(&listed)?
        .into_iter()
        .filter_map(|(scenario, before)| {
            let now: usize = matching.get(&scenario).copied().unwrap_or(0);
            (now < before - before / 20).then(|| format!("{scenario}: {now}, not {before}"))
        });
    let lost: Vec<String> = lost.collect();
    if !lost.is_empty() {
        bail!(
            "fewer versions match than before (see target/watch.txt):\n{}",
            lost.join("\n")
        );
    }
    Ok(())
}

/// `scenario: count` a line.
fn write_list(matching: &BTreeMap<String, usize>) -> String {
    let mut out =
        String::from("# How many versions of the objects of each scenario are as recorded.\n");
    for (scenario, count) in matching {
        out.push_str(&format!("{scenario}: {count}\n"));
    }
    out
}

fn read_list(text: &str) -> Result<BTreeMap<String, usize>> {
    text.lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| {
            let parsed = line.rsplit_once(": ");
            let parsed = parsed.and_then(|(scenario, count)| Some((scenario, count.parse().ok()?)));
            let (scenario, count) = parsed.with_context(|| format!("{line:?} is no count"))?;
            Ok((scenario.to_owned(), count))
        })
        .collect()
}

/// Types the commands of a scenario into a fresh cluster at their recorded times, and watches for `end` seconds.
fn replay(folder: &Path, commands: &[Command], end: f64) -> Result<Vec<Seen>> {
    let mut cluster = Cluster::new(Config::default());
    cluster.settle();
    cluster.copy_in(folder)?;
    let start = cluster.now();
    let seen = watch_all(&cluster, start);
    for command in commands {
        cluster.run_until(start + Duration::from_secs_f64(command.t));
        let finished = cluster.run(&command.cmd);
        if finished.exit != command.exit {
            println!(
                "{}: exit {}, not {}: {}",
                command.cmd, finished.exit, command.exit, finished.stderr
            );
        }
    }
    cluster.run_until(start + Duration::from_secs_f64(end));
    Ok(seen.take())
}

/// Notes every change of the watched kinds in the namespace `default`.
fn watch_all(cluster: &Cluster, start: Time) -> Rc<RefCell<Vec<Seen>>> {
    let client = Client::new(cluster.server().clone());
    let seen: Rc<RefCell<Vec<Seen>>> = Rc::default();
    for (version, kind) in KINDS {
        let Some(resource) = client.resource_for(version, kind) else {
            println!("there is no {version} {kind}");
            continue;
        };
        let mut events = client.watch_any(&resource);
        let (sim, seen) = (cluster.sim().clone(), Rc::clone(&seen));
        cluster.sim().spawn("watch", async move {
            while let Some(event) = events.next().await {
                #[expect(clippy::cast_precision_loss, reason = "seconds of a short session")]
                let t = (sim.now().as_micros() - start.as_micros()) as f64 / 1e6;
                let (verb, object) = match event {
                    Event::Added(object) => ("ADDED", object),
                    Event::Modified(object) => ("MODIFIED", object),
                    Event::Deleted(object) => ("DELETED", object),
                    _ => continue,
                };
                if object.meta().namespace != "default" {
                    continue;
                }
                let object = serde_json::from_str(&codec::json::compact(&object.to_value()))
                    .unwrap_or_default();
                seen.borrow_mut().push(Seen {
                    t,
                    verb: verb.into(),
                    object,
                });
            }
        });
    }
    seen
}
