//! Builds the cluster of a case and lets the algorithm decide.

use std::rc::Rc;

use anyhow::{Context, Result, anyhow};
use api::apps::v1::{ReplicaSet, StatefulSet};
use api::core::v1::{
    Namespace, Node, PersistentVolume, PersistentVolumeClaim, Pod, ReplicationController, Service,
};
use api::node::v1::RuntimeClass;
use api::policy::v1::PodDisruptionBudget;
use api::scheduling::v1::PriorityClass;
use api::storage::v1::{CSINode, StorageClass};
use apimachinery::meta::v1::{LabelSelector, LabelSelectorRequirement};
use apimachinery::{Kind, Shared, Str, Value, codec};
use client::Lister;
use scheduler::algorithm::{Algorithm, Outcome};
use scheduler::cache::Cache;
use scheduler::decision::Decision;
use scheduler::framework::{Cycle, Nominated, Objects, PodInfo, registry};
use sim::{Rng, Time};

/// What the algorithm said, in the words of the recording.
pub(super) struct Actual {
    pub(super) decision: Decision,
    pub(super) reason: Option<&'static str>,
}

/// Decides about the pod of a case.
pub(super) fn decide(case: &Value) -> Result<Actual> {
    let cluster = Cluster::new(case)?;
    let pod = cluster.pod(&case["pod"])?;
    let mut algorithm = Algorithm::new(registry::default_framework(), Rng::new(1, "scheduler"));
    let mut cache = Cache::default();
    for node in list::<Node>(&case["nodes"])? {
        cache.set_node(node);
    }
    for pod in items(&case["pods"]) {
        let pod = cluster.pod(pod)?;
        if !component_helpers::pod::is_terminal(&pod.pod) {
            cache.set_pod(pod);
        }
    }
    let mut nominated = Nominated::default();
    cluster.play_earlier(case, &mut cache, &mut nominated)?;
    let gated = algorithm.framework().run_pre_enqueue(&pod);
    if !gated.is_success() {
        return Ok(gated_pod(&pod));
    }
    let cycle = Cycle {
        snapshot: cache.snapshot(),
        objects: &cluster.objects,
        nominated: &nominated,
    };
    let (outcome, decision) = algorithm.schedule(&cycle, &pod, Time::default());
    let reason = matches!(outcome, Outcome::FitsNowhere { .. }).then_some("Unschedulable");
    Ok(Actual { decision, reason })
}

/// A gated pod is not tried; its condition is the API server's.
fn gated_pod(pod: &PodInfo) -> Actual {
    let mut cache = Cache::default();
    let cycle = Cycle {
        snapshot: cache.snapshot(),
        objects: &Objects::default(),
        nominated: &Nominated::default(),
    };
    let mut algorithm = Algorithm::new(registry::default_framework(), Rng::new(1, "scheduler"));
    let pod = Rc::new(PodInfo::new(Rc::clone(&pod.pod)));
    let (_, mut decision) = algorithm.schedule(&cycle, &pod, Time::default());
    decision.message = "Scheduling is blocked due to non-empty scheduling gates".to_owned();
    Actual {
        decision,
        reason: Some("SchedulingGated"),
    }
}

struct Cluster {
    objects: Objects,
    priority_classes: Lister<PriorityClass>,
    runtime_classes: Lister<RuntimeClass>,
}

fn items(list: &Value) -> impl Iterator<Item = &Value> {
    list.as_array().into_iter().flatten()
}

fn decode<K: Kind>(value: &Value) -> Result<Rc<K>> {
    let mut object: K = codec::from_value(value).map_err(|e| anyhow!("{e:?} in {value}"))?;
    if K::NAMESPACED && object.meta().namespace.is_empty() {
        object.meta_mut().namespace = "default".into();
    }
    Ok(Rc::new(object))
}

fn list<K: Kind>(values: &Value) -> Result<Vec<Rc<K>>> {
    let of_kind = items(values).filter(|value| value["kind"] == K::KIND);
    of_kind.map(decode).collect()
}

impl Cluster {
    fn new(case: &Value) -> Result<Self> {
        fn lister<K: Kind>(case: &Value) -> Result<Lister<K>> {
            Ok(Lister::of(list(&case["extra"])?))
        }
        let namespaces = lister::<Namespace>(case)?;
        for name in ["default", "kube-system", "kube-public", "kube-node-lease"] {
            if namespaces.get("", name).is_none() {
                namespaces.put(namespace(name));
            }
        }
        // The API server labels namespaces with their names.
        for namespace in namespaces.list() {
            let mut namespace = (*namespace).clone();
            let name = namespace.metadata.name.clone();
            namespace
                .metadata
                .labels
                .insert("kubernetes.io/metadata.name", name);
            namespaces.put(Rc::new(namespace));
        }
        Ok(Self {
            objects: Objects {
                namespaces,
                services: lister::<Service>(case)?,
                replication_controllers: lister::<ReplicationController>(case)?,
                replica_sets: lister::<ReplicaSet>(case)?,
                stateful_sets: lister::<StatefulSet>(case)?,
                disruption_budgets: lister::<PodDisruptionBudget>(case)?,
                claims: lister::<PersistentVolumeClaim>(case)?,
                volumes: lister::<PersistentVolume>(case)?,
                storage_classes: lister::<StorageClass>(case)?,
                csi_nodes: lister::<CSINode>(case)?,
                csi_drivers: Lister::default(),
            },
            priority_classes: lister(case)?,
            runtime_classes: lister(case)?,
        })
    }

