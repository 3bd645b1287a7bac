//! `kubectl auth`: who may do what, and who am I.

mod can_i;
mod rules;
mod whoami;

use crate::cli::{Action, Command};

/// `auth`
pub const COMMAND: Command = Command {
    name: "auth",
    short: "Inspect authorization",
    long: "Inspect authorization.",
    commands: &[&can_i::COMMAND, &RECONCILE, &whoami::COMMAND],
    action: Action::SubCommandNeeded(true),
    ..Command::DEFAULT
};

const RECONCILE: Command = Command {
    name: "reconcile",
    short: "Reconciles rules for RBAC role, role binding, cluster role, and cluster role binding objects",
    action: Action::Missing,
    ..Command::DEFAULT
};
