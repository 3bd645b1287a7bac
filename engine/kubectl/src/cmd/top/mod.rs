//! `kubectl top`: what nodes and pods use, as the metrics API tells it.

mod node;
mod pod;

use apimachinery::Quantity;
use serde_json::Value;

use crate::cli::{Action, Command, Flag};
use crate::context::Context;
use crate::error::Error;
use crate::rest::discovery::discover;
use crate::util::json as j;

/// `top`
pub const COMMAND: Command = Command {
    name: "top",
    suggest_for: &["stats"],
    short: "Display resource (CPU/memory) usage",
    long: "Display resource (CPU/memory) usage.

Shows what nodes and pods used lately. The numbers come from the Metrics Server, which collects them from the kubelet of \
each node; without it in the cluster this command does not work.

They are made for autoscalers, and so they may differ from what tools such as 'top' show on a machine.",
    commands: &[&node::COMMAND, &pod::COMMAND],
    action: Action::SubCommandNeeded(true),
    ..Command::DEFAULT
};

const SORT_BY: Flag = Flag::string("sort-by", "");
/// Nodes have no swap here, so that there is nothing to show.
const SHOW_SWAP: Flag = Flag::bool("show-swap", "");
const PROTOBUF: Flag = Flag::bool(
    "use-protocol-buffers",
    "Enables using protocol-buffers to access Metrics API.",
)
.default("true");

/// Fails if there are no metrics to be had.
fn must_have_metrics(cx: &Context) -> Result<(), Error> {
    let discovery = discover(cx, true)?;
    let known = discovery
        .groups
        .iter()
        .any(|g| g.name == "metrics.k8s.io" && g.versions.iter().any(|v| v == "v1beta1"));
    match known {
        true => Ok(()),
        false => Err("Metrics API not available".into()),
    }
}

fn check_order(cx: &Context) -> Result<(), Error> {
    match cx.flags.str("sort-by") {
        "" | "cpu" | "memory" => Ok(()),
        _ => Err("--sort-by accepts only cpu or memory".into()),
    }
}

/// CPU in thousandths of a core, and memory in bytes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Usage {
    cpu: i64,
    memory: i64,
}

impl Usage {
    fn of(resources: &Value) -> Usage {
        let quantity = |key: &str| Quantity::parse(j::text(resources, &[key])).ok();
        Usage {
            cpu: quantity("cpu").map_or(0, |q| q.milli_value()),
            memory: quantity("memory").map_or(0, |q| q.value()),
        }
    }

    fn plus(self, other: Usage) -> Usage {
        Usage {
            cpu: self.cpu.saturating_add(other.cpu),
            memory: self.memory.saturating_add(other.memory),
        }
    }

    /// What lists are sorted by: the largest first.
    fn order(self, by: &str) -> i64 {
        match by {
            "cpu" => -self.cpu,
            "memory" => -self.memory,
            _ => 0,
        }
    }

    fn cpu_text(self) -> String {
        format!("{}m", self.cpu)
    }

    fn memory_text(self) -> String {
        format!("{}Mi", self.memory / (1024 * 1024))
    }
}

/// The objects of an answer: one, or those of a list.
fn items(answer: &Value) -> Vec<Value> {
    match answer.get("items").and_then(Value::as_array) {
        Some(items) => items.clone(),
        None => vec![answer.clone()],
    }
}
