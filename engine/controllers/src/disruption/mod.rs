//! Says in every disruption budget how many of its pods may be evicted (`pkg/controller/disruption`).
//!
//! Not here: the evictions themselves (the API server grants them), and what becomes of pods whose eviction was announced
//! and then called off.

mod scale;

use std::rc::Rc;
use std::time::Duration;

use api::apps::v1::{Deployment, ReplicaSet, StatefulSet};
use api::core::v1::{Pod, ReplicationController};
use api::policy::v1::{PodDisruptionBudget, PodDisruptionBudgetStatus};
use apimachinery::labels::Selector;
use apimachinery::meta::v1::Condition;
use apimachinery::{Map, Status, Str, Time};
use client::events::{EventRecorder, NORMAL, WARNING};
use client::{Client, Lister, NamespacedName, WorkQueue};
use component_helpers::pod;

use crate::context::Context;
use crate::worker;

/// How long an evicted pod is waited for.
const DELETION_TIMEOUT: i64 = 120;
const ALLOWED: &str = "DisruptionAllowed";

struct Controller {
    client: Client,
    recorder: EventRecorder,
    queue: WorkQueue<NamespacedName>,
    budgets: Lister<PodDisruptionBudget>,
    pods: Lister<Pod>,
    replica_sets: Lister<ReplicaSet>,
    deployments: Lister<Deployment>,
    stateful_sets: Lister<StatefulSet>,
    replication_controllers: Lister<ReplicationController>,
}

fn selector_of(budget: &PodDisruptionBudget) -> Selector {
    crate::replicaset::selector_of(budget.spec.selector.as_deref())
}

pub(crate) fn start(context: &Context) {
    let queue: WorkQueue<NamespacedName> = WorkQueue::new(context.sim());
    let informers = context.informers();
    let budgets = informers.of::<PodDisruptionBudget>();
    budgets.on_change(worker::enqueue(&queue));
    let (q, lister) = (queue.clone(), budgets.lister());
    let pods = informers.of::<Pod>();
    pods.index_labels();
    pods.on_change(move |change| {
        let pod = change.object();
        for budget in lister.in_namespace(&pod.metadata.namespace) {
            let selector = selector_of(&budget);
            let before = change
                .old()
                .is_some_and(|p| selector.matches(&p.metadata.labels));
            if before || selector.matches(&pod.metadata.labels) {
                q.add(NamespacedName::of(&budget.metadata));
            }
        }
    });
    let client = context.client("disruption-controller");
    let controller = Controller {
        recorder: EventRecorder::new(&client, "controllermanager", ""),
        client,
        queue: queue.clone(),
        budgets: budgets.lister(),
        pods: informers.lister(),
        replica_sets: informers.lister(),
        deployments: informers.lister(),
        stateful_sets: informers.lister(),
        replication_controllers: informers.lister(),
    };
    let name = "disruption-controller";
    worker::run(context, name, queue, move |key| controller.sync(key));
}

/// What a budget's pods say.
struct Counts {
    expected: i32,
    desired: i32,
}

impl Controller {
    fn sync(&self, key: &NamespacedName) -> Result<(), Status> {
        let Some(budget) = self.budgets.by_key(key) else {
            return Ok(());
        };
        let pods = self.pods.select(&key.namespace, &selector_of(&budget));
        if pods.is_empty() {
            self.recorder
                .event(&*budget, NORMAL, "NoPods", "No matching pods found");
        }
        let counts = match self.counts(&budget, &pods) {
            Ok(counts) => counts,
            Err(message) => {
                let event = "CalculateExpectedPodCountFailed";
                let text = format!("Failed to calculate the number of expected pods: {message}");
                self.recorder.event(&*budget, WARNING, event, &text);
                self.write(&budget, fail_safe(&budget, &message, self.client.now()))?;
                return Err(Status::internal_error(&message));
            }
        };
        let now = self.client.now();
        let disrupted = self.disrupted(key, &budget, &pods, now);
        let healthy = pods.iter().filter(|pod| {
            let meta = &pod.metadata;
            !meta.is_deleting() && !disrupted.contains_key(meta.name.as_str()) && pod::is_ready(pod)
        });
        let healthy = count(healthy.count());
        let allowed = match counts.expected {
            0 => 0,
            _ => (healthy - counts.desired).max(0),
        };
        let mut conditions = budget.status.conditions.clone();
        let (status, reason) = match allowed {
            0 => ("False", "InsufficientPods"),
            _ => ("True", "SufficientPods"),
        };
        set_condition(&mut conditions, &budget, (status, reason, ""), now);
        let status = PodDisruptionBudgetStatus {
            observed_generation: budget.metadata.generation,
            disrupted_pods: disrupted,
            disruptions_allowed: allowed,
            current_healthy: healthy,
            desired_healthy: counts.desired,
            expected_pods: counts.expected,
            conditions,
        };
        self.write(&budget, status)
    }

