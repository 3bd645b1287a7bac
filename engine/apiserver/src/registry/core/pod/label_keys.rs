//! `matchLabelKeys` and `mismatchLabelKeys` of pod affinity and spread constraints: when a pod is made, the values that its own
//! labels have for these keys are written into the selectors beside them. Later changes of the labels do not matter.

use api::core::v1::{Pod, PodAffinityTerm};
use apimachinery::meta::v1::{LabelSelector, LabelSelectorRequirement};
use apimachinery::{Map, Shared, Str};

/// Writes the pod's own values into all selectors that have such keys.
pub(super) fn merge(pod: &mut Pod) {
    let spec = &pod.spec;
    let has_keys = |term: &PodAffinityTerm| {
        !(term.match_label_keys.is_empty() && term.mismatch_label_keys.is_empty())
    };
    let in_affinity = spec.affinity.as_ref().is_some_and(|affinity| {
        let near = affinity.pod_affinity.iter();
        let near = near.flat_map(|near| {
            let preferred = &near.preferred_during_scheduling_ignored_during_execution;
            let preferred = preferred.iter().map(|term| &term.pod_affinity_term);
            preferred.chain(&near.required_during_scheduling_ignored_during_execution)
        });
        let away = affinity.pod_anti_affinity.iter();
        let mut away = away.flat_map(|away| {
            let preferred = &away.preferred_during_scheduling_ignored_during_execution;
            let preferred = preferred.iter().map(|term| &term.pod_affinity_term);
            preferred.chain(&away.required_during_scheduling_ignored_during_execution)
        });
        near.into_iter().any(has_keys) || away.any(has_keys)
    });
    let spreads = spec.topology_spread_constraints.iter();
    let in_spread = spreads.into_iter().any(|c| !c.match_label_keys.is_empty());
    if !in_affinity && !in_spread {
        return;
    }
    let labels = pod.metadata.labels.clone();
    let spec = &mut *pod.spec;
    for constraint in &mut spec.topology_spread_constraints {
        add(
            &mut constraint.label_selector,
            &constraint.match_label_keys,
            "In",
            &labels,
        );
    }
    let Some(affinity) = &mut spec.affinity else {
        return;
    };
    if let Some(near) = &mut affinity.pod_affinity {
        for term in &mut near.preferred_during_scheduling_ignored_during_execution {
            merge_term(&mut term.pod_affinity_term, &labels);
        }
        for term in &mut near.required_during_scheduling_ignored_during_execution {
            merge_term(term, &labels);
        }
    }
    if let Some(away) = &mut affinity.pod_anti_affinity {
        for term in &mut away.preferred_during_scheduling_ignored_during_execution {
            merge_term(&mut term.pod_affinity_term, &labels);
        }
        for term in &mut away.required_during_scheduling_ignored_during_execution {
            merge_term(term, &labels);
        }
    }
}

fn merge_term(term: &mut PodAffinityTerm, labels: &Map<Str, Str>) {
    add(
        &mut term.label_selector,
        &term.match_label_keys,
        "In",
        labels,
    );
    add(
        &mut term.label_selector,
        &term.mismatch_label_keys,
        "NotIn",
        labels,
    );
}

/// Adds a requirement for every key that is one of the labels. Without a selector nothing is selected, and stays so.
fn add(
    selector: &mut Option<Shared<LabelSelector>>,
    keys: &[Str],
    operator: &str,
    labels: &Map<Str, Str>,
) {
    let Some(selector) = selector else { return };
    for key in keys {
        if let Some(value) = labels.get(key) {
            selector.match_expressions.push(LabelSelectorRequirement {
                key: key.clone(),
                operator: operator.into(),
                values: vec![value.clone()],
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pods_own_values_are_written_into_its_selectors() {
        let mut pod = Pod::default();
        pod.metadata.labels.insert("app", "web");
        pod.metadata.labels.insert("pod-template-hash", "abc");
        let term = PodAffinityTerm {
            label_selector: Some(Shared::default()),
            match_label_keys: vec!["pod-template-hash".into(), "missing".into()],
            mismatch_label_keys: vec!["app".into()],
            ..PodAffinityTerm::default()
        };
        let affinity = pod.spec.affinity.get_or_insert_default();
        let away = affinity.pod_anti_affinity.get_or_insert_default();
        away.required_during_scheduling_ignored_during_execution
            .push(term);
        merge(&mut pod);
        let affinity = pod.spec.affinity.as_ref().expect("affinity");
        let away = affinity.pod_anti_affinity.as_ref().expect("anti-affinity");
        let term = &away.required_during_scheduling_ignored_during_execution[0];
        let selector = term.label_selector.as_ref().expect("a selector");
        let shown: Vec<String> = selector
            .match_expressions
            .iter()
            .map(|e| format!("{} {} {:?}", e.key, e.operator, e.values))
            .collect();
        assert_eq!(
            shown,
            ["pod-template-hash In [\"abc\"]", "app NotIn [\"web\"]"]
        );
    }
}
