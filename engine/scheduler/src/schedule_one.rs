//! One pod from the queue to its node, or back (`schedule_one.go`).

use std::rc::Rc;

use api::core::v1::{Pod, PodCondition};
use apimachinery::Str;
use client::events::{Happening, NORMAL, WARNING};
use client::{Delete, NamespacedName};
use component_helpers::pod;

use crate::algorithm::Outcome;
use crate::framework::plugin::Nomination;
use crate::framework::plugins::defaultpreemption::PREEMPTED_REASON;
use crate::framework::{Cycle, CycleState, Diagnosis, NodeIndex, PodInfo, Status};
use crate::queue::Queued;
use crate::scheduler::{Scheduler, State};

/// Longer messages are cut, as events have a limit.
const MAX_MESSAGE: usize = 1024;

/// Why a pod was not scheduled.
pub(crate) enum Failure {
    /// It fits nowhere.
    Unschedulable(Box<Diagnosis>),
    /// Something went wrong.
    Error,
}

/// What becomes of an earlier promise of a node.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Promise {
    /// It stays.
    Keep,
    /// It is void.
    Clear,
    /// It is this node now.
    Node(Str),
}

impl Scheduler {
    /// Tries to schedule a pod that was popped from the queue.
    pub(crate) fn schedule_one(&self, queued: &Queued) {
        let pod = &queued.info;
        if pod.is_terminating() {
            let note = format!(
                "skip schedule deleting pod: {}/{}",
                pod.key.namespace, pod.key.name
            );
            self.warn(&pod.pod, &note);
            return self.inner.state.borrow_mut().queue.delete(&pod.key);
        }
        if self.inner.state.borrow().cache.is_assumed(&pod.key) {
            return self.inner.state.borrow_mut().queue.delete(&pod.key);
        }
        let outcome = self.find_node(pod);
        match outcome {
            Outcome::Fits { node, state } => self.place(pod, node, state),
            Outcome::FitsNowhere {
                diagnosis,
                message,
                nomination,
                clear_nomination,
            } => {
                let promise = match (&nomination, clear_nomination) {
                    (Some(nomination), _) => Promise::Node(nomination.node.clone()),
                    (None, true) => Promise::Clear,
                    (None, false) => Promise::Keep,
                };
                self.fail(pod, Failure::Unschedulable(diagnosis), &message, &promise);
                if let Some(nomination) = nomination {
                    self.evict(pod, &nomination);
                }
            }
        }
    }

    fn find_node(&self, pod: &Rc<PodInfo>) -> Outcome {
        let now = self.inner.client.sim().now();
        let mut state = self.inner.state.borrow_mut();
        let State {
            cache,
            queue,
            algorithm,
            decisions,
            ..
        } = &mut *state;
        let cycle = Cycle {
            snapshot: cache.snapshot(),
            objects: &self.inner.objects,
            nominated: &queue.nominated,
        };
        let (outcome, decision) = algorithm.schedule(&cycle, pod, now);
        decisions.push(decision);
        outcome
    }

    /// Takes note that the pod goes to the node, and binds it, at once or when its volumes are ready.
    fn place(&self, pod: &Rc<PodInfo>, node: NodeIndex, mut notes: CycleState) {
        let (node, status) = {
            let mut state = self.inner.state.borrow_mut();
            let State {
                cache,
                queue,
                algorithm,
                ..
            } = &mut *state;
            let cycle = Cycle {
                snapshot: cache.snapshot(),
                objects: &self.inner.objects,
                nominated: &queue.nominated,
            };
            let node = cycle.snapshot.node(node);
            let status = algorithm
                .framework()
                .run_reserve(&cycle, &mut notes, pod, node);
            let name = node.info.name.clone();
            if status.is_success() {
                cache.assume(Rc::clone(pod), &name);
            }
            (name, status)
        };
        if !status.is_success() {
            return self.fail(pod, Failure::Error, &status.message(), &Promise::Keep);
        }
        self.prepare_volumes_and_bind(pod, node, notes);
    }

    /// Tells the API that the pod is on the node.
    pub(crate) fn bind(&self, pod: &Rc<PodInfo>, node: &Str, notes: &CycleState) {
        let NamespacedName { namespace, name } = &pod.key;
        let bound = self
            .inner
            .client
            .bind(namespace, name, &pod.pod.metadata.uid, node);
        match bound {
            Ok(()) => {
                self.inner.state.borrow_mut().queue.delete(&pod.key);
                let note = format!("Successfully assigned {namespace}/{name} to {node}");
                let happening = Happening {
                    type_: NORMAL,
                    reason: "Scheduled",
                    action: "Binding",
                    note: &note,
                };
                self.inner.recorder.event(&*pod.pod, None, happening);
            }
            Err(status) => {
                let error = Status::error(format!(
                    "binding rejected: running Bind plugin \"DefaultBinder\": {}",
                    status.message
                ));
                self.give_up_binding(pod, notes, &error);
            }
        }
    }

