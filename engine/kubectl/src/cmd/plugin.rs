//! `kubectl plugin list`: programs whose names begin with `kubectl-`.

use crate::cli::command::find;
use crate::cli::{Action, Command, Flag, Running};
use crate::context::Context;
use crate::error::Error;
use crate::util::go;

/// `plugin`
pub const COMMAND: Command = Command {
    name: "plugin",
    short: "Provides utilities for interacting with plugins",
    long: "Provides utilities for interacting with plugins.

Plugins are programs of other people that kubectl calls as if they were its own commands.",
    example: EXAMPLE,
    commands: &[&LIST],
    action: Action::SubCommandNeeded(true),
    ..Command::DEFAULT
};

const EXAMPLE: &str = "# All plugins
kubectl plugin list

# Their names without folders
kubectl plugin list --name-only";

const LIST: Command = Command {
    name: "list",
    short: "List all visible plugin executables on a user's PATH",
    long: "List all available plugin files on a user's PATH: executables whose names begin with \"kubectl-\".",
    example: EXAMPLE,
    flags: &[&[Flag::bool(
        "name-only",
        "If true, display only the binary name of each plugin, rather than its full path",
    )]],
    action: Action::Run(run),
    ..Command::DEFAULT
};

fn run(cx: Context) -> Running {
    Box::pin(async move {
        let path = cx.host.env("PATH").unwrap_or_default();
        let mut folders: Vec<&str> = Vec::new();
        for folder in path.split(':').filter(|f| !f.trim().is_empty()) {
            if !folders.contains(&folder) {
                folders.push(folder);
            }
        }
        let mut plugins: Vec<(&str, String)> = Vec::new();
        for folder in folders {
            match cx.host.list(folder) {
                Ok(names) => {
                    let names = names.into_iter().filter(|n| n.starts_with("kubectl-"));
                    plugins.extend(names.map(|name| (folder, name)));
                }
                Err(error) => cx.err(&format!(
                    "Unable to read directory {} from your PATH: {}. Skipping...\n",
                    go::quote(folder),
                    error.of("open", folder).text()
                )),
            }
        }
        let mut errors = Vec::new();
        if plugins.is_empty() {
            errors.push("error: unable to find any kubectl plugins in your PATH".to_owned());
        } else {
            cx.out("The following compatible plugins are available:\n\n");
        }
        let mut warnings = 0;
        let mut seen: Vec<(String, String)> = Vec::new();
        for (folder, name) in &plugins {
            let full = format!("{}/{name}", folder.trim_end_matches('/'));
            let shown = if cx.flags.bool("name-only") {
                name
            } else {
                &full
            };
            cx.out(&format!("{shown}\n"));
            for warning in problems(&cx, &full, name, &seen) {
                cx.err(&format!("  - warning: {warning}\n"));
                warnings += 1;
            }
            if !seen.iter().any(|(known, _)| known == name) {
                seen.push((name.clone(), full));
            }
        }
        match warnings {
            0 => {}
            1 => errors.push("error: one plugin warning was found".to_owned()),
            count => errors.push(format!("error: {count} plugin warnings were found")),
        }
        match errors.is_empty() {
            true => Ok(()),
            false => Err(Error::Message(errors.join("\n") + "\n")),
        }
    })
}

fn problems(cx: &Context, full: &str, name: &str, seen: &[(String, String)]) -> Vec<String> {
    let mut problems = Vec::new();
    if cx
        .host
        .stat(full)
        .is_ok_and(|info| info.is_dir || info.mode & 0o111 == 0)
    {
        problems.push(format!(
            "{full} identified as a kubectl plugin, but it is not executable"
        ));
    }
    if let Some((_, first)) = seen.iter().find(|(known, _)| known == name) {
        problems.push(format!(
            "{full} is overshadowed by a similarly named plugin: {first}"
        ));
    }
    let words: Vec<String> = name.split('-').skip(1).map(str::to_owned).collect();
    if let Ok(found) = find(&super::ROOT, &words)
        && found.path.len() > 1
    {
        let path = crate::cli::command::path_text(&found.path);
        problems.push(format!(
            "{name} overwrites existing command: {}",
            go::quote(&path)
        ));
    }
    problems
}
