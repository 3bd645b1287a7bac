//! Rows of quotas and limit ranges, shared by their own descriptions and that of their namespace.

use std::collections::BTreeSet;

use api::core::v1::{LimitRange, ResourceQuota};
use apimachinery::{Map, Quantity, Str};

use super::page::Page;

/// A quota within a namespace's description.
pub(crate) fn quota_rows(page: &mut Page, quota: &ResourceQuota) {
    page.field(1, "Name", &quota.metadata.name);
    let mut scopes: Vec<&str> = quota.spec.scopes.iter().map(Str::as_str).collect();
    scopes.sort_unstable();
    if !scopes.is_empty() {
        page.field(1, "Scopes", &scopes.join(", "));
    }
    for text in scopes.iter().filter_map(|scope| scope_help(scope)) {
        page.line(1, &format!("* {text}"));
    }
    page.line(1, "Resource\tUsed\tHard");
    page.line(1, "--------\t---\t---");
    for (name, hard) in &quota.status.hard {
        let used = quota
            .status
            .used
            .get(name.as_str())
            .map_or("0", Quantity::as_str);
        page.line(1, &format!("{name}\t{used}\t{}", hard.as_str()));
    }
}

/// What a scope of a quota matches, in upstream's words.
pub(crate) fn scope_help(scope: &str) -> Option<&'static str> {
    Some(match scope {
        "Terminating" => {
            "Matches all pods that have an active deadline. These pods have a limited lifespan on a node before being \
             actively terminated by the system."
        }
        "NotTerminating" => {
            "Matches all pods that do not have an active deadline. These pods usually include long running pods whose \
             container command is not expected to terminate."
        }
        "BestEffort" => {
            "Matches all pods that do not have resource requirements set. These pods have a best effort quality of \
             service."
        }
        "NotBestEffort" => {
            "Matches all pods that have at least one resource requirement set. These pods have a burstable or \
             guaranteed quality of service."
        }
        _ => return None,
    })
}

/// A row for each type and resource of a limit range.
pub(crate) fn limit_rows(page: &mut Page, range: &LimitRange, indent: &str) {
    for item in &range.spec.limits {
        let lists = [
            &item.min,
            &item.max,
            &item.default_request,
            &item.default_,
            &item.max_limit_request_ratio,
        ];
        let names: BTreeSet<&Str> = lists
            .iter()
            .flat_map(|list| list.iter().map(|(name, _)| name))
            .collect();
        for name in names {
            let value = |list: &&Map<Str, Quantity>| {
                list.get(name.as_str())
                    .map_or("-".to_owned(), |q| q.as_str().to_owned())
            };
            let cells: Vec<String> = lists.iter().map(value).collect();
            page.line(
                0,
                &format!("{indent}{}\t{name}\t{}", item.type_, cells.join("\t")),
            );
        }
    }
}
