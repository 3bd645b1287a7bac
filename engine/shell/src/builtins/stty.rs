//! `stty`

use os::{Proc, TtyMode};

pub(crate) async fn run(proc: Proc, args: Vec<String>) -> i32 {
    let Some(tty) = proc.fd(0).ok().and_then(|file| file.tty().cloned()) else {
        proc.eprint("stty: 'standard input': Inappropriate ioctl for device\n")
            .await;
        return 1;
    };
    let mut mode = tty.mode();
    let size = tty.size();
    if args.len() == 1 {
        proc.print("speed 38400 baud; line = 0;\n").await;
    }
    for arg in &args[1..] {
        match arg.as_str() {
            "size" => {
                proc.print(format!("{} {}\n", size.rows, size.columns))
                    .await
            }
            "-a" => {
                let flag = |on: bool, name: &str| {
                    if on {
                        name.to_owned()
                    } else {
                        format!("-{name}")
                    }
                };
                let text = format!(
                    "speed 38400 baud; rows {}; columns {}; line = 0;\n{} {} {} {}\n",
                    size.rows,
                    size.columns,
                    flag(mode.signals, "isig"),
                    flag(mode.canonical, "icanon"),
                    flag(mode.echo, "echo"),
                    flag(mode.crlf, "onlcr")
                );
                proc.print(text).await;
            }
            "raw" => mode = TtyMode::RAW,
            "sane" | "cooked" | "-raw" => mode = TtyMode::COOKED,
            "echo" => mode.echo = true,
            "-echo" => mode.echo = false,
            "icanon" => mode.canonical = true,
            "-icanon" | "cbreak" => mode.canonical = false,
            "isig" => mode.signals = true,
            "-isig" => mode.signals = false,
            other => {
                proc.eprint(format!(
                    "stty: invalid argument '{other}'\nTry 'stty --help' for more information.\n"
                ))
                .await;
                return 1;
            }
        }
    }
    if mode != tty.mode() {
        tty.set_mode(mode);
    }
    0
}
