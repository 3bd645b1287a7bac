//! `time` as a program (the shell's own `time` is a word of the language)

use os::Proc;

pub(crate) async fn run(proc: Proc, args: Vec<String>) -> i32 {
    let rest: Vec<String> = args[1..]
        .iter()
        .skip_while(|arg| *arg == "-p" || *arg == "-v")
        .cloned()
        .collect();
    if rest.is_empty() {
        proc.eprint("Usage: time [-p] COMMAND [ARG]...\n").await;
        return 125;
    }
    let (began, cpu) = (proc.now(), proc.machine().cpu_used());
    let status = super::xargs::run_command(&proc, "time", rest).await;
    let real = proc.now().since(began).as_secs_f64();
    let used = proc.machine().cpu_used().saturating_sub(cpu).as_secs_f64();
    let minutes = |secs: f64| format!("{}m {:.2}s", (secs / 60.0) as u64, secs % 60.0);
    let text = if proc.is_busybox() && !args[1..].contains(&"-p".to_owned()) {
        format!(
            "real\t{}\nuser\t{}\nsys\t{}\n",
            minutes(real),
            minutes(used),
            minutes(0.0)
        )
    } else {
        format!("real {real:.2}\nuser {used:.2}\nsys 0.00\n")
    };
    proc.eprint(text).await;
    status
}
