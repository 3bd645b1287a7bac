//! `kubectl create poddisruptionbudget`

use apimachinery::IntOrString;
use serde_json::{Value, json};

use super::super::shared;
use super::Generator;
use crate::cli::{Action, Command, Flag, Running};
use crate::context::Context;
use crate::util::json as j;
use crate::util::selector::to_label_selector;

pub(super) const COMMAND: Command = Command {
    name: "poddisruptionbudget",
    usage: "NAME --selector=SELECTOR --min-available=N [--dry-run=server|client|none]",
    no_flags_in_use: true,
    aliases: &["pdb"],
    short: "Create a pod disruption budget with the specified name",
    flags: &[
        shared::PRINT,
        shared::DRY_RUN,
        shared::VALIDATE,
        shared::SAVE_CONFIG,
        &[
            Flag::string(
                "field-manager",
                "Name of the manager used to track field ownership.",
            )
            .default("kubectl-create"),
            Flag::string(
                "max-unavailable",
                "The maximum number or percentage of unavailable pods this budget requires.",
            ),
            Flag::string(
                "min-available",
                "The minimum number or percentage of available pods this budget requires.",
            ),
            Flag::string(
                "selector",
                "A label selector to use for this budget. Only equality-based selector \
                 requirements are supported.",
            ),
        ],
    ],
    long: "Create a pod disruption budget with the specified name, selector, and desired \
minimum available pods.",
    example: "# At least one of the pods labelled app=rails stays up
kubectl create poddisruptionbudget my-pdb --selector=app=rails --min-available=1

# At least half of them
kubectl create pdb my-pdb --selector=app=nginx --min-available=50%",
    action: Action::Run(run),
    ..Command::DEFAULT
};

fn run(cx: Context) -> Running {
    Box::pin(async move {
        let generator = Generator::new(&cx)?;
        let flags = &cx.flags;
        let (selector, least, most) = (
            flags.str("selector"),
            flags.str("min-available"),
            flags.str("max-unavailable"),
        );
        if selector.is_empty() {
            return Err("a selector must be specified".into());
        }
        if least.is_empty() && most.is_empty() {
            return Err("one of min-available or max-unavailable must be specified".into());
        }
        if !least.is_empty() && !most.is_empty() {
            return Err("min-available and max-unavailable cannot be both specified".into());
        }
        let valid = |text: &str| {
            let digits = text.strip_suffix('%').unwrap_or(text);
            !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit())
        };
        if !least.is_empty() && !valid(least) {
            return Err("invalid format specified for min-available".into());
        }
        if !most.is_empty() && !valid(most) {
            return Err("invalid format specified for max-unavailable".into());
        }
        let mut object = json!({
            "apiVersion": "policy/v1", "kind": "PodDisruptionBudget",
            "metadata": {"name": generator.name},
            "spec": {"selector": to_label_selector(selector)?},
            "status": {"currentHealthy": 0, "desiredHealthy": 0, "disruptionsAllowed": 0, "expectedPods": 0},
        });
        let (key, text) = if least.is_empty() {
            ("maxUnavailable", most)
        } else {
            ("minAvailable", least)
        };
        j::set(&mut object, &["spec", key], int_or_string(text));
        generator.create(&cx, object, "failed to create poddisruptionbudgets: ")
    })
}

/// A number if it is one, else the text.
pub(super) fn int_or_string(text: &str) -> Value {
    match IntOrString::parse(text) {
        IntOrString::Int(number) => number.into(),
        IntOrString::Str(text) => text.as_str().into(),
    }
}
