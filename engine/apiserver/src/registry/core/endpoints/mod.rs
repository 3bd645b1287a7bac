//! Endpoints: where a service's pods can be reached, the way it was before there were slices.

use api::core::v1::{EndpointAddress, EndpointPort, Endpoints};
use apimachinery::Str;
use apimachinery::validation::{
    is_dns1123_label, is_dns1123_subdomain, is_qualified_name, is_valid_port_num,
};

use super::pod::validation::validate_ip;
use super::service::{validate_endpoint_ip, validate_protocol};
use crate::context::Context;
use crate::printers::{Cells, Column, PrintOptions};
use crate::registry::Strategy;
use crate::validation::addresses::warn_of_ip;
use crate::validation::field::{Errors, Path};

const SHOWN: usize = 3;

/// The strategy.
pub(crate) struct EndpointsStrategy;

impl Strategy for EndpointsStrategy {
    type Kind = Endpoints;

    fn deprecation(&self) -> Option<&'static str> {
        Some("v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice")
    }

    fn default(&self, object: &mut Endpoints) {
        for subset in &mut object.subsets {
            for port in &mut subset.ports {
                if port.protocol.is_empty() {
                    port.protocol = "TCP".into();
                }
            }
        }
    }

    fn validate(&self, _cx: &Context, object: &Endpoints, errors: &mut Errors) {
        validate(object, errors);
    }

    fn warnings_on_create(&self, _cx: &Context, object: &Endpoints, out: &mut Vec<String>) {
        warn(object, out);
    }

    fn warnings_on_update(
        &self,
        _cx: &Context,
        new: &Endpoints,
        _old: &Endpoints,
        out: &mut Vec<String>,
    ) {
        warn(new, out);
    }

    fn allow_create_on_update(&self) -> bool {
        true
    }

    fn validate_update(
        &self,
        _cx: &Context,
        new: &Endpoints,
        old: &Endpoints,
        errors: &mut Errors,
    ) {
        if new.subsets != old.subsets {
            validate(new, errors);
        }
    }

    fn columns(&self) -> std::borrow::Cow<'static, [Column]> {
        const COLUMNS: &[Column] = &[Column::NAME, Column::text("Endpoints"), Column::AGE];
        COLUMNS.into()
    }

    fn row(&self, object: &Endpoints, options: &PrintOptions) -> Cells {
        Cells::new()
            .text(object.metadata.name.clone())
            .text(shown(object))
            .age(object.metadata.creation_timestamp, options)
    }
}

fn shown(object: &Endpoints) -> Str {
    if object.subsets.is_empty() {
        return "<none>".into();
    }
    let mut list = Vec::new();
    for subset in &object.subsets {
        if subset.ports.is_empty() {
            list.extend(
                subset
                    .addresses
                    .iter()
                    .map(|address| address.ip.to_string()),
            );
        }
        for port in &subset.ports {
            list.extend(
                subset
                    .addresses
                    .iter()
                    .map(|address| match address.ip.contains(':') {
                        true => format!("[{}]:{}", address.ip, port.port),
                        false => format!("{}:{}", address.ip, port.port),
                    }),
            );
        }
    }
    shown_with_more(&list)
}

/// The first few of a list, and how many more there are.
pub(crate) fn shown_with_more(list: &[String]) -> Str {
    let shown = list[..list.len().min(SHOWN)].join(",");
    match list.len().checked_sub(SHOWN) {
        None | Some(0) => shown.into(),
        Some(more) => format!("{shown} + {more} more...").into(),
    }
}

fn validate(object: &Endpoints, errors: &mut Errors) {
    let path = Path::new("subsets");
    for (i, subset) in object.subsets.iter().enumerate() {
        let path = path.index(i);
        if subset.addresses.is_empty() && subset.not_ready_addresses.is_empty() {
            errors.required(&path, "must specify `addresses` or `notReadyAddresses`");
        }
        for (field, list) in [
            ("addresses", &subset.addresses),
            ("notReadyAddresses", &subset.not_ready_addresses),
        ] {
            let path = path.child(field);
            for (i, address) in list.iter().enumerate() {
                validate_address(address, &path.index(i), errors);
            }
        }
        let ports = path.child("ports");
        for (i, port) in subset.ports.iter().enumerate() {
            validate_port(port, subset.ports.len() > 1, &ports.index(i), errors);
        }
    }
}

fn validate_address(address: &EndpointAddress, path: &Path<'_>, errors: &mut Errors) {
    validate_ip(&address.ip, &path.child("ip"), errors);
    if !address.hostname.is_empty() {
        errors.invalid_each(
            &path.child("hostname"),
            &address.hostname,
            is_dns1123_label(&address.hostname),
        );
    }
    if let Some(node) = &address.node_name {
        errors.invalid_each(&path.child("nodeName"), node, is_dns1123_subdomain(node));
    }
    validate_endpoint_ip(&address.ip, &path.child("ip"), errors);
}

fn validate_port(port: &EndpointPort, named: bool, path: &Path<'_>, errors: &mut Errors) {
    let name = path.child("name");
    if !port.name.is_empty() {
        errors.invalid_each(&name, &port.name, is_dns1123_label(&port.name));
    } else if named {
        errors.required(&name, "");
    }
    for message in is_valid_port_num(port.port.into()) {
        errors.invalid(&path.child("port"), port.port, message);
    }
    validate_protocol(&port.protocol, &path.child("protocol"), errors);
    if let Some(protocol) = &port.app_protocol {
        errors.invalid_each(
            &path.child("appProtocol"),
            protocol,
            is_qualified_name(protocol),
        );
    }
}

/// What the controller writes is in order.
fn warn(object: &Endpoints, out: &mut Vec<String>) {
    const MANAGED_BY: &str = "endpoints.kubernetes.io/managed-by";
    if object.metadata.labels.text(MANAGED_BY) == "endpoint-controller" {
        return;
    }
    let path = Path::new("subsets");
    for (i, subset) in object.subsets.iter().enumerate() {
        let at = path.index(i);
        for (field, list) in [
            ("addresses", &subset.addresses),
            ("notReadyAddresses", &subset.not_ready_addresses),
        ] {
            let list_path = at.child(field);
            for (j, address) in list.iter().enumerate() {
                let at = list_path.index(j);
                warn_of_ip(&address.ip, &at.child("ip"), out);
            }
        }
    }
}
