//! `enable`: builtins that are switched off, so that programs of their names run. Not here: builtins from files.

use std::fmt::Write as _;

use crate::interp::{Dialect, Flow, Shell};

/// Builtins that POSIX calls special.
const SPECIAL: [&str; 16] = [
    ".", ":", "break", "continue", "eval", "exec", "exit", "export", "readonly", "return", "set",
    "shift", "source", "times", "trap", "unset",
];

pub(crate) async fn run(shell: &mut Shell, args: Vec<String>) -> Result<i32, Flow> {
    let mut names = Vec::new();
    let (mut off, mut all, mut special) = (false, false, false);
    for arg in &args[1..] {
        match arg.strip_prefix('-').filter(|letters| !letters.is_empty()) {
            Some(letters) if names.is_empty() => {
                for letter in letters.chars() {
                    match letter {
                        'n' => off = true,
                        'a' => all = true,
                        's' => special = true,
                        'p' => {}
                        'f' | 'd' => {
                            shell
                                .complain_of("enable", "dynamic loading not available")
                                .await;
                            return Ok(1);
                        }
                        _ => {
                            let text = format!("-{letter}: invalid option");
                            return Ok(super::usage(shell, "enable", &text).await);
                        }
                    }
                }
            }
            _ => names.push(arg.clone()),
        }
    }
    if names.is_empty() {
        let mut out = String::new();
        for tool in super::TOOLS {
            if super::builtin(tool.name, Dialect::Bash).is_none()
                || (special && !SPECIAL.contains(&tool.name))
            {
                continue;
            }
            let disabled = shell.options.disabled.contains(tool.name);
            if all || disabled == off {
                let flag = if disabled { "-n " } else { "" };
                let _ = writeln!(out, "enable {flag}{}", tool.name);
            }
        }
        shell.print(out).await;
        return Ok(0);
    }
    let mut status = 0;
    for name in names {
        match super::builtin(&name, Dialect::Bash) {
            None => {
                shell
                    .complain_of("enable", &format!("{name}: not a shell builtin"))
                    .await;
                status = 1;
            }
            Some(_) if off => {
                shell.options.disabled.insert(name);
            }
            Some(_) => {
                shell.options.disabled.remove(&name);
            }
        }
    }
    Ok(status)
}
