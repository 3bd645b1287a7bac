//! `fc`: the history's lines, listed or run again

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
    let rest: Vec<String> = args[1..].iter().skip_while(is_option).cloned().collect();
    if let Some(bad) = options.chars().find(|letter| !"lnrse".contains(*letter)) {
        return Ok(super::usage(shell, "fc", &format!("-{bad}: invalid option")).await);
    }
    if options.contains('s') {
        return again(shell, &rest).await;
    }
    if !options.contains('l') {
        shell
            .complain_of(
                "fc",
                "there is no editor for lines here: `fc -l` lists them, `fc -s` runs one again",
            )
            .await;
        return Ok(1);
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
