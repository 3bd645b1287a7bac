//! `kubectl help`: the help of any command.

use crate::cli::command::find;
use crate::cli::{Action, Command, Running, help};
use crate::context::Context;
use crate::host::Stream;

/// `help`
pub const COMMAND: Command = Command {
    name: "help",
    usage: "[command]",
    short: "Help about any command",
    long: "Help provides help for any command in the application.
Simply type kubectl help [path to command] for full details.",
    action: Action::Run(run),
    ..Command::DEFAULT
};

fn run(cx: Context) -> Running {
    Box::pin(async move {
        let width = cx
            .host
            .is_terminal(Stream::Out)
            .then(|| cx.host.window())
            .flatten();
        let limit = help::wrap_limit(width.map(|(columns, _)| columns));
        match find(&super::ROOT, &cx.args) {
            Ok(found) => cx.out(&help::help(&found.path, super::GROUPS, limit)),
            Err(_) => {
                let topics: Vec<String> = cx.args.iter().map(|a| format!("`{a}`")).collect();
                let root = &cx.path[..1];
                cx.err(&format!("Unknown help topic [{}]\n", topics.join(" ")));
                cx.err(&help::usage(root, super::GROUPS, limit));
            }
        }
        Ok(())
    })
}
