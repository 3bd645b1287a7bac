//! kubectl v1.36, emulated: what it prints, to which stream, and how it exits.
//!
//! ```text
//!   argv ── cli (cobra, pflag) ── cmd/<verb> ── resource (files, names, selectors) ── rest ── Transport ── API server
//!                                     │
//!                                     └── util/print, describe ── Host (streams, files, clock)
//! ```
//!
//! [`Kubectl`] is an installation; [`Kubectl::run`] is one run of it. The server is known by its REST interface alone
//! ([`transport`]), the machine by [`host`]; both are traits, so that verbs can be tested with neither. Objects are JSON
//! values throughout: a custom resource is no different from a pod.
//!
//! Not here: tables (the server makes them), the shell, line editing, the cluster.

pub mod adapter;
pub mod apply;
pub mod cli;
pub mod cmd;
pub mod complete;
pub mod context;
pub mod describe;
pub mod editor;
pub mod error;
pub mod explain;
pub mod generate;
pub mod hint;
pub mod host;
pub mod kubeconfig;
pub mod kuberc;
pub mod kustomize;
pub mod pods;
pub mod remote;
pub mod resource;
pub mod rest;
pub mod transport;
pub mod util;

use std::rc::Rc;

use cli::command::{Found, find, flags_of};
use cli::{Action, help, parse};
use context::Context;
use error::Error;
use host::{Host, Stream, Streams};
use rest::discovery::Cache;
use transport::Dialer;

/// An installation of kubectl.
#[derive(Clone)]
pub struct Kubectl {
    dialer: Rc<dyn Dialer>,
    cache: Rc<Cache>,
}

/// How a run ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// Exit code.
    pub code: i32,
    /// What went to standard error at the end, if the run failed.
    pub error: String,
}

impl Kubectl {
    /// An installation that reaches servers through `dialer`.
    pub fn new(dialer: Rc<dyn Dialer>) -> Kubectl {
        Kubectl {
            dialer,
            cache: Rc::default(),
        }
    }

    /// Runs with the words after `kubectl`.
    pub async fn run(&self, host: Rc<dyn Host>, args: &[String]) -> Outcome {
        let streams = Streams::new(Rc::clone(&host));
        let preferences = match kuberc::Preferences::apply(&*host, &streams, args) {
            Ok(preferences) => preferences,
            Err(message) => return refused(&streams, &message).await,
        };
        let args = preferences.args.as_slice();
        if let Some((words, described)) = complete::script::called(args) {
            return complete::script::run(self, host, &words, described).await;
        }
        let found = match find(&cmd::ROOT, args) {
            Ok(found) => found,
            Err(message) => {
                let (text, code) = unknown(args, &message);
                streams.err(&text);
                let _ = streams.flush().await;
                return Outcome { code, error: text };
            }
        };
        let usage = match &found.called_as[..] {
            "options" => format!(
                "Run '{}' without flags.",
                cli::command::path_text(&found.path)
            ),
            _ => format!(
                "See '{} --help' for usage.",
                cli::command::path_text(&found.path)
            ),
        };
        if found.command().name == cmd::alpha::COMMAND.name {
            // It says that there is nothing, whatever the flags.
            streams.err(cmd::alpha::NOTHING);
            let _ = streams.flush().await;
            return Outcome {
                code: 0,
                error: String::new(),
            };
        }
        let mut flags = flags_of(&found.path);
        if let Err(message) = preferences.set(&mut flags) {
            return refused(&streams, &message).await;
        }
        let parsed = match parse::parse(flags, &found.rest) {
            Ok(parsed) => parsed,
            Err(message) => {
                let (text, mut code) = match found.command().name {
                    "diff" => error::report(&Error::Message(format!(
                        "{message}\nSee 'kubectl diff -h' for help and examples"
                    ))),
                    _ => error::report(&Error::Message(format!("{message}\n{usage}"))),
                };
                if found.command().name == "diff" {
                    // One says that there are differences.
                    code = 2;
                }
                streams.err(&text);
                let _ = streams.flush().await;
                return Outcome { code, error: text };
            }
        };
        for message in &parsed.messages {
            streams.err(&format!("{message}\n"));
        }
        let _ = streams.flush().await;
        let cx = Context::new(
            found.path.clone(),
            args.to_vec(),
            parsed,
            Rc::clone(&host),
            Rc::clone(&self.dialer),
            Rc::clone(&self.cache),
        );
        let result = execute(&cx, &found).await;
        let result = result.and_then(|()| warnings_as_errors(&cx));
        let outcome = match result {
            Ok(()) => Outcome {
                code: 0,
                error: String::new(),
            },
            Err(Error::Fatal(place, text)) => {
                util::klog::line(&cx, 'F', place, &text);
                Outcome {
                    code: 1,
                    error: text,
                }
            }
            Err(error) => {
                util::klog::answer(&cx, &error);
                let (text, code) = error::report(&error);
                cx.err(&text);
                Outcome { code, error: text }
            }
        };
        match (cx.flush().await, cx.streams.lost()) {
            (Err(Error::Exit(code)), _) => Outcome { code, ..outcome },
            (_, Some(why)) if outcome.code == 0 && looks_at_writes(&cx) => {
                let text = format!("error: write /dev/stdout: {why}\n");
                cx.err(&text);
                let _ = cx.flush().await;
                Outcome {
                    code: 1,
                    error: text,
                }
            }
            _ => outcome,
        }
    }
}

