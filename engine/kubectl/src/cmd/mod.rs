//! The commands, a file each; here they are listed.
//!
//! The order in [`ROOT`] is kubectl's own: suggestions come in it. Adding one touches its file, that list and, if it should show in a group of the help, [`GROUPS`].

pub mod alpha;
pub mod annotate;
pub mod api_resources;
pub mod api_versions;
pub mod apply;
pub mod attach;
pub mod auth;
pub mod autoscale;
pub mod certificate;
pub mod cluster_info;
pub mod completion;
pub mod config;
pub mod cp;
pub mod create;
pub mod debug;
pub mod delete;
pub mod describe;
pub mod diff;
pub mod drain;
pub mod edit;
pub mod events;
pub mod exec;
pub mod explain;
pub mod expose;
pub mod get;
pub mod help;
pub mod kuberc;
pub mod kustomize;
pub mod label;
pub mod logs;
pub mod options;
pub mod patch;
pub mod plugin;
pub mod port_forward;
pub mod proxy;
pub mod replace;
pub mod rollout;
pub mod run;
pub mod scale;
pub mod set;
pub mod shared;
pub mod taint;
pub mod top;
pub mod version;
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
        &expose::COMMAND,
        &run::COMMAND,
        &set::COMMAND,
        &explain::COMMAND,
        &get::COMMAND,
        &edit::COMMAND,
        &delete::COMMAND,
        &rollout::COMMAND,
        &scale::COMMAND,
        &autoscale::COMMAND,
        &certificate::COMMAND,
        &cluster_info::COMMAND,
        &top::COMMAND,
        &drain::CORDON,
        &drain::UNCORDON,
        &drain::COMMAND,
        &taint::COMMAND,
        &describe::COMMAND,
        &logs::COMMAND,
        &attach::COMMAND,
        &exec::COMMAND,
        &port_forward::COMMAND,
        &proxy::COMMAND,
        &cp::COMMAND,
        &auth::COMMAND,
        &debug::COMMAND,
        &events::COMMAND,
        &diff::COMMAND,
        &apply::COMMAND,
        &patch::COMMAND,
        &replace::COMMAND,
        &wait::COMMAND,
        &kustomize::COMMAND,
        &label::COMMAND,
        &annotate::COMMAND,
        &completion::COMMAND,
        &alpha::COMMAND,
        &config::COMMAND,
        &plugin::COMMAND,
        &version::COMMAND,
        &api_versions::COMMAND,
        &api_resources::COMMAND,
        &options::COMMAND,
        &kuberc::COMMAND,
        &help::COMMAND,
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

#[cfg(test)]
mod tests {
    use super::ROOT;
    use crate::cli::command::suggestions;

    /// As the real kubectl v1.36 answers.
    #[test]
    fn suggestions_come_from_all_commands() {
        for (word, expected) in [
            (
                "e",
                &[
                    "expose", "set", "explain", "get", "edit", "exec", "cp", "events",
                ][..],
            ),
            ("ge", &["set", "get", "cp"]),
            ("g", &["get", "cp"]),
            ("ls", &["get", "logs", "cp"]),
            ("gte", &["get"]),
            ("api", &["cp", "api-versions", "api-resources"]),
            ("get-pods", &[]),
        ] {
            assert_eq!(suggestions(&ROOT, word), expected, "{word}");
        }
    }
}
