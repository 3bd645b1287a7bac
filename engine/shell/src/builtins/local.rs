//! `local`

use crate::interp::{Flow, Shell};

pub(crate) async fn run(shell: &mut Shell, args: Vec<String>) -> Result<i32, Flow> {
    if !shell.vars.in_function() {
        let text = if shell.is_ash() {
            "not in a function"
        } else {
            "can only be used in a function"
        };
        shell.complain_of("local", text).await;
        return Ok(if shell.is_dash() { 2 } else { 1 });
    }
    super::declare::declare(shell, args, true).await
}
