//! `edit`, and the names that fingers know: `vi`, `vim`, `nano`
//!
//! There is no editor in the terminal: the page opens the file in its own. Where there is no page, `$EDITOR` may name
//! a script to run instead.

use os::{EditOutcome, Proc};

pub(crate) async fn run(proc: Proc, args: Vec<String>) -> i32 {
    let name = os::path::basename(&args[0]).to_owned();
    let mut line = 1;
    let mut files = Vec::new();
    for arg in &args[1..] {
        if let Some(number) = arg.strip_prefix('+').and_then(|n| n.parse().ok()) {
            line = number;
        } else if !arg.starts_with('-') {
            files.push(arg.clone());
        }
    }
    let Some(file) = files.first() else {
        proc.eprint(format!("{name}: which file? Try '{name} FILE'.\n"))
            .await;
        return 1;
    };
    let full = proc.absolute(file);
    let cred = proc.cred();
    let old = match proc.vfs().read_file(&cred, &full) {
        Ok(data) => String::from_utf8_lossy(&data).into_owned(),
        Err(os::Errno::ENOENT) => String::new(),
        Err(error) => {
            proc.eprint(format!("{name}: {file}: {}\n", error.text()))
                .await;
            return 1;
        }
    };
    match proc.edit(file, &old, line).await {
        Some(EditOutcome::Saved(text)) => {
            if let Err(error) = proc.vfs().write_file(&proc.cred(), &full, text.as_bytes()) {
                proc.eprint(format!("{name}: {file}: {}\n", error.text()))
                    .await;
                return 1;
            }
            0
        }
        Some(EditOutcome::Closed) => 0,
        None => without_page(&proc, &name, file).await,
    }
}

async fn without_page(proc: &Proc, name: &str, file: &str) -> i32 {
    let editor = ["VISUAL", "EDITOR"]
        .iter()
        .find_map(|name| proc.env(name))
        .filter(|editor| !["vi", "vim", "nano", "edit", ""].contains(&editor.as_str()));
    let Some(editor) = editor else {
        proc.eprint(format!("{name}: there is no editor in this terminal; set EDITOR to a command that changes the file\n")).await;
        return 1;
    };
    let command = format!("{editor} {}", crate::escape::quote(file));
    let args = vec!["sh".to_owned(), "-c".to_owned(), command];
    match proc.exec("/bin/sh", &args).await {
        Ok(status) => status,
        Err(error) => {
            proc.eprint(format!("{name}: {editor}: {}\n", error.errno().text()))
                .await;
            127
        }
    }
}
