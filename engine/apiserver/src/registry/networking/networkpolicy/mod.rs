//! NetworkPolicy: which pods may talk to which.

use std::net::IpAddr;

use api::networking::v1::{IPBlock, NetworkPolicy, NetworkPolicyPeer, NetworkPolicyPort};
use apimachinery::validation::is_valid_port_num;
use apimachinery::{IntOrString, Value};

use crate::context::Context;
use crate::printers::{Cells, Column, PrintOptions};
use crate::registry::Strategy;
use crate::registry::core::pod::validation::validate_port;
use crate::registry::core::service::validate_cidr;
use crate::registry::workload::share_parts;
use crate::validation::addresses::warn_of_cidr;
use crate::validation::field::{Errors, Path};
use crate::validation::selectors::validate_label_selector;

/// The strategy.
pub(crate) struct NetworkPolicyStrategy;

impl Strategy for NetworkPolicyStrategy {
    type Kind = NetworkPolicy;

    fn default(&self, policy: &mut NetworkPolicy) {
        let spec = &mut *policy.spec;
        if spec.policy_types.is_empty() {
            spec.policy_types.push("Ingress".into());
            if !spec.egress.is_empty() {
                spec.policy_types.push("Egress".into());
            }
        }
        let ingress = spec.ingress.iter_mut().flat_map(|rule| &mut rule.ports);
        let egress = spec.egress.iter_mut().flat_map(|rule| &mut rule.ports);
        for port in ingress.chain(egress) {
            port.protocol.get_or_insert_with(|| "TCP".into());
        }
    }

    share_parts!(spec);

    fn prepare_for_create(&self, _cx: &Context, policy: &mut NetworkPolicy) {
        policy.metadata.generation = 1;
    }

    fn validate(&self, _cx: &Context, policy: &NetworkPolicy, errors: &mut Errors) {
        validate(policy, errors);
    }

    fn warnings_on_create(&self, _cx: &Context, policy: &NetworkPolicy, out: &mut Vec<String>) {
        warn(policy, out);
    }

    fn warnings_on_update(
        &self,
        _cx: &Context,
        new: &NetworkPolicy,
        _old: &NetworkPolicy,
        out: &mut Vec<String>,
    ) {
        warn(new, out);
    }

    fn prepare_for_update(&self, _cx: &Context, new: &mut NetworkPolicy, old: &NetworkPolicy) {
        if new.spec != old.spec {
            new.metadata.generation = old.metadata.generation + 1;
        }
    }

    fn validate_update(
        &self,
        _cx: &Context,
        new: &NetworkPolicy,
        _old: &NetworkPolicy,
        errors: &mut Errors,
    ) {
        validate(new, errors);
    }

    fn columns(&self) -> std::borrow::Cow<'static, [Column]> {
        const COLUMNS: &[Column] = &[Column::NAME, Column::text("Pod-Selector"), Column::AGE];
        COLUMNS.into()
    }

    fn row(&self, policy: &NetworkPolicy, options: &PrintOptions) -> Cells {
        Cells::new()
            .text(policy.metadata.name.clone())
            .text(apimachinery::labels::format_label_selector(Some(
                &policy.spec.pod_selector,
            )))
            .age(policy.metadata.creation_timestamp, options)
    }
}

fn validate(policy: &NetworkPolicy, errors: &mut Errors) {
    let spec = &policy.spec;
    let path = Path::new("spec");
    validate_label_selector(&spec.pod_selector, &path.child("podSelector"), errors);
    let ingress = path.child("ingress");
    for (i, rule) in spec.ingress.iter().enumerate() {
        let at = ingress.index(i);
        validate_ports(&rule.ports, &at.child("ports"), errors);
        validate_peers(&rule.from, &at.child("from"), errors);
    }
    let egress = path.child("egress");
    for (i, rule) in spec.egress.iter().enumerate() {
        let at = egress.index(i);
        validate_ports(&rule.ports, &at.child("ports"), errors);
        validate_peers(&rule.to, &at.child("to"), errors);
    }
    let types = path.child("policyTypes");
    if spec.policy_types.len() > 2 {
        let shown: Value = spec.policy_types.iter().map(|kind| kind.as_str()).collect();
        errors.invalid(&types, shown, "may not specify more than two policyTypes");
        return;
    }
    for (i, kind) in spec.policy_types.iter().enumerate() {
        if !matches!(kind.as_str(), "Ingress" | "Egress") {
            errors.not_supported(&types.index(i), kind, &["Ingress", "Egress"]);
        }
    }
}

