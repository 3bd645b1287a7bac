//! `exec`

use crate::interp::{Flow, Found, Shell};

pub(crate) async fn run(shell: &mut Shell, args: Vec<String>) -> Result<i32, Flow> {
    let mut rest = args[1..].to_vec();
    let mut name = None;
    while let Some(option) = rest.first().cloned() {
        match option.as_str() {
            "-a" if rest.len() > 1 => {
                name = Some(rest[1].clone());
                rest.drain(..2);
            }
            "-c" | "-l" | "--" => {
                rest.remove(0);
            }
            _ => break,
        }
    }
    let Some(command) = rest.first().cloned() else {
        // The redirections stay; the caller sees to it.
        return Ok(0);
    };
    match shell.find_program(&command) {
        Found::Program(path) => {
            if let Some(name) = name {
                rest[0] = name;
            }
            shell.proc.set_environment(shell.vars.environment());
            shell.status = shell.exec_here(&path, &rest).await;
            Err(Flow::Exit)
        }
        Found::Nothing(error) => {
            let text = match error {
                os::ExecError::NotFound => "not found".to_owned(),
                os::ExecError::Denied | os::ExecError::IsDirectory => {
                    "cannot execute: Permission denied".to_owned()
                }
                error => error.errno().text().to_owned(),
            };
            shell
                .complain_of("exec", &format!("{command}: {text}"))
                .await;
            shell.status = if error == os::ExecError::NotFound {
                127
            } else {
                126
            };
            if shell.is_interactive() {
                Ok(shell.status)
            } else {
                Err(Flow::Exit)
            }
        }
        _ => Ok(127),
    }
}
