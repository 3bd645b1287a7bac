//! Ingress: which requests from outside go to which service.

use std::collections::BTreeSet;

use api::networking::v1::{HTTPIngressPath, Ingress, IngressBackend};
use apimachinery::validation::{
    is_dns1123_label, is_dns1123_subdomain, is_wildcard_dns1123_subdomain,
};
use apimachinery::{Shared, Str};

use crate::context::Context;
use crate::printers::{Cells, Column, PrintOptions, joined};
use crate::registry::Strategy;
use crate::registry::workload::share_parts;
use crate::validation::content::name_is_path_segment;
use crate::validation::field::{Errors, Path, Verbatim};

const HOSTS_SHOWN: usize = 3;
const CLASS: &str = "kubernetes.io/ingress.class";
const PATH_TYPES: [&str; 3] = ["Exact", "ImplementationSpecific", "Prefix"];

/// The strategy.
pub(crate) struct IngressStrategy;

impl Strategy for IngressStrategy {
    type Kind = Ingress;

    share_parts!(spec, status);

    fn prepare_for_create(&self, _cx: &Context, ingress: &mut Ingress) {
        ingress.status = Shared::default();
        ingress.metadata.generation = 1;
    }

    fn validate(&self, _cx: &Context, ingress: &Ingress, errors: &mut Errors) {
        validate(ingress, errors);
        // Before there was a field, an annotation named the class.
        let named = ingress.metadata.annotations.get(CLASS);
        if let (Some(named), Some(class)) = (named, &ingress.spec.ingress_class_name)
            && named != class
        {
            let path = Path::new("annotations");
            let detail = "must match `ingressClassName` when both are specified";
            errors.invalid(&path.child(CLASS), named, detail);
        }
    }

    fn prepare_for_update(&self, _cx: &Context, new: &mut Ingress, old: &Ingress) {
        new.status = old.status.clone();
        if new.spec != old.spec {
            new.metadata.generation = old.metadata.generation + 1;
        }
    }

    fn validate_update(&self, _cx: &Context, new: &Ingress, _old: &Ingress, errors: &mut Errors) {
        validate(new, errors);
    }

    fn has_status(&self) -> bool {
        true
    }

    fn prepare_for_status_update(&self, _cx: &Context, new: &mut Ingress, old: &Ingress) {
        new.spec = old.spec.clone();
    }

    fn columns(&self) -> std::borrow::Cow<'static, [Column]> {
        const COLUMNS: &[Column] = &[
            Column::NAME,
            Column::text("Class"),
            Column::text("Hosts"),
            Column::text("Address"),
            Column::text("Ports"),
            Column::AGE,
        ];
        COLUMNS.into()
    }

    fn row(&self, ingress: &Ingress, options: &PrintOptions) -> Cells {
        let spec = &ingress.spec;
        let points: BTreeSet<&Str> = ingress
            .status
            .load_balancer
            .ingress
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
        let address = if points.is_empty() {
            Str::new()
        } else {
            joined(points)
        };
        Cells::new()
            .text(ingress.metadata.name.clone())
            .text(
                spec.ingress_class_name
                    .clone()
                    .unwrap_or_else(|| "<none>".into()),
            )
            .text(shown_hosts(ingress))
            .text(address)
            .text(if spec.tls.is_empty() { "80" } else { "80, 443" })
            .age(ingress.metadata.creation_timestamp, options)
    }
}

fn shown_hosts(ingress: &Ingress) -> String {
    let rules = &ingress.spec.rules;
    let hosts: Vec<&str> = rules
        .iter()
        .map(|rule| rule.host.as_str())
        .filter(|host| !host.is_empty())
        .collect();
    let shown = hosts[..hosts.len().min(HOSTS_SHOWN)].join(",");
    match rules.len().checked_sub(HOSTS_SHOWN) {
        _ if hosts.is_empty() => "*".to_owned(),
        Some(more) if more > 0 && hosts.len() >= HOSTS_SHOWN => format!("{shown} + {more} more..."),
        _ => shown,
    }
}

