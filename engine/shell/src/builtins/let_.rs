//! `let`

use crate::interp::{Flow, Shell};

pub(crate) async fn run(shell: &mut Shell, args: Vec<String>) -> Result<i32, Flow> {
    if args.len() == 1 {
        shell.complain_of("let", "expression expected").await;
        return Ok(1);
    }
    let mut value = 0;
    for text in &args[1..] {
        match shell.evaluate(text, "let: ").await {
            Ok(result) => value = result,
            Err(_) => return Ok(1),
        }
    }
    Ok(i32::from(value == 0))
}
