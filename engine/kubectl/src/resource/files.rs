//! Paths given with `-f`: patterns, folders, and the files that count.

use crate::error::Error;
use crate::fail;
use crate::host::{FileError, Host};
use crate::util::go;

/// Endings of files that are read from folders.
const EXTENSIONS: [&str; 3] = [".json", ".yaml", ".yml"];

/// A path, or what a pattern matches.
pub fn expand(host: &dyn Host, pattern: &str) -> Result<Vec<String>, Error> {
    if host.stat(pattern) != Err(FileError::NotFound) {
        return Ok(vec![pattern.to_owned()]);
    }
    let matches = glob(host, pattern);
    if matches.is_empty() {
        return Err(fail!("the path {} does not exist", go::quote(pattern)));
    }
    Ok(matches)
}

fn glob(host: &dyn Host, pattern: &str) -> Vec<String> {
    if !pattern.contains(['*', '?', '[']) {
        return Vec::new();
    }
    let (folder, last) = match pattern.rsplit_once('/') {
        Some(("", last)) => ("/", last),
        Some((folder, last)) => (folder, last),
        None => (".", pattern),
    };
    let folders = if folder.contains(['*', '?', '[']) {
        glob(host, folder)
    } else {
        vec![folder.to_owned()]
    };
    let mut found = Vec::new();
    for folder in folders {
        for name in host.list(&folder).unwrap_or_default() {
            if matches(last, &name) {
                found.push(if pattern.contains('/') {
                    join(&folder, &name)
                } else {
                    name
                });
            }
        }
    }
    found
}

/// `path.Match` for one part of a path.
pub fn matches(pattern: &str, name: &str) -> bool {
    let (p, n): (Vec<char>, Vec<char>) = (pattern.chars().collect(), name.chars().collect());
    let (mut pi, mut ni, mut star) = (0, 0, None);
    loop {
        let step = match p.get(pi) {
            Some('*') => {
                star = Some((pi + 1, ni));
                pi += 1;
                continue;
            }
            Some('[') if ni < n.len() => class(&p[pi..], n[ni]),
            Some('?') if ni < n.len() => Some(1),
            Some('\\') if ni < n.len() && p.get(pi + 1) == Some(&n[ni]) => Some(2),
            Some(c) if ni < n.len() && *c == n[ni] => Some(1),
            None if ni == n.len() => return true,
            _ => None,
        };
        match (step, star) {
            (Some(used), _) => {
                pi += used;
                ni += 1;
            }
            (None, Some((after, at))) if at < n.len() => {
                star = Some((after, at + 1));
                pi = after;
                ni = at + 1;
            }
            (None, _) => return false,
        }
    }
}

/// Length of a `[a-z]` at the start of `p` if `c` is in it.
fn class(p: &[char], c: char) -> Option<usize> {
    let end = p.iter().skip(2).position(|x| *x == ']')? + 2;
    let negated = matches!(p.get(1), Some('^' | '!'));
    let body = &p[1 + usize::from(negated)..end];
    let mut inside = false;
    let mut i = 0;
    while i < body.len() {
        if body.get(i + 1) == Some(&'-') && i + 2 < body.len() {
            inside |= (body[i]..=body[i + 2]).contains(&c);
            i += 3;
        } else {
            inside |= body[i] == c;
            i += 1;
        }
    }
    (inside != negated).then_some(end + 1)
}

/// A folder and a name, as `filepath.Join`.
pub fn join(folder: &str, name: &str) -> String {
    match folder.trim_end_matches('/') {
        "" if folder.is_empty() => name.to_owned(),
        "" => format!("/{name}"),
        "." => name.to_owned(),
        folder => format!("{}/{name}", folder.trim_start_matches("./")),
    }
}

/// Files at a path: itself, or those of a folder that look like manifests, deeper ones if `recursive`.
pub fn walk(host: &dyn Host, path: &str, recursive: bool) -> Result<Vec<String>, Error> {
    let info = match host.stat(path) {
        Ok(info) => info,
        Err(FileError::NotFound) => {
            return Err(fail!("the path {} does not exist", go::quote(path)));
        }
        Err(error) => {
            return Err(fail!(
                "the path {} cannot be accessed: {}",
                go::quote(path),
                error.of("stat", path).text()
            ));
        }
    };
    if !info.is_dir {
        return Ok(vec![path.to_owned()]);
    }
    let mut files = Vec::new();
    folder(host, path, recursive, 0, &mut files)
        .map_err(|e| fail!("error reading {}: {}", go::quote(path), e.text()))?;
    Ok(files)
}

fn folder(
    host: &dyn Host,
    path: &str,
    recursive: bool,
    depth: usize,
    files: &mut Vec<String>,
) -> Result<(), Error> {
    // Links can lead in circles.
    if depth > 40 {
        return Ok(());
    }
    for name in host.list(path).map_err(|e| e.of("open", path))? {
        let full = join(path, &name);
        let is_dir = host.stat(&full).is_ok_and(|info| info.is_dir);
        if is_dir {
            if recursive {
                folder(host, &full, recursive, depth + 1, files)?;
            }
        } else if EXTENSIONS.iter().any(|e| name.ends_with(e)) {
            files.push(full);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns() {
        for (pattern, name, expected) in [
            ("*.yaml", "a.yaml", true),
            ("*.yaml", "a.yml", false),
            ("?b*", "abc", true),
            ("[a-c]x", "bx", true),
            ("[^a-c]x", "bx", false),
            ("a*b*c", "aXXbYYc", true),
            ("a*b*c", "aXXbYY", false),
            ("", "", true),
            ("[", "a", false),
        ] {
            assert_eq!(matches(pattern, name), expected, "{pattern} {name}");
        }
    }

    #[test]
    fn joins() {
        assert_eq!(join(".", "a"), "a");
        assert_eq!(join("dir/", "a"), "dir/a");
        assert_eq!(join("./dir", "a"), "dir/a");
        assert_eq!(join("/", "a"), "/a");
    }
}
