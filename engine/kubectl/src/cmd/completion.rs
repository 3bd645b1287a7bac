//! `kubectl completion`: the Tab key knows kubectl here without any script; this prints one that says so.

use crate::cli::{Action, Command, Running};
use crate::context::Context;
use crate::fail;
use crate::util::go;

/// `completion`
pub const COMMAND: Command = Command {
    name: "completion",
    usage: "SHELL",
    no_flags_in_use: true,
    short: "Output shell completion code for the specified shell (bash, zsh, fish, or powershell)",
    long: "Output shell completion code for the specified shell (bash, zsh, fish, or powershell).

In this playground the shell completes kubectl's commands, flags and names by itself, so the code is a comment only.",
    example: "# Load the code into the current shell\nsource <(kubectl completion bash)",
    action: Action::Run(run),
    ..Command::DEFAULT
};

fn run(cx: Context) -> Running {
    Box::pin(async move {
        match cx.args.as_slice() {
            [] => Err(cx.usage_error("Shell not specified.")),
            [shell] if matches!(shell.as_str(), "bash" | "zsh" | "fish" | "powershell") => {
                cx.out(&format!(
                    "# kubectl completion for {shell}: the shell of this playground completes kubectl by itself.\n"
                ));
                Ok(())
            }
            [shell] => {
                let message = fail!("Unsupported shell type {}.", go::quote(shell));
                Err(cx.usage_error(message.text()))
            }
            _ => Err(cx.usage_error("Too many arguments. Expected only the shell type.")),
        }
    })
}
