//! `kubectl describe horizontalpodautoscaler`: what it measures and what it does about it.

use api::autoscaling::v2::{
    HPAScalingRules, HorizontalPodAutoscaler, MetricSpec, MetricStatus, MetricTarget,
    MetricValueStatus,
};
use apimachinery::Quantity;

use super::about::About;
use super::page::{Page, date};
use super::workload::or_unset;
use crate::error::Error;
use crate::util::go;

/// The autoscaler.
pub(crate) fn horizontal_pod_autoscaler(
    autoscaler: &HorizontalPodAutoscaler,
    about: &About<'_>,
) -> Result<String, Error> {
    let (meta, spec, status) = (&autoscaler.metadata, &autoscaler.spec, &autoscaler.status);
    let target = &spec.scale_target_ref;
    let mut page = about.page();
    page.head(meta);
    page.field(0, "CreationTimestamp", &date(meta.creation_timestamp));
    page.field(0, "Reference", &format!("{}/{}", target.kind, target.name));
    page.field(0, "Metrics", "( current / target )");
    for (i, spec) in spec.metrics.iter().enumerate() {
        page.line(1, &metric(spec, status.current_metrics.get(i)));
    }
    page.field(0, "Min replicas", &or_unset(spec.min_replicas));
    page.field(0, "Max replicas", &spec.max_replicas.to_string());
    if let Some(behavior) = &spec.behavior {
        page.line(0, "Behavior:");
        rules(&mut page, "Scale Up", behavior.scale_up.as_deref());
        rules(&mut page, "Scale Down", behavior.scale_down.as_deref());
    }
    let counts = format!(
        "{} current / {} desired",
        status.current_replicas, status.desired_replicas
    );
    page.field(0, &format!("{} pods", target.kind), &counts);
    if !status.conditions.is_empty() {
        page.line(0, "Conditions:");
        page.line(1, "Type\tStatus\tReason\tMessage");
        page.line(1, "----\t------\t------\t-------");
    }
    for c in &status.conditions {
        let row = format!("{}\t{}\t{}\t{}", c.type_, c.status, c.reason, c.message);
        page.line(1, &row);
    }
    Ok(about.finish(page))
}

fn text(quantity: Option<&Quantity>) -> &str {
    quantity.map_or("<nil>", Quantity::as_str)
}

/// A line about a metric: `resource cpu on pods  (as a percentage of request):  10% (5m) / 50%`.
fn metric(spec: &MetricSpec, status: Option<&MetricStatus>) -> String {
    if let Some(resource) = &spec.resource {
        let current = status.and_then(|s| s.resource.as_ref()).map(|s| &s.current);
        let what = format!("resource {} on pods", resource.name);
        return usage(&what, &resource.target, current);
    }
    if let Some(resource) = &spec.container_resource {
        let current = status.and_then(|s| s.container_resource.as_ref());
        let what = format!(
            "resource {} of container \"{}\" on pods",
            resource.name, resource.container
        );
        return usage(&what, &resource.target, current.map(|s| &s.current));
    }
    if let Some(pods) = &spec.pods {
        let current = status.and_then(|s| s.pods.as_ref());
        return format!(
            "{} on pods:\t{} / {}",
            go::quote(&pods.metric.name),
            current.map_or("<unknown>", |s| text(s.current.average_value.as_ref())),
            text(pods.target.average_value.as_ref())
        );
    }
    let (what, target, current, average) = if let Some(external) = &spec.external {
        let current = status.and_then(|s| s.external.as_ref()).map(|s| &s.current);
        let average = external.target.average_value.is_some();
        let what = go::quote(&external.metric.name);
        (what, &external.target, current, average)
    } else if let Some(object) = &spec.object {
        let current = status.and_then(|s| s.object.as_ref()).map(|s| &s.current);
        let of = &object.described_object;
        let what = format!("\"{}\" on {}/{}", object.metric.name, of.kind, of.name);
        let average = object.target.type_ == "AverageValue";
        (what, &object.target, current, average)
    } else {
        return format!("<unknown metric type {}>", go::quote(&spec.type_));
    };
    let value = |value: &MetricValueStatus| match average {
        true => value.average_value.clone(),
        false => value.value.clone(),
    };
    let shown = current.and_then(value);
    let current = shown.as_ref().map_or("<unknown>", Quantity::as_str);
    let (label, target) = match average {
        true => ("target average value", &target.average_value),
        false => ("target value", &target.value),
    };
    format!("{what} ({label}):\t{current} / {}", text(target.as_ref()))
}

/// A resource's use, as an amount or as a share of what was requested.
fn usage(what: &str, target: &MetricTarget, current: Option<&MetricValueStatus>) -> String {
    if let Some(wanted) = &target.average_value {
        let current = current.map_or("<unknown>", |c| text(c.average_value.as_ref()));
        return format!("{what}:\t{current} / {}", wanted.as_str());
    }
    let current = current.and_then(|current| {
        let share = current.average_utilization?;
        Some(format!(
            "{share}% ({})",
            text(current.average_value.as_ref())
        ))
    });
    let current = current.unwrap_or_else(|| "<unknown>".to_owned());
    let wanted = target.average_utilization;
    let wanted = wanted.map_or_else(|| "<auto>".to_owned(), |share| format!("{share}%"));
    format!("{what}  (as a percentage of request):\t{current} / {wanted}")
}

fn rules(page: &mut Page, direction: &str, rules: Option<&HPAScalingRules>) {
    let Some(rules) = rules else { return };
    page.line(1, &format!("{direction}:"));
    if let Some(seconds) = rules.stabilization_window_seconds {
        page.line(2, &format!("Stabilization Window: {seconds} seconds"));
    }
    if rules.policies.is_empty() {
        return;
    }
    let select = rules.select_policy.as_deref().unwrap_or("Max");
    page.line(2, &format!("Select Policy: {select}"));
    page.line(2, "Policies:");
    for p in &rules.policies {
        let row = format!(
            "- Type: {}\tValue: {}\tPeriod: {} seconds",
            p.type_, p.value, p.period_seconds
        );
        page.line(3, &row);
    }
}
