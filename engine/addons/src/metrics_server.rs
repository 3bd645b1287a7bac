//! metrics-server: asks every kubelet every 15 seconds what its containers have used, and answers `metrics.k8s.io` from the
//! last two answers.
//!
//! A container is known once it was seen twice, or ten seconds after its start; a pod once all its running containers are.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::Duration;

use api::core::v1::{Node, Pod};
use api::metrics::v1beta1::{ContainerMetrics, NodeMetrics, PodMetrics};
use apimachinery::labels::{Labels, Selector};
use apimachinery::meta::v1::ObjectMeta;
use apimachinery::quantity::Format;
use apimachinery::{GroupResource, Map, Quantity, Status, Str, Value, codec};
use client::node::ContainerUsage;
use client::rest::{Extension, Method, Request, Response, Route};
use client::{Client, Lister};
use serde_json::json;
use sim::Time;

use crate::{Addons, Switch};

const GROUP: &str = "metrics.k8s.io";
const VERSION: &str = "v1beta1";
/// `--metric-resolution`.
const RESOLUTION: Duration = Duration::from_secs(15);
/// From this age on the start of a container counts as its first measurement.
const FRESH: Duration = Duration::from_secs(10);
/// What a node uses for itself: kubelet, runtime, system. Thousandths of a processor and bytes.
const SYSTEM_CPU: u64 = 38;
const SYSTEM_MEMORY: u64 = 486 << 20;

pub(crate) fn start(addons: &Addons, switch: &Switch) {
    let server = Rc::new(Server {
        client: addons.client().clone(),
        pods: addons.informers().lister(),
        nodes: addons.informers().lister(),
        containers: RefCell::default(),
        measured: RefCell::default(),
    });
    let client = addons.client().clone();
    client.register_extension(server.clone());
    switch.at_end(move || client.unregister_extension(GROUP, VERSION));
    let (sim, switch) = (addons.client().sim().clone(), switch.clone());
    let clock = sim.clone();
    sim.spawn("metrics-server", async move {
        while switch.is_on() {
            server.scrape();
            clock.sleep(RESOLUTION).await;
        }
    });
}

/// A counter of processor time at an instant.
#[derive(Clone, Copy)]
struct Point {
    at: Time,
    cpu: Duration,
}

/// What is known of a container.
struct Container {
    node: Str,
    started: Time,
    before: Option<Point>,
    last: Point,
    memory: u64,
}

impl Container {
    /// Its processor time per time, in thousand-millionths.
    fn rate(&self) -> Option<i128> {
        let before = self.before?;
        let span = (self.last.at - before.at).as_nanos();
        let used = self.last.cpu.saturating_sub(before.cpu).as_nanos();
        let rate = used.saturating_mul(1_000_000_000).checked_div(span)?;
        i128::try_from(rate).ok()
    }
}

/// A pod's containers, by name, under its namespace and name.
type Containers = BTreeMap<(Str, Str), BTreeMap<Str, Container>>;

struct Server {
    client: Client,
    pods: Lister<Pod>,
    nodes: Lister<Node>,
    containers: RefCell<Containers>,
    /// When every node was asked last, and the time before.
    measured: RefCell<BTreeMap<Str, (Option<Time>, Time)>>,
}

impl Server {
    /// Asks all kubelets.
    fn scrape(&self) {
        let now = self.client.sim().now();
        let mut old = self.containers.take();
        let mut new = Containers::new();
        let mut measured = BTreeMap::new();
        for node in self.nodes.list() {
            let name = &node.metadata.name;
            let Some(usage) = self.client.node_usage(name) else {
                continue;
            };
            let before = self.measured.borrow().get(name).map(|(_, last)| *last);
            measured.insert(name.clone(), (before, now));
            for container in usage {
                let key = (container.namespace.clone(), container.pod.clone());
                let known = old.get_mut(&key);
                let known = known.and_then(|pod| pod.remove(&container.container));
                let entry = next(&container, known.as_ref(), name, now);
                new.entry(key)
                    .or_default()
                    .insert(container.container, entry);
            }
        }
        *self.containers.borrow_mut() = new;
        *self.measured.borrow_mut() = measured;
    }

    fn pod_metrics(&self, pod: &Pod) -> Option<PodMetrics> {
        let meta = &pod.metadata;
        let all = self.containers.borrow();
        let known = all.get(&(meta.namespace.clone(), meta.name.clone()))?;
        let mut containers = Vec::new();
        let (mut at, mut window) = (Time::default(), Duration::ZERO);
        for (name, container) in known {
            let rate = container.rate()?;
            at = container.last.at;
            window = container.before.map_or(window, |before| at - before.at);
            containers.push(ContainerMetrics {
                name: name.clone(),
                usage: usage(rate, container.memory),
            });
        }
        Some(PodMetrics {
            metadata: self.metadata(&meta.namespace, &meta.name, &meta.labels),
            timestamp: time(at),
            window: span(window),
            containers,
        })
    }

