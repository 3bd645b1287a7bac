//! `cp`

use os::{Errno, Node, Proc, path};

use crate::opts::{Opts, Spec};

/// What goes where, for `cp` and `mv`: checked and complained of as GNU's do.
pub(super) async fn operands(
    proc: &Proc,
    opts: &Opts,
    tool: &str,
) -> Result<(Vec<String>, String), i32> {
    let mut files = opts.rest.clone();
    let folder = opts.value('t');
    let dest = match folder {
        Some(folder) => Some(folder.to_owned()),
        None if files.len() > 1 => files.pop(),
        None => None,
    };
    let usage = |text: String| format!("{text}\nTry '{tool} --help' for more information.\n");
    let complaint = match (dest, files.as_slice()) {
        (_, []) => usage(format!("{tool}: missing file operand")),
        (None, [file, ..]) => usage(format!(
            "{tool}: missing destination file operand after '{file}'"
        )),
        (Some(_), [_, _, ..]) if folder.is_none() && opts.has('T') => {
            usage(format!("{tool}: extra operand '{}'", opts.rest[2]))
        }
        (Some(dest), [_]) if folder.is_none() => return Ok((files, dest)),
        (Some(dest), _) => {
            let (cred, at) = (proc.cred(), proc.absolute(&dest));
            if proc.vfs().is_dir(&cred, &at) {
                return Ok((files, dest));
            }
            let why = proc.vfs().stat(&cred, &at).err();
            let what = folder.map_or("target", |_| "target directory");
            let why = why.unwrap_or(Errno::ENOTDIR).text();
            format!("{tool}: {what} '{dest}': {why}\n")
        }
    };
    proc.eprint(complaint).await;
    Err(1)
}

/// Where `source` goes: into `dest` if that is a directory.
pub(crate) fn target_of(proc: &Proc, source: &str, dest: &str, into: bool) -> String {
    if into && proc.vfs().is_dir(&proc.cred(), &proc.absolute(dest)) {
        path::join(dest, path::basename(source))
    } else {
        dest.to_owned()
    }
}

/// Copies one file, link or (if `recursive`) directory. Errors are `(what failed, why)`.
pub(crate) fn copy(
    proc: &Proc,
    source: &str,
    dest: &str,
    recursive: bool,
    keep: bool,
) -> Result<(), String> {
    let cred = proc.cred();
    let vfs = proc.vfs();
    let (from, to) = (proc.absolute(source), proc.absolute(dest));
    let stat = if recursive {
        vfs.lstat(&cred, &from)
    } else {
        vfs.stat(&cred, &from)
    };
    let stat = stat.map_err(|error| {
        if proc.is_busybox() {
            format!("cp: can't stat '{source}': {}", error.text())
        } else {
            format!("cp: cannot stat '{source}': {}", error.text())
        }
    })?;
    let cannot_create = |error: Errno| match proc.is_busybox() {
        true => format!("cp: can't create '{dest}': {}", error.text()),
        false => format!("cp: cannot create regular file '{dest}': {}", error.text()),
    };
    match &stat.inode.node {
        Node::Dir(_) if !recursive => {
            return Err(if proc.is_busybox() {
                format!("cp: omitting directory '{source}'")
            } else {
                format!("cp: -r not specified; omitting directory '{source}'")
            });
        }
        Node::Dir(_) => {
            let real = vfs.real_path(&cred, &from).unwrap_or_default();
            if path::clean(&to).starts_with(&format!("{real}/")) {
                return Err(format!(
                    "cp: cannot copy a directory, '{source}', into itself, '{dest}'"
                ));
            }
            match vfs.mkdir(&cred, &to, stat.inode.mode & 0o777) {
                Ok(()) => {}
                Err(Errno::EEXIST) if vfs.is_dir(&cred, &to) => {}
                Err(Errno::EEXIST) => {
                    return Err(format!(
                        "cp: cannot overwrite non-directory '{dest}' with directory '{source}'"
                    ));
                }
                Err(error) => {
                    return Err(format!(
                        "cp: cannot create directory '{dest}': {}",
                        error.text()
                    ));
                }
            }
            let entries = vfs
                .read_dir(&cred, &from)
                .map_err(|error| format!("cp: cannot access '{source}': {}", error.text()))?;
            for (name, _) in entries {
                copy(
                    proc,
                    &path::join(source, &name),
                    &path::join(dest, &name),
                    true,
                    keep,
                )?;
            }
        }
        Node::Symlink(target) => {
            let _ = vfs.unlink(&cred, &to);
            vfs.symlink(&cred, target, &to).map_err(cannot_create)?;
        }
        Node::File(_) => {
            if vfs.stat(&cred, &to).is_ok_and(|old| old.path == stat.path) {
                return Err(format!("cp: '{source}' and '{dest}' are the same file"));
            }
            if vfs.is_dir(&cred, &to) {
                return Err(format!(
                    "cp: cannot overwrite directory '{dest}' with non-directory"
                ));
            }
            let data = vfs
                .read_file(&cred, &from)
                .map_err(|error| match proc.is_busybox() {
                    true => format!("cp: can't open '{source}': {}", error.text()),
                    false => format!("cp: cannot open '{source}' for reading: {}", error.text()),
                })?;
            let existed = vfs.exists(&cred, &to);
            vfs.write_file(&cred, &to, &data).map_err(cannot_create)?;
            if !existed || keep {
                let mode = if keep {
                    stat.inode.mode
                } else {
                    stat.inode.mode & !cred.umask
                };
                let _ = vfs.chmod(&cred, &to, mode);
            }
        }
        Node::Device(_) => {
            return Err(format!(
                "cp: cannot copy '{source}': Operation not supported"
            ));
        }
    }
    if keep {
        let _ = vfs.chown(&cred, &to, Some(stat.inode.uid), Some(stat.inode.gid));
        let _ = vfs.utime(&cred, &to, stat.inode.mtime);
    }
    Ok(())
}

pub(crate) async fn run(proc: Proc, args: Vec<String>) -> i32 {
    const SPEC: Spec = Spec::new(
        "rRafvpdniuTt:LPH",
        &[
            ("recursive", 'r'),
            ("archive", 'a'),
            ("force", 'f'),
            ("verbose", 'v'),
            ("no-clobber", 'n'),
            ("target-directory", 't'),
        ],
    );
    let opts = match SPEC.parse_or_complain(&proc, &args, 1).await {
        Ok(opts) => opts,
        Err(status) => return status,
    };
    let (files, dest) = match operands(&proc, &opts, "cp").await {
        Ok(operands) => operands,
        Err(status) => return status,
    };
    let mut status = 0;
    for file in &files {
        let target = target_of(&proc, file, &dest, !opts.has('T'));
        if opts.has('n') && proc.vfs().exists(&proc.cred(), &proc.absolute(&target)) {
            continue;
        }
        let recursive = opts.has('r') || opts.has('R') || opts.has('a');
        match copy(
            &proc,
            file,
            &target,
            recursive,
            opts.has('a') || opts.has('p'),
        ) {
            Ok(()) if opts.has('v') => proc.print(format!("'{file}' -> '{target}'\n")).await,
            Ok(()) => {}
            Err(text) => {
                proc.eprint(text + "\n").await;
                status = 1;
            }
        }
    }
    status
}
