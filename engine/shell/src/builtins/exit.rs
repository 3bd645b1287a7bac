//! `exit`

use crate::interp::{Flow, JobState, Shell};

pub(crate) async fn run(shell: &mut Shell, args: Vec<String>) -> Result<i32, Flow> {
    if shell.is_interactive() {
        if !shell.is_ash() {
            shell.proc.eprint("exit\n").await;
        }
        let stopped = shell
            .jobs
            .list
            .iter()
            .any(|job| matches!(job.state(), JobState::Stopped(_)));
        if stopped && !shell.warned_of_jobs {
            shell.warned_of_jobs = true;
            shell.proc.eprint("There are stopped jobs.\n").await;
            return Ok(1);
        }
    }
    if let Some(text) = args.get(1) {
        match text.parse::<i64>() {
            Ok(status) => shell.status = (status & 0xff) as i32,
            Err(_) => {
                if shell.is_ash() {
                    shell
                        .complain_of("exit", &format!("Illegal number: {text}"))
                        .await;
                } else {
                    shell
                        .complain_of("exit", &format!("{text}: numeric argument required"))
                        .await;
                }
                shell.status = 2;
                return Err(Flow::Exit);
            }
        }
        if args.len() > 2 && !shell.is_ash() {
            shell.complain_of("exit", "too many arguments").await;
            shell.status = 1;
            if !shell.is_interactive() {
                return Err(Flow::Exit);
            }
            return Ok(1);
        }
    }
    Err(Flow::Exit)
}
