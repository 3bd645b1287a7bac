//! The autoscaler against a metrics API that says what the test wants.

use std::cell::Cell;
use std::rc::Rc;

use api::apps::v1::Deployment;
use api::autoscaling::v2::HorizontalPodAutoscaler;
use api::core::v1::Pod;
use apimachinery::{Status, Value, codec, yaml};
use apiserver::handler::{Extension, Request, Response, Route};
use client::Client;
use serde_json::json;

use super::support::Cluster;

const CONTROLLERS: &[&str] = &[
    "deployment-controller",
    "replicaset-controller",
    "horizontal-pod-autoscaler-controller",
];

/// Every pod uses so much, in thousandths of a processor.
struct Metrics {
    client: Client,
    cpu: Cell<i64>,
    /// What is used by a second container, which the pod's template does not have, such as one that was injected.
    injected: Cell<Option<i64>>,
}

impl Extension for Metrics {
    fn group_version(&self) -> (&'static str, &'static str) {
        ("metrics.k8s.io", "v1beta1")
    }

    fn resources(&self) -> Vec<Value> {
        Vec::new()
    }

    fn answer(&self, _request: &Request, _route: &Route) -> Result<Response, Status> {
        let pods = self.client.list::<Pod>("default", &Default::default())?;
        let now = self.client.now().to_rfc3339();
        let container = |name: &str, cpu: i64| json!({ "name": name, "usage": { "cpu": format!("{cpu}m"), "memory": "1Mi" } });
        let containers: Vec<_> = [
            ("c", Some(self.cpu.get())),
            ("injected", self.injected.get()),
        ]
        .into_iter()
        .filter_map(|(name, cpu)| Some(container(name, cpu?)))
        .collect();
        let items = pods.items.iter().map(|pod| {
            json!({
                "metadata": { "name": pod.metadata.name.as_str(), "namespace": "default" },
                "timestamp": now.as_str(),
                "window": "15s",
                "containers": containers,
            })
        });
        Ok(Response::json(
            json!({ "items": items.collect::<Vec<_>>() }),
        ))
    }
}

fn read<K: apimachinery::Kind>(text: &str) -> K {
    codec::from_value(&yaml::parse(text).unwrap()).unwrap()
}

fn start(spec: &str) -> Cluster {
    let cluster = Cluster::new(CONTROLLERS);
    cluster.create(read::<Deployment>(
        "{apiVersion: apps/v1, kind: Deployment, metadata: {name: web, namespace: default}, spec: {replicas: 1, selector: \
         {matchLabels: {app: web}}, template: {metadata: {labels: {app: web}}, spec: {containers: [{name: c, image: nginx, \
         resources: {requests: {cpu: 200m}}}]}}}}",
    ));
    cluster.create(read::<HorizontalPodAutoscaler>(&format!(
        "{{apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler, metadata: {{name: web, namespace: default}}, spec: \
         {{scaleTargetRef: {{apiVersion: apps/v1, kind: Deployment, name: web}}, maxReplicas: 10{spec}}}}}"
    )));
    cluster
}

/// All pods run, and have for a while.
fn all_ready(cluster: &Cluster) {
    let now = cluster.client.now();
    for name in cluster.names::<Pod>("default") {
        cluster.set_pod_ready(&name, true);
        let long_ago = |pod: &mut Pod| {
            pod.status.start_time = Some(apimachinery::Time::from_unix(now.unix() - 600));
            for condition in &mut pod.status.conditions {
                condition.last_transition_time = apimachinery::Time::from_unix(now.unix() - 500);
            }
        };
        cluster
            .client
            .patch_status::<Pod>("default", &name, long_ago)
            .unwrap();
    }
    cluster.settle();
}

fn metrics(cluster: &Cluster, cpu: i64) -> Rc<Metrics> {
    let metrics = Rc::new(Metrics {
        client: cluster.client.clone(),
        cpu: Cell::new(cpu),
        injected: Cell::new(None),
    });
    cluster.client.register_extension(metrics.clone());
    metrics
}