    fn node_metrics(&self, node: &Node) -> Option<NodeMetrics> {
        let name = &node.metadata.name;
        let (before, at) = self.measured.borrow().get(name).copied()?;
        let window = at - before?;
        let (mut cpu, mut memory) = (i128::from(SYSTEM_CPU * 1_000_000), SYSTEM_MEMORY);
        // Nodes differ a little.
        let salt = name.bytes().fold(at.as_secs().unsigned_abs(), |sum, byte| {
            sum.wrapping_mul(31).wrapping_add(u64::from(byte))
        });
        cpu += i128::from(salt % 9_000_000);
        memory += (salt % 4096) << 10;
        for pod in self.containers.borrow().values() {
            for container in pod.values().filter(|c| c.node == *name) {
                cpu += container.rate().unwrap_or(0);
                memory += container.memory;
            }
        }
        Some(NodeMetrics {
            metadata: self.metadata("", name, &node.metadata.labels),
            timestamp: time(at),
            window: span(window),
            usage: usage(cpu, memory),
        })
    }

    fn metadata(&self, namespace: &str, name: &str, labels: &Labels) -> ObjectMeta {
        ObjectMeta {
            labels: labels.clone(),
            creation_timestamp: self.client.now(),
            ..ObjectMeta::named(namespace, name)
        }
    }

    fn pods_of(&self, namespace: &str, wanted: &Wanted) -> Vec<Value> {
        let mut pods = match namespace {
            "" => self.pods.list(),
            namespace => self.pods.in_namespace(namespace),
        };
        pods.retain(|pod| wanted.labels.matches(&pod.metadata.labels));
        let pods = pods.iter().filter(|pod| wanted.fits(&pod.metadata));
        pods.filter_map(|pod| self.pod_metrics(pod))
            .map(|metrics| codec::to_value(&metrics))
            .collect()
    }

    fn all_nodes(&self, wanted: &Wanted) -> Vec<Value> {
        let nodes = self.nodes.select("", &wanted.labels);
        let nodes = nodes.iter().filter(|node| wanted.fits(&node.metadata));
        nodes
            .filter_map(|node| self.node_metrics(node))
            .map(|metrics| codec::to_value(&metrics))
            .collect()
    }
}

/// What is known of a container after it was measured once more.
fn next(usage: &ContainerUsage, known: Option<&Container>, node: &Str, now: Time) -> Container {
    let before = match known {
        Some(known) if known.started == usage.started => Some(known.last),
        _ if now - usage.started >= FRESH && now - usage.started < RESOLUTION * 2 => Some(Point {
            at: usage.started,
            cpu: Duration::ZERO,
        }),
        _ => None,
    };
    Container {
        node: node.clone(),
        started: usage.started,
        before,
        last: Point {
            at: now,
            cpu: usage.cpu,
        },
        memory: usage.memory,
    }
}

fn usage(cpu: i128, memory: u64) -> Map<Str, Quantity> {
    let mut usage = Map::new();
    let kib = i64::try_from(memory >> 10).unwrap_or(i64::MAX >> 10);
    usage.insert("cpu", Quantity::from_nanos(cpu, Format::DecimalSi));
    usage.insert("memory", Quantity::from_int(kib << 10, Format::BinarySi));
    usage
}

fn time(at: Time) -> apimachinery::Time {
    apimachinery::Time::from_unix(at.as_secs())
}

fn span(window: Duration) -> apimachinery::Duration {
    let millis = i64::try_from(window.as_millis()).unwrap_or(0);
    apimachinery::Duration(millis.saturating_mul(1_000_000))
}

/// What a list is asked for.
struct Wanted {
    labels: Selector,
    name: Option<String>,
    namespace: Option<String>,
}

impl Wanted {
    fn of(request: &Request) -> Result<Self, Status> {
        let labels = Selector::parse(request.param("labelSelector"));
        let labels = labels.map_err(|error| Status::bad_request(error.to_string()))?;
        let (mut name, mut namespace) = (None, None);
        let fields = request.param("fieldSelector").split(',');
        for field in fields.filter(|field| !field.is_empty()) {
            match field.split_once('=') {
                Some(("metadata.name", value)) => name = Some(value.trim_start_matches('=').into()),
                Some(("metadata.namespace", value)) => {
                    namespace = Some(value.trim_start_matches('=').into());
                }
                _ => {
                    let key = field.split(['=', '!']).next().unwrap_or_default();
                    let text = format!("field label not supported: {key}");
                    return Err(Status::bad_request(text));
                }
            }
        }
        Ok(Self {
            labels,
            name,
            namespace,
        })
    }

