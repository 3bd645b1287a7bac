//! Rolls pods from one template to the next by scaling replica sets (`pkg/controller/deployment`).
//!
//! ```text
//!   Deployment ──owns──► new ReplicaSet (today's template)   ▲ up, as far as surge and availability allow
//!                  └───► old ReplicaSets                     ▼ down
//! ```
//!
//! Pods are never touched here; that is the replica set controller's work.

mod cleanup;
mod new_replica_set;
mod progress;
mod recreate;
mod rolling;
mod scale;
mod util;

use std::rc::Rc;
use std::time::Duration;

use api::apps::v1::{Deployment, DeploymentStatus, ReplicaSet};
use api::core::v1::Pod;
use apimachinery::labels::Selector;
use apimachinery::{Kind, Status};
use client::events::{EventRecorder, WARNING};
use client::{Change, Client, Lister, NamespacedName, WorkQueue};

use crate::common::claim;
use crate::context::Context;
use crate::replicaset::selector_of;
use crate::worker;

const NAME: &str = "deployment-controller";
const PAUSED: &str = "DeploymentPaused";
const RESUMED: &str = "DeploymentResumed";

struct Controller {
    client: Client,
    recorder: EventRecorder,
    deployments: Lister<Deployment>,
    sets: Lister<ReplicaSet>,
    pods: Lister<Pod>,
    queue: WorkQueue<NamespacedName>,
}

/// A deployment in the middle of a sync: as it is now, and its replica sets.
struct Rollout {
    deployment: Deployment,
    sets: Vec<Rc<ReplicaSet>>,
}

pub(crate) fn start(context: &Context) {
    let queue: WorkQueue<NamespacedName> = WorkQueue::new(context.sim());
    let client = context.client(NAME);
    let informers = context.informers();
    let deployments = informers.of::<Deployment>();
    let (sets, pods) = (informers.of::<ReplicaSet>(), informers.of::<Pod>());
    claim::index(&sets);
    claim::index(&pods);
    deployments.on_change(worker::enqueue(&queue));
    let (q, lister) = (queue.clone(), deployments.lister());
    sets.on_change(move |change| enqueue_owner(change, &lister, &q));
    let (q, lister, set_lister) = (queue.clone(), deployments.lister(), sets.lister());
    pods.on_change(move |change| {
        if let Change::Deleted(pod) = change {
            enqueue_recreating(pod, &set_lister, &lister, &q);
        }
    });
    let controller = Controller {
        recorder: EventRecorder::new(&client, NAME, ""),
        client,
        deployments: deployments.lister(),
        sets: sets.lister(),
        pods: pods.lister(),
        queue: queue.clone(),
    };
    worker::run(context, NAME, queue, move |key| controller.sync(key));
}

fn owner_of(set: &ReplicaSet) -> Option<NamespacedName> {
    let owner = set
        .metadata
        .controller()
        .filter(|owner| owner.kind == Deployment::KIND)?;
    Some(NamespacedName::new(
        set.metadata.namespace.clone(),
        owner.name.clone(),
    ))
}

/// A replica set concerns the deployment that controls it, before and after; one without, those that would adopt it.
fn enqueue_owner(
    change: &Change<'_, ReplicaSet>,
    deployments: &Lister<Deployment>,
    queue: &WorkQueue<NamespacedName>,
) {
    let set = change.object();
    let (before, after) = (change.old().and_then(|set| owner_of(set)), owner_of(set));
    if let Some(before) = before.filter(|before| after.as_ref() != Some(before)) {
        queue.add(before);
    }
    if let Some(after) = after {
        return queue.add(after);
    }
    if matches!(change, Change::Deleted(_)) || set.metadata.controller().is_some() {
        return;
    }
    for deployment in deployments.in_namespace(&set.metadata.namespace) {
        if selector_of(deployment.spec.selector.as_deref()).matches(&set.metadata.labels) {
            queue.add(NamespacedName::of(&deployment.metadata));
        }
    }
}

/// A deployment that recreates its pods goes on when the last old one is gone.
fn enqueue_recreating(
    pod: &Pod,
    sets: &Lister<ReplicaSet>,
    deployments: &Lister<Deployment>,
    queue: &WorkQueue<NamespacedName>,
) {
    let Some(owner) = pod
        .metadata
        .controller()
        .filter(|owner| owner.kind == ReplicaSet::KIND)
    else {
        return;
    };
    let set = sets.get(&pod.metadata.namespace, &owner.name);
    let deployment = set
        .and_then(|set| owner_of(&set))
        .and_then(|key| deployments.by_key(&key));
    if let Some(deployment) = deployment.filter(|d| d.spec.strategy.type_ == "Recreate") {
        queue.add(NamespacedName::of(&deployment.metadata));
    }
}

