//! Lists the addresses of every service's pods in the older Endpoints objects (`pkg/controller/endpoint`).
//!
//! Not here: what becomes of services without a selector, whose endpoints their users write.

mod subsets;

use std::rc::Rc;

use api::core::v1::{EndpointSubset, Endpoints, Pod, Service};
use apimachinery::labels::Selector;
use apimachinery::meta::v1::ObjectMeta;
use apimachinery::{Map, Status, Str};
use client::{Client, Delete, Lister, NamespacedName, WorkQueue};

use crate::common::service_pods::{self, HEADLESS, TRIGGER_TIME, TriggerTimes};
use crate::context::Context;
use crate::worker;

pub(crate) const MANAGED_BY: &str = "endpoints.kubernetes.io/managed-by";
const MANAGER: &str = "endpoint-controller";
/// More addresses than this do not fit into one object.
const CAPACITY: usize = 1000;
const OVER_CAPACITY: &str = "endpoints.kubernetes.io/over-capacity";

struct Controller {
    client: Client,
    services: Lister<Service>,
    pods: Lister<Pod>,
    endpoints: Lister<Endpoints>,
    times: TriggerTimes,
}

pub(crate) fn start(context: &Context) {
    let queue: WorkQueue<NamespacedName> = WorkQueue::new(context.sim());
    let informers = context.informers();
    let services = service_pods::follow(context, &queue);
    let endpoints = informers.of::<Endpoints>();
    let q = queue.clone();
    endpoints.on_change(move |change| {
        if matches!(change, client::Change::Deleted(_)) {
            q.add(NamespacedName::of(&change.object().metadata));
        }
    });
    let controller = Controller {
        client: context.client("endpoint-controller"),
        services,
        pods: informers.lister(),
        endpoints: endpoints.lister(),
        times: TriggerTimes::default(),
    };
    let name = "endpoints-controller";
    worker::run(context, name, queue, move |key| controller.sync(key));
}

impl Controller {
    fn sync(&self, key: &NamespacedName) -> Result<(), Status> {
        let Some(service) = self.services.by_key(key) else {
            self.times.forget(key);
            if self.endpoints.by_key(key).is_none() {
                return Ok(());
            }
            let (namespace, name) = (&key.namespace, &key.name);
            let deleted = self
                .client
                .delete::<Endpoints>(namespace, name, &Delete::default());
            return worker::ignore_not_found(deleted);
        };
        if !service_pods::has_pods(&service) {
            return Ok(());
        }
        let selector = Selector::from_set(&service.spec.selector);
        let pods = self.pods.select(&key.namespace, &selector);
        let trigger = self.times.next(&service, &pods);
        let mut subsets = subsets::of(&service, &pods);
        let truncated = truncate(&mut subsets);
        let there = self.endpoints.by_key(key);
        let labels = labels_of(&service);
        let unchanged = there.as_ref().is_some_and(|there| {
            there.subsets == subsets
                && there.metadata.labels == labels
                && there.metadata.annotations.contains_key(OVER_CAPACITY) == truncated
        });
        if unchanged {
            return Ok(());
        }
        let change = |endpoints: &mut Endpoints| {
            let annotations = &mut endpoints.metadata.annotations;
            set(
                annotations,
                TRIGGER_TIME,
                trigger.map(|time| time.to_string()),
            );
            let note = truncated.then(|| "truncated".to_owned());
            set(annotations, OVER_CAPACITY, note);
            endpoints.metadata.labels = labels.clone();
            endpoints.subsets.clone_from(&subsets);
        };
        if there.is_some() {
            let patched = self.client.patch(&key.namespace, &key.name, change);
            return worker::ignore_not_found(patched);
        }
        let mut endpoints = Endpoints {
            metadata: ObjectMeta::named(key.namespace.clone(), key.name.clone()),
            ..Endpoints::default()
        };
        change(&mut endpoints);
        match self.client.create(endpoints) {
            // Nothing can be made there any more.
            Err(status) if status.is_forbidden() => Ok(()),
            other => other.map(drop),
        }
    }
}

fn set(annotations: &mut Map<Str, Str>, key: &str, value: Option<String>) {
    match value {
        Some(value) => drop(annotations.insert(key, value)),
        None => drop(annotations.remove(key)),
    }
}

fn labels_of(service: &Service) -> Map<Str, Str> {
    let mut labels = service.metadata.labels.clone();
    if service_pods::is_headless(service) {
        labels.insert(HEADLESS, "");
    } else {
        labels.remove(HEADLESS);
    }
    labels.insert(MANAGED_BY, MANAGER);
    labels
}

/// Leaves out what does not fit, those that are not ready first; whether anything had to be.
fn truncate(subsets: &mut Vec<EndpointSubset>) -> bool {
    let total: usize = subsets
        .iter()
        .map(|subset| subset.addresses.len() + subset.not_ready_addresses.len())
        .sum();
    if total <= CAPACITY {
        return false;
    }
    let mut room = CAPACITY;
    for subset in subsets.iter_mut() {
        subset.addresses.truncate(room);
        room -= subset.addresses.len();
    }
    for subset in subsets.iter_mut() {
        subset.not_ready_addresses.truncate(room);
        room -= subset.not_ready_addresses.len();
    }
    subsets.retain(|s| !(s.addresses.is_empty() && s.not_ready_addresses.is_empty()));
    true
}

/// The pods that a service's Endpoints list.
fn listed<'a>(service: &'a Service, pods: &'a [Rc<Pod>]) -> impl Iterator<Item = &'a Rc<Pod>> {
    let even_terminating = service.spec.publish_not_ready_addresses;
    pods.iter()
        .filter(move |pod| service_pods::is_endpoint(pod, even_terminating))
}
