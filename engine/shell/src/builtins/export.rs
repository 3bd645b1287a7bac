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
        return Ok(0);
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
