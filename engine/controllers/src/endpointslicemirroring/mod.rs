//! Copies Endpoints that users write for services without a selector into endpoint slices, which is where everybody
//! looks (`pkg/controller/endpointslicemirroring`).

use std::collections::BTreeMap;
use std::rc::Rc;

use api::core::v1::{EndpointAddress, Endpoints, Service};
use api::discovery::v1::{Endpoint, EndpointConditions, EndpointPort, EndpointSlice};
use apimachinery::meta::v1::ObjectMeta;
use apimachinery::{Status, Str};
use client::{Client, Delete, Lister, NamespacedName, WorkQueue};

use crate::common::controller_ref;
use crate::common::service_pods::{HEADLESS, TRIGGER_TIME};
use crate::context::Context;
use crate::endpointslice::{MANAGED_BY, SERVICE_NAME};
use crate::worker;

const MANAGER: &str = "endpointslicemirroring-controller.k8s.io";
const SKIP: &str = "endpointslice.kubernetes.io/skip-mirror";
const LEADER: &str = "control-plane.alpha.kubernetes.io/leader";
const LAST_APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";
/// How many addresses of a subset are copied.
const ADDRESSES_MAX: usize = 1000;
const BY_SERVICE: &str = "mirrored";

struct Controller {
    client: Client,
    services: Lister<Service>,
    endpoints: Lister<Endpoints>,
    slices: Lister<EndpointSlice>,
}

fn by_service(slice: &EndpointSlice) -> Vec<Str> {
    let meta = &slice.metadata;
    let ours = meta.labels.get(MANAGED_BY).is_some_and(|by| by == MANAGER);
    let name = meta.labels.get(SERVICE_NAME).filter(|_| ours);
    let key = name.map(|name| format!("{}/{name}", meta.namespace).into());
    key.into_iter().collect()
}

pub(crate) fn start(context: &Context) {
    let queue: WorkQueue<NamespacedName> = WorkQueue::new(context.sim());
    let informers = context.informers();
    let (services, endpoints) = (informers.of::<Service>(), informers.of::<Endpoints>());
    services.on_change(worker::enqueue(&queue));
    endpoints.on_change(worker::enqueue(&queue));
    let slices = informers.of::<EndpointSlice>();
    slices.add_index(BY_SERVICE, by_service);
    let q = queue.clone();
    slices.on_change(move |change| {
        let meta = &change.object().metadata;
        if !by_service(change.object()).is_empty()
            && let Some(name) = meta.labels.get(SERVICE_NAME)
        {
            q.add(NamespacedName::new(meta.namespace.clone(), name.clone()));
        }
    });
    let controller = Controller {
        client: context.client("endpointslicemirroring-controller"),
        services: services.lister(),
        endpoints: endpoints.lister(),
        slices: slices.lister(),
    };
    let name = "endpointslice-mirroring-controller";
    worker::run(context, name, queue, move |key| controller.sync(key));
}

impl Controller {
    fn sync(&self, key: &NamespacedName) -> Result<(), Status> {
        let endpoints = self.endpoints.by_key(key).filter(|endpoints| {
            let service = self.services.by_key(key);
            service.is_some_and(|service| service.spec.selector.is_empty())
                && is_mirrored(endpoints)
        });
        let wanted = endpoints.as_deref().map(slices_of).unwrap_or_default();
        let there = self
            .slices
            .by_index(BY_SERVICE, &key.to_string().into())
            .into_iter()
            .filter(|slice| !slice.metadata.is_deleting());
        let mut there: Vec<Rc<EndpointSlice>> = there.collect();
        let mut missing = Vec::new();
        for slice in wanted {
            match there.iter().position(|other| says_the_same(other, &slice)) {
                Some(index) => drop(there.remove(index)),
                None => missing.push(slice),
            }
        }
        for slice in missing {
            match there
                .iter()
                .position(|o| o.address_type == slice.address_type)
            {
                Some(index) => self.replace(&there.remove(index), &slice)?,
                None => self.client.create(slice).map(drop)?,
            }
        }
        for slice in there {
            let meta = &slice.metadata;
            let demand = Delete::default().uid(&meta.uid);
            let deleted = self
                .client
                .delete::<EndpointSlice>(&meta.namespace, &meta.name, &demand);
            worker::ignore_not_found(deleted)?;
        }
        Ok(())
    }