fn condition(cluster: &Cluster, type_: &str) -> String {
    let hpa: HorizontalPodAutoscaler = cluster.get("web");
    let conditions = hpa.status.conditions.iter();
    let found = conditions.filter(|c| c.type_ == type_);
    found
        .map(|c| format!("{} {}", c.status, c.reason))
        .collect()
}

fn replicas(cluster: &Cluster) -> i32 {
    cluster.get::<Deployment>("web").spec.replicas.unwrap()
}

#[test]
fn without_metrics_it_says_so_and_does_nothing() {
    let cluster = start("");
    all_ready(&cluster);
    cluster.wait(14.0);
    assert_eq!(
        condition(&cluster, "AbleToScale"),
        "",
        "the first look is after 15 s"
    );
    cluster.wait(2.0);
    assert_eq!(condition(&cluster, "AbleToScale"), "True SucceededGetScale");
    assert_eq!(
        condition(&cluster, "ScalingActive"),
        "False FailedGetResourceMetric"
    );
    let text = "the server could not find the requested resource (get pods.metrics.k8s.io)";
    let events = cluster.events();
    let said = |reason: &str| {
        events
            .iter()
            .any(|e| e.contains(reason) && e.ends_with(text))
    };
    assert!(said(
        "FailedGetResourceMetric: failed to get cpu utilization: unable to get metrics for resource cpu"
    ));
    assert!(said(
        "FailedComputeMetricsReplicas: invalid metrics (1 invalid out of 1), first error is: failed to get cpu resource"
    ));
    assert_eq!(replicas(&cluster), 1);
}

#[test]
fn goes_up_by_at_most_four_or_twice_and_down_after_five_minutes() {
    let cluster = start("");
    let metrics = metrics(&cluster, 1000);
    all_ready(&cluster);
    cluster.wait(16.0);
    assert_eq!(replicas(&cluster), 4);
    assert_eq!(condition(&cluster, "ScalingLimited"), "True ScaleUpLimit");
    let up = "Normal HorizontalPodAutoscaler/web SuccessfulRescale: New size: 4; reason: cpu resource utilization \
              (percentage of request) above target";
    assert!(
        cluster.events().iter().any(|e| e == up),
        "{:?}",
        cluster.events()
    );
    metrics.cpu.set(40);
    all_ready(&cluster);
    // Seven were called for a moment ago.
    cluster.wait(200.0);
    assert_eq!(replicas(&cluster), 7);
    assert_eq!(
        condition(&cluster, "AbleToScale"),
        "True ScaleDownStabilized"
    );
    all_ready(&cluster);
    cluster.wait(130.0);
    assert_eq!(replicas(&cluster), 2);
    let hpa: HorizontalPodAutoscaler = cluster.get("web");
    let current = hpa.status.current_metrics[0].resource.as_ref().unwrap();
    assert_eq!(current.current.average_utilization, Some(20));
}

#[test]
fn close_enough_is_enough() {
    let cluster = start(
        ", metrics: [{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 50}}}]",
    );
    let metrics = metrics(&cluster, 109);
    all_ready(&cluster);
    cluster.wait(40.0);
    assert_eq!(
        replicas(&cluster),
        1,
        "54 % is within the tolerance of 50 %"
    );
    metrics.cpu.set(112);
    cluster.wait(16.0);
    assert_eq!(replicas(&cluster), 2);
}

#[test]
fn pods_that_start_count_as_idle() {
    let cluster = start("");
    metrics(&cluster, 320);
    all_ready(&cluster);
    // 160 % of 80 %: two pods.
    cluster.wait(16.0);
    assert_eq!(replicas(&cluster), 2);
    // The second one is not ready: two pods use 160 % together, which is just right.
    cluster.wait(60.0);
    assert_eq!(replicas(&cluster), 2);
}