    /// How many pods there should be, and how many of them must be healthy.
    fn counts(&self, budget: &PodDisruptionBudget, pods: &[Rc<Pod>]) -> Result<Counts, String> {
        let spec = &budget.spec;
        if let Some(max) = &spec.max_unavailable {
            let expected = self.expected_scale(budget, pods)?;
            let max = max.scaled(expected, true).map_err(|e| e.to_string())?;
            let desired = (expected - max).max(0);
            return Ok(Counts { expected, desired });
        }
        let Some(min) = &spec.min_available else {
            let expected = count(pods.len());
            return Ok(Counts {
                expected,
                desired: 0,
            });
        };
        let expected = match min {
            apimachinery::IntOrString::Int(_) => count(pods.len()),
            apimachinery::IntOrString::Str(_) => self.expected_scale(budget, pods)?,
        };
        let desired = min.scaled(expected, true).map_err(|e| e.to_string())?;
        Ok(Counts { expected, desired })
    }

    /// The pods whose eviction was granted and that are still there: they count as gone for a while.
    fn disrupted(
        &self,
        key: &NamespacedName,
        budget: &PodDisruptionBudget,
        pods: &[Rc<Pod>],
        now: Time,
    ) -> Map<Str, Time> {
        let mut left = Map::new();
        let mut next: Option<i64> = None;
        for pod in pods.iter().filter(|pod| !pod.metadata.is_deleting()) {
            let name = &pod.metadata.name;
            let Some(since) = budget.status.disrupted_pods.get(name.as_str()) else {
                continue;
            };
            let wait = since.unix() + DELETION_TIMEOUT - now.unix();
            if wait > 0 {
                left.insert(name.clone(), *since);
                next = Some(next.map_or(wait, |next| next.min(wait)));
            } else {
                let text = "Pod was expected by PDB to be deleted but it wasn't";
                self.recorder.event(&**pod, WARNING, "NotDeleted", text);
            }
        }
        if let Some(seconds) = next {
            let delay = Duration::from_secs(u64::try_from(seconds).unwrap_or(0));
            self.queue.add_after(key.clone(), delay);
        }
        left
    }

    fn write(
        &self,
        budget: &PodDisruptionBudget,
        status: PodDisruptionBudgetStatus,
    ) -> Result<(), Status> {
        if *budget.status == status {
            return Ok(());
        }
        let mut updated = budget.clone();
        updated.status = status.into();
        worker::ignore_not_found(self.client.update_status(updated))
    }
}

/// When it cannot be known, nothing may be evicted.
fn fail_safe(budget: &PodDisruptionBudget, message: &str, now: Time) -> PodDisruptionBudgetStatus {
    let mut status = (*budget.status).clone();
    status.disruptions_allowed = 0;
    let mut conditions = std::mem::take(&mut status.conditions);
    set_condition(
        &mut conditions,
        budget,
        ("False", "SyncFailed", message),
        now,
    );
    status.conditions = conditions;
    status
}

fn set_condition(
    conditions: &mut Vec<Condition>,
    budget: &PodDisruptionBudget,
    (status, reason, message): (&str, &str, &str),
    now: Time,
) {
    let mut new = Condition {
        type_: ALLOWED.into(),
        status: status.into(),
        observed_generation: budget.metadata.generation,
        last_transition_time: now,
        reason: reason.into(),
        message: message.into(),
    };
    match conditions.iter_mut().find(|c| c.type_ == ALLOWED) {
        Some(old) => {
            if old.status == new.status {
                new.last_transition_time = old.last_transition_time;
            }
            *old = new;
        }
        None => conditions.push(new),
    }
}

fn count(number: usize) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}
