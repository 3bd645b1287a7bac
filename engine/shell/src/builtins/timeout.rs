//! `timeout`

use os::{ExitStatus, Group, Proc, Signal};
use sim::futures_util::future::{Either, select};

use crate::opts::Spec;

pub(crate) async fn run(proc: Proc, args: Vec<String>) -> i32 {
    const SPEC: Spec = Spec::in_order(
        "s:k:v",
        &[
            ("signal", 's'),
            ("kill-after", 'k'),
            ("verbose", 'v'),
            ("preserve-status", 'p'),
            ("foreground", 'f'),
        ],
    );
    let opts = match SPEC.parse_or_complain(&proc, &args, 125).await {
        Ok(opts) => opts,
        Err(status) => return status,
    };
    let [duration, command @ ..] = opts.rest.as_slice() else {
        proc.eprint("Try 'timeout --help' for more information.\n")
            .await;
        return 125;
    };
    if command.is_empty() {
        proc.eprint(format!("timeout: missing operand after '{duration}'\nTry 'timeout --help' for more information.\n")).await;
        return 125;
    }
    let Some(limit) = super::sleep::parse_duration(duration) else {
        proc.eprint(format!("timeout: invalid time interval '{duration}'\nTry 'timeout --help' for more information.\n")).await;
        return 125;
    };
    let signal = match opts.value('s') {
        None => Signal::TERM,
        Some(text) => match Signal::parse(text) {
            Some(signal) => signal,
            None => {
                proc.eprint(format!("timeout: {text}: invalid signal\n"))
                    .await;
                return 125;
            }
        },
    };
    let mut spawn = proc.fork_spawn();
    spawn.args = command.to_vec();
    spawn.group = Group::Join(proc.group());
    let child = match proc.machine().spawn_command(spawn) {
        Ok(child) => child,
        Err(error) => {
            let text = error.errno().text();
            proc.eprint(format!(
                "timeout: failed to run command '{}': {text}\n",
                command[0]
            ))
            .await;
            return if error == os::ExecError::NotFound {
                127
            } else {
                126
            };
        }
    };
    if limit.is_zero() {
        return child.wait_end().await.code();
    }
    let ended = Box::pin(child.wait_end());
    let timer = Box::pin(proc.sleep(limit));
    if let Either::Left((status, _)) = select(ended, timer).await {
        child.reap();
        return status.code();
    }
    let pid = i64::from(child.pid());
    let _ = proc.kill(pid, signal);
    let _ = proc.kill(pid, Signal::CONT);
    let status = match opts.value('k').and_then(super::sleep::parse_duration) {
        None => child.wait_end().await,
        Some(grace) => {
            match select(Box::pin(child.wait_end()), Box::pin(proc.sleep(grace))).await {
                Either::Left((status, _)) => status,
                Either::Right(_) => {
                    let _ = proc.kill(pid, Signal::KILL);
                    child.wait_end().await
                }
            }
        }
    };
    child.reap();
    match status {
        ExitStatus::Signaled(Signal::KILL) => 137,
        status if opts.has('p') || (proc.is_busybox() && status.code() > 128) => status.code(),
        _ => 124,
    }
}
