//! Path strings: joining, cleaning, splitting. Purely textual; symbolic links are the Vfs's matter.

/// The longest path accepted, as Linux' `PATH_MAX`.
pub const PATH_MAX: usize = 4096;
/// The longest name of one entry, as Linux' `NAME_MAX`.
pub const NAME_MAX: usize = 255;

/// Joins `path` to the directory `base`; an absolute `path` stands for itself.
pub fn join(base: &str, path: &str) -> String {
    if path.starts_with('/') || base.is_empty() {
        path.to_owned()
    } else if path.is_empty() {
        base.to_owned()
    } else if base.ends_with('/') {
        format!("{base}{path}")
    } else {
        format!("{base}/{path}")
    }
}

/// Cleans an absolute path of `.`, `..`, doubled and trailing slashes, by its text alone.
pub fn clean(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            name => parts.push(name),
        }
    }
    let mut out = String::with_capacity(path.len());
    for part in parts {
        out.push('/');
        out.push_str(part);
    }
    if out.is_empty() {
        out.push('/');
    }
    out
}

/// The last component, as `basename(1)` without a suffix.
pub fn basename(path: &str) -> &str {
    let trimmed = path.trim_end_matches('/');
    if trimmed.is_empty() {
        return if path.is_empty() { "" } else { "/" };
    }
    trimmed.rsplit('/').next().unwrap_or(trimmed)
}

/// Everything but the last component, as `dirname(1)`.
pub fn dirname(path: &str) -> &str {
    let trimmed = path.trim_end_matches('/');
    match trimmed.rfind('/') {
        None if trimmed.is_empty() && !path.is_empty() => "/",
        None => ".",
        Some(at) => {
            let dir = trimmed[..at].trim_end_matches('/');
            if dir.is_empty() { "/" } else { dir }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cleaning_and_splitting() {
        for (input, cleaned) in [
            ("/", "/"),
            ("/a//b/./c/..", "/a/b"),
            ("/../..", "/"),
            ("//a/", "/a"),
        ] {
            assert_eq!(clean(input), cleaned, "{input}");
        }
        for (input, base, dir) in [
            ("/a/b", "b", "/a"),
            ("a", "a", "."),
            ("/", "/", "/"),
            ("/a", "a", "/"),
            ("a/b/", "b", "a"),
            ("", "", "."),
        ] {
            assert_eq!((basename(input), dirname(input)), (base, dir), "{input}");
        }
        assert_eq!(join("/root", "x"), "/root/x");
        assert_eq!(join("/root", "/x"), "/x");
        assert_eq!(join("/", "x"), "/x");
    }
}
