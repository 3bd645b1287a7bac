//! `mv`

use os::{Errno, Proc, path};

use super::cp;
use crate::opts::Spec;

pub(crate) async fn run(proc: Proc, args: Vec<String>) -> i32 {
    const SPEC: Spec = Spec::new(
        "fnviuTt:",
        &[
            ("force", 'f'),
            ("no-clobber", 'n'),
            ("verbose", 'v'),
            ("interactive", 'i'),
            ("target-directory", 't'),
        ],
    );
    let opts = match SPEC.parse_or_complain(&proc, &args, 1).await {
        Ok(opts) => opts,
        Err(status) => return status,
    };
    let (files, dest) = match cp::operands(&proc, &opts, "mv").await {
        Ok(operands) => operands,
        Err(status) => return status,
    };
    let mut status = 0;
    for file in &files {
        let target = cp::target_of(&proc, file, &dest, !opts.has('T'));
        if opts.has('n') && proc.vfs().exists(&proc.cred(), &proc.absolute(&target)) {
            continue;
        }
        match rename(&proc, file, &target) {
            Ok(()) if opts.has('v') => {
                proc.print(format!("renamed '{file}' -> '{target}'\n"))
                    .await
            }
            Ok(()) => {}
            Err(text) => {
                proc.eprint(text + "\n").await;
                status = 1;
            }
        }
    }
    status
}

fn rename(proc: &Proc, source: &str, target: &str) -> Result<(), String> {
    let (vfs, cred) = (proc.vfs(), proc.cred());
    let (from, to) = (proc.absolute(source), proc.absolute(target));
    let stat = vfs
        .lstat(&cred, &from)
        .map_err(|error| match proc.is_busybox() {
            true => format!("mv: can't rename '{source}': {}", error.text()),
            false => format!("mv: cannot stat '{source}': {}", error.text()),
        })?;
    if vfs.lstat(&cred, &to).is_ok_and(|old| old.path == stat.path) {
        return Err(format!("mv: '{source}' and '{target}' are the same file"));
    }
    if path::clean(&to).starts_with(&format!("{}/", stat.path)) {
        return Err(format!(
            "mv: cannot move '{source}' to a subdirectory of itself, '{target}'"
        ));
    }
    match vfs.rename(&cred, &from, &to) {
        Ok(()) => Ok(()),
        Err(Errno::EXDEV) => {
            cp::copy(proc, source, target, true, true)
                .map_err(|text| text.replacen("cp:", "mv:", 1))?;
            vfs.remove_all(&cred, &from)
                .map_err(|error| format!("mv: cannot remove '{source}': {}", error.text()))
        }
        Err(error) => Err(match proc.is_busybox() {
            true => format!("mv: can't rename '{source}': {}", error.text()),
            false => format!("mv: cannot move '{source}' to '{target}': {}", error.text()),
        }),
    }
}
