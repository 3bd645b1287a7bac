//! `tabernetes`: the playground without a page.
//!
//! | command | does |
//! |---|---|
//! | `tabernetes shell` | the playground's shell: commands from standard input, in virtual time |
//! | `tabernetes serve` | the cluster behind the real Kubernetes API, in wall-clock time |
//! | `tabernetes lesson check` | plays every lesson and says what is wrong with it |
//! | `tabernetes lesson new` | makes a lesson to begin with |
//! | `tabernetes lesson run` | takes a lesson on a real cluster |
//!
//! A command is a file. Not here: anything of the cluster, which is the `cluster` crate's.

// The native binary may read the real clock, real files and the real environment; the engine may not.
#![allow(
    clippy::disallowed_types,
    clippy::disallowed_methods,
    reason = "native only"
)]

mod lesson;
mod serve;
mod shell;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// A Kubernetes v1.36 cluster in virtual time.
#[derive(Parser)]
#[command(name = "tabernetes", version, about)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Read commands from standard input and run them in a fresh cluster
    Shell(shell::Options),
    /// Serve the Kubernetes API of a fresh cluster over HTTP
    Serve(serve::Options),
    /// Check lessons, make one, take one on a real cluster
    #[command(subcommand)]
    Lesson(lesson::Command),
}

fn main() -> ExitCode {
    let result = match Cli::parse().command {
        Command::Shell(options) => shell::run(&options),
        Command::Serve(options) => serve::run(&options),
        Command::Lesson(command) => lesson::run(&command),
    };
    result.unwrap_or_else(|error| {
        eprintln!("tabernetes: {error:#}");
        ExitCode::FAILURE
    })
}
