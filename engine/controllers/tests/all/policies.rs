//! Disruption budgets, quotas, roles made of roles.

use api::apps::v1::ReplicaSet;
use api::core::v1::{ConfigMap, Pod, ResourceQuota};
use api::policy::v1::PodDisruptionBudget;
use api::rbac::v1::{AggregationRule, ClusterRole, PolicyRule};
use apimachinery::meta::v1::{LabelSelector, ObjectMeta};
use apimachinery::{IntOrString, Quantity};
use client::Delete;

use crate::support::Cluster;

fn budget(name: &str) -> PodDisruptionBudget {
    let mut budget = PodDisruptionBudget {
        metadata: ObjectMeta::named("default", name),
        ..PodDisruptionBudget::default()
    };
    let mut selector = LabelSelector::default();
    selector.match_labels.insert("app", "web");
    budget.spec.selector = Some(selector.into());
    budget
}

/// Allowed, current, desired and expected.
fn numbers(cluster: &Cluster, name: &str) -> (i32, i32, i32, i32) {
    let status = cluster.get::<PodDisruptionBudget>(name).status;
    (
        status.disruptions_allowed,
        status.current_healthy,
        status.desired_healthy,
        status.expected_pods,
    )
}

#[test]
fn budgets_count_healthy_pods() {
    let cluster = Cluster::new(&["disruption-controller", "replicaset-controller"]);
    let mut set = ReplicaSet {
        metadata: ObjectMeta::named("default", "web"),
        ..ReplicaSet::default()
    };
    let mut selector = LabelSelector::default();
    selector.match_labels.insert("app", "web");
    set.spec.replicas = Some(3);
    set.spec.selector = Some(selector.into());
    set.spec.template.metadata.labels.insert("app", "web");
    set.spec.template.spec = Cluster::pod("x").spec;
    cluster.create(set);
    let mut min = budget("min");
    min.spec.min_available = Some(IntOrString::Int(2));
    cluster.create(min);
    let mut max = budget("max");
    max.spec.max_unavailable = Some(IntOrString::Str("34%".into()));
    cluster.create(max);
    assert_eq!(numbers(&cluster, "min"), (0, 0, 2, 3));
    let pods = cluster.names::<Pod>("default");
    for pod in &pods {
        cluster.set_pod_ready(pod, true);
    }
    assert_eq!(numbers(&cluster, "min"), (1, 3, 2, 3));
    assert_eq!(numbers(&cluster, "max"), (2, 3, 1, 3));
    let status = cluster.get::<PodDisruptionBudget>("min").status;
    assert_eq!(status.conditions[0].reason, "SufficientPods");
    cluster.set_pod_ready(&pods[0], false);
    assert_eq!(numbers(&cluster, "min"), (0, 2, 2, 3));
    let status = cluster.get::<PodDisruptionBudget>("min").status;
    assert_eq!(status.conditions[0].reason, "InsufficientPods");
}

#[test]
fn quotas_count_what_there_is() {
    let cluster = Cluster::new(&["resourcequota-controller"]);
    let mut quota = ResourceQuota {
        metadata: ObjectMeta::named("default", "limits"),
        ..ResourceQuota::default()
    };
    for (name, hard) in [
        ("cpu", "1"),
        ("pods", "3"),
        ("configmaps", "2"),
        ("count/pods", "9"),
    ] {
        let hard: Quantity = hard.parse().unwrap();
        quota.spec.hard.insert(name, hard);
    }
    cluster.create(quota);
    let used = |cluster: &Cluster| {
        let status = cluster.get::<ResourceQuota>("limits").status;
        let used = status
            .used
            .iter()
            .map(|(name, amount)| format!("{name}={amount}"));
        used.collect::<Vec<_>>().join(" ")
    };
    assert_eq!(used(&cluster), "configmaps=0 count/pods=0 cpu=0 pods=0");
    let mut pod = Cluster::pod("sized");
    let half: Quantity = "500m".parse().unwrap();
    pod.spec.containers[0]
        .resources
        .requests
        .insert("cpu", half);
    cluster.create(pod);
    cluster.create(ConfigMap {
        metadata: ObjectMeta::named("default", "one"),
        ..ConfigMap::default()
    });
    assert_eq!(used(&cluster), "configmaps=1 count/pods=1 cpu=500m pods=1");
    cluster.end_pod("sized", 0);
    assert_eq!(used(&cluster), "configmaps=1 count/pods=1 cpu=0 pods=0");
    cluster.delete::<Pod>("sized", &Delete::default().grace_period(0));
    assert_eq!(used(&cluster), "configmaps=1 count/pods=0 cpu=0 pods=0");
}

#[test]
fn roles_are_made_of_others() {
    let cluster = Cluster::new(&["clusterrole-aggregation-controller"]);
    let mut selector = LabelSelector::default();
    selector.match_labels.insert("part-of", "whole");
    let aggregation = AggregationRule {
        cluster_role_selectors: vec![selector],
    };
    cluster.create(ClusterRole {
        metadata: ObjectMeta::named("", "whole"),
        aggregation_rule: Some(aggregation.into()),
        ..ClusterRole::default()
    });
    for (name, resource) in [("b", "pods"), ("a", "secrets"), ("c", "pods")] {
        let mut part = ClusterRole {
            metadata: ObjectMeta::named("", name),
            ..ClusterRole::default()
        };
        part.metadata.labels.insert("part-of", "whole");
        part.rules.push(PolicyRule {
            verbs: vec!["get".into()],
            api_groups: vec!["".into()],
            resources: vec![resource.into()],
            ..PolicyRule::default()
        });
        cluster.create(part);
    }
    let resources = |cluster: &Cluster| {
        let rules = cluster.get::<ClusterRole>("whole").rules;
        let resources = rules.iter().flat_map(|rule| rule.resources.clone());
        resources.map(|r| r.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(resources(&cluster), ["secrets", "pods"]);
    cluster.delete::<ClusterRole>("a", &Delete::default());
    assert_eq!(resources(&cluster), ["pods"]);
}
