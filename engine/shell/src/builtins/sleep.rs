//! `sleep`, in virtual time

use std::time::Duration;

use os::Proc;

/// `1.5`, `2m`, `infinity`
pub(crate) fn parse_duration(text: &str) -> Option<Duration> {
    if text == "infinity" || text == "inf" {
        return Some(Duration::from_secs(u64::from(u32::MAX)));
    }
    let (number, unit) = match text.char_indices().last() {
        Some((at, 's')) => (&text[..at], 1.0),
        Some((at, 'm')) => (&text[..at], 60.0),
        Some((at, 'h')) => (&text[..at], 3600.0),
        Some((at, 'd')) => (&text[..at], 86_400.0),
        _ => (text, 1.0),
    };
    let plain = number.bytes().all(|b| b.is_ascii_digit() || b == b'.') && !number.is_empty();
    let seconds = number.parse::<f64>().ok().filter(|_| plain)? * unit;
    Some(Duration::from_secs_f64(seconds.min(f64::from(u32::MAX))))
}

pub(crate) async fn run(proc: Proc, args: Vec<String>) -> i32 {
    if args.len() < 2 {
        let text = if proc.is_busybox() {
            "BusyBox v1.37.0 () multi-call binary.\n\nUsage: sleep [N]...\n"
        } else {
            "sleep: missing operand\nTry 'sleep --help' for more information.\n"
        };
        proc.eprint(text).await;
        return 1;
    }
    let mut total = Duration::ZERO;
    for arg in &args[1..] {
        match parse_duration(arg) {
            Some(duration) => total = total.saturating_add(duration),
            None => {
                let text = match (proc.is_busybox(), arg.strip_prefix('-')) {
                    (true, _) => format!("sleep: invalid number '{arg}'\n"),
                    (false, Some(letters)) if !letters.is_empty() => {
                        let letter = letters.chars().next().unwrap_or('-');
                        format!(
                            "sleep: invalid option -- '{letter}'\nTry 'sleep --help' for more information.\n"
                        )
                    }
                    _ => format!(
                        "sleep: invalid time interval '{arg}'\nTry 'sleep --help' for more information.\n"
                    ),
                };
                proc.eprint(text).await;
                return 1;
            }
        }
    }
    proc.sleep(total).await;
    0
}
