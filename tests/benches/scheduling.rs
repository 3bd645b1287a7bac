//! How many pods per second of CPU time the scheduler places on 5,000 nodes, with the API server's work in it:
//! `cargo bench -p tabernetes-tests --bench scheduling`. The pods are those of upstream's `scheduler_perf`: plain ones, with
//! node affinity, spread over zones, and away from each other.
//!
//! A line per row: name, value and unit, between tabs. `SCHEDULING_NODES=N` takes another number of nodes.

use std::time::Duration;

use api::core::v1::{Node, Pod, ServiceAccount};
use apimachinery::meta::v1::ObjectMeta;
use apimachinery::{codec, yaml};
use apiserver::ApiServer;
use client::{Client, Informers};
use scheduler::Scheduler;
use sim::{Sim, Time};

const NODES: usize = 5_000;

/// Name, how many pods, what is asked beside requests, and how many per second there should be at least.
const ROWS: &[(&str, usize, &str, f64)] = &[
    ("basic", 5_000, "", 5_000.0),
    (
        "node affinity",
        2_000,
        "affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [{matchExpressions: \
         [{key: topology.kubernetes.io/zone, operator: In, values: [zone-1]}]}]}}}",
        2_000.0,
    ),
    (
        "spread over zones",
        1_000,
        "topologySpreadConstraints: [{maxSkew: 5, topologyKey: topology.kubernetes.io/zone, whenUnsatisfiable: DoNotSchedule, \
         labelSelector: {matchLabels: {app: web}}}]",
        500.0,
    ),
    (
        "anti-affinity",
        1_000,
        "affinity: {podAntiAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{labelSelector: {matchLabels: {app: \
         web}}, topologyKey: kubernetes.io/hostname}]}}",
        300.0,
    ),
];

fn main() {
    let given = std::env::var("SCHEDULING_NODES").ok();
    let nodes = given.and_then(|n| n.parse().ok()).unwrap_or(NODES);
    for (name, pods, extra, wanted) in ROWS {
        let rate = measure(nodes, *pods, extra);
        println!(
            "scheduler, {name}, {nodes} nodes\t{rate:.0}\tpods per s of CPU (at least {wanted})"
        );
    }
}

/// How much CPU time this program has had, in seconds.
fn cpu() -> f64 {
    let text = std::fs::read_to_string("/proc/self/schedstat").unwrap_or_default();
    let nanos = text.split(' ').next().and_then(|n| n.parse::<f64>().ok());
    nanos.unwrap_or_default() / 1e9
}

fn read<K: apimachinery::Kind>(text: &str) -> K {
    let value = yaml::parse(text).expect("a manifest");
    codec::from_value(&value).expect("an object")
}

fn measure(nodes: usize, pods: usize, extra: &str) -> f64 {
    let sim = Sim::new(1, Time::from_secs(1_800_000_000));
    let client = Client::new(ApiServer::new(sim.clone(), apiserver::Config::default()));
    let informers = Informers::new(&client);
    let _scheduler = Scheduler::start(&client, &informers);
    let account = ServiceAccount {
        metadata: ObjectMeta::named("default", "default"),
        ..ServiceAccount::default()
    };
    client.create(account).expect("made");
    for number in 0..nodes {
        let zone = number % 3;
        client
            .create(read::<Node>(&format!(
                "apiVersion: v1\nkind: Node\nmetadata: {{name: node-{number}, labels: {{kubernetes.io/hostname: node-{number}, \
                 topology.kubernetes.io/zone: zone-{zone}}}}}\nstatus: {{allocatable: {{cpu: 32, memory: 64Gi, pods: 110}}, \
                 capacity: {{cpu: 32, memory: 64Gi, pods: 110}}, conditions: [{{type: Ready, status: 'True'}}]}}\n"
            )))
            .expect("made");
    }
    let run = |seconds| {
        let until = sim.now() + Duration::from_secs(seconds);
        sim.run_until(until, &mut 1_000_000_000);
    };
    run(1);
    for node in 0..nodes {
        let name = format!("node-{node}");
        let untaint = |node: &mut Node| node.spec.taints.clear();
        client.patch::<Node>("", &name, untaint).expect("patched");
    }
    run(1);
    let template: Pod = read(&format!(
        "apiVersion: v1\nkind: Pod\nmetadata: {{name: p, namespace: default, labels: {{app: web}}}}\nspec:\n  containers: [{{name: \
         c, image: pause, resources: {{requests: {{cpu: 100m, memory: 100Mi}}}}}}]\n  {extra}\n"
    ));
    for number in 0..pods {
        let mut pod = template.clone();
        pod.metadata.name = format!("p-{number}").into();
        client.create(pod).expect("made");
    }
    let began = cpu();
    for _ in 0..600 {
        run(1);
        let list = client.list::<Pod>("default", &Default::default());
        let items = list.expect("a list").items;
        if items.iter().all(|pod| !pod.spec.node_name.is_empty()) {
            return pods as f64 / (cpu() - began);
        }
    }
    0.0
}