    /// The pod does not go to the node that it was to go to.
    pub(crate) fn give_up_binding(&self, pod: &Rc<PodInfo>, notes: &CycleState, status: &Status) {
        {
            let mut state = self.inner.state.borrow_mut();
            state.algorithm.framework().run_unreserve(notes, pod);
            state.cache.remove_pod(&pod.key);
        }
        self.fail(pod, Failure::Error, &status.message(), &Promise::Keep);
    }

    /// Puts the pod back into the queue, and tells people why.
    pub(crate) fn fail(
        &self,
        pod: &Rc<PodInfo>,
        failure: Failure,
        message: &str,
        promise: &Promise,
    ) {
        let now = self.inner.client.sim().now();
        let current = self.inner.pods.by_key(&pod.key);
        let current = current.filter(|current| current.metadata.uid == pod.pod.metadata.uid);
        let reason = {
            let mut state = self.inner.state.borrow_mut();
            let queue = &mut state.queue;
            match &current {
                Some(current) if current.spec.node_name.is_empty() => {
                    let reason = match &failure {
                        Failure::Unschedulable(diagnosis) => {
                            queue.put_back_unschedulable(&pod.key, diagnosis, now);
                            "Unschedulable"
                        }
                        Failure::Error => {
                            queue.put_back_after_error(&pod.key, now);
                            "SchedulerError"
                        }
                    };
                    if let Promise::Node(node) = promise {
                        queue.nominated.add(Rc::clone(pod), node);
                    }
                    reason
                }
                // Gone, or on a node by other means.
                _ => return queue.delete(&pod.key),
            }
        };
        self.warn(&pod.pod, cut(message));
        let condition = PodCondition {
            type_: "PodScheduled".into(),
            status: "False".into(),
            reason: reason.into(),
            message: message.into(),
            observed_generation: pod.pod.metadata.generation,
            ..PodCondition::default()
        };
        self.update_status(&pod.key, &condition, promise);
    }

    fn warn(&self, pod: &Rc<Pod>, note: &str) {
        let happening = Happening {
            type_: WARNING,
            reason: "FailedScheduling",
            action: "Scheduling",
            note,
        };
        self.inner.recorder.event(&**pod, None, happening);
    }

    fn update_status(&self, key: &NamespacedName, condition: &PodCondition, promise: &Promise) {
        let now = self.inner.client.now();
        // A pod that is gone needs no status.
        let _ = self
            .inner
            .client
            .patch_status::<Pod>(&key.namespace, &key.name, |pod| {
                let status = &mut pod.status;
                match promise {
                    Promise::Keep => (),
                    Promise::Clear => status.nominated_node_name = Str::new(),
                    Promise::Node(node) => status.nominated_node_name = node.clone(),
                }
                pod::update_condition(status, condition.clone(), now);
            });
    }

    /// Makes the victims leave.
    fn evict(&self, pod: &Rc<PodInfo>, nomination: &Nomination) {
        for victim in &nomination.victims {
            let NamespacedName { namespace, name } = &victim.key;
            let condition = PodCondition {
                type_: "DisruptionTarget".into(),
                status: "True".into(),
                reason: PREEMPTED_REASON.into(),
                message: format!(
                    "{}: preempting to accommodate a higher priority pod",
                    pod.pod.spec.scheduler_name
                )
                .into(),
                observed_generation: victim.pod.metadata.generation,
                ..PodCondition::default()
            };
            self.update_status(&victim.key, &condition, &Promise::Keep);
            let delete = Delete::default().uid(&victim.pod.metadata.uid);
            if self
                .inner
                .client
                .delete::<Pod>(namespace, name, &delete)
                .is_err()
            {
                continue;
            }
            let uid = &pod.pod.metadata.uid;
            let note = format!("Preempted by pod {uid} on node {}", nomination.node);
            let happening = Happening {
                type_: NORMAL,
                reason: "Preempted",
                action: "Preempting",
                note: &note,
            };
            self.inner
                .recorder
                .event(&*victim.pod, Some(&*pod.pod), happening);
        }
        self.release_promises(pod, &nomination.node);
    }

    /// Less important pods that were promised the node look for another one.
    fn release_promises(&self, pod: &PodInfo, node: &Str) {
        let others: Vec<Rc<PodInfo>> = {
            let state = self.inner.state.borrow();
            let promised = state.queue.nominated.on(node).iter();
            promised
                .filter(|other| other.priority < pod.priority)
                .cloned()
                .collect()
        };
        for other in others {
            self.inner
                .state
                .borrow_mut()
                .queue
                .nominated
                .remove(&other.key);
            let NamespacedName { namespace, name } = &other.key;
            let _ = self
                .inner
                .client
                .patch_status::<Pod>(namespace, name, |pod| {
                    pod.status.nominated_node_name = Str::new();
                });
        }
    }
}

fn cut(message: &str) -> &str {
    let mut end = MAX_MESSAGE.min(message.len());
    while !message.is_char_boundary(end) {
        end -= 1;
    }
    &message[..end]
}
