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
