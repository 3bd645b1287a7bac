//! Adds up what a namespace uses of its quotas (`pkg/controller/resourcequota`).
//!
//! Not here: refusing what would be too much, which is admission's part; it counts the same way
//! ([`component_helpers::quota`]).

use api::apps::v1::{DaemonSet, Deployment, ReplicaSet, StatefulSet};
use api::batch::v1::{CronJob, Job};
use api::core::v1::{
    ConfigMap, PersistentVolumeClaim, Pod, ReplicationController, ResourceQuota, Secret, Service,
};
use api::networking::v1::Ingress;
use apimachinery::gvk::GroupResource;
use apimachinery::{Kind, Quantity, Status, Str};
use client::{Change, Client, Lister, NamespacedName, WorkQueue};
use component_helpers::quota::{self, Amounts};

use crate::context::Context;
use crate::worker;

struct Controller {
    client: Client,
    quotas: Lister<ResourceQuota>,
}

pub(crate) fn start(context: &Context) {
    let queue: WorkQueue<NamespacedName> = WorkQueue::new(context.sim());
    let quotas = context.informers().of::<ResourceQuota>();
    quotas.on_change(worker::enqueue(&queue));
    let lister = quotas.lister();
    follow::<Pod>(context, &queue, &lister);
    follow::<Service>(context, &queue, &lister);
    follow::<PersistentVolumeClaim>(context, &queue, &lister);
    follow::<ConfigMap>(context, &queue, &lister);
    follow::<Secret>(context, &queue, &lister);
    follow::<ReplicationController>(context, &queue, &lister);
    follow::<ResourceQuota>(context, &queue, &lister);
    follow::<Deployment>(context, &queue, &lister);
    follow::<ReplicaSet>(context, &queue, &lister);
    follow::<StatefulSet>(context, &queue, &lister);
    follow::<DaemonSet>(context, &queue, &lister);
    follow::<Job>(context, &queue, &lister);
    follow::<CronJob>(context, &queue, &lister);
    follow::<Ingress>(context, &queue, &lister);
    let controller = Controller {
        client: context.client("resourcequota-controller"),
        quotas: lister,
    };
    let name = "resourcequota-controller";
    worker::run(context, name, queue, move |key| controller.sync(key));
}

/// Objects that come, go, or count otherwise than before concern the quotas of their namespace.
fn follow<K: Kind>(
    context: &Context,
    queue: &WorkQueue<NamespacedName>,
    quotas: &Lister<ResourceQuota>,
) {
    let (queue, quotas, client) = (
        queue.clone(),
        quotas.clone(),
        context.client("resourcequota-controller"),
    );
    let resource = GroupResource {
        group: group_of(K::API_VERSION),
        resource: K::PLURAL.into(),
    };
    context.informers().of::<K>().on_change(move |change| {
        let meta = change.object().meta();
        let there = quotas.in_namespace(&meta.namespace);
        if there.is_empty() {
            return;
        }
        if let Change::Updated { old, new } = change {
            let now = client.now();
            let usage = |object: &K| quota::usage(&resource, object, now);
            if usage(old) == usage(new) {
                return;
            }
        }
        for quota in there {
            queue.add(NamespacedName::of(&quota.metadata));
        }
    });
}

fn group_of(api_version: &str) -> Str {
    let group = api_version.split_once('/').map(|(group, _)| group);
    group.unwrap_or_default().into()
}

impl Controller {
    fn sync(&self, key: &NamespacedName) -> Result<(), Status> {
        let Some(quota) = self.quotas.by_key(key) else {
            return Ok(());
        };
        let hard = &quota.spec.hard;
        let used = self.used(&quota)?;
        if quota.status.hard == *hard && quota.status.used == used {
            return Ok(());
        }
        let mut updated = (*quota).clone();
        updated.status.hard = hard.clone();
        updated.status.used = used;
        worker::ignore_not_found(self.client.update_status(updated))
    }

    /// What the objects of the namespace count for, of what is limited.
    fn used(&self, quota: &ResourceQuota) -> Result<Amounts, Status> {
        let hard = &quota.spec.hard;
        let mut used = Amounts::new();
        for name in hard.keys() {
            used.insert(name.clone(), Quantity::default());
        }
        if hard.is_empty() {
            return Ok(used);
        }
        let now = self.client.now();
        for resource in self.client.resources() {
            let group_resource = GroupResource {
                group: resource.group().clone(),
                resource: resource.plural().clone(),
            };
            if !resource.namespaced() || !concerns(hard, &group_resource) {
                continue;
            }
            for object in self.client.list_any(&resource, &quota.metadata.namespace)? {
                if !quota::matches_scopes(quota, &*object) {
                    continue;
                }
                let amounts = quota::usage(&group_resource, &*object, now);
                let limited = amounts
                    .into_iter()
                    .filter(|(name, _)| hard.contains_key(name.as_str()));
                quota::add(&mut used, &limited.collect());
            }
        }
        Ok(used)
    }
}

/// Whether a quota limits anything that objects of the resource count for.
fn concerns(hard: &Amounts, resource: &GroupResource) -> bool {
    if hard.contains_key(quota::count_name(resource).as_str()) {
        return true;
    }
    if !resource.group.is_empty() {
        return false;
    }
    match &*resource.resource {
        // These have names for more than their number.
        "pods" | "services" | "persistentvolumeclaims" => true,
        plural => hard.contains_key(plural),
    }
}
