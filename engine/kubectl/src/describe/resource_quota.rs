//! `kubectl describe resourcequota` and `limitrange`. Neither shows events.

use api::core::v1::{LimitRange, ResourceQuota};
use apimachinery::{Quantity, Str};

use super::about::About;
use super::limits::{limit_rows, scope_help};
use crate::error::Error;

/// The quota: how much there is, and how much of it is used.
pub(crate) fn resource_quota(quota: &ResourceQuota, about: &About<'_>) -> Result<String, Error> {
    let mut page = about.page();
    page.field(0, "Name", &quota.metadata.name);
    page.field(0, "Namespace", &quota.metadata.namespace);
    let mut scopes: Vec<&str> = quota.spec.scopes.iter().map(Str::as_str).collect();
    scopes.sort_unstable();
    page.field_if(0, "Scopes", &scopes.join(", "));
    for text in scopes.iter().filter_map(|scope| scope_help(scope)) {
        page.line(0, &format!(" * {text}"));
    }
    page.line(0, "Resource\tUsed\tHard");
    page.line(0, "--------\t----\t----");
    for (name, hard) in &quota.status.hard {
        let used = quota.status.used.get(name.as_str());
        // What is used is shown in the units of what there is.
        let used = used.map(|used| match used.format() == hard.format() {
            true => used.clone(),
            false => Quantity::from_int(used.value(), hard.format()),
        });
        let used = used.as_ref().map_or("0", Quantity::as_str);
        page.line(0, &format!("{name}\t{used}\t{}", hard.as_str()));
    }
    Ok(page.finish())
}

/// The limits for objects of a namespace.
pub(crate) fn limit_range(range: &LimitRange, about: &About<'_>) -> Result<String, Error> {
    let mut page = about.page();
    page.field(0, "Name", &range.metadata.name);
    page.field(0, "Namespace", &range.metadata.namespace);
    page.line(
        0,
        "Type\tResource\tMin\tMax\tDefault Request\tDefault Limit\tMax Limit/Request Ratio",
    );
    page.line(
        0,
        "----\t--------\t---\t---\t---------------\t-------------\t-----------------------",
    );
    limit_rows(&mut page, range, "");
    Ok(page.finish())
}
