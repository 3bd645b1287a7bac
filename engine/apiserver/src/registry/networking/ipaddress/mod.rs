//! IPAddress and ServiceCIDR: which service has which address, and where the addresses come from. Kubernetes' room for this is
//! `pkg/registry/networking/{ipaddress,servicecidr}`.
//!
//! Services take their addresses in [`crate::registry::core::service`]; an IPAddress is written after the fact, by
//! [`follow`]. Absent: more networks than the first. Another ServiceCIDR is kept, with a warning that nobody takes
//! addresses from it.

use std::net::IpAddr;

use api::core::v1::Service;
use api::networking::v1::{IPAddress, IPAddressSpec, ParentReference, ServiceCIDR};
use apimachinery::meta::v1::{Condition, DeleteOptions, ObjectMeta};
use apimachinery::{Shared, Str};

use crate::ApiServer;
use crate::admission::{lookup, lookup_all};
use crate::context::Context;
use crate::printers::{Cells, Column, PrintOptions, joined};
use crate::registry::Strategy;
use crate::registry::core::service::validate_cidr;
use crate::registry::workload::share_parts;
use crate::validation::IMMUTABLE;
use crate::validation::field::{Errors, Path, Verbatim};

/// The network that every cluster has, and its name.
const DEFAULT: (&str, &str) = ("kubernetes", "10.96.0.0/16");
const MANAGED_BY: &str = "ipallocator.k8s.io";

/// The strategy of [`IPAddress`].
pub(crate) struct IPAddressStrategy;

impl Strategy for IPAddressStrategy {
    type Kind = IPAddress;

    share_parts!(spec);

    fn validate(&self, _cx: &Context, address: &IPAddress, errors: &mut Errors) {
        let name = &address.metadata.name;
        let path = Path::new("metadata.name");
        match name.parse::<IpAddr>() {
            Err(_) => errors.invalid(
                &path,
                name,
                "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)",
            ),
            Ok(parsed) if parsed.to_string() != name.as_str() => {
                let text = format!("must be in canonical form (\"{parsed}\")");
                errors.invalid(&path, name, text);
            }
            Ok(_) => {}
        }
        let path = Path::new("spec");
        let path = path.child("parentRef");
        let Some(parent) = &address.spec.parent_ref else {
            errors.required(&path, "");
            return;
        };
        if parent.resource.is_empty() {
            errors.required(&path.child("resource"), "");
        }
        if parent.name.is_empty() {
            errors.required(&path.child("name"), "");
        }
    }

    fn validate_update(&self, cx: &Context, new: &IPAddress, old: &IPAddress, errors: &mut Errors) {
        if new.spec != old.spec {
            let shown = Verbatim(apimachinery::codec::to_json(&*new.spec));
            errors.invalid(&Path::new("spec"), shown, IMMUTABLE);
        }
        self.validate(cx, new, errors);
    }

    fn selectable_fields(&self) -> &'static [&'static str] {
        &["spec.parentRef.resource", "spec.parentRef.name"]
    }

    fn columns(&self) -> std::borrow::Cow<'static, [Column]> {
        const COLUMNS: &[Column] = &[Column::NAME, Column::text("ParentRef"), Column::AGE];
        COLUMNS.into()
    }

    fn row(&self, address: &IPAddress, options: &PrintOptions) -> Cells {
        let parent = address.spec.parent_ref.as_deref();
        let parent = parent.map_or(String::new(), |parent| {
            let mut text = parent.resource.to_string();
            if !parent.group.is_empty() {
                text.push('.');
                text.push_str(&parent.group);
            }
            for part in [&parent.namespace, &parent.name] {
                if !part.is_empty() {
                    text.push('/');
                    text.push_str(part);
                }
            }
            text
        });
        Cells::new()
            .text(address.metadata.name.clone())
            .text(parent)
            .age(address.metadata.creation_timestamp, options)
    }

    fn field_value(&self, address: &IPAddress, label: &str) -> Str {
        let parent = address.spec.parent_ref.as_deref();
        let parent = parent.map(|parent| match label {
            "spec.parentRef.resource" => parent.resource.clone(),
            _ => parent.name.clone(),
        });
        parent.unwrap_or_default()
    }
}

/// The strategy of [`ServiceCIDR`].
pub(crate) struct ServiceCIDRStrategy;

impl Strategy for ServiceCIDRStrategy {
    type Kind = ServiceCIDR;

    share_parts!(spec, status);

