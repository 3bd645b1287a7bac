//! `command`, `builtin`

use super::{builtin as find_builtin, type_};
use crate::interp::{Flow, Found, Shell};

pub(crate) async fn run(shell: &mut Shell, args: Vec<String>) -> Result<i32, Flow> {
    let mut rest = &args[1..];
    let mut describe = None;
    while let Some(option) = rest
        .first()
        .filter(|arg| arg.starts_with('-') && arg.len() > 1)
    {
        match option.as_str() {
            "-p" => {}
            "-v" => describe = Some(false),
            "-V" => describe = Some(true),
            "--" => {
                rest = &rest[1..];
                break;
            }
            _ => {
                return Ok(super::usage(
                    shell,
                    "command",
                    &format!("{}: invalid option", &option[..2]),
                )
                .await);
            }
        }
        rest = &rest[1..];
    }
    if let Some(long) = describe {
        let mut status = 1;
        for name in rest {
            if type_::describe(shell, name, long, "command").await {
                status = 0;
            }
        }
        return Ok(status);
    }
    let Some(name) = rest.first() else {
        return Ok(0);
    };
    if let Some(tool) = find_builtin(name, shell.dialect) {
        shell.run_builtin(tool, rest.to_vec(), &[]).await?;
        return Ok(shell.status);
    }
    match shell.find_program(name) {
        Found::Program(path) => shell.run_external(&path, rest.to_vec()).await,
        Found::Nothing(error) => {
            shell.not_found(name, error).await;
            Ok(shell.status)
        }
        _ => Ok(127),
    }
}

pub(crate) async fn builtin(shell: &mut Shell, args: Vec<String>) -> Result<i32, Flow> {
    let Some(name) = args.get(1) else {
        return Ok(0);
    };
    match find_builtin(name, shell.dialect) {
        Some(tool) => {
            shell.run_builtin(tool, args[1..].to_vec(), &[]).await?;
            Ok(shell.status)
        }
        None => {
            shell
                .complain_of("builtin", &format!("{name}: not a shell builtin"))
                .await;
            Ok(1)
        }
    }
}
