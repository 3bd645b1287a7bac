//! The house rules that no compiler checks: a file says what it is, and stays short enough to read.

use anyhow::{Result, bail};

use super::{Context, Suite, never_absent};
use crate::process::Cmd;
use crate::project;

/// The longest a source file may be.
const MAX_LINES: usize = 700;

/// Headers and lengths of source files.
pub(super) const SUITE: Suite = Suite {
    name: "tidy",
    about: "every source file says what it is and is of readable length",
    absent: never_absent,
    run,
};

fn run(context: &Context) -> Result<()> {
    context.no_args()?;
    let list = Cmd::new("git")
        .args([
            "ls-files",
            "--cached",
            "--others",
            "--exclude-standard",
            "*.rs",
        ])
        .hint("The house rules are checked for files that git knows.")
        .read()?;
    let mut complaints = Vec::new();
    for name in list.lines() {
        // A file that was deleted but not yet committed is still listed.
        let Ok(text) = std::fs::read_to_string(project::path(name)) else {
            continue;
        };
        complaints.extend(complaint(&text).map(|what| format!("{name}: {what}")));
    }
    if !complaints.is_empty() {
        bail!("\n  {}", complaints.join("\n  "));
    }
    println!("{} source files", list.lines().count());
    Ok(())
}

fn complaint(text: &str) -> Option<String> {
    let lines = text.lines().count();
    if !text.starts_with("//!") {
        Some(
            "does not open with `//!` (what it is, its room in Kubernetes, what it does not do)"
                .into(),
        )
    } else if lines > MAX_LINES && !is_generated(text) {
        Some(format!(
            "has {lines} lines, more than {MAX_LINES}: split it by feature"
        ))
    } else {
        None
    }
}

/// Tables made by a program, which people look things up in but do not read.
fn is_generated(text: &str) -> bool {
    text.lines().take(5).any(|line| line.contains("@generated"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn complaints() {
        assert_eq!(complaint("//! A file.\n"), None);
        assert!(complaint("// A file.\n").is_some());
        assert!(complaint(&format!("//! A file.\n{}", "\n".repeat(700))).is_some());
        let table = format!("//! A table.\n//!\n//! @generated\n{}", "\n".repeat(700));
        assert_eq!(complaint(&table), None);
    }
}
