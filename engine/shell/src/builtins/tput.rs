//! `tput`: what the terminal can do, and the sequences for it

use os::Proc;

/// Sequences by their names in terminfo, for terminals of the xterm family.
const SEQUENCES: &[(&str, &str)] = &[
    ("blink", "\x1b[5m"),
    ("bold", "\x1b[1m"),
    ("civis", "\x1b[?25l"),
    ("clear", "\x1b[H\x1b[2J"),
    ("cnorm", "\x1b[?12l\x1b[?25h"),
    ("cr", "\r"),
    ("cuu1", "\x1b[A"),
    ("dim", "\x1b[2m"),
    ("ed", "\x1b[J"),
    ("el", "\x1b[K"),
    ("el1", "\x1b[1K"),
    ("home", "\x1b[H"),
    ("init", "\x1b[!p\x1b[?3;4l\x1b[4l\x1b>"),
    ("op", "\x1b[39;49m"),
    ("rc", "\x1b8"),
    ("reset", "\x1bc\x1b[!p\x1b[?3;4l\x1b[4l\x1b>"),
    ("rev", "\x1b[7m"),
    ("ritm", "\x1b[23m"),
    ("rmcup", "\x1b[?1049l"),
    ("rmso", "\x1b[27m"),
    ("rmul", "\x1b[24m"),
    ("sc", "\x1b7"),
    ("sgr0", "\x1b(B\x1b[m"),
    ("sitm", "\x1b[3m"),
    ("smcup", "\x1b[?1049h"),
    ("smso", "\x1b[7m"),
    ("smul", "\x1b[4m"),
];

/// The sequence of a capability with its parameters. None: there is no such capability.
fn sequence(name: &str, numbers: &[u32]) -> Option<String> {
    let number = |at: usize| numbers.get(at).copied().unwrap_or(0);
    let color = |base: u32, bright: u32| match number(0) {
        low @ 0..8 => format!("\x1b[{base}{low}m"),
        high @ 8..16 => format!("\x1b[{bright}{}m", high - 8),
        more => format!("\x1b[{base}8;5;{more}m"),
    };
    Some(match name {
        "setaf" | "setf" => color(3, 9),
        "setab" | "setb" => color(4, 10),
        "cup" => format!("\x1b[{};{}H", number(0) + 1, number(1) + 1),
        "cuu" => format!("\x1b[{}A", number(0)),
        "cud" => format!("\x1b[{}B", number(0)),
        "cuf" => format!("\x1b[{}C", number(0)),
        "cub" => format!("\x1b[{}D", number(0)),
        _ => {
            let at = SEQUENCES
                .binary_search_by(|(known, _)| (*known).cmp(name))
                .ok()?;
            SEQUENCES[at].1.to_owned()
        }
    })
}

pub(crate) async fn run(proc: Proc, args: Vec<String>) -> i32 {
    let mut rest = &args[1..];
    // `-T TYPE`: all terminals are of one family here.
    if rest.first().is_some_and(|arg| arg == "-T") {
        rest = rest.get(2..).unwrap_or_default();
    }
    let Some(name) = rest.first() else {
        proc.eprint("usage: tput [-V] [-S] [-x] [-T term] capname\n")
            .await;
        return 2;
    };
    let size = proc.window_size().unwrap_or_default();
    let text = match name.as_str() {
        "cols" => format!("{}\n", size.columns),
        "lines" => format!("{}\n", size.rows),
        "colors" => "256\n".to_owned(),
        "longname" => "xterm with 256 colors\n".to_owned(),
        name => {
            let numbers: Vec<u32> = rest[1..]
                .iter()
                .map(|text| text.parse().unwrap_or(0).min(10_000))
                .collect();
            match sequence(name, &numbers) {
                Some(text) => text,
                None => {
                    let text = format!("tput: unknown terminfo capability '{name}'\n");
                    proc.eprint(text).await;
                    return 4;
                }
            }
        }
    };
    proc.print(text).await;
    0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sequences_are_found() {
        assert!(SEQUENCES.windows(2).all(|pair| pair[0].0 < pair[1].0));
        assert_eq!(sequence("setaf", &[1]).as_deref(), Some("\x1b[31m"));
        assert_eq!(sequence("cup", &[0, 4]).as_deref(), Some("\x1b[1;5H"));
        assert_eq!(sequence("nosuch", &[]), None);
    }
}
