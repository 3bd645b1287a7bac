//! `break`, `continue`

use crate::interp::{Flow, Shell};

pub(crate) async fn break_(shell: &mut Shell, args: Vec<String>) -> Result<i32, Flow> {
    leave(shell, &args, Flow::Break).await
}

pub(crate) async fn continue_(shell: &mut Shell, args: Vec<String>) -> Result<i32, Flow> {
    leave(shell, &args, Flow::Continue).await
}

async fn leave(shell: &mut Shell, args: &[String], flow: fn(u32) -> Flow) -> Result<i32, Flow> {
    let name = &args[0];
    if shell.loops == 0 {
        if !shell.is_ash() {
            shell
                .complain_of(name, "only meaningful in a `for', `while', or `until' loop")
                .await;
        }
        return Ok(0);
    }
    let count = match args.get(1) {
        None => 1,
        Some(text) => match text.parse::<i64>() {
            Ok(count) if count > 0 => u32::try_from(count).unwrap_or(u32::MAX),
            Ok(_) => {
                shell
                    .complain_of(name, &format!("{text}: loop count out of range"))
                    .await;
                shell.status = 1;
                return Err(flow(shell.loops));
            }
            Err(_) => {
                shell
                    .complain_of(name, &format!("{text}: numeric argument required"))
                    .await;
                shell.status = 128;
                return Err(Flow::Exit);
            }
        },
    };
    shell.status = 0;
    Err(flow(count.min(shell.loops)))
}
