//! Brings the slices of a service to what they should hold, with as few writes as upstream needs.

use std::collections::BTreeMap;
use std::rc::Rc;

use api::core::v1::{Pod, Service};
use api::discovery::v1::{Endpoint, EndpointPort, EndpointSlice};
use apimachinery::meta::v1::ObjectMeta;
use apimachinery::{Map, Status, Str, Time};
use client::Delete;

use super::endpoints::{Group, Groups, PortsKey, endpoint_of, identity, ports_of};
use super::{Controller, MANAGED_BY, MANAGER, SERVICE_NAME};
use crate::common::controller_ref;
use crate::common::service_pods::{HEADLESS, TRIGGER_TIME, is_endpoint, is_headless};
use crate::worker;

/// How many endpoints a slice holds.
const ENDPOINTS_MAX: usize = 100;

/// What has to be written.
#[derive(Default)]
struct Plan {
    create: Vec<EndpointSlice>,
    update: Vec<EndpointSlice>,
    delete: Vec<Rc<EndpointSlice>>,
}

impl Controller {
    /// Brings `slices` to what the service's pods say.
    pub(super) fn reconcile(
        &self,
        service: &Service,
        pods: &[Rc<Pod>],
        slices: &[Rc<EndpointSlice>],
        trigger: Option<Time>,
    ) -> Result<(), Status> {
        let mut types: Vec<&str> = service.spec.ip_families.iter().map(Str::as_str).collect();
        if types.is_empty() {
            types.push("IPv4");
        }
        let (kept, other): (Vec<_>, Vec<_>) = slices
            .iter()
            .partition(|slice| types.contains(&slice.address_type.as_str()));
        for slice in other {
            self.delete(slice)?;
        }
        let mut result = Ok(());
        for type_ in types {
            let of_type = kept.iter().filter(|slice| slice.address_type == type_);
            let of_type: Vec<_> = of_type.map(|slice| Rc::clone(slice)).collect();
            let plan = self.plan(service, pods, &of_type, type_);
            result = result.and(self.carry_out(plan, trigger));
        }
        result
    }

    fn plan(
        &self,
        service: &Service,
        pods: &[Rc<Pod>],
        slices: &[Rc<EndpointSlice>],
        type_: &str,
    ) -> Plan {
        let mut by_ports: BTreeMap<PortsKey, Vec<Rc<EndpointSlice>>> = BTreeMap::new();
        for slice in slices {
            let of_ports = by_ports.entry(PortsKey::of(&slice.ports)).or_default();
            of_ports.push(Rc::clone(slice));
        }
        let mut plan = Plan::default();
        for (key, group) in self.wanted(service, pods, type_) {
            let there = by_ports.remove(&key).unwrap_or_default();
            fill(service, &there, group, type_, &mut plan);
        }
        plan.delete.extend(by_ports.into_values().flatten());
        let nothing_left = slices.len() == plan.delete.len() && plan.create.is_empty();
        if nothing_left {
            plan.keep_placeholder(new_slice(service, Vec::new(), Vec::new(), type_));
        }
        plan.recycle();
        plan
    }

    /// The endpoints that there should be, by ports.
    fn wanted(&self, service: &Service, pods: &[Rc<Pod>], type_: &str) -> Groups {
        let mut groups = Groups::new();
        for pod in pods {
            let node = self.nodes.get("", &pod.spec.node_name);
            let lost = node.is_none() && !service.spec.publish_not_ready_addresses;
            if lost || !is_endpoint(pod, true) {
                continue;
            }
            let endpoint = endpoint_of(service, pod, node.as_deref(), type_);
            if endpoint.addresses.is_empty() {
                continue;
            }
            let ports = ports_of(service, pod);
            let group = groups.entry(PortsKey::of(&ports)).or_default();
            group.ports = ports;
            group.endpoints.push(endpoint);
        }
        groups
    }

    fn carry_out(&self, plan: Plan, trigger: Option<Time>) -> Result<(), Status> {
        for mut slice in plan.create {
            set_trigger_time(&mut slice.metadata.annotations, trigger);
            match self.client.create(slice) {
                Ok(slice) => self.written.wrote(&slice),
                // Nothing can be made there any more.
                Err(status) if status.is_forbidden() => return Ok(()),
                Err(status) => return Err(status),
            }
        }
        for slice in plan.update {
            let (namespace, name) = (&slice.metadata.namespace, &slice.metadata.name);
            let updated = self
                .client
                .patch::<EndpointSlice>(namespace, name, |there| {
                    there.endpoints.clone_from(&slice.endpoints);
                    there.ports.clone_from(&slice.ports);
                    there.metadata.labels = slice.metadata.labels.clone();
                    set_trigger_time(&mut there.metadata.annotations, trigger);
                })?;
            self.written.wrote(&updated);
        }
        for slice in plan.delete {
            self.delete(&slice)?;
        }
        Ok(())
    }

    fn delete(&self, slice: &EndpointSlice) -> Result<(), Status> {
        let meta = &slice.metadata;
        self.written.deleted(slice);
        let deleted = self.client.delete::<EndpointSlice>(
            &meta.namespace,
            &meta.name,
            &Delete::default().uid(&meta.uid),
        );
        worker::ignore_not_found(deleted)
    }
}

