//! The table of autoscalers.

use api::autoscaling::v2::{HorizontalPodAutoscaler, MetricSpec, MetricTarget, MetricValueStatus};

use crate::printers::{Cells, Column, PrintOptions};

pub(super) const COLUMNS: &[Column] = &[
    Column::NAME,
    Column::text("Reference"),
    Column::text("Targets"),
    Column::text("MinPods"),
    Column::text("MaxPods"),
    Column::text("Replicas"),
    Column::AGE,
];

/// How many metrics are shown before "+ 1 more…".
const SHOWN: usize = 2;

pub(super) fn row(hpa: &HorizontalPodAutoscaler, options: &PrintOptions) -> Cells {
    let target = &hpa.spec.scale_target_ref;
    let min = hpa
        .spec
        .min_replicas
        .map_or("<unset>".to_owned(), |min| min.to_string());
    Cells::new()
        .text(hpa.metadata.name.clone())
        .text(format!("{}/{}", target.kind, target.name))
        .text(targets(hpa))
        .text(min)
        .integer(hpa.spec.max_replicas)
        .integer(hpa.status.current_replicas)
        .age(hpa.metadata.creation_timestamp, options)
}

fn targets(hpa: &HorizontalPodAutoscaler) -> String {
    if hpa.spec.metrics.is_empty() {
        return "<none>".to_owned();
    }
    let all: Vec<String> = hpa
        .spec
        .metrics
        .iter()
        .enumerate()
        .map(|(i, metric)| shown(hpa, i, metric))
        .collect();
    let text = all
        .iter()
        .take(SHOWN)
        .cloned()
        .collect::<Vec<_>>()
        .join(", ");
    match all.len().checked_sub(SHOWN) {
        Some(more) if more > 0 => format!("{text} + {more} more..."),
        _ => text,
    }
}

/// `cpu: 10%/80%`
fn shown(hpa: &HorizontalPodAutoscaler, i: usize, metric: &MetricSpec) -> String {
    let now = hpa.status.current_metrics.get(i);
    match metric.type_.as_str() {
        "Resource" => {
            let Some(source) = &metric.resource else {
                return unknown();
            };
            let current = now
                .and_then(|now| now.resource.as_ref())
                .map(|now| &now.current);
            format!("{}: {}", source.name, ratio(&source.target, current))
        }
        "ContainerResource" => {
            let Some(source) = &metric.container_resource else {
                return unknown();
            };
            let current = now
                .and_then(|now| now.container_resource.as_ref())
                .map(|now| &now.current);
            format!("{}: {}", source.name, ratio(&source.target, current))
        }
        "Pods" => {
            let Some(source) = &metric.pods else {
                return unknown();
            };
            ratio(
                &source.target,
                now.and_then(|now| now.pods.as_ref())
                    .map(|now| &now.current),
            )
        }
        "Object" => {
            let Some(source) = &metric.object else {
                return unknown();
            };
            let shown = ratio(
                &source.target,
                now.and_then(|now| now.object.as_ref())
                    .map(|now| &now.current),
            );
            average(&source.target, shown)
        }
        "External" => {
            let Some(source) = &metric.external else {
                return unknown();
            };
            let shown = ratio(
                &source.target,
                now.and_then(|now| now.external.as_ref())
                    .map(|now| &now.current),
            );
            average(&source.target, shown)
        }
        _ => unknown(),
    }
}

fn unknown() -> String {
    "<unknown type>".to_owned()
}

fn average(target: &MetricTarget, shown: String) -> String {
    if target.average_value.is_some() {
        format!("{shown} (avg)")
    } else {
        shown
    }
}

fn ratio(target: &MetricTarget, current: Option<&MetricValueStatus>) -> String {
    const UNKNOWN: &str = "<unknown>";
    let text = |amount: &apimachinery::Quantity| amount.to_text().to_string();
    if let Some(wanted) = &target.average_value {
        let now = current
            .and_then(|c| c.average_value.as_ref())
            .map_or(UNKNOWN.into(), text);
        return format!("{now}/{}", wanted.to_text());
    }
    if let Some(wanted) = &target.value {
        let now = current
            .and_then(|c| c.value.as_ref())
            .map_or(UNKNOWN.into(), text);
        return format!("{now}/{}", wanted.to_text());
    }
    let now = current
        .and_then(|c| c.average_utilization)
        .map_or(UNKNOWN.into(), |p| format!("{p}%"));
    let wanted = target
        .average_utilization
        .map_or("<auto>".into(), |p| format!("{p}%"));
    format!("{now}/{wanted}")
}
