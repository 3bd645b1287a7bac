//! The interpreter: runs what the parser made.
//!
//! A [`Shell`] is the state of one shell process: variables, functions, options, jobs. Subshells, pipelines and
//! substitutions copy it into a process of their own, as `fork` does. Each command costs a little processor time, so
//! a loop that does nothing lets virtual time pass and can be interrupted.

mod assign;
mod compound;
mod cond;
mod jobs;
mod lookup;
pub(crate) mod prompt;
mod redirect;
mod run;
mod simple;
mod subshell;
mod traps;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::Duration;

use os::Proc;

pub(crate) use cond::{compare, file_compare, file_test};
pub(crate) use jobs::{Job, JobState, Jobs, Text};
pub(crate) use lookup::Found;
pub(crate) use redirect::Saved;

use crate::syntax::ast::Command;
use crate::syntax::{Aliases, Parser, SyntaxError};
use crate::vars::Vars;

/// Processor time that a command run by the shell itself costs.
pub(crate) const COMMAND_COST: Duration = Duration::from_micros(20);
/// Processor time of starting a process.
pub(crate) const FORK_COST: Duration = Duration::from_micros(500);
/// Functions, sourced files and evaluations within each other.
const MAX_NESTING: usize = 300;
/// Of these, how many share one stack.
const NESTED_ON_STACK: usize = 4;

/// Why execution leaves its ordinary way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Flow {
    /// `break n`
    Break(u32),
    /// `continue n`
    Continue(u32),
    /// `return`; the status is set.
    Return,
    /// `exit`, or an error that ends a shell; the status is set.
    Exit,
    /// An error that gives up the current command line.
    Abort,
    /// Ctrl-C gives up the current command line.
    Interrupt,
}

/// A command's outcome: its status is in [`Shell::status`].
pub(crate) type Outcome = Result<(), Flow>;

/// Whose manners it has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dialect {
    Bash,
    /// busybox' ash, as `sh` in small containers.
    Ash,
    /// Debian's, as `sh` in its containers: ash' near relative, with words of its own.
    Dash,
}

/// How it was started, which decides how errors begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Style {
    /// `bash: `
    Interactive,
    /// `bash: line 1: ` (with `-c: ` before syntax errors)
    Command,
    /// `script.sh: line 1: `
    Script,
}

/// Options of `set` and `shopt`.
#[derive(Clone, Debug, Default)]
pub(crate) struct Options {
    pub(crate) errexit: bool,
    pub(crate) nounset: bool,
    pub(crate) xtrace: bool,
    pub(crate) verbose: bool,
    pub(crate) noglob: bool,
    pub(crate) noexec: bool,
    pub(crate) noclobber: bool,
    pub(crate) allexport: bool,
    pub(crate) pipefail: bool,
    pub(crate) monitor: bool,
    pub(crate) nullglob: bool,
    pub(crate) dotglob: bool,
    pub(crate) nocasematch: bool,
    pub(crate) expand_aliases: bool,
    /// Builtins that `enable -n` has switched off.
    pub(crate) disabled: std::collections::BTreeSet<String>,
    /// Other options that can be switched and shown, but change nothing here.
    pub(crate) others: BTreeMap<String, bool>,
}

impl Options {
    /// Whether one of the other options is on.
    pub(crate) fn is_on(&self, name: &str) -> bool {
        self.others.get(name).copied().unwrap_or(false)
    }
}

