//! `kubectl auth`: who may do what, and who am I.

mod can_i;
mod reconcile;
mod rules;
mod whoami;

use crate::cli::{Action, Command};

/// `auth`
pub const COMMAND: Command = Command {
    name: "auth",
    short: "Inspect authorization",
    long: "Inspect authorization.",
    commands: &[&can_i::COMMAND, &reconcile::COMMAND, &whoami::COMMAND],
    action: Action::SubCommandNeeded(true),
    ..Command::DEFAULT
};