    fn before_use(&self, cx: &Context) {
        let (name, cidr) = DEFAULT;
        if lookup::<ServiceCIDR>(cx, "", name).is_some() {
            return;
        }
        let mut metadata = ObjectMeta::named("", name);
        metadata.finalizers = vec!["networking.k8s.io/service-cidr-finalizer".into()];
        let mut made = ServiceCIDR {
            metadata,
            ..ServiceCIDR::default()
        };
        made.spec.cidrs = vec![cidr.into()];
        made.status.conditions = vec![Condition {
            type_: "Ready".into(),
            status: "True".into(),
            message: "Kubernetes Service CIDR is ready".into(),
            last_transition_time: cx.now(),
            ..Condition::default()
        }];
        let status = made.status.clone();
        if let Ok(stored) = cx.create(made) {
            let mut next = (*stored).clone();
            next.status = status;
            // Nobody else can have written it meanwhile.
            let _ = cx.update_status(next);
        }
    }

    fn prepare_for_create(&self, _cx: &Context, cidr: &mut ServiceCIDR) {
        cidr.status = Shared::default();
    }

    fn validate(&self, cx: &Context, cidr: &ServiceCIDR, errors: &mut Errors) {
        let path = Path::new("spec");
        let path = path.child("cidrs");
        if cidr.spec.cidrs.is_empty() {
            errors.required(&path, "at least one CIDR required");
        }
        if cidr.spec.cidrs.len() > 2 {
            let shown = Verbatim(apimachinery::codec::to_json(&*cidr.spec));
            let text = "may only hold up to 2 values";
            errors.invalid(&path, shown, text);
        }
        for (i, text) in cidr.spec.cidrs.iter().enumerate() {
            validate_cidr(text, &path.index(i), errors);
        }
        if cidr.metadata.name != DEFAULT.0 {
            cx.warn(format!(
                "this cluster takes service addresses from {} only",
                DEFAULT.1
            ));
        }
    }

    fn prepare_for_update(&self, _cx: &Context, new: &mut ServiceCIDR, old: &ServiceCIDR) {
        new.status = old.status.clone();
    }

    fn validate_update(
        &self,
        _cx: &Context,
        new: &ServiceCIDR,
        old: &ServiceCIDR,
        errors: &mut Errors,
    ) {
        if new.spec != old.spec {
            let path = Path::new("spec");
            errors.invalid(&path.child("cidrs"), joined(&new.spec.cidrs), IMMUTABLE);
        }
    }

    fn has_status(&self) -> bool {
        true
    }

    fn prepare_for_status_update(&self, _cx: &Context, new: &mut ServiceCIDR, old: &ServiceCIDR) {
        new.spec = old.spec.clone();
    }

    fn columns(&self) -> std::borrow::Cow<'static, [Column]> {
        const COLUMNS: &[Column] = &[Column::NAME, Column::text("CIDRs"), Column::AGE];
        COLUMNS.into()
    }

    fn row(&self, cidr: &ServiceCIDR, options: &PrintOptions) -> Cells {
        Cells::new()
            .text(cidr.metadata.name.clone())
            .text(joined(&cidr.spec.cidrs))
            .age(cidr.metadata.creation_timestamp, options)
    }
}

/// Writes down which addresses a service has now.
pub(crate) fn follow(server: &ApiServer, service: &Service) {
    let cx = &of_now(server);
    let addresses = || service.spec.cluster_ips.iter().filter(|ip| *ip != "None");
    if addresses().next().is_none() {
        return forget(server, service);
    }
    for address in addresses() {
        if lookup::<IPAddress>(cx, "", address).is_some() {
            continue;
        }
        let mut metadata = ObjectMeta::named("", address.clone());
        let family = if address.contains(':') {
            "IPv6"
        } else {
            "IPv4"
        };
        for (key, value) in [
            ("ipaddress.kubernetes.io/ip-family", family),
            ("ipaddress.kubernetes.io/managed-by", MANAGED_BY),
        ] {
            metadata.labels.insert(Str::from(key), Str::from(value));
        }
        let parent = ParentReference {
            group: Str::new(),
            resource: "services".into(),
            namespace: service.metadata.namespace.clone(),
            name: service.metadata.name.clone(),
        };
        // A service with an odd address has been refused before.
        let _ = cx.create(IPAddress {
            metadata,
            spec: Shared::new(IPAddressSpec {
                parent_ref: Some(Shared::new(parent)),
            }),
        });
    }
}

/// Gives back the addresses of a service that is gone, or needs none any more.
pub(crate) fn forget(server: &ApiServer, service: &Service) {
    let cx = &of_now(server);
    let meta = &service.metadata;
    for address in lookup_all::<IPAddress>(cx, "") {
        let parent = address.spec.parent_ref.as_deref();
        let mine = |p: &ParentReference| {
            p.resource == "services" && p.namespace == meta.namespace && p.name == meta.name
        };
        if parent.is_some_and(mine) {
            // It may have been deleted by hand.
            let _ = cx.delete::<IPAddress>("", &address.metadata.name, &DeleteOptions::default());
        }
    }
}

fn of_now(server: &ApiServer) -> Context {
    let mut cx = Context::of_server(server);
    cx.instant = None;
    cx
}
