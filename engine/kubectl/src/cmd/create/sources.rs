//! Data of config maps and secrets: literals, files, folders and files of variables.

use crate::context::Context;
use crate::error::Error;
use crate::fail;
use crate::resource::files::join;
use crate::util::go;

/// `key=value`
pub fn literal(source: &str) -> Result<(&str, &str), Error> {
    match source.split_once('=') {
        Some((key, value)) if !key.is_empty() => Ok((key, value)),
        _ => Err(fail!("invalid literal source {source}, expected key=value")),
    }
}

/// `path` or `key=path`
fn file(source: &str) -> Result<(String, String), Error> {
    let parts: Vec<&str> = source.split('=').collect();
    match parts.as_slice() {
        [path] => {
            let base = path
                .trim_end_matches('/')
                .rsplit('/')
                .next()
                .unwrap_or(path);
            let base = if path.is_empty() {
                "."
            } else if base.is_empty() {
                "/"
            } else {
                base
            };
            Ok((base.to_owned(), (*path).to_owned()))
        }
        ["", path] => Err(fail!("key name for file path {path} missing")),
        [key, ""] => Err(fail!("file path for key name {key} missing")),
        [key, path] => Ok(((*key).to_owned(), (*path).to_owned())),
        _ => Err("key names or file paths cannot contain '='".into()),
    }
}

/// Gives the content of every file of `--from-file` with its key.
pub fn from_files(
    cx: &Context,
    sources: &[String],
    mut add: impl FnMut(&str, Vec<u8>) -> Result<(), Error>,
) -> Result<(), Error> {
    let read = |path: &str| cx.host.read_file(path).map_err(|e| e.of("open", path));
    for source in sources {
        let (key, path) = file(source)?;
        let info = cx
            .host
            .stat(&path)
            .map_err(|e| fail!("error reading {path}: {}", e.text()))?;
        if !info.is_dir {
            add(&key, read(&path)?)?;
            continue;
        }
        if source.contains('=') {
            return Err("cannot give a key name for a directory path".into());
        }
        let names = cx.host.list(&path).map_err(|e| {
            fail!(
                "error listing files in {path}: {}",
                e.of("open", &path).text()
            )
        })?;
        for name in names {
            let full = join(&path, &name);
            if cx.host.stat(&full).is_ok_and(|info| !info.is_dir) {
                add(&name, read(&full)?)?;
            }
        }
    }
    Ok(())
}

/// Gives the variables of every file of `--from-env-file`.
pub fn from_env_files(
    cx: &Context,
    sources: &[String],
    what: &str,
    mut add: impl FnMut(&str, &str) -> Result<(), Error>,
) -> Result<(), Error> {
    for path in sources {
        let info = cx
            .host
            .stat(path)
            .map_err(|e| fail!("error reading {path}: {}", e.text()))?;
        if info.is_dir {
            return Err(fail!("env {what} file cannot be a directory"));
        }
        let bytes = cx.host.read_file(path).map_err(|e| e.of("open", path))?;
        let text = bytes
            .strip_prefix(&[0xef, 0xbb, 0xbf][..])
            .unwrap_or(&bytes);
        for (number, line) in text.split(|b| *b == b'\n').enumerate() {
            let Ok(line) = std::str::from_utf8(line) else {
                let shown: Vec<String> = line.iter().map(u8::to_string).collect();
                return Err(fail!(
                    "env file {path} contains invalid utf8 bytes at line {}: {}",
                    number + 1,
                    go::slice(&shown)
                ));
            };
            let line = line.strip_suffix('\r').unwrap_or(line).trim_start();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let (key, value) = match line.split_once('=') {
                Some((key, value)) => (key, value.to_owned()),
                None => (line, cx.host.env(line).unwrap_or_default()),
            };
            let complaints = apimachinery::validation::is_env_var_name(key);
            if !complaints.is_empty() {
                let complaints: Vec<&str> = complaints.iter().map(|c| c.as_ref()).collect();
                return Err(fail!(
                    "{} is not a valid key name: {}",
                    go::quote(key),
                    complaints.join(";")
                ));
            }
            add(key, &value)?;
        }
    }
    Ok(())
}
