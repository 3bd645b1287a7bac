//! What becomes of the documentation's workloads: `tests/corpus/states.txt`, and how a state is recognised.
//!
//! The file itself explains its lines. States are read from objects as `kubectl get -o json` shows them.

use anyhow::{Context, Result, bail};
use apimachinery::Value;

/// A manifest and what is expected of it.
#[derive(Clone, Debug, Default)]
pub struct Entry {
    /// The path below `k8s-docs/`.
    pub file: String,
    /// Commands that come before.
    pub before: Vec<String>,
    /// What it comes to.
    pub wanted: Vec<Wanted>,
    /// What applying it is refused with.
    pub refused: Option<String>,
    /// Why upstream would need more than a cluster.
    pub cloud: Option<String>,
    /// Why we do not come to it.
    pub gap: Option<String>,
}

/// An object and its state.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// `pod/web`
    pub object: String,
    /// Empty for the default one.
    pub namespace: String,
    /// The state's words.
    pub state: Vec<String>,
}

/// Reads the file.
///
/// # Errors
/// A line that says nothing.
pub fn parse(text: &str) -> Result<Vec<Entry>> {
    let mut entries: Vec<Entry> = Vec::new();
    for line in text.lines() {
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let Some(said) = line.strip_prefix("  ") else {
            entries.push(Entry {
                file: line.to_owned(),
                ..Entry::default()
            });
            continue;
        };
        let entry = entries
            .last_mut()
            .with_context(|| format!("no manifest before {line:?}"))?;
        match said.split_once(' ') {
            Some(("run", command)) => entry.before.push(command.to_owned()),
            Some(("is", wanted)) => entry.wanted.push(parse_wanted(wanted)?),
            Some(("refused", text)) => entry.refused = Some(text.to_owned()),
            Some(("cloud", why)) => entry.cloud = Some(why.to_owned()),
            Some(("gap", why)) => entry.gap = Some(why.to_owned()),
            _ => bail!("{line:?} says nothing"),
        }
    }
    Ok(entries)
}

fn parse_wanted(text: &str) -> Result<Wanted> {
    let (text, namespace) = text.split_once(" -n ").unwrap_or((text, ""));
    let mut words = text.split(' ').map(str::to_owned);
    let object = words.next().context("no object")?;
    let state: Vec<String> = words.collect();
    if state.is_empty() {
        bail!("{text:?} names no state");
    }
    Ok(Wanted {
        object,
        namespace: namespace.to_owned(),
        state,
    })
}

/// Whether an object is in a state.
///
/// # Errors
/// A state that nobody knows.
pub fn is_in(object: &Value, state: &[String]) -> Result<bool> {
    let words: Vec<&str> = state.iter().map(String::as_str).collect();
    let (spec, status) = (&object["spec"], &object["status"]);
    let phase = status["phase"].as_str().unwrap_or_default();
    let condition = |type_: &str| {
        let conditions = status["conditions"].as_array().into_iter().flatten();
        conditions
            .filter(|c| c["type"] == type_ && c["status"] == "True")
            .map(|c| c["reason"].as_str().unwrap_or_default().to_owned())
            .next()
    };
    let containers = || {
        ["containerStatuses", "initContainerStatuses"]
            .iter()
            .flat_map(|list| status[list].as_array().into_iter().flatten())
    };
    Ok(match words.as_slice() {
        ["ready"] => condition("Ready").is_some(),
        ["ready", number] => {
            let number: i64 = number.parse().context("a number of replicas")?;
            let ready = status["readyReplicas"]
                .as_i64()
                .or(status["numberReady"].as_i64())
                .unwrap_or(0);
            let wanted = spec["replicas"]
                .as_i64()
                .or(status["desiredNumberScheduled"].as_i64());
            ready == number && (number == 0 || wanted == Some(number))
        }
        ["running"] => phase == "Running" || status["active"].as_i64().is_some_and(|n| n > 0),
        ["succeeded"] => phase == "Succeeded",
        ["failed"] => phase == "Failed",
        ["pending"] => phase == "Pending",
        ["waiting", reason] => containers().any(|c| c["state"]["waiting"]["reason"] == **reason),
        ["restarted"] => containers().any(|c| c["restartCount"].as_i64().is_some_and(|n| n > 0)),
        ["ended", reason] => containers().any(|c| {
            ["state", "lastState"]
                .iter()
                .any(|state| c[state]["terminated"]["reason"] == **reason)
        }),
        ["complete"] => condition("Complete").is_some(),
        ["job-failed", reason] => condition("Failed").is_some_and(|why| why == **reason),
        ["gated"] => {
            let conditions = status["conditions"].as_array().into_iter().flatten();
            conditions
                .filter(|c| c["type"] == "PodScheduled")
                .any(|c| c["reason"] == "SchedulingGated")
        }
        ["scheduled", node] => spec["nodeName"] == **node && condition("Ready").is_some(),
        ["ran"] => status["lastSuccessfulTime"].is_string(),
        _ => bail!("no state {}", state.join(" ")),
    })
}
