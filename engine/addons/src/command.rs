//! `addons`: the workstation's command that installs add-ons. The playground's own, after `minikube addons`.

use os::{Proc, Programs};

use crate::Addons;

const HELP: &str = "addons: what can be added to this playground's cluster (no Kubernetes command: the playground's own)

Usage:
  addons list             which there are, and which are enabled
  addons enable NAME...   start some
  addons disable NAME...  stop some
";

/// Adds the command.
pub fn register(programs: &Programs, addons: &Addons) {
    let addons = addons.clone();
    programs.add("addons", move |proc: Proc| {
        let addons = addons.clone();
        async move { run(&proc, &addons).await }
    });
}

async fn run(proc: &Proc, addons: &Addons) -> i32 {
    let args: Vec<String> = proc.args().iter().skip(1).cloned().collect();
    let words: Vec<&str> = args.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["list"] => {
            let mut out = format!("{:<16}{:<10}{}\n", "NAME", "STATUS", "WHAT");
            for (name, about, enabled) in addons.list() {
                let status = if enabled { "enabled" } else { "disabled" };
                out.push_str(&format!("{name:<16}{status:<10}{about}\n"));
            }
            proc.print(out).await;
            0
        }
        [verb @ ("enable" | "disable"), names @ ..] if !names.is_empty() => {
            let enable = *verb == "enable";
            for name in names {
                let done = match enable {
                    true => addons.enable(name),
                    false => addons.disable(name),
                };
                match done {
                    Ok(true) => proc.print(format!("{name} {verb}d\n")).await,
                    Ok(false) => proc.print(format!("{name} unchanged\n")).await,
                    Err(error) => {
                        proc.eprint(format!("addons: {error}\n")).await;
                        return 1;
                    }
                };
            }
            0
        }
        [] | ["help" | "-h" | "--help"] => {
            proc.print(HELP).await;
            0
        }
        _ => {
            proc.eprint(HELP).await;
            2
        }
    }
}
