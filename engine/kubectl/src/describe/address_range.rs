//! `kubectl describe servicecidr` and `ipaddress`: where the addresses of services come from, and whose they are.

use api::networking::v1::{IPAddress, ServiceCIDR};

use super::about::About;
use super::endpoints::joined;
use super::page::date;
use crate::error::Error;

/// A range of addresses.
pub(crate) fn service_cidr(range: &ServiceCIDR, about: &About<'_>) -> Result<String, Error> {
    let mut page = about.page();
    page.field(0, "Name", &range.metadata.name);
    page.labels(0, "Labels", &range.metadata.labels);
    page.annotations("Annotations", &range.metadata.annotations);
    page.field(0, "CIDRs", &joined(&range.spec.cidrs, ", "));
    if !range.status.conditions.is_empty() {
        page.line(0, "Status:");
        page.line(0, "Conditions:");
        page.line(1, "Type\tStatus\tLastTransitionTime\tReason\tMessage");
        page.line(1, "----\t------\t------------------\t------\t-------");
    }
    for c in &range.status.conditions {
        let at = date(c.last_transition_time);
        let row = format!(
            "{}\t{}\t{at}\t{}\t{}",
            c.type_, c.status, c.reason, c.message
        );
        page.line(1, &row);
    }
    Ok(about.finish(page))
}

/// An address that is taken.
pub(crate) fn ip_address(address: &IPAddress, about: &About<'_>) -> Result<String, Error> {
    let mut page = about.page();
    page.field(0, "Name", &address.metadata.name);
    page.labels(0, "Labels", &address.metadata.labels);
    page.annotations("Annotations", &address.metadata.annotations);
    if let Some(parent) = &address.spec.parent_ref {
        page.line(0, "Parent Reference:");
        page.field(1, "Group", &parent.group);
        page.field(1, "Resource", &parent.resource);
        page.field(1, "Namespace", &parent.namespace);
        page.field(1, "Name", &parent.name);
    }
    Ok(about.finish(page))
}
