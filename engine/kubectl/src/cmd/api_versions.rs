//! `kubectl api-versions`: groups and versions of the server.

use crate::cli::{Action, Command, Running};
use crate::context::Context;
use crate::fail;
use crate::rest::discovery::discover;
use crate::util::go;

/// `api-versions`
pub const COMMAND: Command = Command {
    name: "api-versions",
    no_flags_in_use: true,
    short: "Print the supported API versions on the server, in the form of \"group/version\"",
    long: "Print the supported API versions on the server, in the form of \"group/version\".",
    example: "# Every group and version that the server knows\nkubectl api-versions",
    action: Action::Run(run),
    ..Command::DEFAULT
};

fn run(cx: Context) -> Running {
    Box::pin(async move {
        if !cx.args.is_empty() {
            let args = go::slice(&cx.args);
            return Err(cx.usage_error(format!("unexpected arguments: {args}")));
        }
        let discovery = discover(&cx, true).map_err(|error| match error {
            error @ crate::error::Error::Configuration(_) => error,
            error => fail!(
                "couldn't get available api versions from server: {}",
                error.text()
            ),
        })?;
        let mut versions: Vec<String> = Vec::new();
        for group in &discovery.groups {
            for version in &group.versions {
                versions.push(match group.name.as_str() {
                    "" => version.clone(),
                    name => format!("{name}/{version}"),
                });
            }
        }
        versions.sort_unstable();
        for version in versions {
            cx.out(&(version + "\n"));
        }
        Ok(())
    })
}
