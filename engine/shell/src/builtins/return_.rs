//! `return`

use crate::interp::{Flow, Shell};

pub(crate) async fn run(shell: &mut Shell, args: Vec<String>) -> Result<i32, Flow> {
    if !shell.vars.in_function() && shell.sources == 0 {
        if shell.is_ash() {
            return Err(Flow::Exit);
        }
        shell
            .complain_of(
                "return",
                "can only `return' from a function or sourced script",
            )
            .await;
        return Ok(2);
    }
    if let Some(text) = args.get(1) {
        match text.parse::<i64>() {
            Ok(status) => shell.status = (status & 0xff) as i32,
            Err(_) => {
                shell
                    .complain_of("return", &format!("{text}: numeric argument required"))
                    .await;
                shell.status = 2;
            }
        }
    }
    Err(Flow::Return)
}
