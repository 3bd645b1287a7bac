//! `getconf`: the few values that scripts ask for.

use os::Proc;

const VALUES: [(&str, &str); 14] = [
    ("ARG_MAX", "2097152"),
    ("CHILD_MAX", "63482"),
    ("CLK_TCK", "100"),
    ("GNU_LIBC_VERSION", "glibc 2.36"),
    ("HOST_NAME_MAX", "64"),
    ("LONG_BIT", "64"),
    ("NAME_MAX", "255"),
    ("NPROCESSORS_ONLN", "8"),
    ("OPEN_MAX", "1024"),
    ("PAGESIZE", "4096"),
    ("PAGE_SIZE", "4096"),
    ("PATH_MAX", "4096"),
    ("PIPE_BUF", "4096"),
    ("_NPROCESSORS_ONLN", "8"),
];

pub(crate) async fn run(proc: Proc, args: Vec<String>) -> i32 {
    match args.get(1).map(String::as_str) {
        // Of a path's limits a path is asked.
        None | Some("NAME_MAX" | "PATH_MAX" | "PIPE_BUF") if args.len() < 3 => {
            let text = "Usage: getconf [-v specification] variable_name [pathname]\n       getconf -a [pathname]\n";
            proc.eprint(text).await;
            2
        }
        None => 2,
        Some("-a") => {
            let lines = VALUES
                .iter()
                .map(|(name, value)| format!("{name:<34} {value}\n"));
            proc.print(lines.collect::<String>()).await;
            0
        }
        Some(asked) => match VALUES.iter().find(|(name, _)| *name == asked) {
            Some((_, value)) => {
                proc.print(format!("{value}\n")).await;
                0
            }
            None => {
                proc.eprint(format!("getconf: Unrecognized variable `{asked}'\n"))
                    .await;
                2
            }
        },
    }
}
