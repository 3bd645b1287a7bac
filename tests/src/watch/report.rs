//! The report of a comparison: what did not match, and how.

use std::fmt::Write;

use super::Comparison;

/// Collects the comparisons of several scenarios.
#[derive(Default)]
pub struct Report {
    matched: usize,
    total: usize,
    text: String,
    summary: String,
}

impl Report {
    /// Adds one scenario.
    pub fn add(&mut self, name: &str, comparison: &Comparison) {
        let matched: usize = comparison.matched.values().sum();
        self.matched += matched;
        self.total += comparison.total;
        for difference in &comparison.differences {
            // Writing to a string cannot fail.
            let _ = writeln!(self.text, "{name} {}:", difference.key);
            for line in difference.diff.lines() {
                let _ = writeln!(self.text, "    {line}");
            }
        }
        let extra = comparison
            .differences
            .iter()
            .filter(|difference| difference.key.contains("[+"))
            .count();
        let _ = writeln!(
            self.summary,
            "{name}: matched {matched} of {} versions, {extra} too many",
            comparison.total
        );
    }

    /// A line per scenario and one for all.
    pub fn summary(&self) -> String {
        format!(
            "{}matched {} of {} versions\n",
            self.summary, self.matched, self.total
        )
    }

    /// Every difference, and the summary.
    pub fn text(&self) -> String {
        format!("{}{}", self.text, self.summary())
    }
}
