//! HorizontalPodAutoscaler: as many replicas as what the pods use calls for (`pkg/controller/podautoscaler`).
//!
//! ```text
//!   every 15 s:  scale of the target ─► metrics ─► proposal per metric, the largest counts ([`replicas`])
//!                                                    └► stabilised, limited ([`limits`]) ─► scale, status, event
//! ```
//!
//! Resource and container resource metrics, from `metrics.k8s.io`. Metrics of pods, objects and the world outside need an
//! adapter that nobody runs here: they fail with upstream's words for a cluster without one.

mod limits;
mod metrics;
mod replicas;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::time::Duration;

use api::autoscaling::v1::Scale;
use api::autoscaling::v2::{
    ContainerResourceMetricStatus, HorizontalPodAutoscaler, HorizontalPodAutoscalerCondition,
    HorizontalPodAutoscalerStatus, MetricSpec, MetricStatus, MetricTarget, MetricValueStatus,
    ResourceMetricStatus,
};
use api::core::v1::Pod;
use apimachinery::labels::Selector;
use apimachinery::quantity::Format;
use apimachinery::{GroupVersionKind, Quantity, Str};
use client::events::{EventRecorder, NORMAL, WARNING};
use client::{AnyResource, Client, Lister, NamespacedName, WorkQueue};

use crate::context::Context;
use crate::worker;

/// How often every autoscaler is looked at.
const SYNC_PERIOD: Duration = Duration::from_secs(15);

const ABLE_TO_SCALE: &str = "AbleToScale";
const SCALING_ACTIVE: &str = "ScalingActive";
const SCALING_LIMITED: &str = "ScalingLimited";

struct Controller {
    client: Client,
    recorder: EventRecorder,
    queue: WorkQueue<NamespacedName>,
    autoscalers: Lister<HorizontalPodAutoscaler>,
    pods: Lister<Pod>,
    memories: RefCell<BTreeMap<NamespacedName, limits::Memory>>,
}

pub(crate) fn start(context: &Context) {
    let queue: WorkQueue<NamespacedName> = WorkQueue::new(context.sim());
    let informers = context.informers();
    let autoscalers = informers.of::<HorizontalPodAutoscaler>();
    let q = queue.clone();
    autoscalers.on_change(move |change| {
        let key = NamespacedName::of(&change.object().metadata);
        q.add_after(key, SYNC_PERIOD);
    });
    let client = context.client("horizontal-pod-autoscaler");
    let controller = Controller {
        recorder: EventRecorder::new(&client, "horizontal-pod-autoscaler", ""),
        client,
        queue: queue.clone(),
        autoscalers: autoscalers.lister(),
        pods: informers.lister(),
        memories: RefCell::default(),
    };
    let name = "horizontal-pod-autoscaler-controller";
    worker::run(context, name, queue, move |key| {
        controller.sync(key);
        Ok(())
    });
}

/// What a metric calls for.
struct Proposal {
    replicas: i32,
    metric: String,
    status: MetricStatus,
}

/// Why a metric calls for nothing: the reason of the condition, and the error.
struct Failure {
    reason: &'static str,
    /// What the condition says after "the HPA was unable to compute the replica count: ".
    cause: String,
    /// What the controller's own error says.
    error: String,
}

impl Controller {
    fn sync(&self, key: &NamespacedName) {
        let Some(found) = self.autoscalers.by_key(key) else {
            self.memories.borrow_mut().remove(key);
            return;
        };
        let mut hpa = (*found).clone();
        self.reconcile(key, &mut hpa);
        if hpa.status != found.status {
            let _ = self.client.update_status(hpa);
        }
        self.queue.add_after(key.clone(), SYNC_PERIOD);
    }

