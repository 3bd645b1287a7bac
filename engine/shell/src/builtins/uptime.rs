//! `uptime`

use os::Proc;

pub(crate) async fn run(proc: Proc, _args: Vec<String>) -> i32 {
    let now = proc.now();
    let started = proc
        .machine()
        .processes()
        .iter()
        .map(|info| info.started)
        .min()
        .unwrap_or(now);
    let up = now.since(started).as_secs();
    let text = match (up / 86_400, up / 3600 % 24, up / 60 % 60) {
        (0, 0, minutes) => format!("{minutes} min"),
        (0, hours, minutes) => format!("{hours:2}:{minutes:02}"),
        (1, hours, minutes) => format!("1 day, {hours:2}:{minutes:02}"),
        (days, hours, minutes) => format!("{days} days, {hours:2}:{minutes:02}"),
    };
    let time = crate::datetime::format(now, "%H:%M:%S");
    proc.print(format!(
        " {time} up {text},  1 user,  load average: 0.00, 0.00, 0.00\n"
    ))
    .await;
    0
}