fn validate(ingress: &Ingress, errors: &mut Errors) {
    let spec = &ingress.spec;
    let path = Path::new("spec");
    if spec.rules.is_empty() && spec.default_backend.is_none() {
        errors.invalid(
            &path,
            Verbatim("null".to_owned()),
            "either `defaultBackend` or `rules` must be specified",
        );
    }
    if let Some(backend) = &spec.default_backend {
        validate_backend(backend, &path.child("defaultBackend"), errors);
    }
    let rules = path.child("rules");
    for (i, rule) in spec.rules.iter().enumerate() {
        let at = rules.index(i);
        if !rule.host.is_empty() {
            let host = at.child("host");
            if rule.host.parse::<std::net::IpAddr>().is_ok() {
                errors.invalid(&host, &rule.host, "must be a DNS name, not an IP address");
            }
            validate_host(&rule.host, &host, errors);
        }
        if let Some(http) = &rule.http {
            let at = at.child("http");
            let paths = at.child("paths");
            if http.paths.is_empty() {
                errors.required(&paths, "");
            }
            for (i, path) in http.paths.iter().enumerate() {
                validate_path(path, &paths.index(i), errors);
            }
        }
    }
    let tls = path.child("tls");
    for (i, entry) in spec.tls.iter().enumerate() {
        let at = tls.index(i);
        let hosts = at.child("hosts");
        for (i, host) in entry.hosts.iter().enumerate() {
            validate_host(host, &hosts.index(i), errors);
        }
        let secret = &entry.secret_name;
        if !secret.is_empty() {
            let complaints = is_dns1123_subdomain(secret);
            errors.invalid_each(&at.child("secretName"), secret, complaints);
        }
    }
    if let Some(class) = &spec.ingress_class_name {
        errors.invalid_each(
            &path.child("ingressClassName"),
            class,
            is_dns1123_subdomain(class),
        );
    }
}

fn validate_host(host: &str, path: &Path<'_>, errors: &mut Errors) {
    if host.contains('*') {
        errors.invalid_each(path, host, is_wildcard_dns1123_subdomain(host));
    } else {
        errors.invalid_each(path, host, is_dns1123_subdomain(host));
    }
}

fn validate_path(rule: &HTTPIngressPath, path: &Path<'_>, errors: &mut Errors) {
    let (at, kind) = (path.child("path"), path.child("pathType"));
    match rule.path_type.as_deref() {
        None => return errors.required(&kind, "pathType must be specified"),
        Some("Exact" | "Prefix") => {
            if !rule.path.starts_with('/') {
                errors.invalid(&at, &rule.path, "must be an absolute path");
            }
            for bad in ["//", "/./", "/../", "%2f", "%2F"] {
                if rule.path.contains(bad) {
                    errors.invalid(&at, &rule.path, format!("must not contain '{bad}'"));
                }
            }
            for bad in ["/..", "/."] {
                if rule.path.ends_with(bad) {
                    errors.invalid(&at, &rule.path, format!("cannot end with '{bad}'"));
                }
            }
        }
        Some("ImplementationSpecific") => {
            if !rule.path.is_empty() && !rule.path.starts_with('/') {
                errors.invalid(&at, &rule.path, "must be an absolute path");
            }
        }
        Some(other) => errors.not_supported(&kind, other, &PATH_TYPES),
    }
    validate_backend(&rule.backend, &path.child("backend"), errors);
}

/// What is named by kind and name, and maybe group.
pub(super) fn validate_reference(
    group: Option<&str>,
    kind: &str,
    name: &str,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    if let Some(group) = group {
        errors.invalid_each(&path.child("apiGroup"), group, is_dns1123_subdomain(group));
    }
    for (field, value) in [("kind", kind), ("name", name)] {
        if value.is_empty() {
            errors.required(&path.child(field), "");
        } else {
            errors.invalid_each(
                &path.child(field),
                value,
                name_is_path_segment(value, false),
            );
        }
    }
}

fn validate_backend(backend: &IngressBackend, path: &Path<'_>, errors: &mut Errors) {
    match (&backend.service, &backend.resource) {
        (Some(_), Some(_)) => {
            errors.invalid(path, "", "cannot set both resource and service backends")
        }
        (None, None) => errors.invalid(path, "", "resource or service backend is required"),
        (None, Some(resource)) => {
            validate_reference(
                resource.api_group.as_deref(),
                &resource.kind,
                &resource.name,
                &path.child("resource"),
                errors,
            );
        }
        (Some(service), None) => {
            let at = path.child("service");
            if service.name.is_empty() {
                errors.required(&at.child("name"), "");
            } else {
                errors.invalid_each(
                    &at.child("name"),
                    &service.name,
                    is_dns1123_label(&service.name),
                );
            }
            let port = at.child("port");
            match (service.port.name.is_empty(), service.port.number) {
                (true, 0) => errors.required(path, "port name or number is required"),
                (false, 0) => {
                    for message in apimachinery::validation::is_valid_port_name(&service.port.name)
                    {
                        errors.invalid(&port.child("name"), &service.port.name, message);
                    }
                }
                (false, _) => errors.invalid(path, "", "cannot set both port name & port number"),
                (true, number) => {
                    for message in apimachinery::validation::is_valid_port_num(number.into()) {
                        errors.invalid(&port.child("number"), number, message);
                    }
                }
            }
        }
    }
}