    fn reconcile(&self, key: &NamespacedName, hpa: &mut HorizontalPodAutoscaler) {
        let (resource, scale) = match self.scale_of(hpa) {
            Ok(found) => found,
            Err(message) => {
                self.recorder
                    .event(hpa, WARNING, "FailedGetScale", &message);
                let text = format!(
                    "the HPA controller was unable to get the target's current scale: {message}"
                );
                self.condition(hpa, ABLE_TO_SCALE, "False", "FailedGetScale", &text);
                return;
            }
        };
        let text = "the HPA controller was able to get the target's current scale";
        self.condition(hpa, ABLE_TO_SCALE, "True", "SucceededGetScale", text);
        let current = scale.spec.replicas;
        let now = self.client.sim().now();
        let mut memories = self.memories.borrow_mut();
        let memory = memories.entry(key.clone()).or_default();
        memory.begin(current, now);

        let min = hpa.spec.min_replicas.unwrap_or(1);
        let max = hpa.spec.max_replicas;
        let mut metrics = Vec::new();
        let mut reason = String::new();
        let desired = if current == 0 && min != 0 {
            let text = "scaling is disabled since the replica count of the target is zero";
            self.condition(hpa, SCALING_ACTIVE, "False", "ScalingDisabled", text);
            current
        } else if current > max {
            "Current number of replicas above Spec.MaxReplicas".clone_into(&mut reason);
            max
        } else if current < min {
            "Current number of replicas below Spec.MinReplicas".clone_into(&mut reason);
            min
        } else {
            let (proposed, statuses) = self.proposals(hpa, &scale);
            metrics = statuses;
            let (proposed, metric) = match proposed {
                Ok(found) => found,
                Err(error) => {
                    let desired = hpa.status.desired_replicas;
                    set_status(hpa, current, desired, metrics);
                    let event = "FailedComputeMetricsReplicas";
                    self.recorder.event(hpa, WARNING, event, &error);
                    return;
                }
            };
            if proposed > current {
                reason = format!("{metric} above target");
            } else if proposed < current {
                "All metrics below target".clone_into(&mut reason);
            }
            let limited = memory.limit(&hpa.spec, current, proposed.max(0), now);
            let (status, why, text) = limited.able;
            self.condition(hpa, ABLE_TO_SCALE, status, why, text);
            let (status, why, text) = limited.limited;
            self.condition(hpa, SCALING_LIMITED, status, why, text);
            limited.replicas
        };
        if desired == current {
            set_status(hpa, current, current, metrics);
            return;
        }
        let mut wanted = scale;
        wanted.spec.replicas = desired;
        let namespace = &hpa.metadata.namespace;
        if let Err(error) = self.client.update_scale(&resource, namespace, &wanted) {
            let message = &error.message;
            let text = format!("New size: {desired}; reason: {reason}; error: {message}");
            self.recorder.event(hpa, WARNING, "FailedRescale", &text);
            let text =
                format!("the HPA controller was unable to update the target scale: {message}");
            self.condition(hpa, ABLE_TO_SCALE, "False", "FailedUpdateScale", &text);
            let desired = hpa.status.desired_replicas;
            set_status(hpa, current, desired, metrics);
            return;
        }
        let text = format!("the HPA controller was able to update the target scale to {desired}");
        self.condition(hpa, ABLE_TO_SCALE, "True", "SucceededRescale", &text);
        let text = format!("New size: {desired}; reason: {reason}");
        self.recorder.event(hpa, NORMAL, "SuccessfulRescale", &text);
        if hpa.spec.behavior.is_some() {
            memory.scaled(current, desired, now);
        }
        set_status(hpa, current, desired, metrics);
        hpa.status.last_scale_time = Some(self.client.now());
    }

    /// The target's scale, or why it cannot be had.
    fn scale_of(&self, hpa: &HorizontalPodAutoscaler) -> Result<(AnyResource, Scale), String> {
        let target = &hpa.spec.scale_target_ref;
        if target.api_version.matches('/').count() > 1 {
            return Err(format!(
                "unexpected GroupVersion string: {}",
                target.api_version
            ));
        }
        let Some(resource) = self.client.resource_for(&target.api_version, &target.kind) else {
            let gvk = GroupVersionKind::from_api_version(&target.api_version, &target.kind);
            return Err(format!(
                "no matches for kind \"{}\" in group \"{}\"",
                gvk.kind, gvk.group
            ));
        };
        let namespace = &hpa.metadata.namespace;
        let scale = self.client.get_scale(&resource, namespace, &target.name);
        let scale = scale.map_err(|status| status.message.to_string())?;
        Ok((resource, scale))
    }

