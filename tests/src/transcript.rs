//! Kubectl sessions: loading them and comparing two of the same commands.
//!
//! A command matches when stdout, stderr and exit code are equal after [`normalise`](normalise::normalise) has taken
//! out what no two runs share: random names, addresses, times, ids. Commands that a recording marks as untrusted only
//! need an equal exit code.

mod ages;
mod names;
mod normalise;
mod report;

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

pub use names::Names;
pub use normalise::normalise;
pub use report::Report;

/// One command and what came of it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Command {
    /// The command line; a here-document belongs to it.
    pub cmd: String,
    /// What it printed.
    pub stdout: String,
    /// What it complained.
    pub stderr: String,
    /// Its exit code.
    pub exit: i32,
    /// When it started: seconds since the beginning of the session.
    pub t: f64,
}

/// What a recording says about itself in `meta.json`.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Meta {
    /// What the scenario shows.
    #[serde(default)]
    pub title: String,
    /// Indices of commands of which only the exit code counts.
    #[serde(default)]
    pub untrusted: BTreeSet<usize>,
}

/// How one command of two sessions compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Equal after normalisation.
    Match,
    /// Different: what differs, in a few words and as a diff.
    Differs {
        /// Such as `stdout, exit 1, not 0`.
        what: String,
        /// A unified diff of the normalised output.
        diff: String,
    },
}

/// Reads a session from a `transcript.jsonl`.
///
/// # Errors
/// When the file cannot be read or a line is not a command.
pub fn load(path: &Path) -> Result<Vec<Command>> {
    let text =
        std::fs::read_to_string(path).with_context(|| format!("reading {}", path.display()))?;
    text.lines()
        .filter(|line| !line.trim().is_empty())
        .map(|line| {
            serde_json::from_str(line).with_context(|| format!("in {}: {line}", path.display()))
        })
        .collect()
}

/// Reads a scenario's `meta.json`.
///
/// # Errors
/// When the file cannot be read or parsed.
pub fn load_meta(path: &Path) -> Result<Meta> {
    let text =
        std::fs::read_to_string(path).with_context(|| format!("reading {}", path.display()))?;
    serde_json::from_str(&text).with_context(|| format!("in {}", path.display()))
}

/// Splits a `script.sh` into its commands: one a line, a here-document with its body, comments and blank lines left out.
pub fn split_script(script: &str) -> Vec<String> {
    let mut commands = Vec::new();
    let mut lines = script.lines();
    while let Some(line) = lines.next() {
        if line.trim().is_empty() || line.starts_with('#') {
            continue;
        }
        let mut command = line.to_owned();
        if let Some(delimiter) = here_document(line) {
            for body in lines.by_ref() {
                command.push('\n');
                command.push_str(body);
                if body == delimiter {
                    break;
                }
            }
        }
        commands.push(command);
    }
    commands
}

/// The delimiter of the here-document that a line opens.
pub(crate) fn here_document(line: &str) -> Option<&str> {
    let rest = line.split_once("<<").map(|(_, rest)| rest)?;
    if rest.starts_with('<') {
        return None;
    }
    let word = rest.trim_start_matches('-').split_whitespace().next()?;
    Some(word.trim_matches(|c| c == '\'' || c == '"'))
}

/// Compares two sessions of the same commands; one verdict per expected command.
pub fn compare(expected: &[Command], meta: &Meta, actual: &[Command]) -> Vec<Verdict> {
    let (mut expected_names, mut actual_names) = (Names::default(), Names::default());
    expected
        .iter()
        .enumerate()
        .map(
            |(i, want)| match actual.get(i).filter(|got| got.cmd == want.cmd) {
                None => Verdict::Differs {
                    what: "missing in the actual transcript".into(),
                    diff: String::new(),
                },
                Some(got) => compare_one(
                    want,
                    got,
                    meta.untrusted.contains(&i),
                    &mut expected_names,
                    &mut actual_names,
                ),
            },
        )
        .collect()
}

fn compare_one(
    want: &Command,
    got: &Command,
    untrusted: bool,
    a: &mut Names,
    b: &mut Names,
) -> Verdict {
    let mut what = Vec::new();
    let mut diff = String::new();
    for (field, x, y) in [
        ("stdout", &want.stdout, &got.stdout),
        ("stderr", &want.stderr, &got.stderr),
    ] {
        let (x, y) = (normalise(x, &want.cmd, a), normalise(y, &got.cmd, b));
        if x != y && !untrusted {
            what.push(field.to_owned());
            let unified = similar::TextDiff::from_lines(&x, &y)
                .unified_diff()
                .context_radius(2)
                .header(&format!("expected {field}"), &format!("actual {field}"))
                .to_string();
            diff.push_str(&unified);
        }
    }
    if want.exit != got.exit {
        what.push(format!("exit {}, not {}", got.exit, want.exit));
    }
    if what.is_empty() {
        Verdict::Match
    } else {
        Verdict::Differs {
            what: what.join(", "),
            diff,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn command(cmd: &str, stdout: &str, exit: i32) -> Command {
        Command {
            cmd: cmd.into(),
            stdout: stdout.into(),
            stderr: String::new(),
            exit,
            t: 0.0,
        }
    }

    #[test]
    fn scripts_are_split_at_lines_but_not_inside_here_documents() {
        let script = "kubectl get pods\n\n# a comment\nkubectl apply -f - <<'EOF'\nkind: Pod\n\nEOF\ncat <<< x\n";
        assert_eq!(
            split_script(script),
            [
                "kubectl get pods",
                "kubectl apply -f - <<'EOF'\nkind: Pod\n\nEOF",
                "cat <<< x"
            ]
        );
    }

    #[test]
    fn a_different_exit_code_or_text_is_a_difference() {
        let want = [
            command("kubectl get pods", "a\n", 0),
            command("kubectl x", "", 1),
        ];
        let got = [
            command("kubectl get pods", "b\n", 0),
            command("kubectl x", "", 0),
        ];
        let verdicts = compare(&want, &Meta::default(), &got);
        assert!(matches!(&verdicts[0], Verdict::Differs { what, .. } if what == "stdout"));
        assert!(matches!(&verdicts[1], Verdict::Differs { what, .. } if what == "exit 0, not 1"));
        let meta = Meta {
            untrusted: BTreeSet::from([0, 1]),
            ..Meta::default()
        };
        let verdicts = compare(&want, &meta, &got);
        assert_eq!(verdicts[0], Verdict::Match);
        assert!(
            matches!(&verdicts[1], Verdict::Differs { .. }),
            "the exit code counts always"
        );
    }

    #[test]
    fn every_recording_matches_itself() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("recordings/kubectl");
        for entry in std::fs::read_dir(root).expect("the recordings are there") {
            let folder = entry.expect("readable").path();
            if !folder.is_dir() {
                continue;
            }
            let commands = load(&folder.join("transcript.jsonl")).expect("a transcript");
            let meta = load_meta(&folder.join("meta.json")).expect("its meta data");
            assert!(
                compare(&commands, &meta, &commands)
                    .iter()
                    .all(|v| *v == Verdict::Match),
                "{folder:?}"
            );
            let script = std::fs::read_to_string(folder.join("script.sh")).expect("a script");
            let split = split_script(&script);
            let recorded: Vec<&str> = commands.iter().map(|c| c.cmd.as_str()).collect();
            assert_eq!(split, recorded, "{folder:?}");
        }
    }
}
