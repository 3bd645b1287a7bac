//! Lists the addresses of every service's pods in endpoint slices (`pkg/controller/endpointslice`, with the reconciler of
//! `k8s.io/endpointslice`).
//!
//! ```text
//!   service ─► its pods ─► endpoints by ports ─► compared with the slices there are ─► create, update, delete
//! ```
//!
//! Not here: topology-aware hints by shares of CPU (`service.kubernetes.io/topology-mode: Auto`), which need more zones than
//! most clusters here have; services whose endpoints somebody else keeps.

mod endpoints;
mod reconcile;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use api::core::v1::{Node, Pod, Service};
use api::discovery::v1::EndpointSlice;
use apimachinery::labels::Selector;
use apimachinery::{Status, Str};
use client::{Change, Client, Lister, NamespacedName, WorkQueue};

use crate::common::service_pods::{self, TriggerTimes};
use crate::context::Context;
use crate::worker;

pub(crate) const SERVICE_NAME: &str = "kubernetes.io/service-name";
pub(crate) const MANAGED_BY: &str = "endpointslice.kubernetes.io/managed-by";
const MANAGER: &str = "endpointslice-controller.k8s.io";

/// The index of this controller's slices by service.
const BY_SERVICE: &str = "service";

struct Controller {
    client: Client,
    services: Lister<Service>,
    pods: Lister<Pod>,
    nodes: Lister<Node>,
    slices: Lister<EndpointSlice>,
    times: TriggerTimes,
    written: Rc<Written>,
}

/// The generations of the slices as this controller left them: its own writes are no news to it.
#[derive(Default)]
struct Written(RefCell<BTreeMap<Str, i64>>);

impl Written {
    fn wrote(&self, slice: &EndpointSlice) {
        let meta = &slice.metadata;
        self.0
            .borrow_mut()
            .insert(meta.uid.clone(), meta.generation);
    }

    fn deleted(&self, slice: &EndpointSlice) -> bool {
        self.0.borrow_mut().remove(&slice.metadata.uid).is_some()
    }

    fn is_news(&self, change: &Change<'_, EndpointSlice>) -> bool {
        let meta = &change.object().metadata;
        match change {
            Change::Deleted(slice) => self.deleted(slice),
            _ => self.0.borrow().get(&meta.uid) != Some(&meta.generation),
        }
    }
}

/// The service of a slice that this controller looks after.
fn service_of(slice: &EndpointSlice) -> Option<NamespacedName> {
    let meta = &slice.metadata;
    let ours = meta.labels.get(MANAGED_BY).is_some_and(|by| by == MANAGER);
    let name = meta.labels.get(SERVICE_NAME).filter(|_| ours)?;
    Some(NamespacedName::new(meta.namespace.clone(), name.clone()))
}

fn by_service(slice: &EndpointSlice) -> Vec<Str> {
    let service = service_of(slice);
    service
        .map(|key| key.to_string().into())
        .into_iter()
        .collect()
}

pub(crate) fn start(context: &Context) {
    let queue: WorkQueue<NamespacedName> = WorkQueue::new(context.sim());
    let informers = context.informers();
    let services = service_pods::follow(context, &queue);
    let slices = informers.of::<EndpointSlice>();
    slices.add_index(BY_SERVICE, by_service);
    let written = Rc::<Written>::default();
    let (q, known) = (queue.clone(), Rc::clone(&written));
    slices.on_change(move |change| {
        let services = [
            change.old().and_then(|s| service_of(s)),
            service_of(change.object()),
        ];
        if known.is_news(change) {
            services.into_iter().flatten().for_each(|key| q.add(key));
        }
    });
    let controller = Controller {
        client: context.client("endpointslice-controller"),
        services,
        pods: informers.lister(),
        nodes: informers.lister(),
        slices: slices.lister(),
        times: TriggerTimes::default(),
        written,
    };
    let name = "endpointslice-controller";
    worker::run(context, name, queue, move |key| controller.sync(key));
}

impl Controller {
    fn sync(&self, key: &NamespacedName) -> Result<(), Status> {
        let Some(service) = self.services.by_key(key) else {
            // The slices go with the service, which owns them.
            self.times.forget(key);
            return Ok(());
        };
        if !service_pods::has_pods(&service) || service.metadata.is_deleting() {
            return Ok(());
        }
        let selector = Selector::from_set(&service.spec.selector);
        let pods = self.pods.select(&key.namespace, &selector);
        let slices = self
            .slices
            .by_index(BY_SERVICE, &key.to_string().into())
            .into_iter()
            .filter(|slice| !slice.metadata.is_deleting())
            .collect::<Vec<_>>();
        let trigger = self.times.next(&service, &pods);
        self.reconcile(&service, &pods, &slices, trigger)
    }
}
