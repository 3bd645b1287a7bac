//! `caller`: where the running function was called from

use crate::interp::{Flow, Shell, Style};

pub(crate) async fn run(shell: &mut Shell, args: Vec<String>) -> Result<i32, Flow> {
    let depth = shell.call_lines.len();
    let is_script = shell.style == Style::Script;
    let text = match args.get(1) {
        None if depth == 0 && !is_script => return Ok(1),
        None => {
            let line = shell.call_lines.last().copied().unwrap_or(0);
            let source = match (is_script, depth) {
                (true, 1..) => shell.name.to_string(),
                _ => "NULL".to_owned(),
            };
            format!("{line} {source}\n")
        }
        Some(word) => {
            let Ok(level) = word.parse::<usize>() else {
                let text = format!("{word}: invalid number");
                return Ok(super::usage(shell, "caller", &text).await);
            };
            // Above the outermost function there is only a script.
            let Some(at) = depth.checked_sub(level + 1) else {
                return Ok(1);
            };
            let by = match at.checked_sub(1) {
                Some(outer) => shell.function_names[outer].clone(),
                None if is_script => "main".to_owned(),
                None => return Ok(1),
            };
            format!("{} {by} {}\n", shell.call_lines[at], shell.name)
        }
    };
    shell.print(text).await;
    Ok(0)
}
