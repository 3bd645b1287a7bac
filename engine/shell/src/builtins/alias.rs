//! `alias`, `unalias`

use crate::escape;
use crate::interp::{Flow, Shell};

fn show(shell: &Shell, name: &str, value: &str) -> String {
    let quoted = format!("'{}'", value.replace('\'', r"'\''"));
    if shell.is_ash() {
        format!("{name}={}\n", escape::quote(value))
    } else {
        format!("alias {name}={quoted}\n")
    }
}

pub(crate) async fn run(shell: &mut Shell, args: Vec<String>) -> Result<i32, Flow> {
    let names: Vec<&String> = args[1..].iter().filter(|arg| *arg != "-p").collect();
    if names.is_empty() {
        let table = shell.aliases.borrow().clone();
        for (name, value) in &table {
            shell.print(show(shell, name, value)).await;
        }
        return Ok(0);
    }
    let mut status = 0;
    for arg in names {
        match arg.split_once('=') {
            Some((name, value)) if !name.is_empty() => {
                if name.contains([
                    ' ', '\t', '/', '$', '`', '\'', '"', '|', '&', ';', '(', ')', '<', '>',
                ]) {
                    shell
                        .complain_of("alias", &format!("`{name}': invalid alias name"))
                        .await;
                    status = 1;
                } else {
                    let mut table = shell.aliases.borrow_mut();
                    table.insert(name.to_owned(), value.to_owned());
                }
            }
            _ => {
                let found = shell.aliases.borrow().get(arg).cloned();
                match found {
                    Some(value) => shell.print(show(shell, arg, &value)).await,
                    None => {
                        shell
                            .complain_of("alias", &format!("{arg}: not found"))
                            .await;
                        status = 1;
                    }
                }
            }
        }
    }
    Ok(status)
}

pub(crate) async fn unalias(shell: &mut Shell, args: Vec<String>) -> Result<i32, Flow> {
    if args.len() == 1 {
        shell
            .proc
            .eprint("unalias: usage: unalias [-a] name [name ...]\n")
            .await;
        return Ok(2);
    }
    let mut status = 0;
    for name in &args[1..] {
        if name == "-a" {
            shell.aliases.borrow_mut().clear();
            continue;
        }
        let removed = shell.aliases.borrow_mut().remove(name);
        if removed.is_none() {
            shell
                .complain_of("unalias", &format!("{name}: not found"))
                .await;
            status = 1;
        }
    }
    Ok(status)
}