    /// The largest number that a metric calls for, with its name, or the first error; and what every metric says now.
    fn proposals(
        &self,
        hpa: &mut HorizontalPodAutoscaler,
        scale: &Scale,
    ) -> (Result<(i32, String), String>, Vec<MetricStatus>) {
        let selector = match self.selector(hpa, &scale.status.selector) {
            Ok(selector) => selector,
            Err(error) => return (Err(error), Vec::new()),
        };
        let specs = hpa.spec.metrics.clone();
        let mut statuses = vec![MetricStatus::default(); specs.len()];
        let mut best: Option<(i32, String)> = None;
        let mut first: Option<Failure> = None;
        let mut invalid = 0;
        for (spec, status) in specs.iter().zip(&mut statuses) {
            match self.proposal(hpa, scale, &selector, spec) {
                Ok(found) => {
                    *status = found.status;
                    if best
                        .as_ref()
                        .is_none_or(|(most, _)| *most == 0 || found.replicas > *most)
                    {
                        best = Some((found.replicas, found.metric));
                    }
                }
                Err(failure) => {
                    self.recorder
                        .event(hpa, WARNING, failure.reason, &failure.cause);
                    invalid += 1;
                    first.get_or_insert(failure);
                }
            }
        }
        if let Some(failure) = first {
            let down = best
                .as_ref()
                .is_some_and(|(most, _)| *most < scale.spec.replicas);
            if best.is_none() || down {
                let text = format!(
                    "the HPA was unable to compute the replica count: {}",
                    failure.cause
                );
                self.condition(hpa, SCALING_ACTIVE, "False", failure.reason, &text);
                let error = format!(
                    "invalid metrics ({invalid} invalid out of {}), first error is: {}",
                    specs.len(),
                    failure.error
                );
                return (Err(error), statuses);
            }
        }
        let (most, metric) = best.unwrap_or_default();
        let text =
            format!("the HPA was able to successfully calculate a replica count from {metric}");
        self.condition(hpa, SCALING_ACTIVE, "True", "ValidMetricFound", &text);
        (Ok((most, metric)), statuses)
    }

    /// The selector of the target's pods; no other autoscaler of the namespace may select one of them.
    fn selector(&self, hpa: &mut HorizontalPodAutoscaler, text: &str) -> Result<Selector, String> {
        if text.is_empty() {
            let message = "selector is required";
            self.recorder
                .event(hpa, WARNING, "SelectorRequired", message);
            let text = "the HPA target's scale is missing a selector";
            self.condition(hpa, SCALING_ACTIVE, "False", "InvalidSelector", text);
            return Err(message.to_owned());
        }
        Selector::parse(text).map_err(|error| {
            let message = format!(
                "couldn't convert selector into a corresponding internal selector object: {error}"
            );
            self.recorder
                .event(hpa, WARNING, "InvalidSelector", &message);
            self.condition(hpa, SCALING_ACTIVE, "False", "InvalidSelector", &message);
            message
        })
    }

    /// What one metric calls for.
    fn proposal(
        &self,
        hpa: &HorizontalPodAutoscaler,
        scale: &Scale,
        selector: &Selector,
        spec: &MetricSpec,
    ) -> Result<Proposal, Failure> {
        if let Some(source) = &spec.resource {
            let (name, reason) = (&source.name, "FailedGetResourceMetric");
            let asked = self.resource(hpa, scale, selector, &source.target, name, "");
            let (replicas, metric, current) = asked.map_err(|cause| Failure {
                reason,
                error: format!("failed to get {name} resource metric value: {cause}"),
                cause,
            })?;
            let resource = ResourceMetricStatus {
                name: name.clone(),
                current,
            };
            return Ok(Proposal {
                replicas,
                metric,
                status: MetricStatus {
                    type_: "Resource".into(),
                    resource: Some(resource.into()),
                    ..MetricStatus::default()
                },
            });
        }
        if let Some(source) = &spec.container_resource {
            let (name, reason) = (&source.name, "FailedGetContainerResourceMetric");
            let asked = self.resource(
                hpa,
                scale,
                selector,
                &source.target,
                name,
                &source.container,
            );
            let (replicas, metric, current) = asked.map_err(|cause| Failure {
                reason,
                error: format!("failed to get {name} container metric value: {cause}"),
                cause,
            })?;
            let resource = ContainerResourceMetricStatus {
                name: name.clone(),
                current,
                container: source.container.clone(),
            };
            return Ok(Proposal {
                replicas,
                metric,
                status: MetricStatus {
                    type_: "ContainerResource".into(),
                    container_resource: Some(resource.into()),
                    ..MetricStatus::default()
                },
            });
        }
        Err(without_adapter(&hpa.metadata.namespace, spec))
    }

