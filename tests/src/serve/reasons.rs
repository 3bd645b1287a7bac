//! What the real kubectl shows against `tabernetes serve`: the lists of commands that match the recordings, the reasons of
//! those that do not, and the report that is made of both (`docs/real-kubectl.md`).

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

use anyhow::{Context, Result};

use crate::scenarios;
use crate::transcript::{self, Command};

/// By session, the numbers of the commands that match.
pub type Matching = BTreeMap<String, BTreeSet<usize>>;
/// A session, the number of a command in it, and why it does not match.
pub type Reasons = BTreeMap<(String, usize), String>;

/// What stands there until somebody has looked.
pub const UNKNOWN: &str = "?";

/// Reads a list of what matches.
///
/// # Errors
/// For a line that is none.
pub fn read_list(text: &str) -> Result<Matching> {
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    lines
        .map(|line| {
            let (name, commands) = line
                .split_once(':')
                .with_context(|| format!("{line:?} names no session"))?;
            let commands = commands
                .split_whitespace()
                .map(str::parse)
                .collect::<Result<_, _>>();
            Ok((
                name.to_owned(),
                commands.with_context(|| format!("in {line:?}"))?,
            ))
        })
        .collect()
}

/// Writes it.
pub fn write_list(matching: &Matching) -> String {
    let mut out = String::from(
        "# Commands of the recordings that the real kubectl answers the same against `tabernetes serve`.\n",
    );
    for (name, commands) in matching {
        let commands: Vec<String> = commands.iter().map(ToString::to_string).collect();
        let _ = writeln!(out, "{name}: {}", commands.join(" "));
    }
    out
}

/// Reads reasons: `session[number]: reason`.
///
/// # Errors
/// For a line that is none.
pub fn read_reasons(text: &str) -> Result<Reasons> {
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    lines
        .map(|line| {
            let parts = line.split_once("]: ").and_then(|(place, reason)| {
                let (name, number) = place.split_once('[')?;
                Some(((name.to_owned(), number.parse().ok()?), reason.to_owned()))
            });
            parts.with_context(|| format!("{line:?} is no miss"))
        })
        .collect()
}

/// Every recorded command, by session.
fn sessions(recordings: &Path) -> Result<BTreeMap<String, Vec<Command>>> {
    scenarios(recordings, "transcript.jsonl")?
        .into_iter()
        .map(|(name, folder)| Ok((name, transcript::load(&folder.join("transcript.jsonl"))?)))
        .collect()
}

/// The commands that do not match, with the reasons that are known.
///
/// # Errors
/// When the recordings cannot be read.
pub fn write_reasons(recordings: &Path, listed: &Matching, known: &Reasons) -> Result<String> {
    let mut out = String::from(
        "# Commands of the recordings that the real kubectl answers differently against `tabernetes serve`, and why.\n",
    );
    for (name, commands) in sessions(recordings)? {
        for number in 0..commands.len() {
            if listed.get(&name).is_some_and(|list| list.contains(&number)) {
                continue;
            }
            let reason = known.get(&(name.clone(), number));
            let reason = reason.map_or(UNKNOWN, String::as_str);
            let _ = writeln!(out, "{name}[{number}]: {reason}");
        }
    }
    Ok(out)
}

/// How much matches, and what has no reason.
#[derive(Default)]
pub struct Summary {
    /// All recorded commands.
    pub total: usize,
    /// Those that match.
    pub matched: usize,
    /// Those that neither match nor have a reason.
    pub unexplained: Vec<String>,
    /// The report, in Markdown.
    pub report: String,
}

/// Compares the lists with the recordings.
///
/// # Errors
/// When the recordings cannot be read.
pub fn summary(recordings: &Path, listed: &Matching, reasons: &Reasons) -> Result<Summary> {
    let mut summary = Summary::default();
    let (mut misses, mut partly) = (String::new(), String::new());
    for (name, commands) in sessions(recordings)? {
        summary.total += commands.len();
        let mut matched = 0;
        for (number, command) in commands.iter().enumerate() {
            if listed.get(&name).is_some_and(|list| list.contains(&number)) {
                matched += 1;
                continue;
            }
            let reason = reasons.get(&(name.clone(), number));
            let reason = reason.map_or(UNKNOWN, String::as_str);
            if reason == UNKNOWN {
                summary.unexplained.push(format!("{name}[{number}]"));
            }
            let line = command.cmd.lines().next().unwrap_or_default();
            let line = line.replace('|', "\\|");
            let _ = writeln!(misses, "| {name} | `{line}` | {reason} |");
        }
        summary.matched += matched;
        if matched < commands.len() {
            let _ = writeln!(partly, "| {name} | {matched} of {} |", commands.len());
        }
    }
    let (matched, total) = (summary.matched, summary.total);
    let percent = 100.0 * matched as f64 / total.max(1) as f64;
    summary.report = format!(
        "# The real kubectl against `tabernetes serve`\n\n\
         Written by a test from `tests/recordings/kubectl/serving.txt` and `serving-misses.txt` (`BLESS=1` writes it anew).\n\n\
         The commands that were recorded on a Kubernetes v1.36.2 cluster, typed into bash with the real kubectl v1.36 against\n\
         `tabernetes serve`: {matched} of {total} ({percent:.1} %) show the same and end with the same exit code, once names and\n\
         times are masked.\n\n## Sessions in which something differs\n\n| session | the same |\n|---|---|\n{partly}\n\
         ## What differs, and why\n\n| session | command | reason |\n|---|---|---|\n{misses}"
    );
    Ok(summary)
}