impl Plan {
    /// A service without endpoints has one slice that says so.
    fn keep_placeholder(&mut self, placeholder: EndpointSlice) {
        let there = self.delete.iter().position(|slice| {
            slice.endpoints.is_empty()
                && slice.ports.is_empty()
                && slice.metadata.labels == placeholder.metadata.labels
        });
        match there {
            Some(index) => drop(self.delete.remove(index)),
            None => self.create.push(placeholder),
        }
    }

    /// A slice that would be deleted becomes one that would be made.
    fn recycle(&mut self) {
        let count = self.create.len().min(self.delete.len());
        let news = self.create.drain(..count);
        for (mut slice, old) in news.zip(self.delete.drain(..count)) {
            slice.metadata.name = old.metadata.name.clone();
            self.update.push(slice);
        }
    }
}

/// Distributes the endpoints of some ports over the slices with those ports. What is there stays where it is.
fn fill(
    service: &Service,
    there: &[Rc<EndpointSlice>],
    group: Group,
    type_: &str,
    plan: &mut Plan,
) {
    let labels = labels_of(service);
    let mut missing: BTreeMap<_, &Endpoint> =
        group.endpoints.iter().map(|e| (identity(e), e)).collect();
    let (mut changed, mut same) = (Vec::new(), Vec::new());
    for slice in there {
        let kept: Vec<Endpoint> = slice
            .endpoints
            .iter()
            .filter_map(|endpoint| missing.remove(&identity(endpoint)).cloned())
            .collect();
        if kept.is_empty() {
            plan.delete.push(Rc::clone(slice));
        } else if kept != slice.endpoints || slice.metadata.labels != labels {
            changed.push(updated(slice, kept, &labels));
        } else {
            same.push(slice);
        }
    }
    // What is written anyway takes as much as it can, the fullest first.
    changed.sort_by_key(|slice| std::cmp::Reverse(slice.endpoints.len()));
    let mut rest: Vec<Endpoint> = missing.into_values().cloned().collect();
    rest.reverse();
    for slice in &mut changed {
        while slice.endpoints.len() < ENDPOINTS_MAX {
            let Some(endpoint) = rest.pop() else { break };
            slice.endpoints.push(endpoint);
        }
    }
    while !rest.is_empty() {
        let fits =
            |slice: &&&Rc<EndpointSlice>| slice.endpoints.len() + rest.len() <= ENDPOINTS_MAX;
        let fullest = same.iter().filter(fits).max_by_key(|s| s.endpoints.len());
        let name = fullest.map(|slice| slice.metadata.name.clone());
        let slice = match name {
            Some(name) => same.iter().position(|slice| slice.metadata.name == name),
            None => None,
        };
        let count = rest.len().min(ENDPOINTS_MAX);
        let taken: Vec<Endpoint> = rest.drain(rest.len() - count..).rev().collect();
        match slice {
            Some(index) => {
                let slice = same.remove(index);
                let mut endpoints = slice.endpoints.clone();
                endpoints.extend(taken);
                changed.push(updated(slice, endpoints, &labels));
            }
            None => plan
                .create
                .push(new_slice(service, group.ports.clone(), taken, type_)),
        }
    }
    plan.update.extend(changed);
}

fn updated(
    slice: &EndpointSlice,
    endpoints: Vec<Endpoint>,
    labels: &Map<Str, Str>,
) -> EndpointSlice {
    let mut slice = slice.clone();
    slice.endpoints = endpoints;
    slice.metadata.labels = labels.clone();
    slice
}

fn new_slice(
    service: &Service,
    ports: Vec<EndpointPort>,
    endpoints: Vec<Endpoint>,
    type_: &str,
) -> EndpointSlice {
    let name = &service.metadata.name;
    // Names are no longer than 63 characters, of which five are made up.
    let prefix = format!("{name}-");
    EndpointSlice {
        metadata: ObjectMeta {
            namespace: service.metadata.namespace.clone(),
            generate_name: prefix.into(),
            labels: labels_of(service),
            owner_references: vec![controller_ref(service)],
            ..ObjectMeta::default()
        },
        address_type: type_.into(),
        endpoints,
        ports,
    }
}

/// The labels of a service's slices: the service's own, and whose they are.
fn labels_of(service: &Service) -> Map<Str, Str> {
    let mut labels = service.metadata.labels.clone();
    for key in [SERVICE_NAME, MANAGED_BY, HEADLESS] {
        labels.remove(key);
    }
    if is_headless(service) {
        labels.insert(HEADLESS, "");
    }
    labels.insert(SERVICE_NAME, service.metadata.name.clone());
    labels.insert(MANAGED_BY, MANAGER);
    labels
}

/// Says when the change happened, or that it is not known.
fn set_trigger_time(annotations: &mut Map<Str, Str>, trigger: Option<Time>) {
    match trigger {
        Some(time) => drop(annotations.insert(TRIGGER_TIME, time.to_string())),
        None => drop(annotations.remove(TRIGGER_TIME)),
    }
}
