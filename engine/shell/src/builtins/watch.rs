//! `watch`

use std::time::Duration;

use os::{Capture, File, Proc};

use crate::opts::Spec;

/// Bytes of output kept of one run.
const MAX_OUTPUT: usize = 1 << 20;

pub(crate) async fn run(proc: Proc, args: Vec<String>) -> i32 {
    const SPEC: Spec = Spec::in_order(
        "n:tdgecx",
        &[
            ("interval", 'n'),
            ("no-title", 't'),
            ("differences", 'd'),
            ("chgexit", 'g'),
            ("errexit", 'e'),
            ("color", 'c'),
            ("exec", 'x'),
        ],
    );
    let opts = match SPEC.parse_or_complain(&proc, &args, 1).await {
        Ok(opts) => opts,
        Err(status) => return status,
    };
    if opts.rest.is_empty() {
        proc.eprint("Usage:\n watch [options] command\n").await;
        return 1;
    }
    let pause = match opts.value('n').map(super::sleep::parse_duration) {
        None => Duration::from_secs(2),
        Some(Some(pause)) => pause.max(Duration::from_millis(100)),
        Some(None) => {
            proc.eprint("watch: failed to parse argument\n").await;
            return 1;
        }
    };
    let command = opts.rest.join(" ");
    let mut before: Option<String> = None;
    loop {
        let (output, status) = once(&proc, &command).await;
        let shown = screen(&proc, &command, &output, pause, opts.has('t'));
        proc.print(shown).await;
        if opts.has('e') && status != 0 {
            return 8;
        }
        if opts.has('g') && before.as_ref().is_some_and(|before| *before != output) {
            return 0;
        }
        before = Some(output);
        proc.sleep(pause).await;
    }
}

/// Runs the command once; gives what it printed.
async fn once(proc: &Proc, command: &str) -> (String, i32) {
    let capture = Capture::new(MAX_OUTPUT);
    let file = File::from_stream(capture.clone());
    let mut spawn = proc.fork_spawn();
    spawn.args = vec!["sh".into(), "-c".into(), command.into()];
    for fd in [1, 2] {
        let _ = spawn.fds.set(fd, file.clone());
    }
    if let Some(size) = proc.window_size() {
        spawn.env.insert("COLUMNS", size.columns.to_string());
        spawn.env.insert("LINES", size.rows.to_string());
    }
    match proc.machine().spawn_command(spawn) {
        Ok(child) => {
            let status = child.wait_end().await;
            child.reap();
            (
                String::from_utf8_lossy(&capture.take()).into_owned(),
                status.code(),
            )
        }
        Err(error) => (format!("sh: {}\n", error.errno().text()), 127),
    }
}

/// The whole screen: a title, and as much of the output as fits.
fn screen(proc: &Proc, command: &str, output: &str, pause: Duration, bare: bool) -> String {
    let size = proc.window_size().unwrap_or_default();
    let (rows, columns) = (usize::from(size.rows), usize::from(size.columns));
    let terminal = proc.is_tty(1);
    let mut out = String::new();
    if terminal {
        out.push_str("\x1b[H\x1b[2J\x1b[3J");
    }
    let mut left = if terminal {
        rows.saturating_sub(1)
    } else {
        usize::MAX
    };
    if !bare {
        let title = format!("Every {:.1}s: {command}", pause.as_secs_f64());
        let host = proc.machine().hostname();
        let time = crate::datetime::format(proc.now(), "%a %b %e %H:%M:%S %Y");
        let right = format!("{host}: {time}");
        let room = columns.saturating_sub(right.len() + 1);
        let title: String = title.chars().take(room).collect();
        out.push_str(&format!("{title:room$} {right}\n\n"));
        left = left.saturating_sub(2);
    }
    for line in output.lines().take(left) {
        let cut: String = if terminal {
            line.chars().take(columns).collect()
        } else {
            line.to_owned()
        };
        out.push_str(&cut);
        out.push('\n');
    }
    out
}
