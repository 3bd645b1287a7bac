//! `kubectl describe secret`: sizes, not contents.

use api::core::v1::Secret;

use super::page::Page;

/// The secret; only a service account's token is shown as it is.
pub(crate) fn secret(secret: &Secret, now: i64) -> String {
    let mut page = Page::new(now);
    page.head(&secret.metadata);
    page.raw(&format!("\nType:\t{}\n\nData\n====\n", secret.type_));
    for (key, value) in &secret.data {
        if key == "token" && secret.type_ == "kubernetes.io/service-account-token" {
            page.field(0, key, &String::from_utf8_lossy(value.as_ref()));
        } else {
            page.field(0, key, &format!("{} bytes", value.len()));
        }
    }
    page.finish()
}
