//! `kubectl create priorityclass`

use serde_json::json;

use super::super::shared;
use super::Generator;
use crate::cli::{Action, Command, Flag, Running};
use crate::context::Context;
use crate::util::json as j;

pub(super) const COMMAND: Command = Command {
    name: "priorityclass",
    usage: "NAME --value=VALUE --global-default=BOOL [--dry-run=server|client|none]",
    no_flags_in_use: true,
    aliases: &["pc"],
    short: "Create a priority class with the specified name",
    flags: &[
        shared::PRINT,
        shared::DRY_RUN,
        shared::VALIDATE,
        shared::SAVE_CONFIG,
        &[
            Flag::string(
                "description",
                "description is an arbitrary string that usually provides guidelines on when \
                 this priority class should be used.",
            ),
            Flag::string(
                "field-manager",
                "Name of the manager used to track field ownership.",
            )
            .default("kubectl-create"),
            Flag::bool(
                "global-default",
                "global-default specifies whether this PriorityClass should be considered as \
                 the default priority.",
            ),
            Flag::string(
                "preemption-policy",
                "preemption-policy is the policy for preempting pods with lower priority.",
            )
            .default("PreemptLowerPriority"),
            Flag::int32("value", "0", "the value of this priority class."),
        ],
    ],
    long: "Create a priority class with the specified name, value, globalDefault and \
description.",
    example: "# A priority class
kubectl create priorityclass high-priority --value=1000 --description=\"high priority\"

# The one for pods that name none
kubectl create priorityclass default-priority --value=1000 --global-default=true

# One that does not push others out
kubectl create priorityclass high-priority --value=1000 --preemption-policy=\"Never\"",
    action: Action::Run(run),
    ..Command::DEFAULT
};

fn run(cx: Context) -> Running {
    Box::pin(async move {
        let generator = Generator::new(&cx)?;
        let mut object = json!({
            "apiVersion": "scheduling.k8s.io/v1", "kind": "PriorityClass",
            "metadata": {"name": generator.name},
            "value": cx.flags.int("value"),
            "preemptionPolicy": cx.flags.str("preemption-policy"),
        });
        if cx.flags.bool("global-default") {
            j::set(&mut object, &["globalDefault"], true);
        }
        if !cx.flags.str("description").is_empty() {
            j::set(&mut object, &["description"], cx.flags.str("description"));
        }
        generator.create(&cx, object, "failed to create priorityclass: ")
    })
}
