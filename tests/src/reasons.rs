//! What is kept beside the recordings for each who replays them: the commands that match, the reasons of those that do
//! not, and the report that is made of both, for the documentation.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

use anyhow::{Context, Result, bail};

use crate::scenarios;
use crate::transcript::{self, Command};

/// By session, the numbers of the commands that match.
pub type Matching = BTreeMap<String, BTreeSet<usize>>;
/// A session, the number of a command in it, and why it does not match.
pub type Reasons = BTreeMap<(String, usize), String>;

/// What stands there until somebody has looked.
const UNKNOWN: &str = "?";
/// How much of the recordings has to match, in percent.
const LEAST: usize = 97;

/// The files of one who replays the recordings.
pub struct Lists {
    /// What matches, beside the recordings.
    pub matching: &'static str,
    /// What does not, and why; beside the recordings, too.
    pub misses: &'static str,
    /// The report's path from the project's root.
    pub report: &'static str,
    /// The report's title.
    pub title: &'static str,
    /// What is done, as the beginning of a sentence whose end says how much of it matches.
    pub about: &'static str,
    /// The suite that checks all of this.
    pub suite: &'static str,
}

/// Our kubectl in our shell.
pub const SHELL: Lists = Lists {
    matching: "matching.txt",
    misses: "misses.txt",
    report: "docs/recorded-sessions.md",
    title: "Recorded sessions in the playground's shell",
    about: "The commands that were recorded on a Kubernetes v1.36.2 cluster, typed into the playground's shell",
    suite: "transcripts",
};

/// The real kubectl against the native server.
pub const SERVE: Lists = Lists {
    matching: "serving.txt",
    misses: "serving-misses.txt",
    report: "docs/real-kubectl.md",
    title: "The real kubectl against `tabernetes serve`",
    about: "The commands that were recorded on a Kubernetes v1.36.2 cluster, typed into bash with the real kubectl v1.36 against\n`tabernetes serve`",
    suite: "serve",
};

impl Lists {
    /// What matches.
    ///
    /// # Errors
    /// When the list cannot be read.
    pub fn read(&self, recordings: &Path) -> Result<Matching> {
        let path = recordings.join(self.matching);
        read_list(&std::fs::read_to_string(&path).with_context(|| path.display().to_string())?)
    }

    /// Writes what matches, the misses with the reasons that are known, and the report.
    ///
    /// # Errors
    /// When a file cannot be read or written, and when a miss has no reason yet.
    pub fn bless(&self, recordings: &Path, matching: &Matching) -> Result<()> {
        let write = |name: &str, text: String| {
            std::fs::write(recordings.join(name), text).with_context(|| name.to_owned())
        };
        write(self.matching, write_list(self, matching))?;
        let known = std::fs::read_to_string(recordings.join(self.misses)).unwrap_or_default();
        let known = read_reasons(&known)?;
        write(
            self.misses,
            write_reasons(self, recordings, matching, &known)?,
        )?;
        self.check(recordings)
    }

    /// Checks that enough matches, that every miss has a reason and nothing else has one, and that the report says so.
    /// `BLESS=1` writes the report.
    ///
    /// # Errors
    /// What is not so.
    pub fn check(&self, recordings: &Path) -> Result<()> {
        let listed = self.read(recordings)?;
        let misses = std::fs::read_to_string(recordings.join(self.misses))
            .with_context(|| self.misses.to_owned())?;
        let mut reasons = read_reasons(&misses)?;
        let summary = summary(self, recordings, &listed, &mut reasons)?;
        let (matched, total) = (summary.matched, summary.total);
        println!("listed as matching: {matched} of {total} commands");
        if matched * 100 < total * LEAST {
            bail!("{matched} of {total} commands match; {LEAST} % is the least");
        }
        if !summary.unexplained.is_empty() {
            bail!(
                "these neither match nor have a reason in {}:\n{}",
                self.misses,
                summary.unexplained.join("\n")
            );
        }
        if let Some(((name, number), _)) = reasons.first_key_value() {
            bail!(
                "{} gives a reason for {name}[{number}], which matches",
                self.misses
            );
        }
        let path = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("..")
            .join(self.report);
        if std::env::var_os("BLESS").is_some() {
            return std::fs::write(&path, summary.report).context("writing the report");
        }
        if std::fs::read_to_string(&path).unwrap_or_default() != summary.report {
            bail!(
                "{} is not what the lists say; `cargo xtask bless {}` writes it",
                self.report,
                self.suite
            );
        }
        Ok(())
    }
}

/// Reads a list of what matches.
fn read_list(text: &str) -> Result<Matching> {
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
fn write_list(lists: &Lists, matching: &Matching) -> String {
    let mut out = format!(
        "# {}: the commands that show what was recorded.\n",
        lists.title
    );
    for (name, commands) in matching {
        let commands: Vec<String> = commands.iter().map(ToString::to_string).collect();
        let _ = writeln!(out, "{name}: {}", commands.join(" "));
    }
    out
}

/// Reads reasons: `session[number]: reason`.
fn read_reasons(text: &str) -> Result<Reasons> {
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
fn write_reasons(
    lists: &Lists,
    recordings: &Path,
    listed: &Matching,
    known: &Reasons,
) -> Result<String> {
    let mut out = format!(
        "# {}: the commands that show something else, and why.\n",
        lists.title
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
struct Summary {
    /// All recorded commands.
    total: usize,
    /// Those that match.
    matched: usize,
    /// Those that neither match nor have a reason.
    unexplained: Vec<String>,
    /// The report, in Markdown.
    report: String,
}

/// Compares the lists with the recordings. Reasons that are used are taken out.
fn summary(
    lists: &Lists,
    recordings: &Path,
    listed: &Matching,
    reasons: &mut Reasons,
) -> Result<Summary> {
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
            let reason = reasons.remove(&(name.clone(), number));
            let reason = reason.as_deref().unwrap_or(UNKNOWN);
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
    let Lists {
        matching,
        misses: why,
        title,
        about,
        suite,
        ..
    } = lists;
    summary.report = format!(
        "# {title}\n\n\
         Written by a test from `tests/recordings/kubectl/{matching}` and `{why}` (`cargo xtask bless {suite}`).\n\n\
         {about}: {matched} of {total} ({percent:.1} %) show the same and end with the same exit code, once names and\n\
         times are masked.\n\n## Sessions in which something differs\n\n| session | the same |\n|---|---|\n{partly}\n\
         ## What differs, and why\n\n| session | command | reason |\n|---|---|---|\n{misses}"
    );
    Ok(summary)
}
