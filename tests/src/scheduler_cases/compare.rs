//! Where a decision differs from the recorded one.

use std::collections::{BTreeMap, BTreeSet};

use apimachinery::Value;
use scheduler::decision::Decision;

use super::cluster::Actual;

/// A plugin that has no opinion here, and whose zeros are left out.
const SILENT: &str = "DynamicResources";

type Scores = BTreeMap<String, BTreeMap<String, i64>>;

/// All differences, each as a line.
pub(super) fn differences(expected: &Value, actual: &Actual) -> Vec<String> {
    let decision = &actual.decision;
    let mut found = Vec::new();
    let mut check = |what: &str, expected: String, actual: String| {
        if expected != actual {
            found.push(format!("{what}: expected {expected}, got {actual}"));
        }
    };
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    check(
        "reason",
        text(&expected["reason"]),
        actual.reason.unwrap_or_default().to_owned(),
    );
    check(
        "message",
        text(&expected["message"]),
        decision.message.clone(),
    );
    check(
        "nominated",
        text(&expected["nominated"]),
        decision.nominated.as_deref().unwrap_or_default().to_owned(),
    );
    let victims: BTreeSet<String> = decision.victims.iter().map(ToString::to_string).collect();
    check(
        "victims",
        show(strings(&expected["victims"])),
        show(victims),
    );
    let feasible: BTreeSet<String> = decision
        .fitting
        .iter()
        .map(|n| n.node.to_string())
        .collect();
    check(
        "feasible",
        show(strings(&expected["feasible"])),
        show(feasible),
    );
    compare_scores(expected, decision, &mut check);
    let best = strings(&expected["best"]);
    if let Some(chosen) = &decision.chosen
        && !best.contains(chosen.as_str())
    {
        found.push(format!("node: expected one of {best:?}, got {chosen}"));
    }
    found
}

fn compare_scores(
    expected: &Value,
    decision: &Decision,
    check: &mut impl FnMut(&str, String, String),
) {
    let wanted = recorded_scores(&expected["scores"]);
    let mut given = Scores::new();
    if decision.fitting.len() > 1 {
        for node in &decision.fitting {
            let scores = node
                .scores
                .iter()
                .map(|s| (s.plugin.to_owned(), s.weighted));
            given.insert(node.node.to_string(), scores.collect());
        }
    }
    for (node, scores) in &wanted {
        let empty = BTreeMap::new();
        let got = given.get(node).unwrap_or(&empty);
        check(
            &format!("scores of {node}"),
            format!("{scores:?}"),
            format!("{got:?}"),
        );
    }
}

fn recorded_scores(scores: &Value) -> Scores {
    let plugins = |node: &Value| {
        let entries = node.as_object().into_iter().flatten();
        let heard = entries.filter(|(plugin, _)| *plugin != SILENT);
        heard
            .map(|(plugin, score)| (plugin.clone(), score.as_i64().unwrap_or(-1)))
            .collect()
    };
    let nodes = scores.as_object().into_iter().flatten();
    nodes
        .map(|(node, scores)| (node.clone(), plugins(scores)))
        .collect()
}

fn strings(list: &Value) -> BTreeSet<String> {
    let items = list.as_array().into_iter().flatten();
    items
        .filter_map(|item| Some(item.as_str()?.to_owned()))
        .collect()
}

fn show(set: BTreeSet<String>) -> String {
    format!("{set:?}")
}
