//! `wait`

use os::{ExitStatus, Proc};

use crate::interp::{Flow, JobState, Shell};

pub(crate) async fn run(shell: &mut Shell, args: Vec<String>) -> Result<i32, Flow> {
    let any = args[1..].iter().any(|arg| arg == "-n");
    let targets: Vec<&String> = args[1..]
        .iter()
        .filter(|arg| !arg.starts_with('-'))
        .collect();
    if any {
        return Ok(wait_any(shell).await);
    }
    if targets.is_empty() {
        let ids: Vec<usize> = shell.jobs.list.iter().map(|job| job.id).collect();
        for id in ids {
            let status = shell.wait_job(id).await;
            let left = shell.jobs.get(id).map(crate::interp::Job::state);
            if left.is_some_and(|state| !matches!(state, JobState::Done(_))) {
                // A signal came in between.
                shell.run_pending_traps().await?;
                if shell.interrupted() {
                    return Err(Flow::Interrupt);
                }
                return Ok(status);
            }
        }
        return Ok(0);
    }
    let mut status = 0;
    for target in targets {
        let id = if target.starts_with('%') {
            shell.jobs.find(target).ok()
        } else {
            let pid = target.parse::<u32>().ok();
            shell
                .jobs
                .list
                .iter()
                .find(|job| job.procs.iter().any(|proc| Some(proc.pid()) == pid))
                .map(|job| job.id)
        };
        status = match id {
            Some(id) => shell.wait_job(id).await,
            None => {
                let text = match target.parse::<u32>() {
                    Ok(pid) => format!("pid {pid} is not a child of this shell"),
                    Err(_) if target.starts_with('%') => format!("{target}: no such job"),
                    Err(_) => format!("`{target}': not a pid or valid job spec"),
                };
                if !shell.is_ash() {
                    shell.complain_of("wait", &text).await;
                }
                if target.parse::<u32>().is_ok() || target.starts_with('%') {
                    127
                } else {
                    1
                }
            }
        };
    }
    Ok(status)
}

/// Waits for whichever job ends first.
async fn wait_any(shell: &mut Shell) -> i32 {
    let procs: Vec<(usize, Proc)> = shell
        .jobs
        .list
        .iter()
        .filter_map(|job| Some((job.id, job.procs.last()?.clone())))
        .collect();
    if procs.is_empty() {
        return 127;
    }
    let waiting = procs.iter().map(|(_, proc)| Box::pin(proc.wait_end()));
    let (status, at, _) = sim::futures_util::future::select_all(waiting).await;
    shell.tell_end(procs[at].0).await;
    ExitStatus::code(status)
}
