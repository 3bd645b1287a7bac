//! What a cluster has, of what not every cluster has: nodes for Pods, a default StorageClass, add-ons.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use apimachinery::Quantity;
use lesson::Need;
use serde_json::Value;

use super::cluster::Cluster;

/// The mark of a node that belongs to the control plane.
const CONTROL_PLANE: &str = "node-role.kubernetes.io/control-plane";
/// Where it says in which zone a node is.
const ZONE: &str = "topology.kubernetes.io/zone";

/// What there is.
#[derive(Clone, Debug, Default)]
pub(super) struct Stand {
    /// Nodes that take Pods, workers before those of the control plane.
    pub(super) workers: Vec<String>,
    /// All nodes.
    pub(super) nodes: BTreeSet<String>,
    /// What is missing, of what can be seen.
    pub(super) lacks: BTreeSet<Need>,
}

impl Stand {
    /// Looks at a cluster.
    pub(super) fn look(cluster: &Cluster) -> Self {
        let nodes = cluster.list("v1", "Node", None);
        let any = |api_version: &str, kind: &str, mark: &str| {
            let all = cluster.list(api_version, kind, None);
            all.iter()
                .any(|class| class["metadata"]["annotations"][mark] == "true")
        };
        let mut lacks = BTreeSet::new();
        let mark = "storageclass.kubernetes.io/is-default-class";
        if !any("storage.k8s.io/v1", "StorageClass", mark) {
            lacks.insert(Need::DefaultStorageClass);
        }
        let mark = "ingressclass.kubernetes.io/is-default-class";
        if !any("networking.k8s.io/v1", "IngressClass", mark) {
            lacks.insert(Need::IngressController);
        }
        let measured = cluster.path("metrics.k8s.io/v1beta1", "NodeMetrics", None);
        if measured.is_none() {
            lacks.insert(Need::MetricsServer);
        }
        Self::of(&nodes, lacks)
    }

    /// What nodes tell, beside the rest.
    pub(super) fn of(nodes: &[Value], mut lacks: BTreeSet<Need>) -> Self {
        let mut workers: Vec<&Value> = nodes.iter().filter(|node| takes_pods(node)).collect();
        workers.sort_by_key(|node| node["metadata"]["labels"].get(CONTROL_PLANE).is_some());
        for (need, has) in [
            (Need::TwoOrMoreWorkers, workers.len() >= 2),
            (Need::ThreeOrMoreWorkers, workers.len() >= 3),
            (Need::ThreeWorkers, workers.len() == 3),
        ] {
            if !has {
                lacks.insert(need);
            }
        }
        if !workers.iter().all(|node| has_eight_cpus(node)) {
            lacks.insert(Need::WorkersOf8Cpus);
        }
        let in_zone = |node: &&&Value| node["metadata"]["labels"].get(ZONE).is_some();
        if workers.iter().any(|node| in_zone(&node)) {
            lacks.insert(Need::WorkersWithoutZones);
        }
        let name = |node: &Value| {
            node["metadata"]["name"]
                .as_str()
                .unwrap_or_default()
                .to_owned()
        };
        Self {
            workers: workers.into_iter().map(name).collect(),
            nodes: nodes.iter().map(name).collect(),
            lacks,
        }
    }
}

/// Whether any Pod may go there.
fn takes_pods(node: &Value) -> bool {
    let mut taints = node["spec"]["taints"].as_array().into_iter().flatten();
    node["spec"]["unschedulable"] != true
        && taints.all(|taint| taint["effect"] == "PreferNoSchedule")
}

/// Whether one Pod of 6 CPUs fits there, and not two.
fn has_eight_cpus(node: &Value) -> bool {
    let cpus = node["status"]["allocatable"]["cpu"].as_str();
    let cpus = cpus.and_then(|text| Quantity::parse(text).ok());
    let compared = |with: &str| Some(cpus.as_ref()?.cmp(&Quantity::parse(with).ok()?));
    compared("6500m") == Some(Ordering::Greater) && compared("12") == Some(Ordering::Less)
}

/// What is needed, in words.
pub(super) fn words(need: Need) -> &'static str {
    match need {
        Need::DefaultStorageClass => "a default StorageClass",
        Need::MetricsServer => "a metrics server",
        Need::IngressController => "an ingress controller with a default class",
        Need::NetworkPolicies => "a network that enforces NetworkPolicies",
        Need::TwoOrMoreWorkers => "at least two nodes that take Pods",
        Need::ThreeOrMoreWorkers => "at least three nodes that take Pods",
        Need::ThreeWorkers => "exactly three nodes that take Pods",
        Need::WorkersOf8Cpus => "nodes of 8 CPUs",
        Need::WorkersWithoutZones => "nodes without labels of zones",
    }
}
