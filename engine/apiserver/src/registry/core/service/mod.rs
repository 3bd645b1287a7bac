//! Service: one address for many pods.

mod addresses;
mod allocation;
mod printer;
mod validation;

use api::core::v1::{ClientIPConfig, Service, SessionAffinityConfig};
use apimachinery::{IntOrString, Shared, Str};

use crate::context::Context;
use crate::printers::{Cells, Column, PrintOptions};
use crate::registry::Strategy;
use crate::registry::workload::share_parts;
use crate::validation::addresses::{warn_of_cidr, warn_of_ip};
use crate::validation::content::{NameRule, name_is_dns_label};
use crate::validation::field::{Errors, Path};

pub(crate) use validation::{validate_cidr, validate_endpoint_ip, validate_protocol};

const AFFINITY_SECONDS: i32 = 10_800;

/// The strategy.
pub(crate) struct ServiceStrategy;

impl Strategy for ServiceStrategy {
    type Kind = Service;

    /// A digit may come first (`RelaxedServiceNameValidation`, on by default since v1.36).
    fn name_rule(&self) -> NameRule {
        name_is_dns_label
    }

    fn default(&self, service: &mut Service) {
        default(service);
    }

    share_parts!(spec, status);

    fn begin_create(&self, cx: &Context, service: &mut Service) -> Result<(), Errors> {
        addresses::unify(service, None);
        allocation::allocate(cx, service, None)
    }

    fn prepare_for_create(&self, _cx: &Context, service: &mut Service) {
        service.status = Shared::default();
    }

    fn validate(&self, _cx: &Context, service: &Service, errors: &mut Errors) {
        validation::validate(service, errors);
    }

    fn warnings_on_create(&self, _cx: &Context, service: &Service, out: &mut Vec<String>) {
        warn(service, out);
    }

    fn begin_update(&self, cx: &Context, new: &mut Service, old: &Service) -> Result<(), Errors> {
        addresses::keep_allocated(new, old);
        addresses::unify(new, Some(old));
        allocation::allocate(cx, new, Some(old))
    }

    fn prepare_for_update(&self, _cx: &Context, new: &mut Service, old: &Service) {
        new.status = old.status.clone();
        addresses::drop_what_the_type_has_not(new, old);
    }

    fn validate_update(&self, _cx: &Context, new: &Service, old: &Service, errors: &mut Errors) {
        validation::validate_update(new, old, errors);
        validation::validate(new, errors);
    }

    fn warnings_on_update(
        &self,
        _cx: &Context,
        new: &Service,
        _old: &Service,
        out: &mut Vec<String>,
    ) {
        warn(new, out);
    }

    fn has_status(&self) -> bool {
        true
    }

    fn prepare_for_status_update(&self, _cx: &Context, new: &mut Service, old: &Service) {
        new.spec = old.spec.clone();
    }

    fn validate_status_update(
        &self,
        _cx: &Context,
        new: &Service,
        _old: &Service,
        errors: &mut Errors,
    ) {
        validation::validate_status(new, errors);
    }

    fn returns_deleted_object(&self) -> bool {
        true
    }

    fn selectable_fields(&self) -> &'static [&'static str] {
        &["spec.clusterIP", "spec.type"]
    }

    fn field_value(&self, service: &Service, label: &str) -> Str {
        match label {
            "spec.clusterIP" => service.spec.cluster_ip.clone(),
            _ => service.spec.type_.clone(),
        }
    }

    fn columns(&self) -> std::borrow::Cow<'static, [Column]> {
        printer::COLUMNS.into()
    }

    fn row(&self, service: &Service, options: &PrintOptions) -> Cells {
        printer::row(service, options)
    }
}

