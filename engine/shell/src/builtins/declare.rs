//! `declare`, `typeset`

use std::collections::BTreeMap;

use crate::escape;
use crate::interp::{Flow, Shell};
use crate::vars::{Value, Var};

/// The letters of a variable's attributes.
pub(crate) fn flags(var: &Var) -> String {
    let mut flags = String::new();
    for (on, flag) in [
        (matches!(var.value, Value::Indexed(_)), 'a'),
        (matches!(var.value, Value::Assoc(_)), 'A'),
        (var.integer, 'i'),
        (var.lower, 'l'),
        (var.reference, 'n'),
        (var.readonly, 'r'),
        (var.upper, 'u'),
        (var.exported, 'x'),
    ] {
        if on {
            flags.push(flag);
        }
    }
    flags
}

/// `declare -x name="value"`
pub(crate) fn render(name: &str, var: &Var) -> String {
    let mut flags = flags(var);
    if flags.is_empty() {
        flags.push('-');
    }
    let value = match &var.value {
        Value::Unset => String::new(),
        Value::Scalar(text) => format!("={}", escape::double_quote(text)),
        Value::Indexed(array) => {
            let items: Vec<String> = array
                .iter()
                .map(|(index, value)| format!("[{index}]={}", escape::double_quote(value)))
                .collect();
            format!("=({})", items.join(" "))
        }
        Value::Assoc(map) => {
            let items: Vec<String> = map
                .iter()
                .map(|(key, value)| {
                    format!(
                        "[{}]={} ",
                        escape::quote_if_needed(key),
                        escape::double_quote(value)
                    )
                })
                .collect();
            format!("=({})", items.concat())
        }
    };
    format!("declare -{flags} {name}{value}\n")
}

/// What gives a variable its value and attributes again: `${x@A}`.
pub(crate) fn assignment(name: &str, var: &Var) -> String {
    let Value::Scalar(text) = &var.value else {
        return render(name, var).trim_end().to_owned();
    };
    let value = escape::quote(text);
    match flags(var) {
        flags if flags.is_empty() => format!("{name}={value}"),
        flags => format!("declare -{flags} {name}={value}"),
    }
}

/// `name=value`, as a bare `set` prints it.
pub(crate) fn render_plain(name: &str, var: &Var) -> Option<String> {
    let value = match &var.value {
        Value::Unset => return None,
        Value::Scalar(text) => escape::quote_if_needed(text),
        _ => {
            let line = render(name, var);
            line.split_once('=')
                .map(|(_, value)| value.trim_end_matches('\n').to_owned())?
        }
    };
    Some(format!("{name}={value}\n"))
}

pub(crate) async fn run(shell: &mut Shell, args: Vec<String>) -> Result<i32, Flow> {
    declare(shell, args, false).await
}

