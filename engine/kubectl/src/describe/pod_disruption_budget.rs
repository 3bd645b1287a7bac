//! `kubectl describe poddisruptionbudget`.

use api::policy::v1::PodDisruptionBudget;
use apimachinery::labels::format_label_selector;

use super::about::About;
use super::workload::or_unset;
use crate::error::Error;

/// The budget and what is left of it.
pub(crate) fn pod_disruption_budget(
    budget: &PodDisruptionBudget,
    about: &About<'_>,
) -> Result<String, Error> {
    let (spec, status) = (&budget.spec, &budget.status);
    let mut page = about.page();
    page.field(0, "Name", &budget.metadata.name);
    page.field(0, "Namespace", &budget.metadata.namespace);
    match (&spec.min_available, &spec.max_unavailable) {
        (Some(least), _) => page.field(0, "Min available", &least.to_string()),
        (None, Some(most)) => page.field(0, "Max unavailable", &most.to_string()),
        (None, None) => {}
    }
    let selector = spec.selector.as_deref();
    let selector = selector.map(|selector| format_label_selector(Some(selector)));
    page.field(0, "Selector", &or_unset(selector));
    page.line(0, "Status:");
    for (label, count) in [
        ("Allowed disruptions", status.disruptions_allowed),
        ("Current", status.current_healthy),
        ("Desired", status.desired_healthy),
        ("Total", status.expected_pods),
    ] {
        page.field(2, label, &count.to_string());
    }
    Ok(about.finish(page))
}
