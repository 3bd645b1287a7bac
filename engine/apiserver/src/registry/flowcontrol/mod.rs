//! The group `flowcontrol.apiserver.k8s.io`: whose requests wait for whose. Kubernetes' room for this is
//! `pkg/registry/flowcontrol`.
//!
//! The objects are those of a real cluster and can be changed, but this API server answers one request at a time and never
//! lets one wait; whoever writes such an object is told so.

mod defaults;

use api::flowcontrol::v1::{FlowSchema, FlowSchemaCondition, PriorityLevelConfiguration};
use apimachinery::Shared;

use crate::admission::lookup;
use crate::context::Context;
use crate::printers::{Cells, Column, PrintOptions};
use crate::registry::Strategy;
use crate::registry::workload::share_parts;
use crate::validation::field::{Errors, Path};

const UNUSED: &str = "this API server lets no request wait: flow control has no effect here";

/// The strategy of [`FlowSchema`].
pub(crate) struct FlowSchemaStrategy;

impl Strategy for FlowSchemaStrategy {
    type Kind = FlowSchema;

    fn before_use(&self, cx: &Context) {
        defaults::make_schemas(cx);
    }

    fn default(&self, schema: &mut FlowSchema) {
        if schema.spec.matching_precedence == 0 {
            schema.spec.matching_precedence = 1000;
        }
    }

    share_parts!(spec, status);

    fn prepare_for_create(&self, cx: &Context, schema: &mut FlowSchema) {
        schema.metadata.generation = 1;
        schema.status = Shared::default();
        // Upstream's controller says right after whether the level exists.
        let level = &schema.spec.priority_level_configuration.name;
        let found = lookup::<PriorityLevelConfiguration>(cx, "", level).is_some()
            || defaults::is_level(level);
        let (status, reason, text) = if found {
            ("False", "Found", "and it exists")
        } else {
            ("True", "NotFound", "but there is no such object")
        };
        schema.status.conditions = vec![FlowSchemaCondition {
            type_: "Dangling".into(),
            status: status.into(),
            last_transition_time: cx.now(),
            reason: reason.into(),
            message: format!(
                "This FlowSchema references the PriorityLevelConfiguration object named {} {text}",
                apimachinery::gotext::quote(level)
            )
            .into(),
        }];
    }

    fn validate(&self, cx: &Context, schema: &FlowSchema, errors: &mut Errors) {
        let path = Path::new("spec");
        let spec = &schema.spec;
        if spec.matching_precedence <= 0 {
            errors.invalid(
                &path.child("matchingPrecedence"),
                spec.matching_precedence,
                "must be a positive value",
            );
        }
        if spec.matching_precedence > 10_000 {
            errors.invalid(
                &path.child("matchingPrecedence"),
                spec.matching_precedence,
                "must not be greater than 10000",
            );
        }
        if spec.matching_precedence == 1 && schema.metadata.name != "exempt" {
            errors.invalid(
                &path.child("matchingPrecedence"),
                1,
                "only the schema named 'exempt' may have matchingPrecedence 1",
            );
        }
        if let Some(method) = &spec.distinguisher_method
            && !matches!(method.type_.as_str(), "ByNamespace" | "ByUser")
        {
            errors.not_supported(
                &path.child("distinguisherMethod"),
                &method.type_,
                &["ByNamespace", "ByUser"],
            );
        }
        if spec.priority_level_configuration.name.is_empty() {
            let level = path.child("priorityLevelConfiguration");
            errors.required(&level.child("name"), "must reference a priority level");
        }
        let rules = path.child("rules");
        for (i, rule) in spec.rules.iter().enumerate() {
            let at = rules.index(i);
            if rule.subjects.is_empty() {
                errors.required(
                    &at.child("subjects"),
                    "subjects must contain at least one value",
                );
            }
            if rule.resource_rules.is_empty() && rule.non_resource_rules.is_empty() {
                errors.required(
                    &at,
                    "at least one of resourceRules and nonResourceRules has to be non-empty",
                );
            }
        }
        warn(cx);
    }

    fn prepare_for_update(&self, _cx: &Context, new: &mut FlowSchema, old: &FlowSchema) {
        new.status = old.status.clone();
        if new.spec != old.spec {
            new.metadata.generation = old.metadata.generation + 1;
        }
    }

    fn validate_update(
        &self,
        cx: &Context,
        new: &FlowSchema,
        _old: &FlowSchema,
        errors: &mut Errors,
    ) {
        self.validate(cx, new, errors);
    }

    fn has_status(&self) -> bool {
        true
    }

    fn prepare_for_status_update(&self, _cx: &Context, new: &mut FlowSchema, old: &FlowSchema) {
        new.spec = old.spec.clone();
    }

    fn columns(&self) -> std::borrow::Cow<'static, [Column]> {
        const COLUMNS: &[Column] = &[
            Column::NAME,
            Column::text("PriorityLevel"),
            Column::integer("MatchingPrecedence"),
            Column::text("DistinguisherMethod"),
            Column::AGE,
            Column::text("MissingPL"),
        ];
        COLUMNS.into()
    }

    fn row(&self, schema: &FlowSchema, options: &PrintOptions) -> Cells {
        let spec = &schema.spec;
        let method = spec.distinguisher_method.as_ref();
        let dangling = schema.status.conditions.iter();
        let dangling = dangling.into_iter().find(|c| c.type_ == "Dangling");
        Cells::new()
            .text(schema.metadata.name.clone())
            .text(spec.priority_level_configuration.name.clone())
            .integer(spec.matching_precedence)
            .text(method.map_or("<none>".into(), |method| method.type_.clone()))
            .age(schema.metadata.creation_timestamp, options)
            .text(dangling.map_or("?".into(), |condition| condition.status.clone()))
    }
}

