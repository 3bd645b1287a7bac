//! `export`, `readonly`

use super::declare;
use crate::interp::{Flow, Shell};

pub(crate) async fn run(shell: &mut Shell, args: Vec<String>) -> Result<i32, Flow> {
    mark(shell, args, "export").await
}

pub(crate) async fn readonly(shell: &mut Shell, args: Vec<String>) -> Result<i32, Flow> {
    mark(shell, args, "readonly").await
}

async fn mark(shell: &mut Shell, args: Vec<String>, name: &'static str) -> Result<i32, Flow> {
    let mut take_away = false;
    let mut functions = false;
    let mut names = Vec::new();
    for arg in &args[1..] {
        match arg.as_str() {
            "-p" | "-a" | "-A" | "--" if names.is_empty() => {}
            "-n" if names.is_empty() && name == "export" => take_away = true,
            "-f" if names.is_empty() => functions = true,
            option if names.is_empty() && option.starts_with('-') && option.len() > 1 => {
                return Ok(
                    super::usage(shell, name, &format!("{}: invalid option", &option[..2])).await,
                );
            }
            _ => names.push(arg.clone()),
        }
    }
    if functions {
        return Ok(export_functions(shell, name, &names, take_away).await);
    }
    if names.is_empty() {
        let lines: Vec<String> = shell
            .vars
            .iter()
            .filter(|(_, var)| {
                if name == "export" {
                    var.exported
                } else {
                    var.readonly
                }
            })
            .map(|(name, var)| declare::render(name, var))
            .map(|line| {
                if shell.is_ash() {
                    line.replacen("declare -x", "export", 1).replace('"', "'")
                } else {
                    line
                }
            })
            .collect();
        shell.print(lines.concat()).await;
        return Ok(0);
    }
    let mut status = 0;
    for item in &names {
        let (target, value) = match item.split_once('=') {
            Some((target, value)) => (target, Some(value)),
            None => (item.as_str(), None),
        };
        let (target, append) = match target.strip_suffix('+') {
            Some(target) if value.is_some() => (target, true),
            _ => (target, false),
        };
        if !super::is_name(target) {
            if shell.is_ash() {
                shell
                    .complain_of(name, &format!("{target}: bad variable name"))
                    .await;
                return Ok(2);
            }
            shell
                .complain_of(name, &format!("`{item}': not a valid identifier"))
                .await;
            status = 1;
            continue;
        }
        if let Some(value) = value {
            let value = if append {
                shell.vars.get(target).unwrap_or_default().to_owned() + value
            } else {
                value.to_owned()
            };
            shell.assign_scalar(target, &value).await?;
        }
        let var = shell.vars.entry(target);
        match name {
            "export" => var.exported = !take_away,
            _ => var.readonly = true,
        }
    }
    Ok(status)
}

/// `export -f`: the functions go along in the environment, as `BASH_FUNC_name%%`.
async fn export_functions(shell: &mut Shell, tool: &str, names: &[String], take_away: bool) -> i32 {
    let mut status = 0;
    for name in names {
        let variable = format!("BASH_FUNC_{name}%%");
        let Some(body) = shell.functions.get(name) else {
            shell
                .complain_of(tool, &format!("{name}: not a function"))
                .await;
            status = 1;
            continue;
        };
        if take_away {
            let _ = shell.vars.unset(&variable);
            continue;
        }
        let text = crate::syntax::print::function(name, body);
        let text = text[name.len()..]
            .trim()
            .replacen("() \n{ \n", "() { \n", 1);
        let _ = shell.vars.set(&variable, text.trim());
        shell.vars.entry(&variable).exported = true;
    }
    status
}

/// Takes the functions that came along in the environment.
pub(crate) fn import_functions(shell: &mut Shell) {
    const PREFIX: &str = "BASH_FUNC_";
    let found: Vec<(String, String)> = shell
        .vars
        .iter()
        .filter_map(|(variable, _)| {
            let name = variable.strip_prefix(PREFIX)?.strip_suffix("%%")?;
            Some((name.to_owned(), shell.vars.get(variable)?.to_owned()))
        })
        .collect();
    for (name, text) in found {
        let source = format!("{name} {text}");
        let parsed = crate::syntax::Parser::new(&source, 1, &()).next_command();
        let Ok(Some(list)) = parsed else { continue };
        let [item] = list.0.as_slice() else { continue };
        let [command] = item.and_or.first.commands.as_slice() else {
            continue;
        };
        if let crate::syntax::ast::CommandKind::Function { name, body } = &command.kind {
            shell.functions.insert(name.to_string(), body.clone());
        }
    }
}
