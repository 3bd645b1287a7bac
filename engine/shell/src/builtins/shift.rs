//! `shift`

use crate::interp::{Flow, Shell};

pub(crate) async fn run(shell: &mut Shell, args: Vec<String>) -> Result<i32, Flow> {
    let count = match args.get(1) {
        None => 1,
        Some(text) => match text.parse::<i64>() {
            Ok(count) => count,
            Err(_) => {
                shell
                    .complain_of("shift", &format!("{text}: numeric argument required"))
                    .await;
                return Ok(1);
            }
        },
    };
    let Ok(count) = usize::try_from(count) else {
        shell
            .complain_of("shift", &format!("{count}: shift count out of range"))
            .await;
        return Ok(1);
    };
    match shell.positional.get(count..) {
        Some(rest) => {
            shell.positional = rest.to_vec().into();
            Ok(0)
        }
        None => Ok(1),
    }
}
