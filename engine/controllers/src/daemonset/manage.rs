//! Makes the pods that are missing and deletes those that are not to be.

use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::Duration;

use api::apps::v1::DaemonSet;
use api::core::v1::Pod;
use apimachinery::{Status, Str};
use client::events::{NORMAL, WARNING};
use sim::Time;

use super::{Controller, PodsByNode, nodes, update};
use crate::common::controller_ref;
use crate::common::pod_control::{PodControl, is_namespace_terminating, pod_from_template};

/// How many pods are made or deleted in one go.
const BURST_REPLICAS: usize = 250;
const TEMPLATE_GENERATION_LABEL: &str = "pod-template-generation";
pub(super) const HASH_LABEL: &str = "controller-revision-hash";
const TEMPLATE_GENERATION: &str = "deprecated.daemonset.template.generation";

/// How long to wait before a failed pod of a node is replaced: 1 s, doubling to 15 min; forgotten after half an hour.
#[derive(Default)]
pub(super) struct FailureBackoff(BTreeMap<(Str, Str), (Duration, Time)>);

impl FailureBackoff {
    const INITIAL: Duration = Duration::from_secs(1);
    const MAX: Duration = Duration::from_secs(15 * 60);

    /// How long still to wait; `None`: replace it now, which counts as one more failure.
    fn wait(&mut self, key: (Str, Str), now: Time) -> Option<Duration> {
        self.0
            .retain(|_, (_, last)| now.since(*last) < 2 * Self::MAX);
        match self.0.get_mut(&key) {
            Some((backoff, last)) => {
                let due = *last + *backoff;
                if due > now {
                    return Some(due.since(now));
                }
                *backoff = (*backoff * 2).min(Self::MAX);
                *last = now;
            }
            None => drop(self.0.insert(key, (Self::INITIAL, now))),
        }
        None
    }
}

/// What is to be done.
#[derive(Default)]
pub(super) struct Plan {
    /// Nodes that need a pod.
    pub(super) create: Vec<Str>,
    /// Pods that are to go.
    pub(super) delete: Vec<Rc<Pod>>,
}

impl Controller {
    /// Brings every node to the number of pods that it is to have; whether there was anything to do.
    pub(super) fn manage(
        &self,
        set: &DaemonSet,
        pods: &PodsByNode,
        hash: &str,
    ) -> Result<bool, Status> {
        let mut plan = Plan::default();
        let all = self.nodes.list();
        let (none, rule) = (Vec::new(), nodes::Rule::of(set));
        for node in &all {
            let there = pods.get(&node.metadata.name).unwrap_or(&none);
            let should = rule.applies(node);
            if should.run && there.is_empty() {
                plan.create.push(node.metadata.name.clone());
            } else if should.stay {
                self.plan_node(set, &node.metadata.name, there, hash, &mut plan);
            } else {
                plan.delete
                    .extend(there.iter().filter(|p| !p.metadata.is_deleting()).cloned());
            }
        }
        // Pods that are tied to nodes which are gone, and will never be scheduled.
        for (name, there) in pods {
            if self.nodes.get("", name).is_none() {
                plan.delete.extend(
                    there
                        .iter()
                        .filter(|p| p.spec.node_name.is_empty())
                        .cloned(),
                );
            }
        }
        let acted = !plan.create.is_empty() || !plan.delete.is_empty();
        self.carry_out(set, plan, hash)?;
        Ok(acted)
    }

    fn plan_node(
        &self,
        set: &DaemonSet,
        node: &Str,
        there: &[Rc<Pod>],
        hash: &str,
        plan: &mut Plan,
    ) {
        let mut running = Vec::new();
        for pod in there.iter().filter(|pod| !pod.metadata.is_deleting()) {
            let name = format!("{}/{}", pod.metadata.namespace, pod.metadata.name);
            match pod.status.phase.as_str() {
                "Failed" => {
                    let key = (set.metadata.uid.clone(), node.clone());
                    let now = self.control.client.sim().now();
                    let wait = self.failures.borrow_mut().wait(key, now);
                    if let Some(wait) = wait {
                        self.requeue_after(set, wait);
                        continue;
                    }
                    let message = format!(
                        "Found failed daemon pod {name} on node {node}, will try to kill it"
                    );
                    self.control
                        .recorder
                        .event(set, WARNING, "FailedDaemonPod", &message);
                    plan.delete.push(Rc::clone(pod));
                }
                "Succeeded" => {
                    let message = format!(
                        "Found succeeded daemon pod {name} on node {node}, will try to delete it"
                    );
                    self.control
                        .recorder
                        .event(set, NORMAL, "SucceededDaemonPod", &message);
                    plan.delete.push(Rc::clone(pod));
                }
                _ => running.push(Rc::clone(pod)),
            }
        }
        running.sort_by_key(|pod| (pod.metadata.creation_timestamp, pod.metadata.name.clone()));
        if !update::allows_surge(set) {
            plan.delete.extend(running.into_iter().skip(1));
        } else {
            // With surge, an old pod may stay until the new one is available.
            let (new, old): (Vec<_>, Vec<_>) = running
                .into_iter()
                .partition(|pod| update::is_updated(pod, hash));
            let replaced = new.first().is_some_and(|pod| self.is_available(set, pod));
            plan.delete.extend(new.into_iter().skip(1));
            plan.delete
                .extend(old.into_iter().skip(usize::from(!replaced)));
        }
    }

    /// Makes and deletes pods.
    pub(super) fn carry_out(&self, set: &DaemonSet, plan: Plan, hash: &str) -> Result<(), Status> {
        let Plan {
            mut create,
            mut delete,
        } = plan;
        create.truncate(BURST_REPLICAS);
        delete.truncate(BURST_REPLICAS);
        let generation = set.metadata.annotations.get(TEMPLATE_GENERATION).cloned();
        let (_, error) = PodControl::slow_start(create.len(), |i| {
            let mut pod = pod_from_template(&set.spec.template, &set.metadata, controller_ref(set));
            nodes::add_tolerations(&mut pod.spec);
            nodes::tie_to(&mut pod.spec, &create[i]);
            if let Some(generation) = &generation {
                pod.metadata
                    .labels
                    .insert(TEMPLATE_GENERATION_LABEL, generation.clone());
            }
            pod.metadata.labels.insert(HASH_LABEL, hash);
            match self.control.create(set, pod) {
                Err(status) if is_namespace_terminating(&status) => Ok(()),
                other => other.map(drop),
            }
        });
        for pod in delete {
            let meta = &pod.metadata;
            self.control.delete(set, &meta.namespace, &meta.name)?;
        }
        match error {
            None => Ok(()),
            Some(status) => Err(status),
        }
    }

    pub(super) fn is_available(&self, set: &DaemonSet, pod: &Pod) -> bool {
        let now = self.control.client.now();
        component_helpers::pod::is_available(pod, set.spec.min_ready_seconds, now)
    }
}
