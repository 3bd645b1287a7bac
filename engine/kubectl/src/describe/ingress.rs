//! `kubectl describe ingress` and `ingressclass`.

use std::collections::BTreeSet;

use api::core::v1::Service;
use api::networking::v1::{Ingress, IngressBackend, IngressClass};

use super::about::About;
use super::decode;
use super::endpoints::{joined, ready_addresses, slices_of};
use crate::error::Error;

/// The ingress, with what is behind each path.
pub(crate) fn ingress(ingress: &Ingress, about: &About<'_>) -> Result<String, Error> {
    let (meta, spec) = (&ingress.metadata, &ingress.spec);
    let mut page = about.page();
    page.field(0, "Name", &meta.name);
    page.labels(0, "Labels", &meta.labels);
    page.field(0, "Namespace", &meta.namespace);
    let status = ingress.status.load_balancer.ingress.iter();
    let addresses: BTreeSet<&str> = status
        .map(|i| {
            if i.ip.is_empty() {
                &*i.hostname
            } else {
                &*i.ip
            }
        })
        .filter(|address| !address.is_empty())
        .collect();
    let addresses: Vec<&str> = addresses.into_iter().collect();
    page.field(0, "Address", &addresses.join(","));
    let class = spec.ingress_class_name.as_deref();
    page.field(0, "Ingress Class", class.unwrap_or("<none>"));
    let default = match &spec.default_backend {
        Some(default) => backend(default, &meta.namespace, about),
        None => "<default>".to_owned(),
    };
    page.field(0, "Default backend", &default);
    if !spec.tls.is_empty() {
        page.line(0, "TLS:");
    }
    for tls in &spec.tls {
        let hosts = joined(&tls.hosts, ",");
        page.line(
            1,
            &match &*tls.secret_name {
                "" => format!("SNI routes {hosts}"),
                secret => format!("{secret} terminates {hosts}"),
            },
        );
    }
    page.line(0, "Rules:");
    page.line(1, "Host\tPath\tBackends");
    page.line(1, "----\t----\t--------");
    let mut empty = true;
    for rule in &spec.rules {
        let Some(http) = &rule.http else { continue };
        empty = false;
        let host = if rule.host.is_empty() {
            "*"
        } else {
            &*rule.host
        };
        page.line(1, &format!("{host}\t"));
        for path in &http.paths {
            let backend = backend(&path.backend, &meta.namespace, about);
            page.line(2, &format!("\t{} \t{backend}", path.path));
        }
    }
    if empty {
        page.line(1, &format!("*\t*\t{default}"));
    }
    page.annotations("Annotations", &meta.annotations);
    Ok(about.finish(page))
}

/// `web:80 (10.244.1.2:80)`
fn backend(backend: &IngressBackend, namespace: &str, about: &About<'_>) -> String {
    if let Some(wanted) = &backend.service {
        let port = match wanted.port.number {
            0 => wanted.port.name.to_string(),
            number => number.to_string(),
        };
        let title = format!("{}:{port}", wanted.name);
        return match addresses(&wanted.name, &wanted.port, namespace, about) {
            Ok(addresses) => format!("{title} ({addresses})"),
            Err(error) => format!("{title} (<error: {}>)", error.text()),
        };
    }
    match &backend.resource {
        Some(resource) => format!(
            "APIGroup: {}, Kind: {}, Name: {}",
            resource.api_group.as_deref().unwrap_or("<none>"),
            resource.kind,
            resource.name
        ),
        None => String::new(),
    }
}

fn addresses(
    name: &str,
    port: &api::networking::v1::ServiceBackendPort,
    namespace: &str,
    about: &About<'_>,
) -> Result<String, Error> {
    let slices = slices_of(about.related, namespace, name)?;
    let service = about.related.get("v1", "services", namespace, name)?;
    let Some(service) = service else {
        let name = crate::util::go::quote(name);
        return Err(crate::fail!("services {name} not found"));
    };
    let service: Service = decode(&service)?;
    let found = service.spec.ports.iter().rfind(|p| {
        (port.number != 0 && port.number == p.port)
            || (!port.name.is_empty() && port.name == p.name)
    });
    Ok(ready_addresses(
        &slices,
        found.map_or("", |port| &*port.name),
    ))
}

/// The class of ingresses.
pub(crate) fn ingress_class(class: &IngressClass, about: &About<'_>) -> Result<String, Error> {
    let mut page = about.page();
    page.field(0, "Name", &class.metadata.name);
    page.labels(0, "Labels", &class.metadata.labels);
    page.annotations("Annotations", &class.metadata.annotations);
    page.field(0, "Controller", &class.spec.controller);
    if let Some(parameters) = &class.spec.parameters {
        page.line(0, "Parameters:");
        if let Some(group) = &parameters.api_group {
            page.field(1, "APIGroup", group);
        }
        page.field(1, "Kind", &parameters.kind);
        page.field(1, "Name", &parameters.name);
    }
    Ok(about.finish(page))
}
