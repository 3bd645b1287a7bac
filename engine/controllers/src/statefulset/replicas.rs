//! Brings the pods to what the set asks for, in order (`StatefulSetControl`).

use std::rc::Rc;

use api::apps::v1::{StatefulSet, StatefulSetStatus};
use api::core::v1::Pod;
use apimachinery::{Status, Str};
use client::Delete;
use client::events::{NORMAL, WARNING};

use super::revisions::Versions;
use super::status::{is_created, is_running_and_available, is_running_and_ready};
use super::{Controller, identity, status};
use crate::common::pod_control::is_namespace_terminating;
use crate::worker;

/// Whether the next pod may be looked at in this sync.
#[derive(PartialEq)]
enum Next {
    GoOn,
    Wait,
}

/// The set's pods by their places: those that are to be, in order, and those that are too many, highest first.
struct Places {
    replicas: Vec<Rc<Pod>>,
    condemned: Vec<Rc<Pod>>,
}

/// Whether pods come and go one after another.
fn in_order(set: &StatefulSet) -> bool {
    set.spec.pod_management_policy != "Parallel"
}

fn wanted(set: &StatefulSet) -> i32 {
    set.spec.replicas.unwrap_or(1)
}

/// The numbers from which on pods are updated.
fn partition(set: &StatefulSet) -> i32 {
    let rolling = set.spec.update_strategy.rolling_update.as_ref();
    rolling.and_then(|rolling| rolling.partition).unwrap_or(0)
}

/// How many pods may be missing during an update.
fn max_unavailable(set: &StatefulSet) -> i32 {
    let rolling = set.spec.update_strategy.rolling_update.as_ref();
    let value = rolling.and_then(|rolling| rolling.max_unavailable.as_ref());
    value
        .and_then(|value| value.scaled(wanted(set), true).ok())
        .unwrap_or(1)
        .max(1)
}

/// The pod that is to be at a place: of the old version below the partition, of the new one from there on.
fn describe(set: &StatefulSet, versions: &Versions, ordinal: i32) -> Pod {
    let rolling = set.spec.update_strategy.type_ == "RollingUpdate";
    let first_new = identity::start_ordinal(set) + partition(set);
    let explicit = set.spec.update_strategy.rolling_update.is_some();
    let old = rolling
        && if explicit {
            ordinal < first_new
        } else {
            ordinal < identity::start_ordinal(set) + set.status.current_replicas
        };
    let version = if old {
        &versions.current
    } else {
        &versions.update
    };
    identity::describe(set, &version.template, &version.name, ordinal)
}

impl Places {
    fn of(set: &StatefulSet, versions: &Versions, pods: Vec<Rc<Pod>>) -> Self {
        let start = identity::start_ordinal(set);
        let mut slots: Vec<Option<Rc<Pod>>> = vec![None; usize::try_from(wanted(set)).unwrap_or(0)];
        let mut condemned = Vec::new();
        for pod in pods {
            let Some(ordinal) = identity::ordinal_of(&set.metadata.name, &pod.metadata.name) else {
                continue;
            };
            match usize::try_from(ordinal - start)
                .ok()
                .and_then(|i| slots.get_mut(i))
            {
                Some(slot) => *slot = Some(pod),
                None => condemned.push((ordinal, pod)),
            }
        }
        condemned.sort_by_key(|(ordinal, _)| std::cmp::Reverse(*ordinal));
        let fill = |(i, slot): (usize, Option<Rc<Pod>>)| {
            slot.unwrap_or_else(|| {
                let ordinal = start + i32::try_from(i).unwrap_or(0);
                Rc::new(describe(set, versions, ordinal))
            })
        };
        Self {
            replicas: slots.into_iter().enumerate().map(fill).collect(),
            condemned: condemned.into_iter().map(|(_, pod)| pod).collect(),
        }
    }

    /// The first pod that is not well: with the lowest number of those to be, else of those too many.
    fn first_unhealthy(&self) -> Option<Str> {
        let unwell = |pod: &&Rc<Pod>| !is_running_and_ready(pod) || pod.metadata.is_deleting();
        let all = self.replicas.iter().chain(self.condemned.iter().rev());
        all.clone()
            .find(unwell)
            .map(|pod| pod.metadata.name.clone())
    }
}

impl Controller {
    /// Does what can be done now. The status is as the pods were before, so it is true in any case.
    pub(super) fn update_replicas(
        &self,
        set: &StatefulSet,
        versions: &Versions,
        pods: Vec<Rc<Pod>>,
    ) -> (StatefulSetStatus, Result<(), Status>) {
        let status = status::calculate(set, versions, &pods, self.client.now());
        if set.metadata.is_deleting() {
            return (status, Ok(()));
        }
        let places = Places::of(set, versions, pods);
        let outcome = self.act(set, versions, &places);
        (status, outcome)
    }

    fn act(&self, set: &StatefulSet, versions: &Versions, places: &Places) -> Result<(), Status> {
        let strict = in_order(set);
        for pod in &places.replicas {
            if self.keep(set, versions, pod)? == Next::Wait && strict {
                return Ok(());
            }
        }
        let first_unhealthy = places.first_unhealthy();
        for pod in &places.condemned {
            self.own_claims(set, pod, true)?;
            if self.condemn(set, pod, first_unhealthy.as_ref())? == Next::Wait && strict {
                return Ok(());
            }
        }
        if set.spec.update_strategy.type_ == "OnDelete" {
            return Ok(());
        }
        self.roll(set, versions, &places.replicas)
    }