/// A shell.
pub(crate) struct Shell {
    pub(crate) proc: Proc,
    pub(crate) vars: Vars,
    pub(crate) functions: BTreeMap<String, Rc<Command>>,
    pub(crate) aliases: Rc<RefCell<BTreeMap<String, String>>>,
    pub(crate) options: Options,
    pub(crate) positional: Rc<[String]>,
    /// `$0`
    pub(crate) name: Rc<str>,
    pub(crate) dialect: Dialect,
    pub(crate) style: Style,
    pub(crate) status: i32,
    pub(crate) line: u32,
    pub(crate) pipe_status: Vec<i32>,
    pub(crate) last_background: Option<u32>,
    pub(crate) jobs: Jobs,
    pub(crate) traps: BTreeMap<String, String>,
    pub(crate) function_names: Vec<String>,
    /// The line that each of them was called from.
    pub(crate) call_lines: Vec<u32>,
    pub(crate) sources: usize,
    pub(crate) nesting: usize,
    pub(crate) loops: u32,
    /// `errexit` does not act: within a condition.
    pub(crate) quiet_errors: usize,
    pub(crate) in_trap: bool,
    /// A copy of another shell: `( … )`, a pipeline's part, `$(…)`.
    pub(crate) is_subshell: bool,
    pub(crate) subshell_depth: u32,
    /// `$(…)` within each other.
    pub(crate) substitution_depth: u32,
    pub(crate) history: Rc<RefCell<crate::history::History>>,
    pub(crate) hashed: BTreeMap<String, String>,
    /// What `complete` was told: names with their options.
    pub(crate) completions: BTreeMap<String, String>,
    pub(crate) dirs: Vec<String>,
    pub(crate) random: Rc<RefCell<sim::Rng>>,
    pub(crate) started: sim::Time,
    pub(crate) getopts: (usize, usize),
    /// The status of the latest command substitution of this command, if there was one.
    pub(crate) substituted: Option<i32>,
    pub(crate) interrupt: bool,
    /// `exit` has said once that there are stopped jobs.
    pub(crate) warned_of_jobs: bool,
    /// The number of the next line of an interactive shell.
    pub(crate) lines_run: u32,
    /// `$$`: the process of the shell that this is a copy of, or its own.
    pub(crate) main_pid: u32,
    /// How deep the running command is within others.
    pub(crate) levels: usize,
    /// `eval`s within each other.
    pub(crate) evaluating: usize,
    /// `$BASH_COMMAND`: the simple command that runs, or ran before the trap.
    pub(crate) current: Option<Rc<Command>>,
}

impl Aliases for RefCell<BTreeMap<String, String>> {
    fn alias(&self, name: &str) -> Option<String> {
        self.borrow().get(name).cloned()
    }
}

