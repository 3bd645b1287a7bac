//! The cluster's DNS: the names of services and pods below `cluster.local`, as CoreDNS' kubernetes plugin answers them.
//!
//! | name | stands for |
//! |---|---|
//! | `SVC.NS.svc.cluster.local` | the service's address; of a headless one, its ready endpoints |
//! | `HOST.SVC.NS.svc.cluster.local` | the endpoint of that host name, or of that address with dashes |
//! | `A-B-C-D.NS.pod.cluster.local` | that address |
//!
//! There is no network outside of the cluster, so no other name is known.

use std::net::Ipv4Addr;

use api::core::v1::{Namespace, Service};
use api::discovery::v1::{Endpoint, EndpointSlice};
use apimachinery::Str;
use client::{Informers, Lister};
use network::{Answer, NameServer};

use crate::proxy::{SERVICE_NAME, address};

/// The cluster's domain.
const DOMAIN: &str = "cluster.local";

/// All names of the cluster.
pub(crate) struct Zone {
    namespaces: Lister<Namespace>,
    services: Lister<Service>,
    slices: Lister<EndpointSlice>,
}

impl Zone {
    pub(crate) fn new(informers: &Informers) -> Self {
        Self {
            namespaces: informers.lister(),
            services: informers.lister(),
            slices: informers.lister(),
        }
    }

    /// Calls `visit` with the endpoints of a service that DNS tells of.
    fn endpoints(&self, service: &Service, mut visit: impl FnMut(&Endpoint)) {
        let meta = &service.metadata;
        for slice in self.slices.in_namespace(&meta.namespace) {
            if slice.metadata.labels.get(SERVICE_NAME) != Some(&meta.name) {
                continue;
            }
            let all = service.spec.publish_not_ready_addresses;
            let told = slice
                .endpoints
                .iter()
                .filter(|e| all || e.conditions.ready.unwrap_or(true));
            told.for_each(&mut visit);
        }
    }

    fn service(&self, namespace: &str, name: &str) -> Answer {
        let Some(service) = self.services.get(namespace, name) else {
            return Answer::NoSuchName;
        };
        if &*service.spec.type_ == "ExternalName" {
            return Answer::Alias(service.spec.external_name.to_string());
        }
        if let Ok(ip) = service.spec.cluster_ip.parse() {
            return Answer::Addresses(vec![ip]);
        }
        let mut found = Vec::new();
        self.endpoints(&service, |endpoint| found.extend(address(endpoint)));
        addresses(found)
    }

    fn host(&self, namespace: &str, service: &str, host: &str) -> Answer {
        let Some(service) = self.services.get(namespace, service) else {
            return Answer::NoSuchName;
        };
        let mut found = Vec::new();
        self.endpoints(&service, |endpoint| {
            if host_name(endpoint).is_some_and(|name| *name == *host) {
                found.extend(address(endpoint));
            }
        });
        addresses(found)
    }

    fn pod(&self, namespace: &str, dashed: &str) -> Answer {
        match dashed.replace('-', ".").parse() {
            Ok(ip) if self.namespaces.get("", namespace).is_some() => Answer::Addresses(vec![ip]),
            _ => Answer::NoSuchName,
        }
    }
}

/// The name of an endpoint below its service: its host name, or its address with dashes.
fn host_name(endpoint: &Endpoint) -> Option<Str> {
    let named = endpoint.hostname.clone().filter(|name| !name.is_empty());
    named.or_else(|| Some(address(endpoint)?.to_string().replace('.', "-").into()))
}

fn addresses(mut found: Vec<Ipv4Addr>) -> Answer {
    found.sort_unstable();
    found.dedup();
    if found.is_empty() {
        Answer::NoSuchName
    } else {
        Answer::Addresses(found)
    }
}

impl NameServer for Zone {
    fn lookup(&self, name: &str) -> Answer {
        let name = name.to_ascii_lowercase();
        let Some(rest) = name.strip_suffix(DOMAIN) else {
            return Answer::NoSuchName;
        };
        let labels: Vec<&str> = rest.trim_end_matches('.').split('.').collect();
        match labels.as_slice() {
            [""] | ["svc" | "pod"] => Answer::NoData,
            [namespace, "svc"] if self.namespaces.get("", namespace).is_some() => Answer::NoData,
            [service, namespace, "svc"] => self.service(namespace, service),
            [host, service, namespace, "svc"] => self.host(namespace, service, host),
            [dashed, namespace, "pod"] => self.pod(namespace, dashed),
            _ => Answer::NoSuchName,
        }
    }

    fn reverse(&self, ip: Ipv4Addr) -> Vec<String> {
        let text = ip.to_string();
        let mut names = Vec::new();
        for service in self.services.list() {
            let meta = &service.metadata;
            let whole = format!("{}.{}.svc.{DOMAIN}", meta.name, meta.namespace);
            if *service.spec.cluster_ip == *text {
                return vec![whole];
            }
            if &*service.spec.cluster_ip == "None" {
                self.endpoints(&service, |endpoint| {
                    if address(endpoint) == Some(ip) {
                        names.extend(host_name(endpoint).map(|host| format!("{host}.{whole}")));
                    }
                });
            }
        }
        names
    }
}
