//! `nodes/proxy`: the kubelet's own API through the API server, as `kubectl get --raw /api/v1/nodes/NAME/proxy/…` asks for
//! it. Kubernetes' rooms for this are `pkg/registry/core/node/rest` and `pkg/kubelet/server`.
//!
//! Of what a kubelet serves there are `healthz`, `pods`, `stats/summary`, `metrics/resource` and `containerLogs`; anything
//! else is 404, as from a kubelet whose debugging handlers are off.

use std::fmt::Write as _;
use std::rc::Rc;
use std::time::Duration;

use api::core::v1::{Node, Pod, PodLogOptions};
use apimachinery::{GroupResource, Status, Time, codec};
use serde_json::{Value, json};

use super::log::no_node;
use crate::admission::{lookup, lookup_all};
use crate::handler::{Call, ContainerUsage, Method, NodeApi, Response, ResponseBody};

/// Where kubelets listen.
const PORT: &str = "10250";

/// Asks the kubelet.
pub(super) fn proxy(call: &Call<'_>) -> Result<Response, Status> {
    let wanted = call.route.name.as_str();
    let name = match wanted.split(':').collect::<Vec<_>>().as_slice() {
        [name] | [name, PORT] | ["" | "http" | "https", name, PORT | ""] => *name,
        _ => {
            let quoted = apimachinery::gotext::quote(wanted);
            return Err(Status::bad_request(format!(
                "invalid node request {quoted}"
            )));
        }
    };
    let node = lookup::<Node>(call.cx, "", name)
        .ok_or_else(|| Status::not_found(&GroupResource::new("", "nodes"), name))?;
    let kubelet = call.cx.server.node(name).ok_or_else(|| no_node(name))?;
    let Some(usage) = kubelet.usage() else {
        let addresses = &node.status.addresses;
        let address = addresses
            .iter()
            .find(|address| &*address.type_ == "InternalIP");
        let ip = address.map_or(name, |address| &address.address);
        let text = format!(
            "error trying to reach service: dial tcp {ip}:{PORT}: connect: connection refused"
        );
        return Ok(Response::new(503, ResponseBody::Text(text)));
    };
    if call.request.method != Method::Get {
        return Ok(Response::new(
            405,
            ResponseBody::Text("405: Method Not Allowed".into()),
        ));
    }
    let parts: Vec<&str> = call
        .route
        .rest
        .split('/')
        .filter(|part| !part.is_empty())
        .collect();
    Ok(match parts.as_slice() {
        ["healthz"] => Response::text("ok"),
        ["pods"] => Response::json(pods(call, name)),
        ["stats", "summary"] => Response::json(summary(call, name, &usage)),
        ["metrics", "resource"] => Response::text(metrics(call, &usage)),
        ["containerLogs", namespace, pod, container] => {
            logs(call, &*kubelet, namespace, pod, container)?
        }
        _ => Response::no_page(),
    })
}

fn pods_of(call: &Call<'_>, node: &str) -> Vec<Rc<Pod>> {
    let mut pods = lookup_all::<Pod>(call.cx, "");
    pods.retain(|pod| pod.spec.node_name == node);
    pods
}

fn pods(call: &Call<'_>, node: &str) -> Value {
    let items: Vec<Value> = pods_of(call, node)
        .iter()
        .map(|pod| codec::to_value(&**pod))
        .collect();
    json!({ "kind": "PodList", "apiVersion": "v1", "metadata": {}, "items": items })
}

fn started(container: &ContainerUsage) -> String {
    Time::from_unix(container.started.as_secs()).to_string()
}