    /// Sees to it that a pod that is to be is there, and well.
    fn keep(&self, set: &StatefulSet, versions: &Versions, pod: &Rc<Pod>) -> Result<Next, Status> {
        let phase = pod.status.phase.as_str();
        if matches!(phase, "Failed" | "Succeeded") {
            return self.replace_ended(set, pod).map(|()| Next::Wait);
        }
        let Some(ordinal) = identity::ordinal_of(&set.metadata.name, &pod.metadata.name) else {
            return Ok(Next::GoOn);
        };
        if !is_created(pod) {
            self.create_pod(set, describe(set, versions, ordinal), ordinal)?;
            return Ok(Next::Wait);
        }
        if phase == "Pending" {
            // A claim may have been deleted before the pod came to use it.
            self.create_claims(set, &pod.metadata.name, ordinal)?;
        }
        if in_order(set) {
            let now = self.client.now();
            if pod.metadata.is_deleting() || !is_running_and_available(set, pod, now) {
                return Ok(Next::Wait);
            }
        }
        if !identity::matches(set, pod) {
            self.put_right(set, pod, ordinal)?;
        }
        self.own_claims(set, pod, false)?;
        Ok(Next::GoOn)
    }

    fn replace_ended(&self, set: &StatefulSet, pod: &Pod) -> Result<(), Status> {
        let who = format!(
            "StatefulSet {}/{}",
            set.metadata.namespace, set.metadata.name
        );
        let name = &pod.metadata.name;
        if pod.metadata.is_deleting() {
            return Ok(());
        }
        if pod.status.phase == "Failed" {
            let message = format!("{who} is recreating failed Pod {name}");
            self.recorder
                .event(set, WARNING, "RecreatingFailedPod", &message);
        } else {
            let message = format!("{who} is recreating terminated Pod {name}");
            self.recorder
                .event(set, NORMAL, "RecreatingTerminatedPod", &message);
        }
        self.delete_pod(set, pod)
    }

    fn create_pod(&self, set: &StatefulSet, pod: Pod, ordinal: i32) -> Result<(), Status> {
        let name = pod.metadata.name.clone();
        self.create_claims(set, &name, ordinal)?;
        match self.client.create(pod) {
            Ok(_) => {
                let message = format!(
                    "Create Pod {name} in StatefulSet {} successful",
                    set.metadata.name
                );
                self.recorder
                    .event(set, NORMAL, "SuccessfulCreate", &message);
                Ok(())
            }
            Err(status) if status.is_already_exists() => Err(status),
            Err(status) if is_namespace_terminating(&status) => Ok(()),
            Err(status) => {
                let message = format!(
                    "create Pod {name} in StatefulSet {} failed error: {}",
                    set.metadata.name, status.message
                );
                self.recorder.event(set, WARNING, "FailedCreate", &message);
                Err(status)
            }
        }
    }

    fn delete_pod(&self, set: &StatefulSet, pod: &Pod) -> Result<(), Status> {
        let (namespace, name) = (&pod.metadata.namespace, &pod.metadata.name);
        let delete = Delete::default().uid(&pod.metadata.uid);
        match self.client.delete::<Pod>(namespace, name, &delete) {
            Ok(_) => {
                let message = format!(
                    "Delete Pod {name} in StatefulSet {} successful",
                    set.metadata.name
                );
                self.recorder
                    .event(set, NORMAL, "SuccessfulDelete", &message);
                Ok(())
            }
            Err(status) if status.is_not_found() => Ok(()),
            Err(status) => {
                let message = format!(
                    "delete Pod {name} in StatefulSet {} failed error: {}",
                    set.metadata.name, status.message
                );
                self.recorder.event(set, WARNING, "FailedDelete", &message);
                Err(status)
            }
        }
    }

    fn put_right(&self, set: &StatefulSet, pod: &Pod, ordinal: i32) -> Result<(), Status> {
        let (namespace, name) = (&pod.metadata.namespace, &pod.metadata.name);
        let patched = self.client.patch::<Pod>(namespace, name, |pod| {
            identity::identify(set, pod, ordinal);
        });
        worker::ignore_not_found(patched)
    }

    /// Lets a pod that is too many go, when the others are well.
    fn condemn(
        &self,
        set: &StatefulSet,
        pod: &Pod,
        first_unhealthy: Option<&Str>,
    ) -> Result<Next, Status> {
        if pod.metadata.is_deleting() {
            return Ok(Next::Wait);
        }
        let now = self.client.now();
        let held_up = in_order(set)
            && !is_running_and_available(set, pod, now)
            && first_unhealthy != Some(&pod.metadata.name);
        if !held_up {
            self.delete_pod(set, pod)?;
        }
        Ok(Next::Wait)
    }

    /// Deletes pods of the old version, the highest number first, as many as may be missing.
    fn roll(&self, set: &StatefulSet, versions: &Versions, pods: &[Rc<Pod>]) -> Result<(), Status> {
        let now = self.client.now();
        let missing = |pod: &&Rc<Pod>| {
            let updated = identity::revision_of(pod) == versions.update.name;
            pod.metadata.is_deleting() || (updated && !is_running_and_available(set, pod, now))
        };
        let missing = pods.iter().filter(missing).count();
        let mut left = max_unavailable(set) - i32::try_from(missing).unwrap_or(i32::MAX);
        let first = usize::try_from(partition(set)).unwrap_or(0);
        for pod in pods.iter().skip(first).rev() {
            if left <= 0 {
                break;
            }
            let old = identity::revision_of(pod) != versions.update.name;
            if old && is_created(pod) && !pod.metadata.is_deleting() {
                self.delete_pod(set, pod)?;
                left -= 1;
            }
        }
        Ok(())
    }
}
