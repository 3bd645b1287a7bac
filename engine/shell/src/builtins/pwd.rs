//! `pwd`

use os::Proc;

use crate::interp::{Flow, Shell};

pub(crate) async fn run_in_shell(shell: &mut Shell, args: Vec<String>) -> Result<i32, Flow> {
    let mut physical = false;
    for arg in &args[1..] {
        match arg.as_str() {
            "-P" => physical = true,
            "-L" => physical = false,
            option if option.starts_with('-') && !shell.is_ash() => {
                return Ok(super::usage(shell, "pwd", &format!("{option}: invalid option")).await);
            }
            _ => {}
        }
    }
    let cwd = shell.proc.cwd().to_string();
    let logical = shell
        .vars
        .get("PWD")
        .map(str::to_owned)
        .filter(|_| !physical);
    shell.print(logical.unwrap_or(cwd) + "\n").await;
    Ok(0)
}

pub(crate) async fn run(proc: Proc, _args: Vec<String>) -> i32 {
    proc.print(format!("{}\n", proc.cwd())).await;
    0
}
