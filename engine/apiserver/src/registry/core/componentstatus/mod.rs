//! ComponentStatus: how the control plane is, the way it was told before there were health endpoints.
//!
//! Nothing is stored: whoever asks is told how the components are now ([`crate::ApiServer::set_component_check`]).

use api::core::v1::{ComponentCondition, ComponentStatus};
use apimachinery::Str;

use crate::ApiServer;
use crate::printers::{Cells, Column, PrintOptions};
use crate::registry::{Strategy, Verbs};
use crate::storage::Obj;

/// The components, with the ports at which upstream asks them. The store has no port of its own here.
const COMPONENTS: [(&str, Option<u16>); 3] = [
    ("controller-manager", Some(10257)),
    ("scheduler", Some(10259)),
    ("etcd-0", None),
];

/// How every component is.
pub(crate) fn all(server: &ApiServer) -> Vec<Obj> {
    let status = |(name, port): (&str, Option<u16>)| -> Obj {
        let dead = port.filter(|_| !server.component_is_up(name));
        let (status, message) = match dead {
            None => ("True", Str::from("ok")),
            Some(port) => (
                "False",
                format!(
                    "Get \"https://127.0.0.1:{port}/healthz\": dial tcp 127.0.0.1:{port}: connect: connection refused"
                )
                .into(),
            ),
        };
        let mut object = ComponentStatus::default();
        object.metadata.name = name.into();
        object.conditions = vec![ComponentCondition {
            type_: "Healthy".into(),
            status: status.into(),
            message,
            ..ComponentCondition::default()
        }];
        let object: Box<dyn apimachinery::Object> = Box::new(object);
        object.into()
    };
    COMPONENTS.into_iter().map(status).collect()
}

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
