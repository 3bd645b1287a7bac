//! What a lesson leaves in a cluster outside of its own namespace, and how that is undone: other namespaces and objects
//! of the whole cluster that it tells the learner to make, and marks on nodes.
//!
//! Only what the lesson itself names, and what was not there when it began, is ever deleted.

use std::collections::BTreeMap;

use lesson::{Lesson, Step};
use serde_json::{Map, Value, json};

use super::cluster::Cluster;

/// An object of the whole cluster: API version, kind, name.
type Thing = (String, String, String);

/// What was there before.
pub(super) struct Before {
    /// What the lesson may make, and was not there.
    missing: Vec<Thing>,
    /// Nodes by name: labels, taints, whether closed; empty if the lesson leaves nodes alone.
    nodes: BTreeMap<String, Marks>,
}

#[derive(PartialEq)]
struct Marks {
    labels: Map<String, Value>,
    taints: Value,
    closed: Value,
}

impl Before {
    /// Looks at the cluster.
    pub(super) fn look(cluster: &Cluster, lesson: &Lesson) -> Self {
        let missing = things(cluster, lesson)
            .into_iter()
            .filter(|(version, kind, name)| cluster.get(version, kind, name).is_none());
        let on_nodes = ["node", "cordon", "drain", "taint"];
        let mut lines = lines(lesson);
        let touches = lines.any(|line| on_nodes.iter().any(|word| line.contains(word)));
        Self {
            missing: missing.collect(),
            nodes: if touches {
                nodes(cluster)
            } else {
                BTreeMap::new()
            },
        }
    }

    /// Undoes it; what could not be undone, in words.
    pub(super) fn restore(&self, cluster: &Cluster) -> Vec<String> {
        let mut trouble = Vec::new();
        for (version, kind, name) in &self.missing {
            if cluster.get(version, kind, name).is_none() {
                continue;
            }
            println!("Cleaning up: {} {name} is deleted.", kind.to_lowercase());
            if let Err(error) = cluster.delete(version, kind, name) {
                trouble.push(format!("{kind} {name}: {error}"));
            }
        }
        if self.nodes.is_empty() {
            return trouble;
        }
        for (name, now) in nodes(cluster) {
            let Some(then) = self.nodes.get(&name).filter(|then| **then != now) else {
                continue;
            };
            println!("Cleaning up: the node {name} gets its labels and taints back.");
            let mut labels = then.labels.clone();
            for new in now
                .labels
                .keys()
                .filter(|key| !then.labels.contains_key(*key))
            {
                labels.insert(new.clone(), Value::Null);
            }
            let spec = json!({ "taints": then.taints, "unschedulable": then.closed });
            let patch = json!({ "metadata": { "labels": labels }, "spec": spec });
            if let Err(error) = cluster.patch("v1", "Node", &name, &patch) {
                trouble.push(format!("node {name}: {error}"));
            }
        }
        trouble
    }
}

fn nodes(cluster: &Cluster) -> BTreeMap<String, Marks> {
    let nodes = cluster.list("v1", "Node", None).into_iter();
    nodes
        .map(|node| {
            let name = node["metadata"]["name"].as_str().unwrap_or_default();
            let marks = Marks {
                labels: node["metadata"]["labels"]
                    .as_object()
                    .cloned()
                    .unwrap_or_default(),
                taints: node["spec"]["taints"].clone(),
                closed: node["spec"]["unschedulable"].clone(),
            };
            (name.to_owned(), marks)
        })
        .collect()
}

/// All command lines that a lesson runs or shows as a way.
fn lines(lesson: &Lesson) -> impl Iterator<Item = &String> {
    let steps = lesson.data.steps.iter().flat_map(of_step);
    lesson.data.setup.run.iter().chain(steps)
}

fn of_step(step: &Step) -> impl Iterator<Item = &String> {
    let ways = step.alternatives.iter().flatten();
    step.setup.run.iter().chain(&step.solution).chain(ways)
}

/// The objects of the whole cluster that a lesson makes: namespaces by its commands, others by its checks.
fn things(cluster: &Cluster, lesson: &Lesson) -> Vec<Thing> {
    let mut out: Vec<Thing> = Vec::new();
    for line in lines(lesson) {
        let words: Vec<&str> = line.split_whitespace().collect();
        for three in words.windows(3) {
            if let ["create", "namespace" | "ns", name] = three {
                out.push(("v1".into(), "Namespace".into(), (*name).to_owned()));
            }
        }
    }
    let checks = lesson.data.steps.iter().flat_map(|step| &step.checks);
    for object in checks.filter_map(|check| check.object.as_ref()) {
        let Some(name) = &object.name else { continue };
        let whole =
            |api: &str, kind: &str| cluster.path(api, kind, None).is_some_and(|found| !found.1);
        if object.kind != "Node" && whole(&object.api_version, &object.kind) {
            out.push((
                object.api_version.clone(),
                object.kind.clone(),
                name.clone(),
            ));
        }
    }
    out.sort();
    out.dedup();
    out
}
