//! The commands, a file each; here they are listed.
//!
//! Adding one touches its file, the list in [`ROOT`] and, if it should show in a group of the help, [`GROUPS`].

pub mod annotate;
pub mod apply;
pub mod attach;
pub mod create;
pub mod delete;
pub mod describe;
pub mod edit;
pub mod exec;
pub mod get;
pub mod label;
pub mod logs;
pub mod options;
pub mod shared;
pub mod wait;

use crate::cli::help::Group;
use crate::cli::{Action, Command};

/// `kubectl`
pub static ROOT: Command = Command {
    name: "kubectl",
    short: "kubectl controls the Kubernetes cluster manager",
    long: "kubectl controls the Kubernetes cluster manager.\n\nFind more information at: \
           https://kubernetes.io/docs/reference/kubectl/",
    commands: &[
        &create::COMMAND,
        &get::COMMAND,
        &edit::COMMAND,
        &delete::COMMAND,
        &describe::COMMAND,
        &logs::COMMAND,
        &attach::COMMAND,
        &exec::COMMAND,
        &apply::COMMAND,
        &wait::COMMAND,
        &label::COMMAND,
        &annotate::COMMAND,
        &options::COMMAND,
    ],
    action: Action::Help,
    ..Command::DEFAULT
};

/// The groups of the root's help.
pub const GROUPS: &[Group] = &[
    Group {
        title: "Basic Commands (Beginner):",
        names: &["create", "expose", "run", "set"],
    },
    Group {
        title: "Basic Commands (Intermediate):",
        names: &["explain", "get", "edit", "delete"],
    },
    Group {
        title: "Deploy Commands:",
        names: &["rollout", "scale", "autoscale"],
    },
    Group {
        title: "Cluster Management Commands:",
        names: &[
            "certificate",
            "cluster-info",
            "top",
            "cordon",
            "uncordon",
            "drain",
            "taint",
        ],
    },
    Group {
        title: "Troubleshooting and Debugging Commands:",
        names: &[
            "describe",
            "logs",
            "attach",
            "exec",
            "port-forward",
            "proxy",
            "cp",
            "auth",
            "debug",
            "events",
        ],
    },
    Group {
        title: "Advanced Commands:",
        names: &["diff", "apply", "patch", "replace", "wait", "kustomize"],
    },
    Group {
        title: "Settings Commands:",
        names: &["label", "annotate", "completion"],
    },
    Group {
        title: "Subcommands provided by plugins:",
        names: &[],
    },
];
