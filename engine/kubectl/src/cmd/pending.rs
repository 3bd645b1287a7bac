//! Commands that kubectl has and this one does not yet: they are listed and suggested, and say that they are missing.
//!
//! Whoever writes one takes its line out of here and puts the command's own file in [`super::ROOT`].

use crate::cli::{Action, Command};

const fn missing(name: &'static str, short: &'static str) -> Command {
    Command {
        name,
        short,
        action: Action::Missing,
        ..Command::DEFAULT
    }
}

/// `proxy`
pub const PROXY: Command = missing("proxy", "Run a proxy to the Kubernetes API server");
/// `diff`
pub const DIFF: Command = missing(
    "diff",
    "Diff the live version against a would-be applied version",
);
/// `alpha`
pub const ALPHA: Command = Command {
    hidden: true,
    ..missing("alpha", "Commands for features in alpha")
};
/// `kuberc`
pub const KUBERC: Command = missing("kuberc", "Manage kuberc configuration files");

#[cfg(test)]
mod tests {
    use crate::cli::command::suggestions;
    use crate::cmd::ROOT;

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
