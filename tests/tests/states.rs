//! The documentation's workloads come to the state that their page describes: `tests/corpus/states.txt` says to which.
//!
//! Every manifest is applied to a cluster that others were applied to and deleted from before; it has three minutes of
//! virtual time. `STATES=FILE` looks at one of them, or at those of a folder. A manifest marked as a gap is played and
//! reported, and does not fail.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, anyhow, bail};
use cluster::{Cluster, Config};
use tabernetes_tests::corpus_states::{Entry, Wanted, is_in, parse};

/// How long a state may take.
const PATIENCE: Duration = Duration::from_secs(180);
/// How often it is looked at.
const LOOK: Duration = Duration::from_secs(5);
/// A cluster plays so many manifests; then there is a new one, on another thread.
const BATCH: usize = 16;

#[test]
fn workloads_come_to_the_state_that_their_page_describes() {
    run().unwrap_or_else(|error| panic!("{error:#}"));
}

fn run() -> Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
    let text = std::fs::read_to_string(root.join("states.txt")).context("reading states.txt")?;
    let mut entries = parse(&text)?;
    if let Ok(only) = std::env::var("STATES") {
        entries.retain(|entry| entry.file.starts_with(&only));
    }
    let manifests = root.join("k8s-docs");
    let missed: Vec<(Entry, String)> = std::thread::scope(|scope| {
        let threads: Vec<_> = entries
            .chunks(BATCH)
            .map(|batch| scope.spawn(|| play_all(&manifests, batch)))
            .collect();
        threads
            .into_iter()
            .map(|thread| {
                thread
                    .join()
                    .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
            })
            .collect::<Result<Vec<_>>>()
    })?
    .concat();
    let clouds = entries.iter().filter(|e| e.cloud.is_some()).count();
    println!(
        "{} of {} workloads as described ({clouds} of them without the cloud or image that their page needs)",
        entries.len() - missed.len(),
        entries.len()
    );
    let mut wrong = Vec::new();
    for (entry, why) in &missed {
        match &entry.gap {
            Some(gap) => println!("gap: {}: {gap}", entry.file),
            None => wrong.push(format!("{}: {why}", entry.file)),
        }
    }
    let open = entries.iter().filter(|entry| entry.gap.is_some());
    let closed = open.filter(|e| !missed.iter().any(|(missed, _)| missed.file == e.file));
    for entry in closed {
        println!("no gap any more: {}", entry.file);
    }
    if !wrong.is_empty() {
        bail!("not as described:\n{}", wrong.join("\n"));
    }
    Ok(())
}

fn play_all(manifests: &Path, entries: &[Entry]) -> Result<Vec<(Entry, String)>> {
    let mut cluster = Cluster::new(Config::default());
    cluster.settle();
    cluster
        .copy_in(manifests)
        .with_context(|| format!("copying {}", manifests.display()))?;
    for namespace in ["cpu-example", "mem-example", "qos-example"] {
        cluster.run(&format!("kubectl create namespace {namespace}"));
    }
    let mut missed = Vec::new();
    for entry in entries {
        if let Err(error) = play(&mut cluster, entry) {
            missed.push((entry.clone(), format!("{error:#}")));
        }
        cluster.run(&format!(
            "kubectl delete --now --ignore-not-found -f {}; kubectl delete cm,secret,pvc,pv --all; \
             kubectl label node --all ssd- disktype- zone-",
            entry.file
        ));
    }
    Ok(missed)
}

fn play(cluster: &mut Cluster, entry: &Entry) -> Result<()> {
    for command in &entry.before {
        let done = cluster.run(command);
        if done.exit != 0 {
            bail!("{command}: {}", done.stderr.trim());
        }
    }
    let applied = cluster.run(&format!("kubectl apply -f '{}'", entry.file));
    if let Some(text) = &entry.refused {
        let refused = applied.exit != 0 && applied.stderr.contains(text.as_str());
        return refused
            .then_some(())
            .ok_or_else(|| anyhow!("not refused: {}", applied.stderr.trim()));
    }
    if applied.exit != 0 {
        bail!("{}", applied.stderr.trim());
    }
    let until = cluster.now() + PATIENCE;
    for wanted in &entry.wanted {
        while !holds(cluster, wanted)? {
            if cluster.now() >= until {
                let object = get(cluster, wanted, "jsonpath={.status}");
                bail!(
                    "{} is not {}: {object}",
                    wanted.object,
                    wanted.state.join(" ")
                );
            }
            let next = cluster.now() + LOOK;
            cluster.run_until(next);
        }
    }
    Ok(())
}

fn get(cluster: &mut Cluster, wanted: &Wanted, form: &str) -> String {
    let namespace = match wanted.namespace.as_str() {
        "" => "default",
        namespace => namespace,
    };
    let command = format!("kubectl get {} -n {namespace} -o {form}", wanted.object);
    cluster.run(&command).stdout
}

fn holds(cluster: &mut Cluster, wanted: &Wanted) -> Result<bool> {
    let text = get(cluster, wanted, "json");
    let Ok(object) = serde_json::from_str::<serde_json::Value>(&text) else {
        return Ok(false);
    };
    is_in(&object, &wanted.state)
}
