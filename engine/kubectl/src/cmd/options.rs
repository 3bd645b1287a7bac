//! `kubectl options`: the flags that every command takes.

use crate::cli::{Action, Command, Running, help};
use crate::context::Context;

/// `options`
pub const COMMAND: Command = Command {
    name: "options",
    short: "Print the list of flags inherited by all commands",
    long: "Print the list of flags inherited by all commands",
    example: "# Print flags inherited by all commands\nkubectl options",
    action: Action::Run(run),
    ..Command::DEFAULT
};

fn run(cx: Context) -> Running {
    Box::pin(async move {
        if cx.flags.bool("help") {
            return Ok(());
        }
        let width = cx
            .host
            .is_terminal(crate::host::Stream::Out)
            .then(|| cx.host.window())
            .flatten();
        cx.out(&help::global_options(help::wrap_limit(
            width.map(|(columns, _)| columns),
        )));
        Ok(())
    })
}
