//! `fc`: the history's lines, listed, run again, or edited and run

use crate::interp::{Flow, Shell};

/// Lines that `fc -l` shows.
const SHOWN: usize = 16;

pub(crate) async fn run(shell: &mut Shell, args: Vec<String>) -> Result<i32, Flow> {
    let is_option = |arg: &&String| {
        arg.strip_prefix('-')
            .is_some_and(|rest| rest.chars().all(char::is_alphabetic) && !rest.is_empty())
    };
    let options: String = args[1..]
        .iter()
        .take_while(is_option)
        .flat_map(|arg| arg[1..].chars())
        .collect();
    let mut rest: Vec<String> = args[1..].iter().skip_while(is_option).cloned().collect();
    if let Some(bad) = options.chars().find(|letter| !"lnrse".contains(*letter)) {
        return Ok(super::usage(shell, "fc", &format!("-{bad}: invalid option")).await);
    }
    if options.contains('s') {
        return again(shell, &rest).await;
    }
    if !options.contains('l') {
        let editor = match options.contains('e') && !rest.is_empty() {
            true => Some(rest.remove(0)),
            false => None,
        };
        if editor.as_deref() == Some("-") {
            return again(shell, &rest).await;
        }
        return edited(shell, editor, &rest).await;
    }
    list(shell, &options, &rest).await
}

/// Where among the lines an argument points: a number, one from the end, or how a line begins.
fn position(lines: &[(usize, String)], word: &str) -> Option<usize> {
    match word.parse::<i64>() {
        Ok(number) if number <= 0 => usize::try_from(lines.len() as i64 + number.min(-1)).ok(),
        Ok(number) => lines.iter().position(|(at, _)| *at as i64 == number),
        Err(_) => lines.iter().rposition(|(_, line)| line.starts_with(word)),
    }
}

/// The lines but for this command's own.
fn earlier(shell: &Shell) -> Vec<(usize, String)> {
    let history = shell.history.borrow();
    let all = history
        .numbered()
        .map(|(number, entry)| (number, entry.line.clone()));
    let mut lines: Vec<(usize, String)> = all.collect();
    if history.kept_last {
        lines.pop();
    }
    lines
}

async fn list(shell: &mut Shell, options: &str, rest: &[String]) -> Result<i32, Flow> {
    let lines = earlier(shell);
    let last = lines.len().saturating_sub(1);
    let from = match rest.first() {
        Some(word) => position(&lines, word),
        None => Some(lines.len().saturating_sub(SHOWN)),
    };
    let to = match rest.get(1) {
        Some(word) => position(&lines, word),
        None => Some(last),
    };
    let (Some(from), Some(to)) = (from, to) else {
        shell
            .complain_of("fc", "history specification out of range")
            .await;
        return Ok(1);
    };
    let mut chosen: Vec<&(usize, String)> = lines
        .iter()
        .skip(from.min(to))
        .take(from.abs_diff(to) + 1)
        .collect();
    if (from > to) != options.contains('r') {
        chosen.reverse();
    }
    let text: String = chosen
        .iter()
        .map(|(number, line)| {
            if options.contains('n') {
                format!("\t {line}\n")
            } else {
                format!("{number}\t {line}\n")
            }
        })
        .collect();
    shell.print(text).await;
    Ok(0)
}

/// `fc [-e EDITOR] [FIRST [LAST]]`: the lines go through an editor and are run as it leaves them.
async fn edited(shell: &mut Shell, editor: Option<String>, rest: &[String]) -> Result<i32, Flow> {
    let lines = earlier(shell);
    let from = match rest.first() {
        Some(word) => position(&lines, word),
        None => lines.len().checked_sub(1),
    };
    let to = match rest.get(1) {
        Some(word) => position(&lines, word),
        None => from,
    };
    let (Some(from), Some(to)) = (from, to) else {
        let text = "history specification out of range";
        shell.complain_of("fc", text).await;
        return Ok(1);
    };
    let chosen = lines.iter().skip(from.min(to)).take(from.abs_diff(to) + 1);
    let mut chosen: Vec<&str> = chosen.map(|(_, line)| line.as_str()).collect();
    if from > to {
        chosen.reverse();
    }
    let text = chosen.join("\n") + "\n";
    let file = format!("/tmp/bash-fc.{}", shell.proc.pid());
    let (vfs, cred) = (shell.proc.vfs(), shell.proc.cred());
    if let Err(error) = vfs.write_file(&cred, &file, text.as_bytes()) {
        let text = format!("{file}: {}", error.text());
        shell.complain_of("fc", &text).await;
        return Ok(1);
    }
    let named = |name: &str| shell.vars.get(name).map(str::to_owned);
    let editor = editor
        .or_else(|| named("FCEDIT"))
        .or_else(|| named("EDITOR"));
    let editor = editor.unwrap_or_else(|| "vi".into());
    let number = shell.line;
    shell.run_text(&format!("{editor} {file}"), number).await?;
    let status = shell.status;
    let data = shell.proc.read_path(&file, 1 << 20).await;
    let _ = shell.proc.vfs().unlink(&shell.proc.cred(), &file);
    let Ok(data) = data else {
        return Ok(1);
    };
    if status != 0 {
        return Ok(status);
    }
    let text = String::from_utf8_lossy(&data).into_owned();
    shell.history.borrow_mut().forget_last();
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        shell.proc.eprint(format!("{line}\n")).await;
        shell.remember(line);
        shell.run_text(line, number).await?;
    }
    Ok(shell.status)
}

/// `fc -s [OLD=NEW] [COMMAND]`
async fn again(shell: &mut Shell, rest: &[String]) -> Result<i32, Flow> {
    let (change, word) = match rest {
        [change, word, ..] => (change.split_once('='), Some(word)),
        [only] if only.contains('=') => (only.split_once('='), None),
        [only] => (None, Some(only)),
        [] => (None, None),
    };
    let lines = earlier(shell);
    let at = match word {
        Some(word) => position(&lines, word),
        None => lines.len().checked_sub(1),
    };
    let Some((_, line)) = at.and_then(|at| lines.get(at)) else {
        shell.complain_of("fc", "no command found").await;
        return Ok(1);
    };
    let line = match change {
        Some((old, new)) if !old.is_empty() => line.replacen(old, new, 1),
        _ => line.clone(),
    };
    shell.history.borrow_mut().forget_last();
    shell.proc.eprint(format!("{line}\n")).await;
    shell.remember(&line);
    let number = shell.line;
    shell.run_text(&line, number).await?;
    Ok(shell.status)
}
