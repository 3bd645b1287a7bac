//! `ulimit`

use crate::interp::{Flow, Shell};

pub(crate) async fn run(shell: &mut Shell, args: Vec<String>) -> Result<i32, Flow> {
    let limits = shell.proc.machine().limits();
    let memory = (limits.memory >> 10).to_string();
    let processes = limits.processes.to_string();
    let rows = [
        ('c', "core file size              (blocks, -c)", "0"),
        ('f', "file size                   (blocks, -f)", "unlimited"),
        (
            'm',
            "max memory size             (kbytes, -m)",
            memory.as_str(),
        ),
        ('n', "open files                          (-n)", "256"),
        ('s', "stack size                  (kbytes, -s)", "8192"),
        ('t', "cpu time                   (seconds, -t)", "unlimited"),
        (
            'u',
            "max user processes                  (-u)",
            processes.as_str(),
        ),
        ('v', "virtual memory              (kbytes, -v)", "unlimited"),
    ];
    let flags: String = args[1..]
        .iter()
        .filter_map(|arg| arg.strip_prefix('-'))
        .collect();
    let values: Vec<&String> = args[1..]
        .iter()
        .filter(|arg| !arg.starts_with('-'))
        .collect();
    if !values.is_empty() {
        // Lower limits are accepted; those of the machine stay.
        return Ok(0);
    }
    let mut out = String::new();
    if flags.contains('a') {
        for (_, name, value) in rows {
            out.push_str(&format!("{name} {value}\n"));
        }
    } else {
        let wanted = flags
            .chars()
            .find(|flag| !"SH".contains(*flag))
            .unwrap_or('f');
        match rows.iter().find(|(flag, ..)| *flag == wanted) {
            Some((_, _, value)) => out.push_str(&format!("{value}\n")),
            None => {
                return Ok(
                    super::usage(shell, "ulimit", &format!("-{wanted}: invalid option")).await,
                );
            }
        }
    }
    shell.print(out).await;
    Ok(0)
}
