//! `kubectl alpha`: the group for commands in alpha, of which v1.36 has none.

use crate::cli::{Action, Command, Running};
use crate::context::Context;

/// `alpha`
pub const COMMAND: Command = Command {
    name: "alpha",
    short: "Commands for features in alpha",
    long: "These commands correspond to alpha features that are not enabled in Kubernetes clusters by default.",
    hidden: true,
    action: Action::Run(run),
    ..Command::DEFAULT
};

/// What it says, whatever it is asked.
pub const NOTHING: &str = "No alpha commands are available in this version of kubectl\n";

fn run(cx: Context) -> Running {
    Box::pin(async move {
        cx.err(NOTHING);
        Ok(())
    })
}
