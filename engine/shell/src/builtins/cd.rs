//! `cd`

use os::{Errno, path};

use crate::interp::{Flow, Shell};

pub(crate) async fn run(shell: &mut Shell, args: Vec<String>) -> Result<i32, Flow> {
    let mut physical = false;
    let mut rest = &args[1..];
    while let Some(option) = rest.first() {
        match option.as_str() {
            "-P" => physical = true,
            "-L" | "-e" => physical = false,
            "--" => {
                rest = &rest[1..];
                break;
            }
            option if option.starts_with('-') && option.len() > 1 => {
                return Ok(
                    super::usage(shell, "cd", &format!("{}: invalid option", &option[..2])).await,
                );
            }
            _ => break,
        }
        rest = &rest[1..];
    }
    if rest.len() > 1 && !shell.is_ash() {
        shell.complain_of("cd", "too many arguments").await;
        return Ok(1);
    }
    let mut announce = false;
    let target = match rest.first().map(String::as_str) {
        None => match shell.vars.get("HOME") {
            Some(home) => home.to_owned(),
            None => {
                shell.complain_of("cd", "HOME not set").await;
                return Ok(1);
            }
        },
        Some("-") => match shell.vars.get("OLDPWD") {
            Some(old) => {
                announce = true;
                old.to_owned()
            }
            None => {
                shell.complain_of("cd", "OLDPWD not set").await;
                return Ok(1);
            }
        },
        Some("") => return Ok(0),
        Some(target) => target.to_owned(),
    };
    Ok(change(shell, &target, physical, announce).await)
}

/// Changes the directory, with `PWD` and `OLDPWD`.
pub(crate) async fn change(shell: &mut Shell, target: &str, physical: bool, announce: bool) -> i32 {
    let old = shell.vars.get("PWD").unwrap_or("/").to_owned();
    let mut announce = announce;
    let mut candidates = Vec::new();
    if !target.starts_with(['/', '.'])
        && let Some(list) = shell.vars.get("CDPATH")
    {
        candidates.extend(
            list.split(':')
                .filter(|dir| !dir.is_empty())
                .map(|dir| path::join(dir, target)),
        );
    }
    let by_path = candidates.len();
    candidates.push(target.to_owned());
    let mut result = Err(Errno::ENOENT);
    for (at, candidate) in candidates.iter().enumerate() {
        let logical = path::clean(&path::join(&old, candidate));
        result = shell.proc.chdir(&logical).map(|()| logical);
        if result.is_ok() {
            announce |= at < by_path;
            break;
        }
    }
    match result {
        Ok(logical) => {
            let new = if physical {
                shell.proc.cwd().to_string()
            } else {
                logical
            };
            let _ = shell.vars.set("OLDPWD", old);
            let _ = shell.vars.set("PWD", new.clone());
            shell.vars.entry("OLDPWD").exported = true;
            if announce {
                shell.print(format!("{new}\n")).await;
            }
            0
        }
        Err(error) => {
            let text = if shell.is_dash() {
                format!("can't cd to {target}")
            } else if shell.is_ash() {
                format!("can't cd to {target}: {}", error.text())
            } else {
                format!("{target}: {}", error.text())
            };
            shell.complain_of("cd", &text).await;
            if shell.is_ash() { 2 } else { 1 }
        }
    }
}