/// Whether the command notices that its output cannot be written: those that print documents do, tables do not.
fn looks_at_writes(cx: &Context) -> bool {
    let text = |flag: &str| cx.flags.str(flag);
    let output = text("output");
    let document = ["json", "yaml", "kyaml", "go-template", "template"];
    document.iter().any(|form| output.starts_with(form))
        || !text("raw").is_empty()
        || matches!(
            cx.command_path().as_str(),
            "kubectl completion" | "kubectl config view" | "kubectl explain" | "kubectl kustomize"
        )
}

/// The answer to preferences that cannot be applied.
async fn refused(streams: &Streams, message: &str) -> Outcome {
    let text = format!("error occurred while applying preferences {message}\n");
    streams.err(&text);
    let _ = streams.flush().await;
    Outcome {
        code: 1,
        error: text,
    }
}

/// The answer to a command nobody knows.
fn unknown(args: &[String], message: &str) -> (String, i32) {
    let first_word = args.iter().find(|a| !a.starts_with('-'));
    match args.first() {
        // Such a command could be a plugin, and plugins get no flags of kubectl's.
        Some(first) if first.starts_with('-') && first_word.is_none_or(|w| w != "help") => (
            format!("Error: flags cannot be placed before plugin name: {first}\n"),
            1,
        ),
        _ => error::report(&Error::Message(message.to_owned())),
    }
}

/// The help of this run's command, wrapped for its terminal.
pub(crate) fn help_of(cx: &Context) -> String {
    let width = cx
        .host
        .is_terminal(Stream::Out)
        .then(|| cx.host.window())
        .flatten();
    help::help(
        &cx.path,
        cmd::GROUPS,
        help::wrap_limit(width.map(|(columns, _)| columns)),
    )
}

async fn execute(cx: &Context, found: &Found) -> Result<(), Error> {
    let command = found.command();
    let help_text = || help_of(cx);
    if cx.flags.bool("help") && command.name != "options" {
        cx.out(&help_text());
        return Ok(());
    }
    if cx.flags.is_global("profile") {
        // `debug` has profiles of its own.
        check_profile(cx.flags.str("profile"))?;
    }
    let missing = cx.flags.missing_required();
    if !missing.is_empty() {
        return Err(fail!(
            "required flag(s) \"{}\" not set",
            missing.join("\", \"")
        ));
    }
    if cx.flags.strings("filename").iter().any(|f| f == "-") {
        cx.load_stdin().await?;
    }
    match command.action {
        Action::Run(run) => {
            start_server(cx).await;
            run(cx.clone()).await
        }
        Action::Help => {
            cx.out(&help_text());
            Ok(())
        }
        Action::SubCommandNeeded(on_stderr) => {
            if !cx.args.is_empty() {
                let words = cx.args.join(" ");
                return Err(cx.usage_error(format!("unknown command {}", util::go::quote(&words))));
            }
            if on_stderr {
                cx.err(&help_text());
            } else {
                cx.out(&help_text());
            }
            Err(Error::Exit(1))
        }
    }
}

/// `--profile`: there is nothing to capture here, but a name that is none is a mistake all the same.
fn check_profile(name: &str) -> Result<(), Error> {
    const KNOWN: [&str; 8] = [
        "none",
        "cpu",
        "heap",
        "goroutine",
        "threadcreate",
        "block",
        "mutex",
        "trace",
    ];
    match name.is_empty() || KNOWN.contains(&name) {
        true => Ok(()),
        false => Err(fail!("unknown profile '{name}'")),
    }
}

/// Commands that never ask a server.
const ALONE: [&str; 6] = [
    "completion",
    "config",
    "kuberc",
    "kustomize",
    "options",
    "plugin",
];

/// Waits for a server that starts when it is first asked.
async fn start_server(cx: &Context) {
    let name = cx.path.get(1).map_or("", |command| command.name);
    if ALONE.contains(&name) {
        return;
    }
    let Ok(selected) = cx.selected() else { return };
    if let Some(up) = cx.dialer().start(&selected.target.server) {
        cx.host.hint(&format!(
            "The cluster at {} is not running yet: it starts now, which takes it some seconds.",
            selected.target.server
        ));
        up.await;
    }
}

fn warnings_as_errors(cx: &Context) -> Result<(), Error> {
    match (cx.flags.bool("warnings-as-errors"), cx.warning_count()) {
        (false, _) | (true, 0) => Ok(()),
        (true, 1) => Err("1 warning received".into()),
        (true, count) => Err(fail!("{count} warnings received")),
    }
}
