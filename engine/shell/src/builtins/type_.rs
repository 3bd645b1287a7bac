//! `type`; also what `command -v` prints

use super::builtin;
use crate::interp::{Flow, Found, Shell};
use crate::syntax::print;

/// Words of the language.
const KEYWORDS: [&str; 22] = [
    "if", "then", "else", "elif", "fi", "case", "esac", "for", "select", "while", "until", "do",
    "done", "in", "function", "time", "{", "}", "!", "[[", "]]", "coproc",
];

/// Prints what a name stands for: at length, or as `command -v` does. False if it is nothing.
pub(crate) async fn describe(shell: &mut Shell, name: &str, long: bool, tool: &str) -> bool {
    let alias = shell
        .aliases
        .borrow()
        .get(name)
        .cloned()
        .filter(|_| shell.options.expand_aliases);
    let ash = shell.is_ash();
    let text = if let Some(value) = alias {
        match (long, ash) {
            (true, true) => format!("{name} is an alias for {value}\n"),
            (true, false) => format!("{name} is aliased to `{value}'\n"),
            (false, _) => format!("alias {name}={}\n", crate::escape::quote(&value)),
        }
    } else if KEYWORDS.contains(&name) {
        if long {
            format!("{name} is a shell keyword\n")
        } else {
            format!("{name}\n")
        }
    } else {
        let hashed = shell.hashed.contains_key(name);
        match shell.find_command(name) {
            Found::Function(_) if !long => format!("{name}\n"),
            Found::Function(_) if ash => format!("{name} is a shell function\n"),
            Found::Function(body) => {
                format!("{name} is a function\n{}", print::function(name, &body))
            }
            Found::Builtin(_) if long => format!("{name} is a shell builtin\n"),
            Found::Builtin(_) => format!("{name}\n"),
            Found::Program(path) => {
                if !hashed {
                    shell.hashed.remove(name);
                }
                match (long, hashed && !ash) {
                    (true, true) => format!("{name} is hashed ({path})\n"),
                    (true, false) => format!("{name} is {path}\n"),
                    (false, _) => format!("{path}\n"),
                }
            }
            Found::Nothing(_) => {
                if long {
                    if ash {
                        shell.print(format!("{name}: not found\n")).await;
                    } else {
                        shell.complain_of(tool, &format!("{name}: not found")).await;
                    }
                }
                return false;
            }
        }
    };
    shell.print(text).await;
    true
}

/// The one word of `type -t`.
fn kind(shell: &mut Shell, name: &str) -> Option<&'static str> {
    if shell.options.expand_aliases && shell.aliases.borrow().contains_key(name) {
        return Some("alias");
    }
    if KEYWORDS.contains(&name) {
        return Some("keyword");
    }
    match shell.find_command(name) {
        Found::Function(_) => Some("function"),
        Found::Builtin(_) => Some("builtin"),
        Found::Program(_) => Some("file"),
        Found::Nothing(_) => None,
    }
}

/// `type -a`: all that the name could stand for.
async fn describe_all(shell: &mut Shell, name: &str) -> bool {
    let mut found = describe(shell, name, true, "type").await;
    if found
        && (builtin(name, shell.dialect).is_some() || shell.aliases.borrow().contains_key(name))
    {
        let list = shell.vars.get("PATH").unwrap_or_default().to_owned();
        for dir in list.split(':') {
            let path = os::path::join(dir, name);
            if shell.proc.vfs().exists(&shell.proc.cred(), &path) {
                shell.print(format!("{name} is {path}\n")).await;
                found = true;
            }
        }
    }
    found
}

pub(crate) async fn run(shell: &mut Shell, args: Vec<String>) -> Result<i32, Flow> {
    let mut flags = String::new();
    let mut names = Vec::new();
    for arg in &args[1..] {
        match arg
            .strip_prefix('-')
            .filter(|rest| !rest.is_empty() && names.is_empty() && !shell.is_ash())
        {
            Some(letters) => flags.push_str(letters),
            None => names.push(arg.clone()),
        }
    }
    if let Some(bad) = flags.chars().find(|flag| !"afptP".contains(*flag)) {
        return Ok(super::usage(shell, "type", &format!("-{bad}: invalid option")).await);
    }
    let mut status = 0;
    for name in names {
        let found = if flags.contains('t') {
            match kind(shell, &name) {
                Some(word) => {
                    shell.print(format!("{word}\n")).await;
                    true
                }
                None => false,
            }
        } else if flags.contains(['p', 'P']) {
            let inside =
                !flags.contains('P') && kind(shell, &name).is_some_and(|kind| kind != "file");
            match shell.find_program(&name) {
                _ if inside => true,
                Found::Program(path) => {
                    shell.print(format!("{path}\n")).await;
                    true
                }
                _ => false,
            }
        } else if flags.contains('a') {
            describe_all(shell, &name).await
        } else {
            describe(shell, &name, true, "type").await
        };
        if !found {
            status = if shell.is_ash() { 127 } else { 1 };
        }
    }
    Ok(status)
}