    fn fits(&self, meta: &ObjectMeta) -> bool {
        self.name.as_ref().is_none_or(|name| meta.name == **name)
            && self
                .namespace
                .as_ref()
                .is_none_or(|namespace| meta.namespace == **namespace)
    }
}

impl Extension for Server {
    fn group_version(&self) -> (&'static str, &'static str) {
        (GROUP, VERSION)
    }

    fn resources(&self) -> Vec<Value> {
        let resource = |name: &str, kind: &str, namespaced: bool| {
            json!({
                "name": name,
                "singularName": "",
                "namespaced": namespaced,
                "kind": kind,
                "verbs": ["get", "list"],
            })
        };
        vec![
            resource("nodes", "NodeMetrics", false),
            resource("pods", "PodMetrics", true),
        ]
    }

    fn answer(&self, request: &Request, route: &Route) -> Result<Response, Status> {
        if !matches!(&*route.resource, "nodes" | "pods") || !route.subresource.is_empty() {
            return Err(Status::no_such_resource());
        }
        if request.method != Method::Get || request.flag("watch") {
            return Err(Status::method_not_allowed());
        }
        let nodes = route.resource == "nodes";
        let (kind, namespace, name) = (
            if nodes { "NodeMetrics" } else { "PodMetrics" },
            &route.namespace,
            &route.name,
        );
        if name.is_empty() {
            let wanted = Wanted::of(request)?;
            let mut items = if nodes {
                self.all_nodes(&wanted)
            } else {
                self.pods_of(namespace, &wanted)
            };
            // What is in a list does not say its kind again.
            for item in items.iter_mut().filter_map(Value::as_object_mut) {
                item.remove("kind");
                item.remove("apiVersion");
            }
            let list = json!({
                "kind": format!("{kind}List"),
                "apiVersion": format!("{GROUP}/{VERSION}"),
                "metadata": {},
                "items": items,
            });
            return Ok(Response::json(shown(request, list)));
        }
        let found = if nodes {
            let node = self.nodes.get("", name);
            let metrics = node.and_then(|node| self.node_metrics(&node));
            metrics.map(|metrics| codec::to_value(&metrics))
        } else {
            let pod = self.pods.get(namespace, name);
            let metrics = pod.and_then(|pod| self.pod_metrics(&pod));
            metrics.map(|metrics| codec::to_value(&metrics))
        };
        let missing = || {
            let (resource, name) = if nodes {
                ("nodemetrics", name.clone())
            } else {
                ("podmetrics", format!("{namespace}/{name}"))
            };
            Status::not_found(&GroupResource::new(GROUP, resource), &name)
        };
        let mut value = found.ok_or_else(missing)?;
        value["kind"] = kind.into();
        value["apiVersion"] = format!("{GROUP}/{VERSION}").into();
        Ok(Response::json(shown(request, value)))
    }
}

/// The table that `kubectl get` asks for, or the answer as it is.
fn shown(request: &Request, answer: Value) -> Value {
    if !request.accept.contains("as=Table") {
        return answer;
    }
    let items = match answer.get("items").and_then(Value::as_array) {
        Some(items) => items.clone(),
        None => vec![answer],
    };
    let column = |name: &str, format: &str| json!({ "name": name, "type": "string", "format": format, "description": "", "priority": 0 });
    let rows = items.iter().map(|item| {
        let mut sum: [i128; 2] = [0, 0];
        let containers = item.get("containers").and_then(Value::as_array);
        let parts = containers.map_or_else(|| vec![item], |all| all.iter().collect());
        for part in parts {
            for (at, key) in ["cpu", "memory"].iter().enumerate() {
                let text = part["usage"][key].as_str().unwrap_or_default();
                sum[at] += Quantity::parse(text).map_or(0, |quantity| quantity.nanos());
            }
        }
        let cpu = Quantity::from_nanos(sum[0], Format::DecimalSi);
        let memory = Quantity::from_nanos(sum[1], Format::BinarySi);
        let metadata = &item["metadata"];
        json!({
            "cells": [metadata["name"], cpu.as_str(), memory.as_str(), item["window"]],
            "object": { "kind": "PartialObjectMetadata", "apiVersion": "meta.k8s.io/v1", "metadata": metadata },
        })
    });
    json!({
        "kind": "Table",
        "apiVersion": "meta.k8s.io/v1",
        "metadata": {},
        "columnDefinitions": [
            column("Name", "name"), column("cpu", ""), column("memory", ""), column("Window", ""),
        ],
        "rows": rows.collect::<Vec<_>>(),
    })
}
