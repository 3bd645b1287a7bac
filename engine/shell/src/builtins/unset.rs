//! `unset`

use crate::interp::{Flow, Shell};
use crate::vars::Value;

pub(crate) async fn run(shell: &mut Shell, args: Vec<String>) -> Result<i32, Flow> {
    let (mut functions, mut variables) = (false, false);
    let mut status = 0;
    for arg in &args[1..] {
        match arg.as_str() {
            "-f" => functions = true,
            "-v" => variables = true,
            "-n" | "--" => {}
            name => status |= unset(shell, name, functions, variables).await,
        }
    }
    Ok(status)
}

async fn unset(shell: &mut Shell, name: &str, functions: bool, variables: bool) -> i32 {
    if functions {
        shell.functions.remove(name);
        return 0;
    }
    let (base, key) = match name.split_once('[') {
        Some((base, key)) => (base, Some(key.trim_end_matches(']'))),
        None => (name, None),
    };
    if !super::is_name(base) {
        if !variables && shell.functions.remove(name).is_some() {
            return 0;
        }
        shell
            .complain_of("unset", &format!("`{name}': not a valid identifier"))
            .await;
        return 1;
    }
    if let Some(key) = key
        && let Some(var) = shell.vars.var(base)
        && !var.readonly
    {
        let all = matches!(key, "@" | "*");
        let index = match &var.value {
            Value::Assoc(_) => 0,
            _ if all => 0,
            _ => match shell.evaluate(key, "").await {
                Ok(index) => index,
                Err(_) => return 1,
            },
        };
        match &mut shell.vars.entry(base).value {
            Value::Assoc(map) => drop(map.remove(key)),
            value @ Value::Indexed(_) if all => *value = Value::Unset,
            Value::Indexed(array) => {
                let end = array.last_key_value().map_or(0, |(last, _)| last + 1);
                let index = if index < 0 { end + index } else { index };
                if index < 0 {
                    let text = format!("[{key}]: bad array subscript");
                    shell.complain_of("unset", &text).await;
                    return 1;
                }
                array.remove(&index);
            }
            value if index == 0 => *value = Value::Unset,
            _ => {}
        }
        return 0;
    }
    match shell.vars.unset(base) {
        Err(_) if shell.is_ash() => {
            shell
                .complain_of("unset", &format!("{name}: is read only"))
                .await;
            2
        }
        Err(_) => {
            shell
                .complain_of("unset", &format!("{name}: cannot unset: readonly variable"))
                .await;
            1
        }
        Ok(false) if !variables => {
            shell.functions.remove(name);
            0
        }
        Ok(_) => 0,
    }
}
