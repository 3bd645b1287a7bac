//! `chmod`

use os::{Proc, path};

use crate::opts::Spec;

/// The mode that `text` makes of `old`: octal, or `u+x,go-w`.
pub(crate) fn parse_mode(text: &str, old: u16, is_dir: bool, umask: u16) -> Option<u16> {
    if text.bytes().all(|b| b.is_ascii_digit()) {
        return u16::from_str_radix(text, 8)
            .ok()
            .filter(|mode| *mode <= 0o7777);
    }
    let mut mode = old;
    for clause in text.split(',') {
        let who_len = clause.bytes().take_while(|b| b"ugoa".contains(b)).count();
        let who = &clause[..who_len];
        let mut mask = 0;
        for c in who.chars() {
            mask |= match c {
                'u' => 0o4700,
                'g' => 0o2070,
                'o' => 0o1007,
                _ => 0o7777,
            };
        }
        let implied = who.is_empty();
        if implied {
            mask = 0o7777 & !umask;
        }
        let mut rest = &clause[who_len..];
        if rest.is_empty() {
            return None;
        }
        while let Some(op) = rest.chars().next() {
            if !"+-=".contains(op) {
                return None;
            }
            let len = rest[1..]
                .bytes()
                .take_while(|b| b"rwxXstugo".contains(b))
                .count();
            let mut bits = 0;
            for c in rest[1..=len].chars() {
                bits |= match c {
                    'r' => 0o444,
                    'w' => 0o222,
                    'x' => 0o111,
                    'X' if is_dir || mode & 0o111 != 0 => 0o111,
                    'X' => 0,
                    's' => 0o6000,
                    't' => 0o1000,
                    'u' => (mode >> 6 & 7) * 0o111,
                    'g' => (mode >> 3 & 7) * 0o111,
                    _ => (mode & 7) * 0o111,
                };
            }
            let bits = bits & mask;
            match op {
                '+' => mode |= bits,
                '-' => mode &= !bits,
                _ => mode = mode & !(mask & 0o777) | bits,
            }
            rest = &rest[1 + len..];
        }
    }
    Some(mode)
}

pub(crate) async fn run(proc: Proc, args: Vec<String>) -> i32 {
    const SPEC: Spec = Spec::in_order("Rvcf", &[("recursive", 'R'), ("verbose", 'v')]);
    // `chmod -x file`: a mode that looks like an option.
    let mut given = args.clone();
    if let Some(at) = given.iter().skip(1).position(|arg| {
        arg.len() > 1 && arg.starts_with('-') && arg[1..].chars().all(|c| "rwxXst".contains(c))
    }) {
        given.insert(at + 1, "--".into());
    }
    let opts = match SPEC.parse_or_complain(&proc, &given, 1).await {
        Ok(opts) => opts,
        Err(status) => return status,
    };
    let Some((mode, files)) = opts.rest.split_first() else {
        proc.eprint("chmod: missing operand\nTry 'chmod --help' for more information.\n")
            .await;
        return 1;
    };
    if files.is_empty() {
        proc.eprint(format!(
            "chmod: missing operand after '{mode}'\nTry 'chmod --help' for more information.\n"
        ))
        .await;
        return 1;
    }
    if parse_mode(mode, 0, false, 0).is_none() {
        proc.eprint(format!(
            "chmod: invalid mode: '{mode}'\nTry 'chmod --help' for more information.\n"
        ))
        .await;
        return 1;
    }
    let mut status = 0;
    let mut queue: Vec<String> = files.iter().rev().cloned().collect();
    while let Some(name) = queue.pop() {
        let full = proc.absolute(&name);
        let cred = proc.cred();
        let result = proc.vfs().stat(&cred, &full).and_then(|stat| {
            let is_dir = stat.inode.is_dir();
            let new =
                parse_mode(mode, stat.inode.mode, is_dir, proc.umask()).unwrap_or(stat.inode.mode);
            proc.vfs().chmod(&cred, &full, new)?;
            if is_dir && opts.has('R') {
                for (child, _) in proc.vfs().read_dir(&cred, &full)? {
                    queue.push(path::join(&name, &child));
                }
            }
            Ok(())
        });
        if let Err(error) = result {
            status = 1;
            let text = match error {
                os::Errno::ENOENT if proc.is_busybox() => {
                    format!("chmod: {name}: {}\n", error.text())
                }
                os::Errno::ENOENT => format!("chmod: cannot access '{name}': {}\n", error.text()),
                _ => format!(
                    "chmod: changing permissions of '{name}': {}\n",
                    error.text()
                ),
            };
            proc.eprint(text).await;
        }
    }
    status
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modes() {
        for (text, old, new) in [
            ("755", 0, 0o755),
            ("u+x", 0o644, 0o744),
            ("+x", 0o644, 0o755),
            ("go-rwx", 0o777, 0o700),
            ("a=r", 0o755, 0o444),
            ("u=rw,g=u", 0, 0o660),
            ("g+s", 0o755, 0o2755),
        ] {
            assert_eq!(parse_mode(text, old, false, 0o022), Some(new), "{text}");
        }
        assert_eq!(parse_mode("zz", 0, false, 0), None);
        assert_eq!(parse_mode("u", 0, false, 0), None);
        assert_eq!(parse_mode("99999", 0, false, 0), None);
    }
}
