//! `source`, `.`

use os::path;

use crate::interp::{Flow, Shell};

pub(crate) async fn run(shell: &mut Shell, args: Vec<String>) -> Result<i32, Flow> {
    let Some(name) = args.get(1).cloned() else {
        return Ok(super::usage(shell, &args[0], "filename argument required").await);
    };
    let file = find(shell, &name);
    let text = match crate::program::read_script(&shell.proc, &file).await {
        Ok(text) => text,
        Err(error) => {
            if shell.is_ash() {
                shell
                    .complain(&format!(
                        "{}: can't open '{name}': {}",
                        args[0],
                        error.text()
                    ))
                    .await;
                shell.status = 2;
                return if shell.is_interactive() {
                    Ok(2)
                } else {
                    Err(Flow::Exit)
                };
            }
            let text = match error {
                os::Errno::EISDIR => format!("{}: {name}: is a directory", args[0]),
                error => format!("{name}: {}", error.text()),
            };
            shell.complain(&text).await;
            return Ok(1);
        }
    };
    shell.enter("source").await?;
    let positional = (args.len() > 2)
        .then(|| std::mem::replace(&mut shell.positional, args[2..].to_vec().into()));
    let line = shell.line;
    shell.sources += 1;
    shell.status = 0;
    let outcome = Box::pin(shell.run_text(&text, 1)).await;
    shell.sources -= 1;
    shell.line = line;
    if let Some(positional) = positional {
        shell.positional = positional;
    }
    shell.leave();
    match outcome {
        Ok(()) | Err(Flow::Return) => Ok(shell.status),
        Err(flow) => Err(flow),
    }
}

/// Names without a slash are looked for in PATH, then here.
fn find(shell: &Shell, name: &str) -> String {
    if !name.contains('/') {
        for dir in shell.vars.get("PATH").unwrap_or_default().split(':') {
            let full = path::join(dir, name);
            if !dir.is_empty() && shell.proc.vfs().exists(&shell.proc.cred(), &full) {
                return full;
            }
        }
    }
    name.to_owned()
}