/// `/stats/summary`. How fast processors are used is not in it: a kubelet looks twice for that.
fn summary(call: &Call<'_>, node: &str, usage: &[ContainerUsage]) -> Value {
    let now = call.cx.now().to_string();
    let stats = |cpu: u128, memory: u64| {
        json!({
            "cpu": { "time": now, "usageCoreNanoSeconds": u64::try_from(cpu).unwrap_or(u64::MAX) },
            "memory": { "time": now, "usageBytes": memory, "workingSetBytes": memory },
        })
    };
    let total = |containers: &[&ContainerUsage]| {
        let cpu = containers
            .iter()
            .map(|container| container.cpu.as_nanos())
            .sum();
        let memory = containers.iter().map(|container| container.memory).sum();
        stats(cpu, memory)
    };
    let mut pods = Vec::new();
    for pod in pods_of(call, node) {
        let meta = &pod.metadata;
        let own: Vec<&ContainerUsage> = usage
            .iter()
            .filter(|container| container.namespace == meta.namespace && container.pod == meta.name)
            .collect();
        let containers: Vec<Value> = own
            .iter()
            .map(|container| {
                let mut value = stats(container.cpu.as_nanos(), container.memory);
                value["name"] = container.container.as_str().into();
                value["startTime"] = started(container).into();
                value
            })
            .collect();
        let mut value = total(&own);
        value["podRef"] = json!({
            "name": meta.name.as_str(), "namespace": meta.namespace.as_str(), "uid": meta.uid.as_str(),
        });
        value["startTime"] = pod.status.start_time.map(|time| time.to_string()).into();
        value["containers"] = containers.into();
        pods.push(value);
    }
    let all: Vec<&ContainerUsage> = usage.iter().collect();
    let mut value = total(&all);
    value["nodeName"] = node.into();
    json!({ "node": value, "pods": pods })
}

/// `/metrics/resource`, in Prometheus' text form.
fn metrics(call: &Call<'_>, usage: &[ContainerUsage]) -> String {
    let millis = call.cx.now().unix() * 1000;
    let mut out = String::new();
    let mut about = |name: &str, kind: &str, help: &str, lines: &[(String, String)]| {
        let _ = writeln!(out, "# HELP {name} [STABLE] {help}\n# TYPE {name} {kind}");
        for (labels, value) in lines {
            let _ = writeln!(out, "{name}{labels} {value} {millis}");
        }
    };
    let each = |value: fn(&ContainerUsage) -> String| -> Vec<(String, String)> {
        let line = |container: &ContainerUsage| {
            let labels = format!(
                "{{container=\"{}\",namespace=\"{}\",pod=\"{}\"}}",
                container.container, container.namespace, container.pod
            );
            (labels, value(container))
        };
        usage.iter().map(line).collect()
    };
    let total = |value: String| vec![(String::new(), value)];
    let cpu: Duration = usage.iter().map(|container| container.cpu).sum();
    let memory: u64 = usage.iter().map(|container| container.memory).sum();
    about(
        "container_cpu_usage_seconds_total",
        "counter",
        "Cumulative cpu time consumed by the container in core-seconds",
        &each(|container| container.cpu.as_secs_f64().to_string()),
    );
    about(
        "container_memory_working_set_bytes",
        "gauge",
        "Current working set of the container in bytes",
        &each(|container| container.memory.to_string()),
    );
    about(
        "node_cpu_usage_seconds_total",
        "counter",
        "Cumulative cpu time consumed by the node in core-seconds",
        &total(cpu.as_secs_f64().to_string()),
    );
    about(
        "node_memory_working_set_bytes",
        "gauge",
        "Current working set of the node in bytes",
        &total(memory.to_string()),
    );
    out
}

fn logs(
    call: &Call<'_>,
    kubelet: &dyn NodeApi,
    namespace: &str,
    pod: &str,
    container: &str,
) -> Result<Response, Status> {
    let request = call.request;
    let missing = |text: String| Response::new(404, ResponseBody::Text(text));
    let Some(pod) = lookup::<Pod>(call.cx, namespace, pod) else {
        return Ok(missing(format!("pod \"{pod}\" does not exist\n")));
    };
    if !pod
        .spec
        .containers
        .iter()
        .any(|known| known.name == container)
    {
        return Ok(missing(format!(
            "container \"{container}\" not found in pod \"{}\"\n",
            pod.metadata.name
        )));
    }
    let options = PodLogOptions {
        container: container.into(),
        follow: request.flag("follow"),
        previous: request.flag("previous"),
        timestamps: request.flag("timestamps"),
        tail_lines: request.param("tailLines").parse().ok(),
        ..PodLogOptions::default()
    };
    let stream = kubelet.logs(&pod, container, &options)?;
    Ok(Response::new(200, ResponseBody::Log(stream)))
}
