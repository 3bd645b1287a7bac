//! `kubectl describe service`: with the addresses behind each port.

use api::core::v1::{LoadBalancerIngress, Service};
use apimachinery::labels::format_labels;

use super::about::About;
use super::endpoints::{joined, ready_addresses, slices_of};
use super::page::{Page, or_none};
use crate::error::Error;

/// The service.
pub(crate) fn service(service: &Service, about: &About<'_>) -> Result<String, Error> {
    let (meta, spec) = (&service.metadata, &service.spec);
    let slices = slices_of(about.related, &meta.namespace, &meta.name).unwrap_or_default();
    let mut page = about.page();
    page.field(0, "Name", &meta.name);
    page.field(0, "Namespace", &meta.namespace);
    page.labels(0, "Labels", &meta.labels);
    page.annotations("Annotations", &meta.annotations);
    page.field(0, "Selector", &format_labels(&spec.selector));
    page.field(0, "Type", &spec.type_);
    addresses(&mut page, service);
    for port in &spec.ports {
        let name = if port.name.is_empty() {
            "<unset>"
        } else {
            &*port.name
        };
        let protocol = &port.protocol;
        page.field(0, "Port", &format!("{name}\t{}/{protocol}", port.port));
        page.field(0, "TargetPort", &format!("{}/{protocol}", port.target_port));
        page.field_if(
            0,
            "AppProtocol",
            port.app_protocol.as_deref().unwrap_or_default(),
        );
        if port.node_port != 0 {
            page.field(
                0,
                "NodePort",
                &format!("{name}\t{}/{protocol}", port.node_port),
            );
        }
        page.field(0, "Endpoints", &ready_addresses(&slices, &port.name));
    }
    page.field(0, "Session Affinity", &spec.session_affinity);
    page.field_if(0, "External Traffic Policy", &spec.external_traffic_policy);
    let internal = spec.internal_traffic_policy.as_deref();
    page.field_if(0, "Internal Traffic Policy", internal.unwrap_or_default());
    if spec.health_check_node_port != 0 {
        let port = spec.health_check_node_port.to_string();
        page.field(0, "HealthCheck NodePort", &port);
    }
    let ranges = joined(&spec.load_balancer_source_ranges, ",");
    page.field_if(0, "LoadBalancer Source Ranges", &ranges);
    let distribution = spec.traffic_distribution.as_deref();
    page.field_if(0, "Traffic Distribution", distribution.unwrap_or_default());
    Ok(about.finish(page))
}

/// What the service itself is reached by.
fn addresses(page: &mut Page, service: &Service) {
    let spec = &service.spec;
    let policy = spec.ip_family_policy.as_deref();
    page.field_if(0, "IP Family Policy", policy.unwrap_or_default());
    page.field(0, "IP Families", or_none(&joined(&spec.ip_families, ",")));
    page.field(0, "IP", &spec.cluster_ip);
    page.field(0, "IPs", or_none(&joined(&spec.cluster_ips, ",")));
    page.field_if(0, "External IPs", &joined(&spec.external_ips, ","));
    page.field_if(0, "Desired LoadBalancer IP", &spec.load_balancer_ip);
    page.field_if(0, "External Name", &spec.external_name);
    let ingress: Vec<String> = service
        .status
        .load_balancer
        .ingress
        .iter()
        .map(load_balancer)
        .collect();
    page.field_if(0, "LoadBalancer Ingress", &ingress.join(", "));
}

fn load_balancer(ingress: &LoadBalancerIngress) -> String {
    match &ingress.ip_mode {
        _ if ingress.ip.is_empty() => ingress.hostname.to_string(),
        Some(mode) => format!("{} ({mode})", ingress.ip),
        None => ingress.ip.to_string(),
    }
}
