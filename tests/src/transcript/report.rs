//! The report of a comparison: which commands matched, which did not and how.

use std::fmt::Write;

use super::{Command, Verdict};

/// Collects the verdicts of several scenarios.
#[derive(Default)]
pub struct Report {
    matched: usize,
    total: usize,
    text: String,
}

impl Report {
    /// Adds one scenario.
    pub fn add(&mut self, name: &str, commands: &[Command], verdicts: &[Verdict]) {
        for (i, (command, verdict)) in commands.iter().zip(verdicts).enumerate() {
            self.total += 1;
            match verdict {
                Verdict::Match => self.matched += 1,
                Verdict::Differs { what, diff } => {
                    // Writing to a string cannot fail.
                    let _ = writeln!(
                        self.text,
                        "{name}[{i}] {}: differs in {what}",
                        short(&command.cmd)
                    );
                    for line in diff.lines() {
                        let _ = writeln!(self.text, "    {line}");
                    }
                }
            }
        }
    }

    /// How many commands matched.
    pub fn matched(&self) -> usize {
        self.matched
    }

    /// How many commands there were.
    pub fn total(&self) -> usize {
        self.total
    }

    /// Every difference, and `matched M of N commands`.
    pub fn text(&self) -> String {
        format!(
            "{}matched {} of {} commands\n",
            self.text, self.matched, self.total
        )
    }
}

fn short(cmd: &str) -> String {
    let first = cmd.lines().next().unwrap_or_default();
    if first.chars().count() <= 90 {
        first.to_owned()
    } else {
        first.chars().take(87).chain("...".chars()).collect()
    }
}
