//! `history`

use crate::history_expand::expand;
use crate::interp::{Flow, Shell};

pub(crate) async fn run(shell: &mut Shell, args: Vec<String>) -> Result<i32, Flow> {
    let now = shell.proc.now();
    match args.get(1).map(String::as_str) {
        Some("-c") => {
            shell.history.borrow_mut().clear();
            return Ok(0);
        }
        Some("-d") => {
            let number = args.get(2).and_then(|text| text.parse().ok()).unwrap_or(0);
            let deleted = shell.history.borrow_mut().delete(number);
            if !deleted {
                let text = args.get(2).map_or("", String::as_str).to_owned();
                shell
                    .complain_of("history", &format!("{text}: history position out of range"))
                    .await;
                return Ok(1);
            }
            return Ok(0);
        }
        // What they are typed with is not kept itself.
        Some("-s") => {
            let line = args[2..].join(" ");
            let mut history = shell.history.borrow_mut();
            history.forget_last();
            history.add(&line, now);
            return Ok(0);
        }
        Some("-p") => {
            shell.history.borrow_mut().forget_last();
            for word in &args[2..] {
                let expanded = expand(&shell.history.borrow(), word);
                match expanded {
                    Ok(expanded) => {
                        let text = expanded.map_or(word.clone(), |expanded| expanded.text);
                        shell.print(format!("{text}\n")).await;
                    }
                    Err(_) => {
                        shell
                            .complain_of("history", &format!("{word}: history expansion failed"))
                            .await;
                        return Ok(1);
                    }
                }
            }
            return Ok(0);
        }
        Some("-a" | "-r" | "-w" | "-n") => return Ok(0),
        Some(option) if option.starts_with('-') => {
            return Ok(super::usage(shell, "history", &format!("{option}: invalid option")).await);
        }
        _ => {}
    }
    let count = match args.get(1) {
        Some(text) => match text.parse::<usize>() {
            Ok(count) => count,
            Err(_) => {
                shell
                    .complain_of("history", &format!("{text}: numeric argument required"))
                    .await;
                return Ok(1);
            }
        },
        None => usize::MAX,
    };
    let format = shell
        .vars
        .get("HISTTIMEFORMAT")
        .unwrap_or_default()
        .to_owned();
    let text = {
        let history = shell.history.borrow();
        let skipped = history.len().saturating_sub(count);
        history
            .numbered()
            .skip(skipped)
            .map(|(number, entry)| {
                let at = match format.is_empty() {
                    true => String::new(),
                    false => crate::datetime::format(entry.at, &format),
                };
                format!("{number:5}  {at}{}\n", entry.line)
            })
            .collect::<String>()
    };
    shell.print(text).await;
    Ok(0)
}
