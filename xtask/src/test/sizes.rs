//! Size budgets, in gzipped bytes that a browser really fetches.

use anyhow::{Result, bail};

use super::browser::Site;
use super::{Context, Suite, never_absent};
use crate::measure::Measurement;

/// Everything fetched before the terminal's first prompt.
const BEFORE_PROMPT: u64 = 900 * 1024;

/// The engine's share of it: the first of its two modules, and scripts.
const ENGINE: u64 = 800 * 1024;

/// The part of it that is not the engine (page, terminal, styles, fonts).
const SHELL: u64 = 300 * 1024;

/// Budgets of what is fetched.
pub(super) const SUITE: Suite = Suite {
    name: "sizes",
    about: "what is fetched before the first prompt stays within budget",
    absent: never_absent,
    run,
};

fn run(context: &Context) -> Result<()> {
    context.no_args()?;
    let measured = Measurement::take(&Site::start()?)?;
    for file in measured.loaded.iter().filter(|file| file.before_prompt) {
        println!("{:>9}  {}", file.gzip, file.path);
    }
    let before_prompt = measured.gzip(|file| file.before_prompt);
    let shell = measured.gzip(|file| file.before_prompt && !file.is_engine());
    println!("{before_prompt:>9}  before the first prompt (at most {BEFORE_PROMPT})");
    println!("{shell:>9}  of it without the engine (at most {SHELL})");
    let engine = before_prompt - shell;
    println!("{engine:>9}  of it the engine (at most {ENGINE})");
    let mut over = Vec::new();
    if before_prompt > BEFORE_PROMPT {
        over.push("too much is fetched before the first prompt");
    }
    if engine > ENGINE {
        over.push("the engine's first module is too large");
    }
    if shell > SHELL {
        over.push("the page's shell is too large");
    }
    if measured
        .loaded
        .iter()
        .any(|file| file.path.starts_with("assets/editor"))
    {
        over.push("the editor is fetched before it is opened");
    }
    if !over.is_empty() {
        bail!("{}", over.join("; "));
    }
    Ok(())
}
