//! What pods cost: from apply to Ready, in clusters of several sizes: `cargo bench -p tabernetes-tests --bench cluster`.
//!
//! A line per row: name, value and unit, between tabs, as `cargo xtask bench` reads them. The CPU time per pod must stay
//! flat as pods grow. `CLUSTER_BENCH=pods/nodes,…` measures other sizes.

use std::time::Duration;

use api::apps::v1::Deployment;
use api::core::v1::Pod;
use apimachinery::meta::v1::ListOptions;
use apimachinery::{codec, yaml};
use client::Client;
use cluster::{Cluster, Config};

/// Pods and nodes.
const SIZES: &[(i32, u16)] = &[(100, 20), (1_000, 20), (1_000, 100), (10_000, 1_000)];
/// How long everything may take, in virtual time.
const LIMIT: Duration = Duration::from_secs(3600);
/// How long the paces of idle and busy clusters are measured, in virtual time.
const SPAN: Duration = Duration::from_secs(60);

fn main() {
    for (pods, nodes) in sizes() {
        apply_to_ready(pods, nodes);
    }
    if std::env::var_os("CLUSTER_BENCH").is_none() {
        paces();
    }
}

fn sizes() -> Vec<(i32, u16)> {
    let Ok(given) = std::env::var("CLUSTER_BENCH") else {
        return SIZES.to_vec();
    };
    let sizes = given.split(',').filter_map(|size| {
        let (pods, nodes) = size.split_once('/')?;
        Some((pods.parse().ok()?, nodes.parse().ok()?))
    });
    sizes.collect()
}

/// How much CPU time this program has had, in seconds: other programs on the machine do not count.
fn cpu() -> f64 {
    let text = std::fs::read_to_string("/proc/self/schedstat").unwrap_or_default();
    let nanos = text.split(' ').next().and_then(|n| n.parse::<f64>().ok());
    nanos.unwrap_or_default() / 1e9
}

/// How much memory this program has, in KiB.
fn memory() -> f64 {
    let text = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    let pages = text.split(' ').nth(1).and_then(|n| n.parse::<f64>().ok());
    pages.unwrap_or_default() * 4.0
}

fn row(name: &str, value: f64, unit: &str) {
    println!("{name}\t{value:.3}\t{unit}");
}

fn start(nodes: u16) -> (Cluster, Client) {
    let mut cluster = Cluster::new(Config {
        nodes,
        ..Config::default()
    });
    cluster.settle();
    let client = Client::new(cluster.server().clone());
    (cluster, client)
}

fn deployment(replicas: i32) -> Deployment {
    let text = format!(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: web, namespace: default}}\nspec:\n  replicas: {replicas}\n  \
         selector: {{matchLabels: {{app: web}}}}\n  template:\n    metadata: {{labels: {{app: web}}}}\n    spec:\n      \
         containers: [{{name: web, image: nginx, resources: {{requests: {{cpu: 10m, memory: 16Mi}}}}}}]\n"
    );
    let value = yaml::parse(&text).expect("a manifest");
    codec::from_value(&value).expect("a deployment")
}

/// One deployment, until all of its pods are ready.
fn apply_to_ready(pods: i32, nodes: u16) {
    let began = cpu();
    let (mut cluster, client) = start(nodes);
    row(
        &format!("{nodes} nodes, until they are up"),
        cpu() - began,
        "s of CPU",
    );
    let (began, virtual_start) = (cpu(), cluster.now());
    let had = memory();
    client.create(deployment(pods)).expect("it is made");
    let ready = |client: &Client| {
        let deployment = client.get::<Deployment>("default", "web");
        deployment.is_ok_and(|d| d.status.ready_replicas == pods)
    };
    while !ready(&client) && cluster.now() - virtual_start < LIMIT {
        cluster.run_until(cluster.now() + Duration::from_millis(500));
    }
    let took = cpu() - began;
    let name = format!("{pods} pods on {nodes} nodes, apply to Ready");
    if !ready(&client) {
        let list = client.list::<Pod>("default", &ListOptions::default());
        let count = list.map_or(0, |list| list.items.len());
        row(&format!("{name}: never, {count} pods"), took, "s of CPU");
        return;
    }
    row(&name, took, "s of CPU");
    row(
        &format!("{name}, per pod"),
        took * 1000.0 / f64::from(pods),
        "ms of CPU",
    );
    row(
        &format!("{name}, memory per pod"),
        (memory() - had) / f64::from(pods),
        "KiB",
    );
    let virtual_time = cluster.now() - virtual_start;
    row(&format!("{name}, virtual"), virtual_time.as_secs_f64(), "s");
}

/// How fast virtual time goes.
fn paces() {
    let (mut cluster, client) = start(100);
    let pace = |name: &str, cluster: &mut Cluster| {
        let began = cpu();
        cluster.run_until(cluster.now() + SPAN);
        let real = cpu() - began;
        row(name, SPAN.as_secs_f64() / real, "virtual s per s of CPU");
    };
    pace("idle cluster of 100 nodes", &mut cluster);
    client.create(deployment(1_000)).expect("it is made");
    pace("cluster of 100 nodes that starts 1000 pods", &mut cluster);
    let restart = |deployment: &mut Deployment| {
        let annotations = &mut deployment.spec.template.metadata.annotations;
        annotations.insert("restarted", "yes");
    };
    client
        .patch::<Deployment>("default", "web", restart)
        .expect("it is there");
    pace(
        "cluster of 100 nodes that rolls 1000 pods out",
        &mut cluster,
    );
}
