//! Asking `metrics.k8s.io` what pods use (upstream's `metrics` package of this controller).

use std::collections::BTreeMap;

use api::metrics::v1beta1::PodMetrics;
use apimachinery::labels::Selector;
use apimachinery::{Str, Time, codec};
use client::Client;
use client::rest::Request;

/// What a pod uses, in thousandths, when that was measured and over how long.
#[derive(Clone, Copy, Debug)]
pub(super) struct Measured {
    pub(super) value: i64,
    pub(super) at: Time,
    /// In seconds.
    pub(super) window: i64,
}

/// By the pod's name.
pub(super) type Measures = BTreeMap<Str, Measured>;

/// What the selected pods, or one container of each, use of a resource.
pub(super) fn resource(
    client: &Client,
    namespace: &str,
    selector: &Selector,
    resource: &str,
    container: &str,
) -> Result<Measures, String> {
    let path = format!("/apis/metrics.k8s.io/v1beta1/namespaces/{namespace}/pods");
    let request = Request::get(path).with_query("labelSelector", selector.to_string());
    let response = client.privileged_request(request);
    if response.code >= 400 {
        // Where no metrics server is installed nobody speaks for the path, and the answer is a bare 404.
        let why = match response.error() {
            Some(error) if !error.is_not_found() => error.message.as_str(),
            _ => "the server could not find the requested resource (get pods.metrics.k8s.io)",
        };
        return Err(format!(
            "unable to fetch metrics from resource metrics API: {why}"
        ));
    }
    let answer = response.to_value().unwrap_or_default();
    let items = answer.get("items").and_then(|items| items.as_array());
    let pods: Vec<PodMetrics> = items
        .into_iter()
        .flatten()
        .filter_map(|item| codec::from_value(item).ok())
        .collect();
    if pods.is_empty() {
        return Err("no metrics returned from resource metrics API".to_owned());
    }
    let mut found = Measures::new();
    for pod in &pods {
        let meta = &pod.metadata;
        let mut containers = pod.containers.iter();
        let value = if container.is_empty() {
            // What one of them does not tell, nobody knows of the pod.
            containers
                .map(|c| c.usage.get(resource).map(|used| used.milli_value()))
                .sum::<Option<i64>>()
        } else {
            let one = containers.find(|c| c.name == container).ok_or_else(|| {
                format!(
                    "failed to get container metrics: container {container} not present in metrics for pod {}/{}",
                    meta.namespace, meta.name
                )
            })?;
            one.usage.get(resource).map(|used| used.milli_value())
        };
        if let Some(value) = value {
            let measured = Measured {
                value,
                at: pod.timestamp,
                window: pod.window.as_secs(),
            };
            found.insert(meta.name.clone(), measured);
        }
    }
    Ok(found)
}
