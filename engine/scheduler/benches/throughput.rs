//! How many pods a second the algorithm places on 5,000 nodes: `cargo bench -p scheduler`.
//!
//! Measured without the API: cycle after cycle, each pod assumed where it was put, as the scheduler does.
#![expect(
    clippy::disallowed_types,
    clippy::disallowed_methods,
    reason = "a benchmark needs a real clock"
)]

use std::rc::Rc;
use std::time::Instant;

use api::core::v1::{Node, Pod};
use apimachinery::{Quantity, Value, codec};
use scheduler::algorithm::{Algorithm, Outcome};
use scheduler::cache::Cache;
use scheduler::framework::{Cycle, Nominated, Objects, PodInfo, registry};
use serde_json::json;
use sim::{Rng, Time};

const NODES: usize = 5000;
const ZONES: usize = 3;

fn node(i: usize) -> Rc<Node> {
    let mut node = Node::default();
    node.metadata.name = format!("node-{i}").into();
    node.metadata
        .labels
        .insert("kubernetes.io/hostname", format!("node-{i}"));
    node.metadata
        .labels
        .insert("topology.kubernetes.io/zone", format!("zone-{}", i % ZONES));
    for (name, amount) in [("cpu", "32"), ("memory", "64Gi"), ("pods", "110")] {
        node.status
            .allocatable
            .insert(name, Quantity::parse(amount).unwrap_or_default());
    }
    Rc::new(node)
}

fn pod(i: usize, more: &Value) -> Rc<PodInfo> {
    let mut value = json!({
        "metadata": {"name": format!("pod-{i}"), "namespace": "default", "uid": format!("uid-{i}"), "labels": {"app": "web"}},
        "spec": {"containers": [{"name": "c", "image": "nginx", "resources": {"requests": {"cpu": "100m", "memory": "200Mi"}}}]},
    });
    if let (Value::Object(spec), Value::Object(more)) = (&mut value["spec"], more) {
        spec.extend(more.clone());
    }
    let pod: Pod = codec::from_value(&value).expect("a pod");
    Rc::new(PodInfo::new(Rc::new(pod)))
}

fn run(name: &str, pods: usize, existing: usize, spec: &Value) {
    let mut cache = Cache::default();
    for i in 0..NODES {
        cache.set_node(node(i));
    }
    let mut algorithm = Algorithm::new(registry::default_framework(), Rng::new(1, "bench"));
    let (objects, nominated) = (Objects::default(), Nominated::default());
    for i in 0..existing {
        cache.assume(
            pod(1_000_000 + i, &json!({})),
            &format!("node-{}", i % NODES).into(),
        );
    }
    let waiting: Vec<Rc<PodInfo>> = (0..pods).map(|i| pod(i, spec)).collect();
    let start = Instant::now();
    let mut placed = 0;
    for pod in waiting {
        let cycle = Cycle {
            snapshot: cache.snapshot(),
            objects: &objects,
            nominated: &nominated,
        };
        let (outcome, _) = algorithm.schedule(&cycle, &pod, Time::default());
        if let Outcome::Fits { node, .. } = outcome {
            let node = cycle.snapshot.node(node).info.name.clone();
            cache.assume(pod, &node);
            placed += 1;
        }
    }
    let seconds = start.elapsed().as_secs_f64();
    println!(
        "{name:<22} {placed:>6} pods  {:>9.0} pods/s",
        f64::from(placed) / seconds
    );
}

fn main() {
    run("basic", 20_000, 0, &json!({}));
    run("basic, 30 pods/node", 20_000, 150_000, &json!({}));
    let affinity = json!({"affinity": {"nodeAffinity": {
        "requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [
            {"matchExpressions": [{"key": "topology.kubernetes.io/zone", "operator": "In", "values": ["zone-0", "zone-1"]}]}]},
        "preferredDuringSchedulingIgnoredDuringExecution": [
            {"weight": 10, "preference": {"matchExpressions": [{"key": "topology.kubernetes.io/zone", "operator": "In", "values": ["zone-0"]}]}}],
    }}});
    run("node affinity", 10_000, 5000, &affinity);
    let spread = json!({"topologySpreadConstraints": [
        {"maxSkew": 1, "topologyKey": "topology.kubernetes.io/zone", "whenUnsatisfiable": "DoNotSchedule", "labelSelector": {"matchLabels": {"app": "web"}}},
        {"maxSkew": 5, "topologyKey": "kubernetes.io/hostname", "whenUnsatisfiable": "ScheduleAnyway", "labelSelector": {"matchLabels": {"app": "web"}}},
    ]});
    run("spread", 5000, 5000, &spread);
    let anti = json!({"affinity": {"podAntiAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [
        {"topologyKey": "kubernetes.io/hostname", "labelSelector": {"matchLabels": {"app": "web"}}}]}}});
    run("anti-affinity", 3000, 0, &anti);
}