impl Controller {
    fn sync(&self, key: &NamespacedName) -> Result<(), Status> {
        let Some(deployment) = self.deployments.by_key(key) else {
            return Ok(());
        };
        let mut deployment = Deployment::clone(&deployment);
        let selector = selector_of(deployment.spec.selector.as_deref());
        if selector.is_empty() {
            return self.refuse_everything(deployment);
        }
        let sets = self.claim_sets(&deployment, &selector)?;
        if deployment.metadata.is_deleting() {
            let rollout = Rollout { deployment, sets };
            return self.sync_status_only(rollout);
        }
        self.note_pause(&mut deployment)?;
        let mut rollout = Rollout { deployment, sets };
        if rollout.deployment.spec.paused || util::is_scaling(&rollout) {
            return self.sync_scale(&mut rollout);
        }
        match rollout.deployment.spec.strategy.type_.as_str() {
            "Recreate" => self.roll_by_recreating(&mut rollout),
            _ => self.roll(&mut rollout),
        }
    }

    fn claim_sets(
        &self,
        deployment: &Deployment,
        selector: &Selector,
    ) -> Result<Vec<Rc<ReplicaSet>>, Status> {
        claim::claim(&self.client, &self.sets, deployment, selector)
    }

    /// A deployment that selects everything is not acted upon.
    fn refuse_everything(&self, mut deployment: Deployment) -> Result<(), Status> {
        let message = "This deployment is selecting all pods. A non-empty selector is required.";
        self.recorder
            .event(&deployment, WARNING, "SelectingAll", message);
        if deployment.status.observed_generation < deployment.metadata.generation {
            deployment.status.observed_generation = deployment.metadata.generation;
            return worker::ignore_not_found(self.client.update_status(deployment));
        }
        Ok(())
    }

    /// Progress is neither made nor missed while a deployment is paused.
    fn note_pause(&self, deployment: &mut Deployment) -> Result<(), Status> {
        if deployment.spec.progress_deadline_seconds.is_none() {
            return Ok(());
        }
        let reason = progress::reason(&deployment.status);
        if matches!(reason.as_deref(), Some("ProgressDeadlineExceeded")) {
            // That much is known already.
            return Ok(());
        }
        let was_paused = reason.as_deref() == Some(PAUSED);
        let condition = match (deployment.spec.paused, was_paused) {
            (true, false) => (PAUSED, "Deployment is paused"),
            (false, true) => (RESUMED, "Deployment is resumed"),
            _ => return Ok(()),
        };
        let now = self.client.now();
        let new = progress::condition("Progressing", "Unknown", condition.0, condition.1, now);
        progress::set(&mut deployment.status, new);
        self.write_status(deployment)
    }

    /// Writes the status (and annotations) of a deployment as it was changed during the sync.
    fn write_status(&self, deployment: &mut Deployment) -> Result<(), Status> {
        let written = self.client.update_status(deployment.clone())?;
        *deployment = Deployment::clone(&written);
        Ok(())
    }

    /// Writes the status and goes on with the deployment as it was read. As upstream: if the sync comes to write again,
    /// that is a conflict, and the next sync, which sees what became of the new replica set, writes instead.
    fn note_status(&self, deployment: &Deployment) -> Result<(), Status> {
        self.client.update_status(deployment.clone()).map(drop)
    }

    fn write_status_if_changed(
        &self,
        deployment: &mut Deployment,
        status: DeploymentStatus,
    ) -> Result<bool, Status> {
        if *deployment.status == status {
            return Ok(false);
        }
        *deployment.status = status;
        self.write_status(deployment)?;
        Ok(true)
    }

    fn sync_status_only(&self, mut rollout: Rollout) -> Result<(), Status> {
        let new = self.new_set(&mut rollout, false)?;
        let status = progress::calculate_status(&rollout, new.as_deref(), self.client.now());
        self.write_status_if_changed(&mut rollout.deployment, status)
            .map(drop)
    }

    fn requeue_after(&self, deployment: &Deployment, delay: Duration) {
        self.queue
            .add_after(NamespacedName::of(&deployment.metadata), delay);
    }
}
