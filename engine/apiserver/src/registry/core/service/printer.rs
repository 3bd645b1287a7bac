//! How services look in tables.

use std::collections::BTreeSet;

use api::core::v1::Service;
use apimachinery::Str;
use apimachinery::labels::format_labels;

use crate::printers::{Cells, Column, PrintOptions, joined};

pub(super) const COLUMNS: &[Column] = &[
    Column::NAME,
    Column::text("Type"),
    Column::text("Cluster-IP"),
    Column::text("External-IP"),
    Column::text("Port(s)"),
    Column::AGE,
    Column::wide("Selector"),
];

pub(super) fn row(service: &Service, options: &PrintOptions) -> Cells {
    let spec = &service.spec;
    let none = Str::from("<none>");
    let ports: Vec<Str> = spec
        .ports
        .iter()
        .map(|port| match port.node_port {
            0 => format!("{}/{}", port.port, port.protocol).into(),
            node => format!("{}:{node}/{}", port.port, port.protocol).into(),
        })
        .collect();
    Cells::new()
        .text(service.metadata.name.clone())
        .text(spec.type_.clone())
        .text(spec.cluster_ips.first().unwrap_or(&none).clone())
        .text(external(service))
        .text(joined(&ports))
        .age(service.metadata.creation_timestamp, options)
        .text(format_labels(&spec.selector))
}

fn external(service: &Service) -> Str {
    let spec = &service.spec;
    match spec.type_.as_str() {
        "ClusterIP" | "NodePort" => joined(&spec.external_ips),
        "LoadBalancer" => {
            let ingress = &service.status.load_balancer.ingress;
            let points: BTreeSet<&Str> = ingress
                .iter()
                .map(|point| {
                    if point.ip.is_empty() {
                        &point.hostname
                    } else {
                        &point.ip
                    }
                })
                .filter(|point| !point.is_empty())
                .collect();
            if points.is_empty() && spec.external_ips.is_empty() {
                return "<pending>".into();
            }
            joined(points.into_iter().chain(&spec.external_ips))
        }
        "ExternalName" => spec.external_name.clone(),
        _ => "<unknown>".into(),
    }
}
