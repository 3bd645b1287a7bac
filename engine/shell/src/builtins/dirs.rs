//! `pushd`, `popd`, `dirs`

use super::cd;
use crate::interp::{Flow, Shell};

async fn show(shell: &Shell) {
    let home = shell.vars.get("HOME").unwrap_or_default().to_owned();
    let pwd = shell.vars.get("PWD").unwrap_or("/").to_owned();
    let short = |dir: &String| match dir.strip_prefix(&home) {
        Some("") if !home.is_empty() => "~".to_owned(),
        Some(rest) if rest.starts_with('/') && !home.is_empty() => format!("~{rest}"),
        _ => dir.clone(),
    };
    let mut all = vec![short(&pwd)];
    all.extend(shell.dirs.iter().rev().map(short));
    shell.print(all.join(" ") + "\n").await;
}

pub(crate) async fn dirs(shell: &mut Shell, args: Vec<String>) -> Result<i32, Flow> {
    if args.get(1).is_some_and(|arg| arg == "-c") {
        shell.dirs.clear();
    } else {
        show(shell).await;
    }
    Ok(0)
}

pub(crate) async fn pushd(shell: &mut Shell, args: Vec<String>) -> Result<i32, Flow> {
    let old = shell.vars.get("PWD").unwrap_or("/").to_owned();
    let target = match args.get(1) {
        Some(dir) => dir.clone(),
        None => match shell.dirs.pop() {
            Some(dir) => dir,
            None => {
                shell.complain_of("pushd", "no other directory").await;
                return Ok(1);
            }
        },
    };
    let status = cd::change(shell, &target, false, false).await;
    if status == 0 {
        shell.dirs.push(old);
        show(shell).await;
    }
    Ok(status)
}

pub(crate) async fn popd(shell: &mut Shell, _args: Vec<String>) -> Result<i32, Flow> {
    let Some(dir) = shell.dirs.pop() else {
        shell.complain_of("popd", "directory stack empty").await;
        return Ok(1);
    };
    let status = cd::change(shell, &dir, false, false).await;
    if status == 0 {
        show(shell).await;
    }
    Ok(status)
}
