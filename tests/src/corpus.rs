//! The documentation's manifests: what a real server said to each, and how answers are compared.
//!
//! An answer matches when the exit codes and both outputs are equal after [`mask`] has hidden what differs from run to
//! run: UIDs, times, addresses, node ports and the random end of the token volume's name.

use std::fmt::Write as _;
use std::path::Path;

use anyhow::{Context, Result};
use apimachinery::{Value, yaml};
use serde::Deserialize;
use similar::TextDiff;

/// What kubectl printed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct Answer {
    /// To its standard output.
    pub stdout: String,
    /// To its standard error.
    pub stderr: String,
    /// Its exit code.
    pub exit: i32,
}

/// A manifest and the recorded answers.
#[derive(Clone, Debug, Deserialize)]
pub struct Case {
    /// The path below `k8s-docs/`.
    pub file: String,
    /// `kubectl create --dry-run=server -f FILE -o yaml`
    pub create: Answer,
    /// `kubectl apply --dry-run=server -f FILE`
    pub apply: Answer,
    /// `kubectl apply --server-side --dry-run=server -f FILE`
    pub apply_server_side: Answer,
}

/// One of the three ways in which a manifest goes to the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Way {
    /// The word for it in lists and reports.
    pub name: &'static str,
    command: &'static str,
}

/// All of them.
pub const WAYS: [Way; 3] = [
    Way {
        name: "create",
        command: "kubectl create --dry-run=server -o yaml -f ",
    },
    Way {
        name: "apply",
        command: "kubectl apply --dry-run=server -f ",
    },
    Way {
        name: "server-side",
        command: "kubectl apply --server-side --dry-run=server -f ",
    },
];

impl Way {
    /// The command line for a file.
    pub fn command(self, file: &str) -> String {
        format!("{}{file}", self.command)
    }

    /// The recorded answer.
    pub fn recorded(self, case: &Case) -> &Answer {
        match self.name {
            "create" => &case.create,
            "apply" => &case.apply,
            _ => &case.apply_server_side,
        }
    }
}

/// Reads the recorded answers.
///
/// # Errors
/// When the file cannot be read or a line is no case.
pub fn load(path: &Path) -> Result<Vec<Case>> {
    let text =
        std::fs::read_to_string(path).with_context(|| format!("reading {}", path.display()))?;
    text.lines()
        .map(|line| serde_json::from_str(line).with_context(|| format!("in {line}")))
        .collect()
}

/// The namespaces that stood ready: those of the objects in the answers.
pub fn namespaces(cases: &[Case]) -> Vec<String> {
    let objects = cases.iter().flat_map(|case| objects(&case.create.stdout));
    let named = |object: Value| Some(object["metadata"]["namespace"].as_str()?.to_owned());
    let mut names: Vec<String> = objects.filter_map(named).collect();
    names.sort();
    names.dedup();
    names
}

fn objects(stdout: &str) -> Vec<Value> {
    let mut all = Vec::new();
    for value in yaml::decode_stream(stdout).into_iter().flatten() {
        match value["items"].as_array() {
            Some(items) if value["kind"] == "List" => all.extend(items.iter().cloned()),
            _ => all.push(value),
        }
    }
    all
}

/// An answer without what differs from run to run.
pub fn mask(answer: &Answer) -> Answer {
    let mut out = String::new();
    let mut in_addresses = false;
    for line in answer.stdout.lines() {
        let body = line.trim_start().trim_start_matches("- ");
        let (key, value) = body.split_once(':').unwrap_or((body, ""));
        let list_item = line.trim_start().starts_with("- ") && !body.contains(": ");
        if in_addresses && list_item {
            continue;
        }
        in_addresses = key == "clusterIPs";
        let volatile = matches!(
            key,
            "uid"
                | "creationTimestamp"
                | "resourceVersion"
                | "lastTransitionTime"
                | "lastPhaseTransitionTime"
                | "controller-uid"
                | "batch.kubernetes.io/controller-uid"
                | "clusterIP"
                | "nodePort"
                | "healthCheckNodePort"
        ) && !value.is_empty()
            && value.trim() != "None";
        if volatile {
            let indent = &line[..line.len() - body.len()];
            let _ = writeln!(out, "{indent}{key}: <masked>");
        } else if let Some(at) = line.find("kube-api-access-") {
            let _ = writeln!(out, "{}kube-api-access", &line[..at]);
        } else {
            let _ = writeln!(out, "{line}");
        }
    }
    Answer {
        stdout: out,
        stderr: answer.stderr.clone(),
        exit: answer.exit,
    }
}

/// What differs, as diffs; `None` when nothing does.
pub fn difference(recorded: &Answer, got: &Answer) -> Option<String> {
    let (recorded, got) = (mask(recorded), mask(got));
    if recorded == got {
        return None;
    }
    let mut text = String::new();
    if recorded.exit != got.exit {
        let _ = writeln!(text, "exit {}, not {}", got.exit, recorded.exit);
    }
    for (name, a, b) in [
        ("stdout", &recorded.stdout, &got.stdout),
        ("stderr", &recorded.stderr, &got.stderr),
    ] {
        if a != b {
            let diff = TextDiff::from_lines(a, b);
            let (from, to) = (format!("recorded {name}"), format!("our {name}"));
            let _ = write!(
                text,
                "{}",
                diff.unified_diff().context_radius(2).header(&from, &to)
            );
        }
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(stdout: &str) -> Answer {
        Answer {
            stdout: stdout.into(),
            ..Answer::default()
        }
    }

    #[test]
    fn only_what_no_two_runs_share_is_hidden() {
        let one = answer(
            "metadata:\n  uid: 1\nspec:\n  clusterIP: 10.0.0.1\n  clusterIPs:\n  - 10.0.0.1\n  a: b\n",
        );
        let other = answer(
            "metadata:\n  uid: 2\nspec:\n  clusterIP: 10.0.0.9\n  clusterIPs:\n  - 10.0.0.9\n  a: b\n",
        );
        assert_eq!(difference(&one, &other), None);
        let headless = answer(
            "metadata:\n  uid: 2\nspec:\n  clusterIP: None\n  clusterIPs:\n  - None\n  a: b\n",
        );
        assert!(difference(&one, &headless).is_some());
    }
}
