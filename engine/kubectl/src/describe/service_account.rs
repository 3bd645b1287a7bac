//! `kubectl describe serviceaccount`.

use api::core::v1::{Event, ServiceAccount};

use super::events::events as event_table;
use super::page::Page;

/// The service account and its pull secrets.
pub(crate) fn service_account(
    account: &ServiceAccount,
    events: Option<&[Event]>,
    now: i64,
) -> String {
    let mut page = Page::new(now);
    page.head(&account.metadata);
    let label = "Image pull secrets:";
    if account.image_pull_secrets.is_empty() {
        page.line(0, &format!("{label}\t<none>"));
    }
    for (i, secret) in account.image_pull_secrets.iter().enumerate() {
        let label = if i == 0 {
            label.to_owned()
        } else {
            " ".repeat(label.len())
        };
        page.line(0, &format!("{label}\t{}", secret.name));
    }
    if let Some(events) = events {
        event_table(&mut page, events);
    }
    page.finish()
}
