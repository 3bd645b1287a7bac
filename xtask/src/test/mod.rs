//! `cargo xtask test`: every check of the project, a file a suite, run in the order of the list below.
//!
//! All suites are run even if one fails, so that one run tells everything; the closing lines say which did. A suite is
//! run alone by its name, with arguments of its own: `cargo xtask test transcripts FOLDER`. `cargo xtask bless` runs
//! the same with `BLESS=1`, with which tests rewrite what they expect instead of failing.

use std::sync::mpsc;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use crate::process::{Cmd, which};
use crate::project;

mod browser;
mod clippy;
mod determinism;
mod fmt;
mod judges;
mod sizes;
mod tidy;
mod unit;
mod wasm;

pub(crate) use browser::Site;

/// Every suite, cheapest first.
const SUITES: &[Suite] = &[
    fmt::SUITE,
    tidy::SUITE,
    clippy::SUITE,
    unit::SUITE,
    judges::TRANSCRIPTS,
    judges::SESSIONS,
    judges::WATCH,
    judges::SCHEDULER_CASES,
    judges::CORPUS,
    judges::STATES,
    judges::CONTAINERS,
    judges::SERVE,
    judges::CLIENTS,
    judges::DIFFERENTIAL,
    judges::KUBECTL_DOCS,
    judges::LESSONS,
    judges::LESSON_RUN,
    judges::PROPERTIES,
    determinism::SUITE,
    wasm::SUITE,
    sizes::SUITE,
    browser::SUITE,
];

/// How long a suite may take, with all that it builds: several times what it needs on two cores.
const LIMIT: Duration = Duration::from_secs(40 * 60);

/// A named group of checks.
struct Suite {
    name: &'static str,
    about: &'static str,
    /// Why the suite cannot run in this tree, if so: what it tests is not there yet.
    absent: fn() -> Option<String>,
    run: fn(&Context) -> Result<()>,
}

/// What a suite is told.
struct Context {
    /// Arguments after the suite's name.
    args: Vec<String>,
    /// Are expectations to be rewritten?
    bless: bool,
}

impl Context {
    /// A command that knows whether it is to bless.
    fn prepare(&self, cmd: Cmd) -> Cmd {
        if self.bless {
            cmd.env("BLESS", "1")
        } else {
            cmd
        }
    }

    /// `cargo` with the toolchain in use.
    fn cargo(&self) -> Cmd {
        self.prepare(Cmd::new("cargo"))
    }

    /// Refuses arguments, for suites that take none.
    fn no_args(&self) -> Result<()> {
        match self.args.first() {
            None => Ok(()),
            Some(arg) => bail!("unexpected argument {arg:?}"),
        }
    }
}

enum Outcome {
    Passed,
    Failed(anyhow::Error),
    Absent(String),
}

/// Runs all suites, or the one that is named.
pub(crate) fn run(args: &[String], bless: bool) -> Result<()> {
    let chosen: Vec<&Suite> = match args.first().map(String::as_str) {
        None => SUITES.iter().collect(),
        Some("--list") => {
            for suite in SUITES {
                println!("{:<16} {}", suite.name, suite.about);
            }
            return Ok(());
        }
        Some(name) => match SUITES.iter().find(|suite| suite.name == name) {
            Some(suite) => vec![suite],
            None => {
                let names: Vec<&str> = SUITES.iter().map(|suite| suite.name).collect();
                bail!(
                    "there is no suite {name:?}; there are: {}",
                    names.join(", ")
                );
            }
        },
    };
    let context = Context {
        args: args.iter().skip(1).cloned().collect(),
        bless,
    };
    let mut outcomes = Vec::new();
    for suite in chosen {
        println!("\n==== {}: {}", suite.name, suite.about);
        let start = Instant::now();
        let outcome = match (suite.absent)() {
            Some(reason) => Outcome::Absent(reason),
            None => {
                let _guard = watch(suite.name);
                match (suite.run)(&context) {
                    Ok(()) => Outcome::Passed,
                    Err(error) => Outcome::Failed(error),
                }
            }
        };
        if let Outcome::Failed(error) = &outcome {
            println!("\n{} failed: {error:#}", suite.name);
        }
        let seconds = start.elapsed().as_secs();
        println!("---- {}: {seconds} s", suite.name);
        outcomes.push((suite.name, outcome, seconds));
    }
    close(&outcomes)
}

/// Ends the whole run if a suite hangs: better than to be ended by whoever runs it, who cannot tell which suite it was.
/// The suite is over when what is returned is dropped.
fn watch(suite: &'static str) -> mpsc::Sender<()> {
    let (guard, over) = mpsc::channel();
    std::thread::spawn(move || {
        if over.recv_timeout(LIMIT) == Err(mpsc::RecvTimeoutError::Timeout) {
            eprintln!(
                "{suite} did not end within {} minutes",
                LIMIT.as_secs() / 60
            );
            std::process::exit(1);
        }
    });
    guard
}

/// Prints the closing lines; an error if anything failed.
fn close(outcomes: &[(&str, Outcome, u64)]) -> Result<()> {
    let (mut passed, mut failed, mut skipped) = (0, Vec::new(), 0);
    println!();
    for (name, outcome, seconds) in outcomes {
        let word = match outcome {
            Outcome::Passed => {
                passed += 1;
                "passed".to_string()
            }
            Outcome::Failed(_) => {
                failed.push(*name);
                "FAILED".to_string()
            }
            Outcome::Absent(reason) => {
                skipped += 1;
                format!("skipped: {reason}")
            }
        };
        println!("{name:<16} {seconds:>5} s  {word}");
    }
    println!(
        "\nsuites: {passed} passed, {} failed, {skipped} skipped",
        failed.len()
    );
    if !failed.is_empty() {
        bail!(
            "failed: {}. One alone: `cargo xtask test {}`",
            failed.join(", "),
            failed[0]
        );
    }
    Ok(())
}

/// For suites that every tree has.
fn never_absent() -> Option<String> {
    None
}

/// Does the workspace have this file?
fn absent_unless(path: &str) -> Option<String> {
    (!project::path(path).exists()).then(|| format!("{path} is not there yet"))
}

/// `cargo nextest run` where it is installed, else `cargo test`.
fn cargo_test(context: &Context) -> (Cmd, bool) {
    if which("cargo-nextest").is_some() {
        let cmd = context.cargo().args(["nextest", "run", "--no-fail-fast"]);
        // Its progress lines are for people who watch.
        let cmd = cmd.args(["--status-level=fail", "--hide-progress-bar"]);
        (cmd, true)
    } else {
        (context.cargo().args(["test", "--no-fail-fast"]), false)
    }
}