fn validate_ports(ports: &[NetworkPolicyPort], path: &Path<'_>, errors: &mut Errors) {
    for (i, port) in ports.iter().enumerate() {
        let at = path.index(i);
        const PROTOCOLS: [&str; 3] = ["TCP", "UDP", "SCTP"];
        if let Some(protocol) = &port.protocol
            && !PROTOCOLS.contains(&protocol.as_str())
        {
            errors.not_supported(&at.child("protocol"), protocol, &PROTOCOLS);
        }
        let validate_start = |errors: &mut Errors| {
            if let Some(number) = &port.port {
                validate_port(number, &at.child("port"), errors);
            }
        };
        let named = matches!(port.port, Some(IntOrString::Str(_)));
        if !named {
            validate_start(errors);
        }
        let Some(end) = port.end_port else {
            if named {
                validate_start(errors);
            }
            continue;
        };
        let end_path = at.child("endPort");
        let at = &end_path;
        match &port.port {
            None => errors.invalid(at, end, "may not be specified when `port` is not specified"),
            Some(IntOrString::Str(_)) => {
                errors.invalid(at, end, "may not be specified when `port` is non-numeric");
                validate_start(errors);
            }
            Some(IntOrString::Int(start)) => {
                if end < *start {
                    errors.invalid(at, end, "must be greater than or equal to `port`");
                }
                for message in is_valid_port_num(end.into()) {
                    errors.invalid(at, end, message);
                }
            }
        }
    }
}

fn validate_peers(peers: &[NetworkPolicyPeer], path: &Path<'_>, errors: &mut Errors) {
    for (i, peer) in peers.iter().enumerate() {
        let at = path.index(i);
        for (field, selector) in [
            ("podSelector", &peer.pod_selector),
            ("namespaceSelector", &peer.namespace_selector),
        ] {
            if let Some(selector) = selector {
                validate_label_selector(selector, &at.child(field), errors);
            }
        }
        if let Some(block) = &peer.ip_block {
            validate_block(block, &at.child("ipBlock"), errors);
        }
        let selects = peer.pod_selector.is_some() || peer.namespace_selector.is_some();
        match &peer.ip_block {
            None if !selects => errors.required(&at, "must specify a peer"),
            Some(_) if selects => {
                errors.forbidden(&at, "may not specify both ipBlock and another peer");
            }
            _ => {}
        }
    }
}

fn validate_block(block: &IPBlock, path: &Path<'_>, errors: &mut Errors) {
    let cidr = path.child("cidr");
    if block.cidr.is_empty() {
        return errors.required(&cidr, "");
    }
    validate_cidr(&block.cidr, &cidr, errors);
    let Some(whole) = parse_cidr(&block.cidr) else {
        return;
    };
    let except = path.child("except");
    for (i, range) in block.except.iter().enumerate() {
        let at = except.index(i);
        validate_cidr(range, &at, errors);
        let Some(part) = parse_cidr(range) else {
            continue;
        };
        let same_family = whole.2 == part.2;
        let shift = whole.2 - whole.1;
        let within =
            whole.0.checked_shr(shift).unwrap_or(0) == part.0.checked_shr(shift).unwrap_or(0);
        if !same_family || !within || whole.1 >= part.1 {
            errors.invalid(&at, range, "must be a strict subset of `cidr`");
        }
    }
}

/// The address as a number, the length of the prefix, and that of addresses.
fn parse_cidr(text: &str) -> Option<(u128, u32, u32)> {
    let (address, length) = text.split_once('/')?;
    let (number, bits) = match address.parse::<IpAddr>().ok()? {
        IpAddr::V4(v4) => (u128::from(u32::from(v4)), 32),
        IpAddr::V6(v6) => (u128::from(v6), 128),
    };
    let length = length
        .parse::<u32>()
        .ok()
        .filter(|length| *length <= bits)?;
    Some((number, length, bits))
}

fn warn(policy: &NetworkPolicy, out: &mut Vec<String>) {
    let mut warn_of_peers = |peers: &[NetworkPolicyPeer], path: &Path<'_>| {
        for (i, peer) in peers.iter().enumerate() {
            let Some(block) = &peer.ip_block else {
                continue;
            };
            let at = path.index(i);
            let at = at.child("ipBlock");
            warn_of_cidr(&block.cidr, &at.child("cidr"), out);
            let list = at.child("except");
            for (j, range) in block.except.iter().enumerate() {
                warn_of_cidr(range, &list.index(j), out);
            }
        }
    };
    let ingress = Path::new("spec.ingress");
    for (i, rule) in policy.spec.ingress.iter().enumerate() {
        warn_of_peers(&rule.from, &ingress.index(i).child("from"));
    }
    let egress = Path::new("spec.egress");
    for (i, rule) in policy.spec.egress.iter().enumerate() {
        warn_of_peers(&rule.to, &egress.index(i).child("to"));
    }
}
