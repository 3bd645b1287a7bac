//! ServiceAccount: who a pod is when it talks to the API.

use api::core::v1::ServiceAccount;

use crate::context::Context;
use crate::printers::{Cells, Column, PrintOptions};
use crate::registry::Strategy;

/// The strategy.
pub(crate) struct ServiceAccountStrategy;

impl Strategy for ServiceAccountStrategy {
    type Kind = ServiceAccount;

    fn prepare_for_create(&self, _cx: &Context, object: &mut ServiceAccount) {
        object.secrets.retain(|secret| !secret.name.is_empty());
    }

    fn warnings_on_create(&self, _cx: &Context, new: &ServiceAccount, out: &mut Vec<String>) {
        warn(new, None, out);
    }

    fn warnings_on_update(
        &self,
        _cx: &Context,
        new: &ServiceAccount,
        old: &ServiceAccount,
        out: &mut Vec<String>,
    ) {
        warn(new, Some(old), out);
    }

    fn returns_deleted_object(&self) -> bool {
        true
    }

    fn columns(&self) -> std::borrow::Cow<'static, [Column]> {
        const COLUMNS: &[Column] = &[Column::NAME, Column::AGE];
        COLUMNS.into()
    }

    fn row(&self, object: &ServiceAccount, options: &PrintOptions) -> Cells {
        Cells::new()
            .text(object.metadata.name.clone())
            .age(object.metadata.creation_timestamp, options)
    }
}

fn warn(new: &ServiceAccount, old: Option<&ServiceAccount>, out: &mut Vec<String>) {
    const ENFORCED: &str = "kubernetes.io/enforce-mountable-secrets";
    let has = |account: &ServiceAccount| account.metadata.annotations.contains_key(ENFORCED);
    if has(new) && !old.is_some_and(has) {
        out.push(format!(
            "metadata.annotations[{ENFORCED}]: deprecated in v1.32+; prefer separate namespaces to isolate access to mounted secrets"
        ));
    }
}