    /// The pod as the API server stores it, as far as scheduling looks.
    fn pod(&self, value: &Value) -> Result<Rc<PodInfo>> {
        let mut pod: Pod = (*decode::<Pod>(value)?).clone();
        let class = match pod.spec.priority_class_name.as_str() {
            "" => self
                .priority_classes
                .list()
                .into_iter()
                .find(|class| class.global_default),
            name => self.priority_classes.get("", name),
        };
        if pod.spec.priority.is_none() {
            let known = match pod.spec.priority_class_name.as_str() {
                "system-cluster-critical" => 2_000_000_000,
                "system-node-critical" => 2_000_001_000,
                _ => 0,
            };
            pod.spec.priority = Some(class.as_ref().map_or(known, |class| class.value));
        }
        if pod.spec.preemption_policy.is_none() {
            pod.spec.preemption_policy = class.and_then(|class| class.preemption_policy.clone());
        }
        if let Some(name) = pod.spec.runtime_class_name.clone()
            && let Some(class) = self.runtime_classes.get("", &name)
        {
            if let Some(overhead) = &class.overhead {
                pod.spec.overhead = overhead.pod_fixed.clone();
            }
            if let Some(scheduling) = &class.scheduling {
                for (key, value) in &scheduling.node_selector {
                    pod.spec.node_selector.insert(key.clone(), value.clone());
                }
                pod.spec
                    .tolerations
                    .extend(scheduling.tolerations.iter().cloned());
            }
        }
        merge_label_keys(&mut pod);
        if pod.spec.host_network {
            for port in pod.spec.containers.iter_mut().flat_map(|c| &mut c.ports) {
                port.host_port = port.container_port;
            }
        }
        let mut requests = |container: &mut api::core::v1::Container| {
            for (name, limit) in container.resources.limits.clone() {
                container.resources.requests.or_insert_with(name, || limit);
            }
        };
        pod.spec.containers.iter_mut().for_each(&mut requests);
        pod.spec.init_containers.iter_mut().for_each(&mut requests);
        Ok(Rc::new(PodInfo::new(Rc::new(pod))))
    }

    /// The pods that were waiting before: some were promised a node, and their victims are on their way out.
    fn play_earlier(
        &self,
        case: &Value,
        cache: &mut Cache,
        nominated: &mut Nominated,
    ) -> Result<()> {
        for state in items(&case["earlierState"]) {
            for name in items(&state["terminating"]) {
                let key = client::NamespacedName::new("default", name.as_str().unwrap_or_default());
                if let Some(pod) = cache.pod(&key) {
                    let mut pod = (*pod.pod).clone();
                    pod.metadata.deletion_timestamp = Some(apimachinery::Time::from_unix(0));
                    cache.set_pod(Rc::new(PodInfo::new(Rc::new(pod))));
                }
            }
            let Some(node) = state["nominated"].as_str() else {
                continue;
            };
            let earlier =
                items(&case["earlier"]).find(|pod| pod["metadata"]["name"] == state["name"]);
            let pod = self.pod(earlier.context("a state names no earlier pod")?)?;
            nominated.add(pod, &Str::from(node));
        }
        Ok(())
    }
}

fn namespace(name: &str) -> Rc<Namespace> {
    let mut namespace = Namespace::default();
    namespace.metadata.name = name.into();
    Rc::new(namespace)
}

/// What the API server makes of `matchLabelKeys` and `mismatchLabelKeys`.
fn merge_label_keys(pod: &mut Pod) {
    let labels = pod.metadata.labels.clone();
    let Some(affinity) = &mut pod.spec.affinity else {
        return;
    };
    let merge = |term: &mut api::core::v1::PodAffinityTerm| {
        let (same, other) = (
            term.match_label_keys.clone(),
            term.mismatch_label_keys.clone(),
        );
        let selector: &mut Shared<LabelSelector> = term.label_selector.get_or_insert_default();
        for (keys, operator) in [(same, "In"), (other, "NotIn")] {
            for key in keys {
                if let Some(value) = labels.get(key.as_str()) {
                    selector.match_expressions.push(LabelSelectorRequirement {
                        key,
                        operator: operator.into(),
                        values: vec![value.clone()],
                    });
                }
            }
        }
    };
    if let Some(affinity) = &mut affinity.pod_affinity {
        affinity
            .required_during_scheduling_ignored_during_execution
            .iter_mut()
            .for_each(merge);
        let preferred = &mut affinity.preferred_during_scheduling_ignored_during_execution;
        preferred
            .iter_mut()
            .for_each(|term| merge(&mut term.pod_affinity_term));
    }
    if let Some(affinity) = &mut affinity.pod_anti_affinity {
        affinity
            .required_during_scheduling_ignored_during_execution
            .iter_mut()
            .for_each(merge);
        let preferred = &mut affinity.preferred_during_scheduling_ignored_during_execution;
        preferred
            .iter_mut()
            .for_each(|term| merge(&mut term.pod_affinity_term));
    }
}