fn default(service: &mut Service) {
    let externally_accessible = is_externally_accessible_once_defaulted(service);
    let spec = &mut *service.spec;
    if spec.session_affinity.is_empty() {
        spec.session_affinity = "None".into();
    }
    match spec.session_affinity.as_str() {
        "None" => spec.session_affinity_config = None,
        "ClientIP" => {
            let config = spec.session_affinity_config.as_ref();
            let client = config.and_then(|config| config.client_ip.as_ref());
            if client.and_then(|client| client.timeout_seconds).is_none() {
                let client_ip = ClientIPConfig {
                    timeout_seconds: Some(AFFINITY_SECONDS),
                };
                let config = SessionAffinityConfig {
                    client_ip: Some(client_ip.into()),
                };
                spec.session_affinity_config = Some(config.into());
            }
        }
        _ => {}
    }
    if spec.type_.is_empty() {
        spec.type_ = "ClusterIP".into();
    }
    for port in &mut spec.ports {
        if port.protocol.is_empty() {
            port.protocol = "TCP".into();
        }
        let unset = match &port.target_port {
            IntOrString::Int(number) => *number == 0,
            IntOrString::Str(name) => name.is_empty(),
        };
        if unset {
            port.target_port = IntOrString::Int(port.port);
        }
    }
    if externally_accessible && spec.external_traffic_policy.is_empty() {
        spec.external_traffic_policy = "Cluster".into();
    }
    if spec.internal_traffic_policy.is_none()
        && matches!(
            spec.type_.as_str(),
            "ClusterIP" | "NodePort" | "LoadBalancer"
        )
    {
        spec.internal_traffic_policy = Some("Cluster".into());
    }
    if spec.type_ == "LoadBalancer" {
        spec.allocate_load_balancer_node_ports.get_or_insert(true);
        let given = |status: &Service| {
            let ingress = &status.status.load_balancer.ingress;
            ingress
                .iter()
                .any(|point| !point.ip.is_empty() && point.ip_mode.is_none())
        };
        if given(service) {
            for point in &mut service.status.load_balancer.ingress {
                if !point.ip.is_empty() {
                    point.ip_mode.get_or_insert_with(|| "VIP".into());
                }
            }
        }
    }
}

fn is_externally_accessible_once_defaulted(service: &Service) -> bool {
    match service.spec.type_.as_str() {
        "LoadBalancer" | "NodePort" => true,
        "ClusterIP" | "" => !service.spec.external_ips.is_empty(),
        _ => false,
    }
}

/// Whether the service has no address of its own.
pub(crate) fn is_headless(service: &Service) -> bool {
    service.spec.type_ == "ClusterIP" && service.spec.cluster_ip == "None"
}

/// Whether nodes are asked for the service's health.
fn needs_health_check(service: &Service) -> bool {
    service.spec.type_ == "LoadBalancer" && service.spec.external_traffic_policy == "Local"
}

/// Whether the service has an address, or says that it wants none.
fn needs_cluster_ip(service: &Service) -> bool {
    matches!(
        service.spec.type_.as_str(),
        "ClusterIP" | "NodePort" | "LoadBalancer"
    )
}

/// Whether every node has a port for each port of the service.
fn needs_node_port(service: &Service) -> bool {
    match service.spec.type_.as_str() {
        "NodePort" => true,
        "LoadBalancer" => service
            .spec
            .allocate_load_balancer_node_ports
            .unwrap_or(true),
        _ => false,
    }
}

fn warn(service: &Service, out: &mut Vec<String>) {
    const HINTS: &str = "service.kubernetes.io/topology-aware-hints";
    let spec = &service.spec;
    if service.metadata.annotations.contains_key(HINTS) {
        out.push(format!(
            "annotation {HINTS} is deprecated, please use service.kubernetes.io/topology-mode instead"
        ));
    }
    if needs_cluster_ip(service) && !is_headless(service) {
        let path = Path::new("spec.clusterIPs");
        for (i, address) in spec.cluster_ips.iter().enumerate() {
            warn_of_ip(address, &path.index(i), out);
        }
    }
    if is_headless(service) {
        if !spec.load_balancer_ip.is_empty() {
            out.push("spec.loadBalancerIP is ignored for headless services".to_owned());
        }
        if !spec.external_ips.is_empty() {
            out.push("spec.externalIPs is ignored for headless services".to_owned());
        }
        if spec.session_affinity != "None" {
            out.push("spec.SessionAffinity is ignored for headless services".to_owned());
        }
    }
    let external = spec.type_ == "ExternalName";
    let path = Path::new("spec.externalIPs");
    for (i, address) in spec.external_ips.iter().enumerate() {
        warn_of_ip(address, &path.index(i), out);
    }
    if !spec.external_ips.is_empty() && !external && !is_headless(service) {
        out.push(
            "spec.externalIPs is deprecated and may no longer be implemented in some clusters"
                .to_owned(),
        );
    }
    if !spec.load_balancer_ip.is_empty() {
        let path = Path::new("spec.loadBalancerIP");
        warn_of_ip(&spec.load_balancer_ip, &path, out);
    }
    let path = Path::new("spec.loadBalancerSourceRanges");
    for (i, range) in spec.load_balancer_source_ranges.iter().enumerate() {
        warn_of_cidr(range, &path.index(i), out);
    }
    if external && !spec.external_ips.is_empty() {
        out.push("spec.externalIPs is ignored when spec.type is \"ExternalName\"".to_owned());
    }
    if !external && !spec.external_name.is_empty() {
        out.push("spec.externalName is ignored when spec.type is not \"ExternalName\"".to_owned());
    }
    if spec.traffic_distribution.as_deref() == Some("PreferClose") {
        out.push(
            "spec.trafficDistribution: \"PreferClose\" is deprecated; use \"PreferSameZone\""
                .to_owned(),
        );
    }
}
