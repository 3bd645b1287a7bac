//! Users and groups by their numbers, from `/etc/passwd` and `/etc/group`.

use os::{Cred, Proc};

fn lookup(proc: &Proc, file: &str, key: usize, wanted: &str, field: usize) -> Option<String> {
    let root = Cred::root(proc.now().as_micros());
    let data = proc.vfs().read_file(&root, file).ok()?;
    let text = String::from_utf8_lossy(&data);
    let line = text
        .lines()
        .find(|line| line.split(':').nth(key) == Some(wanted))?;
    line.split(':').nth(field).map(str::to_owned)
}

/// The name of a user, or the number.
pub(crate) fn user_name(proc: &Proc, uid: u32) -> String {
    known_user(proc, uid).unwrap_or_else(|| uid.to_string())
}

/// The name of a user, if there is one.
pub(crate) fn known_user(proc: &Proc, uid: u32) -> Option<String> {
    lookup(proc, "/etc/passwd", 2, &uid.to_string(), 0)
        .or_else(|| (uid == 0).then(|| "root".into()))
}

/// The name of a group, or the number.
pub(crate) fn group_name(proc: &Proc, gid: u32) -> String {
    known_group(proc, gid).unwrap_or_else(|| gid.to_string())
}

/// The name of a group, if there is one.
pub(crate) fn known_group(proc: &Proc, gid: u32) -> Option<String> {
    lookup(proc, "/etc/group", 2, &gid.to_string(), 0).or_else(|| (gid == 0).then(|| "root".into()))
}

/// The number of a user given by name or number.
pub(crate) fn user_id(proc: &Proc, name: &str) -> Option<u32> {
    name.parse()
        .ok()
        .or_else(|| lookup(proc, "/etc/passwd", 0, name, 2)?.parse().ok())
        .or((name == "root").then_some(0))
}

/// The number of a group given by name or number.
pub(crate) fn group_id(proc: &Proc, name: &str) -> Option<u32> {
    name.parse()
        .ok()
        .or_else(|| lookup(proc, "/etc/group", 0, name, 2)?.parse().ok())
        .or((name == "root").then_some(0))
}
