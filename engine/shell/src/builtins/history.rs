//! `history`

use crate::interp::{Flow, Shell};

pub(crate) async fn run(shell: &mut Shell, args: Vec<String>) -> Result<i32, Flow> {
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
        Some("-s") => {
            let line = args[2..].join(" ");
            shell.history.borrow_mut().add(&line);
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
    let text = {
        let history = shell.history.borrow();
        let all: Vec<(usize, &String)> = history.numbered().collect();
        let from = all.len().saturating_sub(count);
        all[from..]
            .iter()
            .map(|(number, line)| format!("{number:5}  {line}\n"))
            .collect::<String>()
    };
    shell.print(text).await;
    Ok(0)
}
