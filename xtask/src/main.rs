//! `cargo xtask`: the project's own commands, from set-up on a fresh machine to the benchmark table.
//!
//! ```text
//!   cargo xtask serve [--port P] [--open]   install what is missing, build, serve on 127.0.0.1 (--lessons DIR: others)
//!   cargo xtask build                       the static site in dist/
//!   cargo xtask test [SUITE [ARGS]]         every check, or one
//!   cargo xtask bless [SUITE]               as test, but rewrite the expected outputs
//!   cargo xtask bench                       the benchmark table and target/bench.json
//!   cargo xtask setup                       only install what is missing
//! ```
//!
//! This program never sees the engine: it starts cargo, trunk, npm and browsers, and reads what they leave behind.

use std::process::ExitCode;

use anyhow::{Result, bail};

mod bench;
mod build;
mod measure;
mod process;
mod project;
mod serve;
mod setup;
mod test;
mod versions;

const USAGE: &str = "\
usage: cargo xtask COMMAND

  serve [--port P] [--open]  build the page and serve it on http://127.0.0.1:8080
  build                      the static site in dist/
  test [SUITE [ARGS]]        every check, or one; --list names them
  bless [SUITE [ARGS]]       the same, rewriting what is expected
  bench                      the benchmark table, also as target/bench.json
  setup                      install what is missing, outside the tree or in ignored folders
";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match run(&args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\nerror: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(args: &[String]) -> Result<()> {
    let (command, rest) = match args.split_first() {
        Some((command, rest)) => (command.as_str(), rest),
        None => bail!("{USAGE}"),
    };
    match command {
        "setup" => {
            no_more(rest)?;
            setup::all()
        }
        "serve" => serve::run(rest),
        "build" => {
            no_more(rest)?;
            build::run()
        }
        "test" => test::run(rest, false),
        "bless" => test::run(rest, true),
        "bench" => {
            no_more(rest)?;
            bench::run()
        }
        "hook" => build::hook(rest),
        "help" | "--help" | "-h" => {
            print!("{USAGE}");
            Ok(())
        }
        other => bail!("unknown command {other:?}\n\n{USAGE}"),
    }
}

fn no_more(args: &[String]) -> Result<()> {
    match args.first() {
        None => Ok(()),
        Some(arg) => bail!("unexpected argument {arg:?}\n\n{USAGE}"),
    }
}
