//! An editor on a temporary file: what `edit`, `create --edit` and `apply edit-last-applied` open.

use crate::context::Context;
use crate::error::Error;
use crate::fail;
use crate::util::{json as j, yaml};

/// The command line of the user's editor.
fn command(cx: &Context) -> Vec<String> {
    let named = ["KUBE_EDITOR", "EDITOR"]
        .iter()
        .find_map(|name| cx.host.env(name).filter(|value| !value.is_empty()));
    let editor = named.unwrap_or_else(|| "vi".to_owned());
    if !editor.contains(['"', '\'', '\\']) || !editor.contains(' ') {
        return editor.split(' ').map(str::to_owned).collect();
    }
    // Quotes are for a shell to read.
    let shell = cx.host.env("SHELL").filter(|shell| !shell.is_empty());
    let shell = shell.unwrap_or_else(|| "/bin/bash".to_owned());
    vec![shell, "-c".to_owned(), editor]
}

/// Writes `text` to a new file, opens it, and gives its path and its content afterwards.
pub async fn open(cx: &Context, suffix: &str, text: &str) -> Result<(String, String), Error> {
    let path = format!(
        "/tmp/kubectl-edit-{}{suffix}",
        cx.host.random() % 10_000_000_000
    );
    cx.host
        .write_file(&path, text.as_bytes())
        .map_err(|e| e.of("open", &path))?;
    let mut argv = command(cx);
    let shown = argv.join(" ");
    if let [_, flag, line] = &mut argv[..]
        && flag == "-c"
    {
        line.push(' ');
        line.push_str(&format!("{path:?}"));
    } else {
        argv.push(path.clone());
    }
    cx.flush().await?;
    match cx.host.spawn(&argv).await {
        Ok(0) => {}
        Ok(_) => return Err(fail!("there was a problem with the editor {shown:?}")),
        Err(_) => return Err(fail!("unable to launch the editor {shown:?}")),
    }
    let bytes = cx.host.read_file(&path).map_err(|e| e.of("open", &path))?;
    Ok((path, String::from_utf8_lossy(&bytes).into_owned()))
}

/// What a text says, without comments: for comparisons.
pub fn meaning(text: &str) -> String {
    match yaml::parse(text) {
        Ok(value) => j::compact_escaped(&value),
        Err(_) => without_comments(text),
    }
}

/// The text without lines that are comments.
pub fn without_comments(text: &str) -> String {
    text.split_inclusive('\n')
        .filter(|line| !line.trim_start().starts_with('#'))
        .collect()
}

/// Whether there is anything but comments and blanks.
pub fn has_content(text: &str) -> bool {
    text.lines()
        .map(str::trim)
        .any(|line| !line.is_empty() && !line.starts_with('#'))
}
