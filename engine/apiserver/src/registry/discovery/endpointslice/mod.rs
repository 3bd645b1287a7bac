//! EndpointSlice: where some of a service's pods can be reached.

use api::discovery::v1::EndpointSlice;
use apimachinery::validation::{is_dns1123_label, is_dns1123_subdomain, is_valid_port_num};

use crate::context::Context;
use crate::printers::{Cells, Column, PrintOptions};
use crate::registry::Strategy;
use crate::registry::core::endpoints::shown_with_more;
use crate::registry::core::pod::validation::validate_ip;
use crate::registry::core::service::{validate_endpoint_ip, validate_protocol};
use crate::validation::IMMUTABLE;
use crate::validation::addresses::warn_of_ip;
use crate::validation::field::{Errors, Path};

const TYPES: [&str; 3] = ["FQDN", "IPv4", "IPv6"];
const ADDRESSES_MAX: usize = 100;
const ENDPOINTS_MAX: usize = 1000;
const PORTS_MAX: usize = 20_000;

/// The strategy.
pub(crate) struct EndpointSliceStrategy;

impl Strategy for EndpointSliceStrategy {
    type Kind = EndpointSlice;

    fn default(&self, slice: &mut EndpointSlice) {
        for port in &mut slice.ports {
            port.name.get_or_insert_default();
            port.protocol.get_or_insert_with(|| "TCP".into());
        }
    }

    fn prepare_for_create(&self, _cx: &Context, slice: &mut EndpointSlice) {
        slice.metadata.generation = 1;
    }

    fn validate(&self, _cx: &Context, slice: &EndpointSlice, errors: &mut Errors) {
        validate(slice, errors);
    }

    fn warnings_on_create(&self, _cx: &Context, slice: &EndpointSlice, out: &mut Vec<String>) {
        if slice.address_type == "FQDN" {
            out.push("spec.addressType: FQDN endpoints are deprecated".to_owned());
        }
        warn(slice, out);
    }

    fn warnings_on_update(
        &self,
        _cx: &Context,
        new: &EndpointSlice,
        _old: &EndpointSlice,
        out: &mut Vec<String>,
    ) {
        warn(new, out);
    }

    fn prepare_for_update(&self, _cx: &Context, new: &mut EndpointSlice, old: &EndpointSlice) {
        let same = new.endpoints == old.endpoints
            && new.ports == old.ports
            && new.address_type == old.address_type
            && new.metadata.labels == old.metadata.labels;
        if !same {
            new.metadata.generation = old.metadata.generation + 1;
        }
    }

    fn validate_update(
        &self,
        _cx: &Context,
        new: &EndpointSlice,
        old: &EndpointSlice,
        errors: &mut Errors,
    ) {
        validate(new, errors);
        if new.address_type != old.address_type {
            errors.invalid(&Path::new("addressType"), &new.address_type, IMMUTABLE);
        }
    }

    fn columns(&self) -> std::borrow::Cow<'static, [Column]> {
        const COLUMNS: &[Column] = &[
            Column::NAME,
            Column::text("AddressType"),
            Column::text("Ports"),
            Column::text("Endpoints"),
            Column::AGE,
        ];
        COLUMNS.into()
    }

    fn row(&self, slice: &EndpointSlice, options: &PrintOptions) -> Cells {
        let ports: Vec<String> = slice
            .ports
            .iter()
            .map(|port| match (port.port, &port.name) {
                (Some(number), _) => number.to_string(),
                (None, Some(name)) => name.to_string(),
                (None, None) => "*".to_owned(),
            })
            .collect();
        let addresses = slice
            .endpoints
            .iter()
            .flat_map(|endpoint| &endpoint.addresses);
        let addresses: Vec<String> = addresses.map(ToString::to_string).collect();
        let shown = |list: &[String]| {
            if list.is_empty() {
                "<unset>".into()
            } else {
                shown_with_more(list)
            }
        };
        Cells::new()
            .text(slice.metadata.name.clone())
            .text(slice.address_type.clone())
            .text(shown(&ports))
            .text(shown(&addresses))
            .age(slice.metadata.creation_timestamp, options)
    }
}

fn validate(slice: &EndpointSlice, errors: &mut Errors) {
    let path = Path::new("addressType");
    if slice.address_type.is_empty() {
        errors.required(&path, "");
    } else if !TYPES.contains(&slice.address_type.as_str()) {
        errors.not_supported(&path, &slice.address_type, &TYPES);
    }
    let path = Path::new("endpoints");
    if slice.endpoints.len() > ENDPOINTS_MAX {
        errors.too_many(&path, slice.endpoints.len(), ENDPOINTS_MAX);
        return;
    }
    for (i, endpoint) in slice.endpoints.iter().enumerate() {
        let path = path.index(i);
        let addresses = path.child("addresses");
        if endpoint.addresses.is_empty() {
            errors.required(&addresses, "must contain at least 1 address");
        } else if endpoint.addresses.len() > ADDRESSES_MAX {
            errors.too_many(&addresses, endpoint.addresses.len(), ADDRESSES_MAX);
        }
        for (i, address) in endpoint.addresses.iter().enumerate() {
            let at = addresses.index(i);
            if slice.address_type == "FQDN" {
                errors.invalid_each(&at, address, is_dns1123_subdomain(address));
                continue;
            }
            let before = errors.len();
            validate_ip(address, &at, errors);
            if errors.len() == before {
                let six = address.contains(':');
                if slice.address_type == "IPv4" && six {
                    errors.invalid(&addresses, address, "must be an IPv4 address");
                } else if slice.address_type == "IPv6" && !six {
                    errors.invalid(&addresses, address, "must be an IPv6 address");
                }
                validate_endpoint_ip(address, &at, errors);
            }
        }
        if let Some(node) = &endpoint.node_name {
            errors.invalid_each(&path.child("nodeName"), node, is_dns1123_subdomain(node));
        }
        if let Some(host) = &endpoint.hostname {
            errors.invalid_each(&path.child("hostname"), host, is_dns1123_label(host));
        }
    }
    let path = Path::new("ports");
    if slice.ports.len() > PORTS_MAX {
        errors.too_many(&path, slice.ports.len(), PORTS_MAX);
    }
    for (i, port) in slice.ports.iter().enumerate() {
        let at = path.index(i);
        let name = port.name.clone().unwrap_or_default();
        if slice.ports[..i]
            .iter()
            .any(|other| other.name.clone().unwrap_or_default() == name)
        {
            errors.duplicate(&at.child("name"), &name);
        }
        if !name.is_empty() {
            errors.invalid_each(&at.child("name"), &name, is_dns1123_label(&name));
        }
        validate_protocol(
            &port.protocol.clone().unwrap_or_default(),
            &at.child("protocol"),
            errors,
        );
        for message in port
            .port
            .into_iter()
            .flat_map(|number| is_valid_port_num(number.into()))
        {
            errors.invalid(&at.child("port"), port.port.unwrap_or_default(), message);
        }
    }
}

/// What the controllers write is in order.
fn warn(slice: &EndpointSlice, out: &mut Vec<String>) {
    let manager = slice
        .metadata
        .labels
        .text("endpointslice.kubernetes.io/managed-by");
    if matches!(
        manager,
        "endpointslice-controller.k8s.io" | "endpointslicemirroring-controller.k8s.io"
    ) {
        return;
    }
    let path = Path::new("endpoints");
    for (i, endpoint) in slice.endpoints.iter().enumerate() {
        let at = path.index(i);
        let list = at.child("addresses");
        for (j, address) in endpoint.addresses.iter().enumerate() {
            warn_of_ip(address, &list.index(j), out);
        }
    }
}
