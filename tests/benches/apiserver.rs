//! What the API server costs: `cargo bench -p tabernetes-tests --bench apiserver`. Requests go the way of the page's kubectl
//! and of the native server, without sockets; answers are made into the bytes that would be sent.
//!
//! A line per row: name, value and unit, between tabs, as `cargo xtask bench` reads them.

use api::core::v1::Pod;
use apimachinery::codec::json::wire;
use client::Client;
use client::rest::{Request, Response};
use cluster::{Cluster, Config};
use serde_json::{Value, json};

const PODS: &str = "/api/v1/namespaces/default/pods";
const TABLE: &str = "application/json;as=Table;v=v1;g=meta.k8s.io";
/// How many pods are listed.
const LISTED: usize = 1_000;
/// How many pods a big cluster has.
const MANY: usize = 10_000;
/// How long a row is measured, in seconds of CPU.
const SPAN: f64 = 1.0;

fn main() {
    requests();
    many();
}

/// How much CPU time this program has had, in seconds: other programs on the machine do not count.
fn cpu() -> f64 {
    let text = std::fs::read_to_string("/proc/self/schedstat").unwrap_or_default();
    let nanos = text.split(' ').next().and_then(|n| n.parse::<f64>().ok());
    nanos.unwrap_or_default() / 1e9
}

/// How much memory this program has, in bytes.
fn resident() -> f64 {
    let text = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    let pages = text.split(' ').nth(1).and_then(|n| n.parse::<f64>().ok());
    pages.unwrap_or_default() * 4096.0
}

fn row(name: &str, value: f64, unit: &str) {
    println!("{name}\t{value:.3}\t{unit}");
}

fn start() -> (Cluster, Client) {
    let mut cluster = Cluster::new(Config::default());
    cluster.settle();
    let client = Client::new(cluster.server().clone());
    (cluster, client)
}

/// A pod as a Deployment makes them, which no scheduler looks at.
fn pod(number: usize) -> Value {
    json!({
        "apiVersion": "v1", "kind": "Pod",
        "metadata": {
            "name": format!("web-7d4b9c6f8-{number:05}"),
            "labels": { "app": "web", "pod-template-hash": "7d4b9c6f8" },
        },
        "spec": {
            "schedulerName": "nobody",
            "containers": [{
                "name": "web", "image": "nginx:1.27", "ports": [{ "containerPort": 80 }],
                "resources": { "requests": { "cpu": "10m", "memory": "16Mi" }, "limits": { "memory": "64Mi" } },
                "readinessProbe": { "httpGet": { "path": "/", "port": 80 } },
            }],
        },
    })
}

/// The bytes that would be sent.
fn sent(response: &Response) -> usize {
    assert!(response.code < 300, "{:?}", response.error());
    response.to_value().map_or(0, |value| wire(&value).len())
}

fn create(client: &Client, number: usize) {
    sent(&client.request(Request::post(PODS, pod(number))));
}

/// Does it for a while; how often in a second.
fn rate(name: &str, mut once: impl FnMut(usize)) {
    let (began, mut times) = (cpu(), 0);
    while cpu() - began < SPAN {
        once(times);
        times += 1;
    }
    row(name, times as f64 / (cpu() - began), "requests/s of CPU");
}

fn requests() {
    let (_cluster, client) = start();
    for number in 0..LISTED {
        create(&client, number);
    }
    let name = |i: usize| format!("{PODS}/web-7d4b9c6f8-{:05}", i % LISTED);
    rate("get of a pod", |i| {
        sent(&client.request(Request::get(name(i))));
    });
    rate("list of 1000 pods", |_| {
        sent(&client.request(Request::get(PODS)));
    });
    rate("list of 1000 pods as a table", |_| {
        sent(&client.request(Request::get(PODS).with_accept(TABLE)));
    });
    rate("create of a pod", |i| create(&client, LISTED + i));
    rate("merge patch of a pod", |i| {
        let patch = json!({ "metadata": { "labels": { "seen": i.to_string() } } });
        let request = Request::patch(name(i), "application/merge-patch+json", patch);
        sent(&client.request(request));
    });
    rate("strategic merge patch of a pod", |i| {
        let patch = json!({ "metadata": { "annotations": { "seen": i.to_string() } } });
        let request = Request::patch(name(i), "application/strategic-merge-patch+json", patch);
        sent(&client.request(request));
    });
    rate("server-side apply of a pod", |i| {
        let mut config = pod(i % LISTED);
        config["metadata"]["labels"]["round"] = (i / LISTED).to_string().into();
        let request = Request::patch(name(i), "application/apply-patch+yaml", config);
        let request = request
            .with_query("fieldManager", "bench")
            .with_query("force", "true");
        sent(&client.request(request));
    });
}

fn many() {
    let (mut cluster, client) = start();
    let before = resident();
    for number in 0..MANY {
        create(&client, number);
    }
    let each = (resident() - before) / MANY as f64 / 1024.0;
    row(
        "memory per pod, 10000 of them, with the watchers' copies",
        each,
        "KiB",
    );
    let count = client.list::<Pod>("default", &Default::default());
    assert_eq!(count.map(|list| list.items.len()), Ok(MANY));
    cluster.run_until(cluster.now() + std::time::Duration::from_secs(2));
    let mut took: Vec<f64> = (0..5)
        .map(|_| {
            let began = cpu();
            let done = cluster.run("kubectl get pods");
            assert_eq!(done.stdout.lines().count(), MANY + 1);
            (cpu() - began) * 1000.0
        })
        .collect();
    took.sort_by(f64::total_cmp);
    row(
        "kubectl get pods with 10000 pods, in process, median of 5",
        took[2],
        "ms of CPU",
    );
}
