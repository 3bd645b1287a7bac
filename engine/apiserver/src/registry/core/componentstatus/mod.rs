//! ComponentStatus: how the control plane is, the way it was told before there were health endpoints.

use api::core::v1::ComponentStatus;

use crate::printers::{Cells, Column, PrintOptions};
use crate::registry::{Strategy, Verbs};

/// The strategy.
pub(crate) struct ComponentStatusStrategy;

impl Strategy for ComponentStatusStrategy {
    type Kind = ComponentStatus;

    fn deprecation(&self) -> Option<&'static str> {
        Some("v1 ComponentStatus is deprecated in v1.19+")
    }

    fn verbs(&self) -> Verbs {
        Verbs::ReadOnly
    }

    fn columns(&self) -> std::borrow::Cow<'static, [Column]> {
        const COLUMNS: &[Column] = &[
            Column::NAME,
            Column::text("Status"),
            Column::text("Message"),
            Column::text("Error"),
        ];
        COLUMNS.into()
    }

    fn row(&self, object: &ComponentStatus, _options: &PrintOptions) -> Cells {
        let healthy = object
            .conditions
            .iter()
            .find(|condition| condition.type_ == "Healthy");
        let status = match healthy {
            None => "Unknown",
            Some(condition) if condition.status == "True" => "Healthy",
            Some(_) => "Unhealthy",
        };
        let (message, error) = healthy
            .map(|condition| (condition.message.clone(), condition.error.clone()))
            .unwrap_or_default();
        Cells::new()
            .text(object.metadata.name.clone())
            .text(status)
            .text(message)
            .text(error)
    }
}
