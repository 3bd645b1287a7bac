//! `help`

use super::TOOLS;
use crate::interp::{Flow, Shell};
use crate::pattern::Pattern;

pub(crate) async fn run(shell: &mut Shell, args: Vec<String>) -> Result<i32, Flow> {
    let topics: Vec<&String> = args[1..]
        .iter()
        .filter(|arg| !arg.starts_with('-'))
        .collect();
    if topics.is_empty() {
        let mut out = String::from(
            "A playground for Kubernetes. `kubectl` (or `k`) talks to the cluster; the shell is as bash,\nwith these commands. `help NAME` says more about one.\n\n",
        );
        let width = TOOLS.iter().map(|tool| tool.name.len()).max().unwrap_or(0) + 2;
        for tool in TOOLS.iter().filter(|tool| tool.name.len() > 1) {
            out.push_str(&format!("  {:width$}{}\n", tool.name, tool.about));
        }
        shell.print(out).await;
        return Ok(0);
    }
    let mut status = 0;
    for topic in topics {
        let pattern = Pattern::from_text(topic);
        let found: Vec<_> = TOOLS
            .iter()
            .filter(|tool| {
                tool.name == topic || (!pattern.is_literal() && pattern.matches(tool.name))
            })
            .collect();
        if found.is_empty() {
            shell
                .complain_of("help", &format!("no help topics match `{topic}'.  Try `help help' or `man -k {topic}' or `info {topic}'."))
                .await;
            status = 1;
        }
        for tool in found {
            let short = match args.get(1).map(String::as_str) {
                Some("-d") => Some(format!("{} - {}\n", tool.name, tool.about)),
                Some("-s") => Some(format!("{}: {}\n", tool.name, tool.usage)),
                _ => None,
            };
            if let Some(text) = short {
                shell.print(text).await;
                continue;
            }
            shell
                .print(format!(
                    "{}: {}\n    {}\n",
                    tool.name, tool.usage, tool.about
                ))
                .await;
        }
    }
    Ok(status)
}
