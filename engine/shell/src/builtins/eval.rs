//! `eval`

use crate::interp::{Flow, Shell};

pub(crate) async fn run(shell: &mut Shell, args: Vec<String>) -> Result<i32, Flow> {
    let text = args[1..].join(" ");
    if text.trim().is_empty() {
        return Ok(0);
    }
    shell.enter("eval").await?;
    shell.status = 0;
    let line = shell.line;
    let outcome = Box::pin(shell.run_evaluated(&text)).await;
    shell.line = line;
    shell.leave();
    outcome?;
    Ok(shell.status)
}