/// The strategy of [`PriorityLevelConfiguration`].
pub(crate) struct PriorityLevelConfigurationStrategy;

impl Strategy for PriorityLevelConfigurationStrategy {
    type Kind = PriorityLevelConfiguration;

    fn before_use(&self, cx: &Context) {
        defaults::make_levels(cx);
    }

    fn default(&self, level: &mut PriorityLevelConfiguration) {
        if let Some(exempt) = &mut level.spec.exempt {
            exempt.nominal_concurrency_shares.get_or_insert(0);
            exempt.lendable_percent.get_or_insert(0);
        }
        if let Some(limited) = &mut level.spec.limited {
            limited.nominal_concurrency_shares.get_or_insert(30);
            limited.lendable_percent.get_or_insert(0);
            if let Some(queuing) = &mut limited.limit_response.queuing {
                let queuing = &mut **queuing;
                for (field, usual) in [
                    (&mut queuing.queues, 64),
                    (&mut queuing.hand_size, 8),
                    (&mut queuing.queue_length_limit, 50),
                ] {
                    if *field == 0 {
                        *field = usual;
                    }
                }
            }
        }
    }

    share_parts!(spec, status);

    fn prepare_for_create(&self, _cx: &Context, level: &mut PriorityLevelConfiguration) {
        level.metadata.generation = 1;
        level.status = Shared::default();
    }

    fn validate(&self, cx: &Context, level: &PriorityLevelConfiguration, errors: &mut Errors) {
        let path = Path::new("spec");
        let spec = &level.spec;
        let limited = path.child("limited");
        match spec.type_.as_str() {
            "Exempt" => {
                if spec.limited.is_some() {
                    errors.forbidden(&limited, "must be nil if the type is not Limited");
                }
            }
            "Limited" => {
                if spec.exempt.is_some() {
                    let text = "must be nil if the type is Limited";
                    errors.forbidden(&path.child("exempt"), text);
                }
                if let Some(inner) = &spec.limited {
                    if inner
                        .nominal_concurrency_shares
                        .is_some_and(|shares| shares < 0)
                    {
                        errors.invalid(
                            &limited.child("nominalConcurrencyShares"),
                            inner.nominal_concurrency_shares.unwrap_or_default(),
                            "must be a non-negative integer",
                        );
                    }
                    let response = limited.child("limitResponse");
                    match (
                        inner.limit_response.type_.as_str(),
                        &inner.limit_response.queuing,
                    ) {
                        ("Reject", Some(_)) => errors.forbidden(
                            &response.child("queuing"),
                            "must be nil if limited.limitResponse.type is not Limited",
                        ),
                        ("Queue", None) => errors.required(
                            &response.child("queuing"),
                            "must not be empty if limited.limitResponse.type is Limited",
                        ),
                        ("Reject" | "Queue", _) => {}
                        (other, _) => errors.not_supported(
                            &response.child("type"),
                            other,
                            &["Queue", "Reject"],
                        ),
                    }
                } else {
                    errors.required(&limited, "must not be empty when type is Limited");
                }
            }
            other => errors.not_supported(&path.child("type"), other, &["Exempt", "Limited"]),
        }
        warn(cx);
    }

    fn prepare_for_update(
        &self,
        _cx: &Context,
        new: &mut PriorityLevelConfiguration,
        old: &PriorityLevelConfiguration,
    ) {
        new.status = old.status.clone();
        if new.spec != old.spec {
            new.metadata.generation = old.metadata.generation + 1;
        }
    }

    fn validate_update(
        &self,
        cx: &Context,
        new: &PriorityLevelConfiguration,
        _old: &PriorityLevelConfiguration,
        errors: &mut Errors,
    ) {
        self.validate(cx, new, errors);
    }

    fn has_status(&self) -> bool {
        true
    }

    fn prepare_for_status_update(
        &self,
        _cx: &Context,
        new: &mut PriorityLevelConfiguration,
        old: &PriorityLevelConfiguration,
    ) {
        new.spec = old.spec.clone();
    }

    fn columns(&self) -> std::borrow::Cow<'static, [Column]> {
        const COLUMNS: &[Column] = &[
            Column::NAME,
            Column::text("Type"),
            Column::text("NominalConcurrencyShares"),
            Column::text("Queues"),
            Column::text("HandSize"),
            Column::text("QueueLengthLimit"),
            Column::AGE,
        ];
        COLUMNS.into()
    }

    fn row(&self, level: &PriorityLevelConfiguration, options: &PrintOptions) -> Cells {
        let spec = &level.spec;
        let shares = match (&spec.limited, &spec.exempt) {
            (Some(limited), _) => limited.nominal_concurrency_shares,
            (None, Some(exempt)) => exempt.nominal_concurrency_shares,
            (None, None) => None,
        };
        let queuing = spec.limited.as_ref();
        let queuing = queuing.and_then(|limited| limited.limit_response.queuing.as_ref());
        let shown = |number: Option<i32>| number.map_or("<none>".into(), |n| n.to_string());
        Cells::new()
            .text(level.metadata.name.clone())
            .text(spec.type_.clone())
            .text(shown(shares))
            .text(shown(queuing.map(|q| q.queues)))
            .text(shown(queuing.map(|q| q.hand_size)))
            .text(shown(queuing.map(|q| q.queue_length_limit)))
            .age(level.metadata.creation_timestamp, options)
    }
}

/// People are told that it has no effect; the server knows.
fn warn(cx: &Context) {
    if cx.asks_permission {
        cx.warn(UNUSED);
    }
}
