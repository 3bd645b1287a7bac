//! `kubectl describe namespace`: with its quotas and limits.

use api::core::v1::{LimitRange, Namespace, ResourceQuota};

use super::limits::{limit_rows, quota_rows};
use super::page::{Page, date};
use super::{Query, Related, list};
use crate::error::Error;

/// The namespace.
pub(crate) fn namespace(
    namespace: &Namespace,
    related: &dyn Related,
    now: i64,
) -> Result<String, Error> {
    let query = Query {
        namespace: &namespace.metadata.name,
        ..Query::default()
    };
    let quotas: Vec<ResourceQuota> = list(related, &query)?;
    let limits: Vec<LimitRange> = list(related, &query)?;
    let mut page = Page::new(now);
    page.head(&namespace.metadata);
    page.field(0, "Status", &namespace.status.phase);
    if !namespace.status.conditions.is_empty() {
        page.line(0, "Conditions:");
        page.line(1, "Type\tStatus\tLastTransitionTime\tReason\tMessage");
        page.line(1, "----\t------\t------------------\t------\t-------");
        for c in &namespace.status.conditions {
            let at = date(c.last_transition_time);
            page.line(
                1,
                &format!(
                    "{}\t{}\t{at}\t{}\t{}",
                    c.type_, c.status, c.reason, c.message
                ),
            );
        }
    }
    page.raw("\n");
    if quotas.is_empty() {
        page.line(0, "No resource quota.");
    } else {
        page.line(0, "Resource Quotas");
        quotas.iter().for_each(|quota| quota_rows(&mut page, quota));
    }
    page.raw("\n");
    if limits.is_empty() {
        page.line(0, "No LimitRange resource.");
    } else {
        page.line(0, "Resource Limits");
        page.line(
            0,
            " Type\tResource\tMin\tMax\tDefault Request\tDefault Limit\tMax Limit/Request Ratio",
        );
        page.line(
            0,
            " ----\t--------\t---\t---\t---------------\t-------------\t-----------------------",
        );
        limits
            .iter()
            .for_each(|range| limit_rows(&mut page, range, " "));
    }
    Ok(page.finish())
}
