//! `kubectl create namespace`

use serde_json::json;

use super::super::shared;
use super::Generator;
use crate::cli::{Action, Command, Flag, Running};
use crate::context::Context;

pub(super) const COMMAND: Command = Command {
    name: "namespace",
    usage: "NAME [--dry-run=server|client|none]",
    no_flags_in_use: true,
    aliases: &["ns"],
    short: "Create a namespace with the specified name",
    flags: &[
        shared::PRINT,
        shared::DRY_RUN,
        shared::VALIDATE,
        shared::SAVE_CONFIG,
        &[Flag::string(
            "field-manager",
            "Name of the manager used to track field ownership.",
        )
        .default("kubectl-create")],
    ],
    long: "Create a namespace with the specified name.",
    example: "# Create a new namespace named my-namespace\nkubectl create namespace \
my-namespace",
    action: Action::Run(run),
    ..Command::DEFAULT
};

fn run(cx: Context) -> Running {
    Box::pin(async move {
        let generator = Generator::new(&cx)?;
        let object = json!({
            "apiVersion": "v1", "kind": "Namespace",
            "metadata": {"name": generator.name}, "spec": {}, "status": {},
        });
        generator.create(&cx, object, "")
    })
}