impl Shell {
    /// A shell in that process, with its environment.
    pub(crate) fn new(proc: &Proc, dialect: Dialect, style: Style) -> Self {
        let mut vars = Vars::from_env(&proc.environment());
        let name = proc.args().first().cloned().unwrap_or_default();
        let level: i64 = vars.get("SHLVL").and_then(|l| l.parse().ok()).unwrap_or(0);
        let _ = vars.set("SHLVL", (level + 1).to_string());
        vars.entry("SHLVL").exported = true;
        let _ = vars.set("PWD", &*proc.cwd());
        vars.entry("PWD").exported = true;
        if vars.get("PATH").is_none() {
            let _ = vars.set(
                "PATH",
                "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            );
        }
        let _ = vars.set("IFS", " \t\n");
        let _ = vars.set("OPTIND", "1");
        let _ = vars.set("PS4", "+ ");
        if style == Style::Interactive {
            let _ = vars.set("PS2", "> ");
        }
        if dialect == Dialect::Bash {
            let _ = vars.set("BASH", "/bin/bash");
            let _ = vars.set("BASH_VERSION", "5.2.37(1)-release");
            let _ = vars.set("HOSTTYPE", "x86_64");
            let _ = vars.set("MACHTYPE", "x86_64-pc-linux-gnu");
            let _ = vars.set("OSTYPE", "linux-gnu");
        }
        let mut others = BTreeMap::new();
        if style == Style::Interactive && dialect == Dialect::Bash {
            // As the completions that most systems load switch it on.
            others.insert("extglob".to_owned(), true);
        }
        let options = Options {
            others,
            expand_aliases: style == Style::Interactive || dialect != Dialect::Bash,
            monitor: style == Style::Interactive,
            ..Options::default()
        };
        let rng = proc.sim().rng(&format!(
            "shell/{}/{}",
            proc.machine().hostname(),
            proc.pid()
        ));
        let mut shell = Shell {
            proc: proc.clone(),
            vars,
            functions: BTreeMap::new(),
            aliases: Rc::default(),
            options,
            positional: Rc::new([]),
            name: name.as_str().into(),
            dialect,
            style,
            status: 0,
            line: 1,
            pipe_status: vec![0],
            last_background: None,
            jobs: Jobs::default(),
            traps: BTreeMap::new(),
            function_names: Vec::new(),
            call_lines: Vec::new(),
            sources: 0,
            nesting: 0,
            loops: 0,
            quiet_errors: 0,
            in_trap: false,
            is_subshell: false,
            subshell_depth: 0,
            substitution_depth: 0,
            history: Rc::default(),
            hashed: BTreeMap::new(),
            completions: BTreeMap::new(),
            dirs: Vec::new(),
            random: Rc::new(RefCell::new(rng)),
            started: proc.now(),
            getopts: (1, 0),
            substituted: None,
            interrupt: false,
            warned_of_jobs: false,
            lines_run: 1,
            main_pid: proc.pid(),
            levels: 0,
            evaluating: 0,
            current: None,
        };
        if dialect == Dialect::Bash {
            crate::builtins::export::import_functions(&mut shell);
        }
        shell
    }

    /// Whether it is one of Almquist's shells, which agree in most.
    pub(crate) fn is_ash(&self) -> bool {
        self.dialect != Dialect::Bash
    }

    pub(crate) fn is_dash(&self) -> bool {
        self.dialect == Dialect::Dash
    }

    pub(crate) fn is_interactive(&self) -> bool {
        self.style == Style::Interactive && !self.is_subshell
    }

    /// What an error begins with: `bash: line 3: `.
    pub(crate) fn error_prefix(&self) -> String {
        let name = if self.style == Style::Script {
            self.name.to_string()
        } else {
            os::path::basename(&self.name)
                .trim_start_matches('-')
                .to_owned()
        };
        match (self.dialect, self.style) {
            (Dialect::Dash, _) => format!("{name}: {}: ", self.line),
            (_, Style::Interactive) | (Dialect::Ash, Style::Command) => format!("{name}: "),
            (Dialect::Bash, _) => format!("{name}: line {}: ", self.line),
            (Dialect::Ash, Style::Script) => format!("{name}: line {}: ", self.line),
        }
    }

    /// Prints an error of the shell itself.
    pub(crate) async fn complain(&self, message: &str) {
        self.proc
            .eprint(format!("{}{message}\n", self.error_prefix()))
            .await;
    }

    /// Prints an error of a builtin.
    pub(crate) async fn complain_of(&self, builtin: &str, message: &str) {
        self.complain(&format!("{builtin}: {message}")).await;
    }

    pub(crate) async fn print(&self, text: impl AsRef<str>) {
        self.proc.print(text).await;
    }

    /// An expansion went wrong: the command line is given up; a script goes on unless it is ash.
    pub(crate) fn expansion_error(&mut self, status: i32) -> Flow {
        self.status = if self.is_ash() { 2 } else { status };
        if self.is_interactive() || !self.is_ash() {
            Flow::Abort
        } else {
            Flow::Exit
        }
    }

    /// An error that ends a shell that is not interactive.
    pub(crate) fn fatal_error(&mut self, status: i32) -> Flow {
        self.status = if self.is_ash() { 2 } else { status };
        if self.is_interactive() {
            if status == 127 {
                self.status = 1;
            }
            Flow::Abort
        } else {
            Flow::Exit
        }
    }

    /// Enters a function, sourced file or evaluation.
    pub(crate) async fn enter(&mut self, what: &str) -> Outcome {
        self.nesting += 1;
        if self.nesting > MAX_NESTING {
            self.nesting -= 1;
            self.complain(&format!(
                "{what}: maximum function nesting level exceeded ({MAX_NESTING})"
            ))
            .await;
            self.status = 1;
            return Err(Flow::Abort);
        }
        Ok(())
    }

    pub(crate) fn leave(&mut self) {
        self.nesting -= 1;
    }

    /// Parses and runs text, one complete command after the other: what comes before a syntax error has run.
    pub(crate) async fn run_text(&mut self, text: &str, first_line: u32) -> Outcome {
        self.run_source(text, first_line, true).await
    }

    /// As [`Shell::run_text`] for `eval`: a syntax error does not end the shell.
    pub(crate) async fn run_evaluated(&mut self, text: &str) -> Outcome {
        self.evaluating += 1;
        let outcome = self.run_source(text, self.line, self.is_ash()).await;
        self.evaluating -= 1;
        outcome
    }

    async fn run_source(&mut self, text: &str, first_line: u32, errors_end: bool) -> Outcome {
        if self.nesting == 0 || !self.nesting.is_multiple_of(NESTED_ON_STACK) {
            return self.run_source_here(text, first_line, errors_end).await;
        }
        let text = text.to_owned();
        self.on_own_stack(move |mut shell| {
            Box::pin(async move {
                let outcome = shell.run_source_here(&text, first_line, errors_end).await;
                (shell, outcome)
            })
        })
        .await
    }

    async fn run_source_here(&mut self, text: &str, first_line: u32, errors_end: bool) -> Outcome {
        let aliases = self.aliases.clone();
        let mut parser = if self.options.expand_aliases {
            Parser::new(text, first_line, &*aliases)
        } else {
            Parser::new(text, first_line, &())
        };
        loop {
            parser.groups = self.options.is_on("extglob");
            let parsed = parser.next_command();
            for (line, warning) in parser.take_warnings() {
                self.line = line;
                self.complain(&warning).await;
            }
            match parsed {
                Ok(None) => return Ok(()),
                Ok(Some(list)) => {
                    if self.options.verbose {
                        let source = parser.command_source();
                        self.proc.eprint(source).await;
                    }
                    if !self.options.noexec {
                        self.run_list(Rc::new(list)).await?;
                    }
                }
                Err(error) => {
                    self.report_syntax(&error).await;
                    return match (self.is_interactive(), errors_end) {
                        (true, _) => Err(Flow::Abort),
                        (false, true) => Err(Flow::Exit),
                        (false, false) => Ok(()),
                    };
                }
            }
        }
    }

    pub(crate) async fn report_syntax(&mut self, error: &SyntaxError) {
        self.status = 2;
        if self.is_dash() {
            self.line = error.line;
            self.complain(&error.dash_text()).await;
            return;
        }
        if self.is_ash() {
            let name = os::path::basename(&self.name).to_owned();
            let prefix = match self.style {
                Style::Script => format!("{}: line {}: ", self.name, error.line),
                _ => format!("{name}: "),
            };
            self.proc
                .eprint(format!("{prefix}{}\n", error.ash_text()))
                .await;
            return;
        }
        let name = os::path::basename(&self.name)
            .trim_start_matches('-')
            .to_owned();
        let prefix = match self.style {
            Style::Interactive => format!("{name}: "),
            _ if self.evaluating > 0 => format!("{name}: eval: line {}: ", error.line),
            Style::Command => format!("{name}: -c: line {}: ", error.line),
            Style::Script => format!("{}: line {}: ", self.name, error.line),
        };
        let lines = error.lines();
        let lines = match self.style {
            Style::Interactive => &lines[..1],
            _ => &lines[..],
        };
        for text in lines {
            self.proc.eprint(format!("{prefix}{text}\n")).await;
        }
    }

    /// Runs the shell's end: its EXIT trap. Gives its status.
    pub(crate) async fn finish(&mut self) -> i32 {
        if let Some(action) = self.traps.remove("EXIT") {
            let status = self.status;
            self.in_trap = true;
            let outcome = Box::pin(self.run_text(&action, 1)).await;
            if outcome != Err(Flow::Exit) {
                self.status = status;
            }
        }
        self.status & 0xff
    }

    /// Whether Ctrl-C was pressed at the interactive shell.
    pub(crate) fn interrupted(&mut self) -> bool {
        std::mem::take(&mut self.interrupt)
    }
}