#[test]
fn a_target_at_zero_stays_there() {
    let cluster = start("");
    metrics(&cluster, 1000);
    let none = |deployment: &mut Deployment| deployment.spec.replicas = Some(0);
    cluster
        .client
        .patch::<Deployment>("default", "web", none)
        .unwrap();
    cluster.wait(20.0);
    assert_eq!(replicas(&cluster), 0);
    assert_eq!(
        condition(&cluster, "ScalingActive"),
        "False ScalingDisabled"
    );
}

/// An autoscaler by what one container uses.
fn by_container(name: &str, target: &str) -> String {
    format!(
        ", metrics: [{{type: ContainerResource, containerResource: {{name: cpu, container: {name}, target: {target}}}}}]"
    )
}

const HALF: &str = "{type: Utilization, averageUtilization: 50}";

#[test]
fn a_container_is_measured_without_its_neighbours() {
    let cluster = start(&by_container("c", HALF));
    let metrics = metrics(&cluster, 100);
    metrics.injected.set(Some(5000));
    all_ready(&cluster);
    cluster.wait(16.0);
    assert_eq!(replicas(&cluster), 1, "100m of 200m are the 50 % wanted");
    let hpa: HorizontalPodAutoscaler = cluster.get("web");
    let metric = &hpa.status.current_metrics[0];
    assert_eq!(metric.type_, "ContainerResource");
    let current = metric.container_resource.as_ref().unwrap();
    assert_eq!((&*current.name, &*current.container), ("cpu", "c"));
    assert_eq!(current.current.average_utilization, Some(50));
    let used = current.current.average_value.as_ref().unwrap();
    assert_eq!(used.as_str(), "100m");

    metrics.cpu.set(300);
    cluster.wait(16.0);
    assert_eq!(replicas(&cluster), 3);
    let up = "Normal HorizontalPodAutoscaler/web SuccessfulRescale: New size: 3; reason: cpu container resource utilization \
              (percentage of request) above target";
    let events = cluster.events();
    assert!(events.iter().any(|e| e == up), "{events:?}");
}

#[test]
fn a_container_is_measured_by_value_too() {
    let cluster = start(&by_container(
        "injected",
        "{type: AverageValue, averageValue: 1500m}",
    ));
    let metrics = metrics(&cluster, 100);
    metrics.injected.set(Some(3000));
    all_ready(&cluster);
    cluster.wait(16.0);
    assert_eq!(replicas(&cluster), 2);
}

/// The text of the failure, which the event and the condition share, with nothing scaled.
fn failure(spec: &str) -> String {
    let cluster = start(spec);
    metrics(&cluster, 100);
    all_ready(&cluster);
    cluster.wait(16.0);
    assert_eq!(
        condition(&cluster, "ScalingActive"),
        "False FailedGetContainerResourceMetric"
    );
    assert_eq!(replicas(&cluster), 1);
    let events = cluster.events();
    let text = |reason: &str| {
        let found = events.iter().find_map(|e| e.split_once(reason));
        found.unwrap_or_else(|| panic!("{events:?}")).1.to_owned()
    };
    let why = text("FailedGetContainerResourceMetric: ");
    assert!(
        text("FailedComputeMetricsReplicas: invalid metrics (1 invalid out of 1), first error is: failed to get ")
            .ends_with(&why),
        "{events:?}"
    );
    why
}

#[test]
fn a_container_that_nobody_measures_is_told_of() {
    let why = failure(&by_container("none", HALF));
    assert!(
        why.starts_with(
            "failed to get cpu utilization: unable to get metrics for resource cpu: failed to get container metrics: \
             container none not present in metrics for pod default/web-"
        ),
        "{why}"
    );
}

#[test]
fn a_container_without_a_request_has_no_utilization() {
    let why = failure(&by_container("c", HALF).replace("cpu", "memory"));
    assert!(
        why.starts_with("failed to get memory utilization: missing request for memory in container c of Pod web-"),
        "{why}"
    );
}