/// Declares variables; `local` always makes them local.
pub(crate) async fn declare(
    shell: &mut Shell,
    args: Vec<String>,
    local: bool,
) -> Result<i32, Flow> {
    let name = args[0].clone();
    let mut on = String::new();
    let mut off = String::new();
    let mut names = Vec::new();
    for arg in &args[1..] {
        if names.is_empty() && arg.len() > 1 && arg != "--" && arg.starts_with(['-', '+']) {
            if let Some(bad) = arg[1..].chars().find(|c| !"aAfFgilnprtuxI".contains(*c)) {
                return Ok(super::usage(
                    shell,
                    &name,
                    &format!("{}{bad}: invalid option", &arg[..1]),
                )
                .await);
            }
            if arg.starts_with('-') {
                &mut on
            } else {
                &mut off
            }
            .push_str(&arg[1..]);
        } else if arg != "--" {
            names.push(arg.clone());
        }
    }
    if on.contains('f') || on.contains('F') {
        return show_functions(shell, &names, on.contains('F')).await;
    }
    if on.contains('p') || names.is_empty() {
        return show_variables(shell, &name, &names, &on).await;
    }
    let global = on.contains('g');
    let mut status = 0;
    for item in &names {
        let (target, value) = match item.split_once('=') {
            Some((target, value)) => (target, Some(value)),
            None => (item.as_str(), None),
        };
        let (target, append) = match target.strip_suffix('+') {
            Some(target) if value.is_some() => (target, true),
            _ => (target, false),
        };
        if !super::is_name(target.split('[').next().unwrap_or_default()) {
            shell
                .complain_of(&name, &format!("`{item}': not a valid identifier"))
                .await;
            status = 1;
            continue;
        }
        let target = target.split('[').next().unwrap_or_default();
        if (local || !global) && shell.vars.in_function() {
            shell.vars.make_local(target);
        }
        if on.contains('n') {
            shell.vars.make_reference(target, value.unwrap_or_default());
            continue;
        }
        if off.contains('n') {
            shell.vars.own_entry(target).reference = false;
        }
        let var = shell.vars.entry(target);
        let readonly_change = off.contains('r') && var.readonly;
        set_attributes(var, &on, &off);
        if readonly_change {
            shell
                .complain_of(&name, &format!("{target}: readonly variable"))
                .await;
            status = 1;
            continue;
        }
        if let Some(value) = value {
            let value = if append {
                shell.vars.get(target).unwrap_or_default().to_owned() + value
            } else {
                value.to_owned()
            };
            let var = shell.vars.entry(target);
            let was_readonly = var.readonly;
            if on.contains('r') {
                var.readonly = false;
            }
            if was_readonly && !on.contains('r') {
                shell
                    .complain_of(&name, &format!("{target}: readonly variable"))
                    .await;
                status = 1;
                continue;
            }
            shell.assign_scalar(target, &value).await?;
            if on.contains('r') {
                shell.vars.entry(target).readonly = true;
            }
        }
    }
    Ok(status)
}

fn set_attributes(var: &mut Var, on: &str, off: &str) {
    for (flags, value) in [(on, true), (off, false)] {
        for flag in flags.chars() {
            match flag {
                'x' => var.exported = value,
                'i' => var.integer = value,
                'l' => var.lower = value,
                'u' => var.upper = value,
                'r' if value => var.readonly = true,
                'a' if value => match &var.value {
                    Value::Unset => var.value = Value::Indexed(BTreeMap::new()),
                    Value::Scalar(text) => {
                        var.value = Value::Indexed(BTreeMap::from([(0, text.clone())]))
                    }
                    _ => {}
                },
                'A' if value && !matches!(var.value, Value::Assoc(_)) => {
                    var.value = Value::Assoc(BTreeMap::new());
                }
                _ => {}
            }
        }
    }
}

async fn show_variables(
    shell: &mut Shell,
    name: &str,
    names: &[String],
    on: &str,
) -> Result<i32, Flow> {
    let mut status = 0;
    if names.is_empty() {
        let lines: Vec<String> = shell
            .vars
            .iter()
            .filter(|(_, var)| !on.contains('x') || var.exported)
            .filter(|(_, var)| !on.contains('r') || var.readonly)
            .filter(|(_, var)| !on.contains('a') || matches!(var.value, Value::Indexed(_)))
            .filter(|(_, var)| !on.contains('A') || matches!(var.value, Value::Assoc(_)))
            .map(|(name, var)| render(name, var))
            .collect();
        shell.print(lines.concat()).await;
    }
    for wanted in names {
        match shell.vars.var(wanted) {
            Some(var) => {
                let line = render(wanted, var);
                shell.print(line).await;
            }
            None => {
                shell
                    .complain_of(name, &format!("{wanted}: not found"))
                    .await;
                status = 1;
            }
        }
    }
    Ok(status)
}

async fn show_functions(
    shell: &mut Shell,
    names: &[String],
    only_names: bool,
) -> Result<i32, Flow> {
    let mut status = 0;
    let all: Vec<String> = if names.is_empty() {
        shell.functions.keys().cloned().collect()
    } else {
        names.to_vec()
    };
    for name in all {
        match shell.functions.get(&name) {
            Some(_) if only_names && !names.is_empty() => shell.print(format!("{name}\n")).await,
            Some(_) if only_names => shell.print(format!("declare -f {name}\n")).await,
            Some(body) => {
                let text = crate::syntax::print::function(&name, body);
                shell.print(text).await;
            }
            None => status = 1,
        }
    }
    Ok(status)
}