    fn replace(&self, old: &EndpointSlice, new: &EndpointSlice) -> Result<(), Status> {
        let (namespace, name) = (&old.metadata.namespace, &old.metadata.name);
        let patched = self
            .client
            .patch::<EndpointSlice>(namespace, name, |slice| {
                slice.endpoints.clone_from(&new.endpoints);
                slice.ports.clone_from(&new.ports);
                slice.metadata.labels = new.metadata.labels.clone();
                slice.metadata.annotations = new.metadata.annotations.clone();
            });
        worker::ignore_not_found(patched)
    }
}

fn is_mirrored(endpoints: &Endpoints) -> bool {
    let meta = &endpoints.metadata;
    let skipped = meta.labels.get(SKIP).is_some_and(|value| value == "true");
    !skipped && !meta.annotations.contains_key(LEADER)
}

fn says_the_same(a: &EndpointSlice, b: &EndpointSlice) -> bool {
    a.address_type == b.address_type
        && a.endpoints == b.endpoints
        && a.ports == b.ports
        && a.metadata.labels == b.metadata.labels
        && a.metadata.annotations == b.metadata.annotations
}

/// The slices that say the same as the Endpoints: one per subset and type of address.
fn slices_of(endpoints: &Endpoints) -> Vec<EndpointSlice> {
    let mut slices = Vec::new();
    for subset in &endpoints.subsets {
        let mut by_type: BTreeMap<&str, Vec<Endpoint>> = BTreeMap::new();
        let ready = subset.addresses.iter().map(|address| (address, true));
        let not_ready = subset.not_ready_addresses.iter().map(|a| (a, false));
        for (address, ready) in ready.chain(not_ready).take(ADDRESSES_MAX) {
            let type_ = if address.ip.contains(':') {
                "IPv6"
            } else {
                "IPv4"
            };
            let list = by_type.entry(type_).or_default();
            list.push(endpoint_of(address, ready));
        }
        let ports = subset.ports.iter().map(|port| EndpointPort {
            name: Some(port.name.clone()),
            protocol: Some(port.protocol.clone()),
            port: Some(port.port),
            app_protocol: port.app_protocol.clone(),
        });
        let ports: Vec<EndpointPort> = ports.collect();
        slices.extend(by_type.into_iter().map(|(type_, list)| EndpointSlice {
            metadata: meta_of(endpoints),
            address_type: type_.into(),
            endpoints: list,
            ports: ports.clone(),
        }));
    }
    slices
}

fn endpoint_of(address: &EndpointAddress, ready: bool) -> Endpoint {
    Endpoint {
        addresses: vec![address.ip.clone()],
        conditions: EndpointConditions {
            ready: Some(ready),
            ..EndpointConditions::default()
        },
        hostname: Some(address.hostname.clone()).filter(|name| !name.is_empty()),
        target_ref: address.target_ref.clone(),
        node_name: address.node_name.clone(),
        ..Endpoint::default()
    }
}

fn meta_of(endpoints: &Endpoints) -> ObjectMeta {
    let meta = &endpoints.metadata;
    let mut labels = meta.labels.clone();
    labels.remove(HEADLESS);
    labels.insert(SERVICE_NAME, meta.name.clone());
    labels.insert(MANAGED_BY, MANAGER);
    let mut annotations = meta.annotations.clone();
    for key in [TRIGGER_TIME, LAST_APPLIED] {
        annotations.remove(key);
    }
    ObjectMeta {
        namespace: meta.namespace.clone(),
        generate_name: format!("{}-", meta.name).into(),
        labels,
        annotations,
        owner_references: vec![controller_ref(endpoints)],
        ..ObjectMeta::default()
    }
}
