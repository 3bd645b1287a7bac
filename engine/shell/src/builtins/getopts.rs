//! `getopts`

use crate::interp::{Flow, Shell};

pub(crate) async fn run(shell: &mut Shell, args: Vec<String>) -> Result<i32, Flow> {
    if args.len() < 3 {
        shell
            .proc
            .eprint("getopts: usage: getopts optstring name [arg ...]\n")
            .await;
        return Ok(2);
    }
    let (spec, name) = (args[1].clone(), args[2].clone());
    let list: Vec<String> = if args.len() > 3 {
        args[3..].to_vec()
    } else {
        shell.positional.to_vec()
    };
    let silent = spec.starts_with(':');
    // Whoever sets OPTIND begins anew; so does a function with an OPTIND of its own.
    let shown = shell
        .vars
        .get("OPTIND")
        .and_then(|text| text.parse::<usize>().ok())
        .unwrap_or(1);
    if shown != shell.getopts.0 {
        shell.getopts = (shown.max(1), 0);
    }
    let (mut index, mut inner) = shell.getopts;
    let current = list.get(index.wrapping_sub(1)).cloned();
    let over = match &current {
        None => true,
        Some(arg) => inner == 0 && (!arg.starts_with('-') || arg == "-" || arg == "--"),
    };
    if over {
        if current.as_deref() == Some("--") {
            index += 1;
        }
        let _ = shell.vars.set(&name, "?");
        let _ = shell.vars.set("OPTIND", index.to_string());
        shell.getopts = (index, 0);
        return Ok(1);
    }
    let arg = current.unwrap_or_default();
    let letters: Vec<char> = arg.chars().collect();
    let at = inner.max(1);
    let flag = letters.get(at).copied().unwrap_or('?');
    let known = spec
        .trim_start_matches(':')
        .find(flag)
        .filter(|_| flag != ':');
    let takes = known
        .is_some_and(|at| spec.trim_start_matches(':')[at + flag.len_utf8()..].starts_with(':'));
    inner = at + 1;
    let _ = shell.vars.unset("OPTARG");
    let mut value = flag.to_string();
    if known.is_none() {
        value = "?".into();
        if silent {
            let _ = shell.vars.set("OPTARG", flag.to_string());
        } else {
            let text = format!("{}: illegal option -- {flag}\n", shell.name);
            shell.proc.eprint(text).await;
        }
    } else if takes {
        if inner < letters.len() {
            let rest: String = letters[inner..].iter().collect();
            let _ = shell.vars.set("OPTARG", rest);
        } else if let Some(next) = list.get(index) {
            let _ = shell.vars.set("OPTARG", next.clone());
            index += 1;
        } else if silent {
            value = ":".into();
            let _ = shell.vars.set("OPTARG", flag.to_string());
        } else {
            value = "?".into();
            let text = format!("{}: option requires an argument -- {flag}\n", shell.name);
            shell.proc.eprint(text).await;
        }
        inner = letters.len();
    }
    if inner >= letters.len() {
        index += 1;
        inner = 0;
    }
    let _ = shell.vars.set(&name, value);
    let _ = shell.vars.set("OPTIND", index.to_string());
    shell.getopts = (index, inner);
    Ok(0)
}
