//! `kubectl describe endpoints` and `endpointslice`, and the short form of slices that services and ingresses show.

use api::core::v1::Endpoints;
use api::discovery::v1::EndpointSlice;
use apimachinery::Str;

use super::about::About;
use super::page::or_none;
use super::workload::or_unset;
use super::{Query, Related, list};
use crate::error::Error;

/// More addresses than these are only counted.
const SHOWN: usize = 3;

/// The endpoints of a service, in the old form.
pub(crate) fn endpoints(endpoints: &Endpoints, about: &About<'_>) -> Result<String, Error> {
    let mut page = about.page();
    page.field(0, "Name", &endpoints.metadata.name);
    page.field(0, "Namespace", &endpoints.metadata.namespace);
    page.labels(0, "Labels", &endpoints.metadata.labels);
    page.annotations("Annotations", &endpoints.metadata.annotations);
    page.line(0, "Subsets:");
    for subset in &endpoints.subsets {
        for (label, addresses) in [
            ("Addresses", &subset.addresses),
            ("NotReadyAddresses", &subset.not_ready_addresses),
        ] {
            let ips: Vec<&str> = addresses.iter().map(|address| &*address.ip).collect();
            page.field(1, label, or_none(&ips.join(",")));
        }
        if !subset.ports.is_empty() {
            page.line(1, "Ports:");
            page.line(2, "Name\tPort\tProtocol");
            page.line(2, "----\t----\t--------");
        }
        for port in &subset.ports {
            let name = or_unset(named(Some(&port.name)));
            page.line(2, &format!("{name}\t{}\t{}", port.port, port.protocol));
        }
        page.raw("\n");
    }
    Ok(about.finish(page))
}

/// A slice of endpoints.
pub(crate) fn endpoint_slice(slice: &EndpointSlice, about: &About<'_>) -> Result<String, Error> {
    let mut page = about.page();
    page.field(0, "Name", &slice.metadata.name);
    page.field(0, "Namespace", &slice.metadata.namespace);
    page.labels(0, "Labels", &slice.metadata.labels);
    page.annotations("Annotations", &slice.metadata.annotations);
    page.field(0, "AddressType", &slice.address_type);
    if slice.ports.is_empty() {
        page.line(0, "Ports: <unset>");
    } else {
        page.line(0, "Ports:");
        page.line(1, "Name\tPort\tProtocol");
        page.line(1, "----\t----\t--------");
    }
    for port in &slice.ports {
        let name = or_unset(named(port.name.as_ref()));
        let protocol = port.protocol.as_deref().unwrap_or_default();
        page.line(1, &format!("{name}\t{}\t{protocol}", or_unset(port.port)));
    }
    if slice.endpoints.is_empty() {
        page.line(0, "Endpoints: <none>");
    } else {
        page.line(0, "Endpoints:");
    }
    for endpoint in &slice.endpoints {
        let addresses = joined(&endpoint.addresses, ", ");
        page.field(1, "- Addresses", or_none(&addresses));
        page.line(2, "Conditions:");
        page.field(3, "Ready", &or_unset(endpoint.conditions.ready));
        page.field(2, "Hostname", &or_unset(endpoint.hostname.as_ref()));
        if let Some(target) = &endpoint.target_ref {
            page.field(2, "TargetRef", &format!("{}/{}", target.kind, target.name));
        }
        page.field(2, "NodeName", &or_unset(endpoint.node_name.as_ref()));
        page.field(2, "Zone", &or_unset(endpoint.zone.as_ref()));
    }
    Ok(about.finish(page))
}

fn named(name: Option<&Str>) -> Option<&Str> {
    name.filter(|name| !name.is_empty())
}

/// Texts with something between them.
pub(crate) fn joined(texts: &[Str], between: &str) -> String {
    let texts: Vec<&str> = texts.iter().map(|text| &**text).collect();
    texts.join(between)
}

/// The slices of a service.
pub(crate) fn slices_of(
    related: &dyn Related,
    namespace: &str,
    service: &str,
) -> Result<Vec<EndpointSlice>, Error> {
    list(
        related,
        &Query {
            namespace,
            labels: &format!("kubernetes.io/service-name={service}"),
            ..Query::default()
        },
    )
}

/// `10.244.1.2:80,10.244.2.2:80 + 3 more...`: the ready addresses of the port of that name.
pub(crate) fn ready_addresses(slices: &[EndpointSlice], port: &str) -> String {
    if slices.is_empty() {
        return "<none>".to_owned();
    }
    let mut ready = Vec::new();
    // An address that is looked at when the list is full, ready or not, makes it a list with more.
    let mut more = false;
    for slice in slices {
        let numbers: Vec<Option<i32>> = if slice.ports.is_empty() {
            vec![None]
        } else {
            let wanted = slice
                .ports
                .iter()
                .filter(|p| p.name.as_deref().unwrap_or_default() == port);
            wanted.map(|p| Some(p.port.unwrap_or(0))).collect()
        };
        for number in numbers {
            for endpoint in &slice.endpoints {
                more |= ready.len() >= SHOWN;
                let Some(address) = endpoint.addresses.first() else {
                    continue;
                };
                if endpoint.conditions.ready == Some(false) {
                    continue;
                }
                ready.push(match number {
                    Some(number) if address.contains(':') => format!("[{address}]:{number}"),
                    Some(number) => format!("{address}:{number}"),
                    None => address.to_string(),
                });
            }
        }
    }
    if more {
        let rest = ready.len().saturating_sub(SHOWN);
        ready.truncate(SHOWN);
        return format!("{} + {rest} more...", ready.join(","));
    }
    ready.join(",")
}