    /// What a resource calls for: the replicas, the metric's name, what it is now.
    fn resource(
        &self,
        hpa: &HorizontalPodAutoscaler,
        scale: &Scale,
        selector: &Selector,
        target: &MetricTarget,
        name: &Str,
        container: &str,
    ) -> Result<(i32, String, MetricValueStatus), String> {
        let namespace = &hpa.metadata.namespace;
        let question = replicas::Question {
            current: scale.spec.replicas,
            resource: name,
            container,
            tolerance: limits::tolerance(&hpa.spec),
            now: self.client.now(),
        };
        let raw = target.average_value.as_ref();
        let what = if raw.is_some() {
            "usage"
        } else {
            "utilization"
        };
        if raw.is_none() && target.average_utilization.is_none() {
            return Err("invalid resource metric source: neither an average utilization target nor an average value \
                        (usage) target was set"
                .to_owned());
        }
        let wrap = |error: String| format!("failed to get {name} {what}: {error}");
        let measured = metrics::resource(&self.client, namespace, selector, name, container)
            .map_err(|error| {
                wrap(format!(
                    "unable to get metrics for resource {name}: {error}"
                ))
            })?;
        let pods = self.pods.select(namespace, selector);
        if let Some(value) = raw {
            let (count, usage) =
                replicas::by_value(&question, value.milli_value(), measured, &pods)
                    .map_err(wrap)?;
            let status = MetricValueStatus {
                average_value: Some(used(name, usage)),
                ..MetricValueStatus::default()
            };
            return Ok((count, format!("{name} resource"), status));
        }
        let percent = target.average_utilization.unwrap_or_default();
        let found = replicas::by_utilization(&question, percent, measured, &pods).map_err(wrap)?;
        let status = MetricValueStatus {
            average_value: Some(used(name, found.usage)),
            average_utilization: Some(found.utilization),
            ..MetricValueStatus::default()
        };
        let kind = if container.is_empty() {
            ""
        } else {
            "container "
        };
        let metric = format!("{name} {kind}resource utilization (percentage of request)");
        Ok((found.replicas, metric, status))
    }

    fn condition(
        &self,
        hpa: &mut HorizontalPodAutoscaler,
        type_: &str,
        status: &str,
        reason: &str,
        message: &str,
    ) {
        let conditions = &mut hpa.status.conditions;
        let at = conditions.iter().position(|c| c.type_ == type_);
        let at = at.unwrap_or_else(|| {
            conditions.push(HorizontalPodAutoscalerCondition {
                type_: type_.into(),
                ..HorizontalPodAutoscalerCondition::default()
            });
            conditions.len() - 1
        });
        let Some(condition) = conditions.get_mut(at) else {
            return;
        };
        if condition.status != status {
            condition.last_transition_time = self.client.now();
        }
        condition.status = status.into();
        condition.reason = reason.into();
        condition.message = message.into();
    }
}

fn set_status(
    hpa: &mut HorizontalPodAutoscaler,
    current: i32,
    desired: i32,
    metrics: Vec<MetricStatus>,
) {
    let old = std::mem::take(&mut hpa.status);
    hpa.status = HorizontalPodAutoscalerStatus {
        observed_generation: old.observed_generation,
        last_scale_time: old.last_scale_time,
        current_replicas: current,
        desired_replicas: desired,
        current_metrics: metrics,
        conditions: old.conditions.clone(),
    }
    .into();
}

/// What a cluster without an adapter for other metrics answers.
fn without_adapter(namespace: &str, spec: &MetricSpec) -> Failure {
    let not_served = |api: &str| {
        format!(
            "unable to fetch metrics from {api} metrics API: no {api} metrics API ({api}.metrics.k8s.io) registered"
        )
    };
    if let Some(source) = &spec.external {
        let name = &source.metric.name;
        let cause = format!(
            "unable to get external metric {namespace}/{name}/nil: {}",
            not_served("external")
        );
        return Failure {
            reason: "FailedGetExternalMetric",
            error: format!(
                "failed to get {name} external metric value: failed to get {name} external metric: {cause}"
            ),
            cause,
        };
    }
    let (kind, name, reason) = match (&spec.object, &spec.pods) {
        (Some(source), _) => ("object", &source.metric.name, "FailedGetObjectMetric"),
        (None, Some(source)) => ("pods", &source.metric.name, "FailedGetPodsMetric"),
        (None, None) => {
            let cause = format!("unknown metric source type {:?}", spec.type_.as_str());
            return Failure {
                reason: "InvalidMetricSourceType",
                error: cause.clone(),
                cause,
            };
        }
    };
    let cause = format!("unable to get metric {name}: {}", not_served("custom"));
    Failure {
        reason,
        error: format!("failed to get {kind} metric value: failed to get {kind} metric: {cause}"),
        cause,
    }
}

/// What is used of a resource, given in thousandths: memory in powers of two, anything else in powers of ten.
fn used(resource: &str, milli: i64) -> Quantity {
    if resource == "memory" {
        Quantity::from_int(milli / 1000, Format::BinarySi)
    } else {
        Quantity::from_milli(milli)
    }
}
