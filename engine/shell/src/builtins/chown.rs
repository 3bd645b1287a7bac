//! `chown`, `chgrp`

use os::{Proc, path};

use crate::opts::Spec;
use crate::users;

pub(crate) async fn run(proc: Proc, args: Vec<String>) -> i32 {
    change(proc, args, false).await
}

pub(crate) async fn chgrp(proc: Proc, args: Vec<String>) -> i32 {
    change(proc, args, true).await
}

async fn change(proc: Proc, args: Vec<String>, group_only: bool) -> i32 {
    const SPEC: Spec = Spec::in_order("Rvcfh", &[("recursive", 'R')]);
    let name = if group_only { "chgrp" } else { "chown" };
    let opts = match SPEC.parse_or_complain(&proc, &args, 1).await {
        Ok(opts) => opts,
        Err(status) => return status,
    };
    let Some((owner, files)) = opts
        .rest
        .split_first()
        .filter(|(_, files)| !files.is_empty())
    else {
        proc.eprint(format!(
            "{name}: missing operand\nTry '{name} --help' for more information.\n"
        ))
        .await;
        return 1;
    };
    let (user, group) = if group_only {
        ("", Some(owner.as_str()))
    } else {
        match owner.split_once([':', '.']) {
            Some((user, group)) => (user, Some(group).filter(|group| !group.is_empty())),
            None => (owner.as_str(), None),
        }
    };
    let uid = users::user_id(&proc, user);
    let gid = group.and_then(|group| users::group_id(&proc, group));
    if !user.is_empty() && uid.is_none() {
        proc.eprint(format!("{name}: invalid user: '{owner}'\n"))
            .await;
        return 1;
    }
    if let Some(group) = group.filter(|_| gid.is_none()) {
        proc.eprint(format!("{name}: invalid group: '{group}'\n"))
            .await;
        return 1;
    }
    let mut status = 0;
    let mut queue: Vec<String> = files.iter().rev().cloned().collect();
    while let Some(file) = queue.pop() {
        let full = proc.absolute(&file);
        let cred = proc.cred();
        match proc
            .vfs()
            .chown(&cred, &full, uid.filter(|_| !user.is_empty()), gid)
        {
            Ok(()) if opts.has('R') && proc.vfs().is_dir(&cred, &full) => {
                for (child, _) in proc.vfs().read_dir(&cred, &full).unwrap_or_default() {
                    queue.push(path::join(&file, &child));
                }
            }
            Ok(()) => {}
            Err(error) => {
                status = 1;
                let what = if error == os::Errno::ENOENT {
                    "cannot access"
                } else {
                    "changing ownership of"
                };
                proc.eprint(format!("{name}: {what} '{file}': {}\n", error.text()))
                    .await;
            }
        }
    }
    status
}
