//! `trap`

use os::Signal;

use crate::interp::{Flow, Shell};

/// The name that a trap is kept under: `INT`, `EXIT`, `ERR`, `DEBUG`.
fn condition(text: &str) -> Option<String> {
    let upper = text.to_ascii_uppercase();
    match upper.as_str() {
        "0" | "EXIT" => Some("EXIT".into()),
        "ERR" | "DEBUG" | "RETURN" => Some(upper),
        _ => Signal::parse(text).map(|signal| signal.name().to_owned()),
    }
}

fn line(name: &str, action: &str, ash: bool) -> String {
    let shown = match name {
        "EXIT" | "ERR" | "DEBUG" | "RETURN" => name.to_owned(),
        name if ash => name.to_owned(),
        name => format!("SIG{name}"),
    };
    format!("trap -- {} {shown}\n", crate::escape::quote(action))
}

pub(crate) async fn run(shell: &mut Shell, args: Vec<String>) -> Result<i32, Flow> {
    let mut rest = &args[1..];
    match rest.first().map(String::as_str) {
        Some("-l") => {
            let text: String = Signal::all()
                .map(|signal| format!("{:2}) SIG{}\n", signal.number(), signal.name()))
                .collect();
            shell.print(text).await;
            return Ok(0);
        }
        None | Some("-p") => {
            let wanted: Vec<String> = rest
                .iter()
                .skip(1)
                .filter_map(|name| condition(name))
                .collect();
            let ash = shell.is_ash();
            let text: String = shell
                .traps
                .iter()
                .filter(|(name, _)| wanted.is_empty() || wanted.contains(name))
                .map(|(name, action)| line(name, action, ash))
                .collect();
            shell.print(text).await;
            return Ok(0);
        }
        Some("--") => rest = &rest[1..],
        Some(option) if option.starts_with('-') && option.len() > 1 => {
            return Ok(super::usage(shell, "trap", &format!("{option}: invalid option")).await);
        }
        _ => {}
    }
    let Some(first) = rest.first() else {
        return Ok(0);
    };
    // A lone signal, or `-`, puts the default back.
    let (action, names) = if first == "-" {
        (None, &rest[1..])
    } else if rest.len() == 1 || first.parse::<u32>().is_ok() {
        (None, rest)
    } else {
        (Some(first.clone()), &rest[1..])
    };
    let mut status = 0;
    for name in names {
        match condition(name) {
            Some(condition) => shell.set_trap(&condition, action.as_deref()),
            None => {
                shell
                    .complain_of("trap", &format!("{name}: invalid signal specification"))
                    .await;
                status = 1;
            }
        }
    }
    Ok(status)
}
