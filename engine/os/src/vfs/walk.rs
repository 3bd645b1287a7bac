//! Path walking: from a path string to a place in some mounted file system.

use std::borrow::Cow;
use std::rc::Rc;

use super::inode::{Ino, Inode};
use super::{Cred, Fs, Stat, Vfs};
use crate::errno::{Errno, SysResult};
use crate::path::{self, PATH_MAX};

/// Symbolic links followed before giving up, as Linux.
const MAX_LINKS: usize = 40;

/// Where a walk ended: an entry that exists, or the one missing name in a directory that does.
#[derive(Clone, Debug)]
pub struct Place {
    /// The file system.
    pub fs: Fs,
    /// Whether it is mounted read-only here.
    pub read_only: bool,
    /// The directory that holds (or would hold) the entry; not there for mount roots.
    pub parent: Option<Ino>,
    /// The entry, if it exists.
    pub ino: Option<Ino>,
    /// The path free of symbolic links.
    pub path: String,
    /// The path was written with a trailing slash, so only a directory will do.
    pub wants_dir: bool,
}

impl Place {
    /// The name in the directory that holds the entry.
    pub fn name(&self) -> &str {
        path::basename(&self.path)
    }

    /// What is there, or "No such file or directory".
    pub fn stat(self) -> SysResult<Stat> {
        let ino = self.ino.ok_or(Errno::ENOENT)?;
        let inode = self.fs.inode(ino)?;
        if self.wants_dir && !inode.is_dir() {
            return Err(Errno::ENOTDIR);
        }
        Ok(Stat {
            ino,
            inode,
            path: self.path,
        })
    }

    /// The inode, if the entry exists.
    pub fn inode(&self) -> SysResult<Option<Rc<Inode>>> {
        self.ino.map(|ino| self.fs.inode(ino)).transpose()
    }

    /// The directory to change, checked for being writable.
    pub(super) fn writable_parent(&self, cred: &Cred) -> SysResult<Ino> {
        let parent = self.parent.ok_or(Errno::EBUSY)?;
        if self.read_only {
            return Err(Errno::EROFS);
        }
        cred.need(&*self.fs.inode(parent)?, 3)?;
        Ok(parent)
    }
}

impl Vfs {
    /// Walks an absolute path. The last component may be missing; with `follow`, a symbolic link there is followed.
    pub fn walk(&self, cred: &Cred, path: &str, follow: bool) -> SysResult<Place> {
        if path.is_empty() {
            return Err(Errno::ENOENT);
        }
        if path.len() > PATH_MAX {
            return Err(Errno::ENAMETOOLONG);
        }
        let wants_dir = path.ends_with('/') || path.ends_with("/.") || path.ends_with("/..");
        let mut here = self.mount_root("/").ok_or(Errno::ENOENT)?;
        here.path.reserve(path.len());
        // Another text once a symbolic link has been followed.
        let mut text = Cow::Borrowed(path);
        let (mut walked, mut links) = (0, 0);
        while let Some((start, end)) = component(&text, walked) {
            walked = end;
            let name = &text[start..end];
            let dir = here.ino.ok_or(Errno::ENOENT)?;
            let entry = here.fs.entry(cred, dir, name)?;
            if name == "." {
                continue;
            }
            if name == ".." {
                here = self.reenter(path::dirname(&here.path))?;
                continue;
            }
            let dir_path = here.path.len();
            push_name(&mut here.path, name);
            if let Some(mounted) = self.mount_root(&here.path) {
                here = mounted;
                continue;
            }
            let last = component(&text, end).is_none();
            if let Some((_, Some(target))) = &entry
                && (!last || follow || wants_dir)
            {
                links += 1;
                if links > MAX_LINKS {
                    return Err(Errno::ELOOP);
                }
                if target.starts_with('/') {
                    here = self.mount_root("/").ok_or(Errno::ENOENT)?;
                } else {
                    here.path.truncate(dir_path);
                }
                text = Cow::Owned([&**target, &text[end..]].concat());
                walked = 0;
                if text.len() > 2 * PATH_MAX {
                    return Err(Errno::ENAMETOOLONG);
                }
                continue;
            }
            if entry.is_none() && !last {
                return Err(Errno::ENOENT);
            }
            here.parent = Some(dir);
            here.ino = entry.map(|(ino, _)| ino);
        }
        here.wants_dir = wants_dir;
        Ok(here)
    }

    /// The root of whatever is mounted exactly there.
    pub(super) fn mount_root(&self, at: &str) -> Option<Place> {
        let mounts = self.mounts.borrow();
        let mount = mounts.iter().rev().find(|mount| mount.path == at)?;
        Some(Place {
            fs: mount.fs.clone(),
            read_only: mount.read_only,
            parent: None,
            ino: Some(mount.root),
            path: at.to_owned(),
            wants_dir: false,
        })
    }

    /// Goes to a directory whose link-free path is known, for `..`.
    fn reenter(&self, at: &str) -> SysResult<Place> {
        let mut mount_path = at;
        let mut here = loop {
            match self.mount_root(mount_path) {
                Some(place) => break place,
                None => mount_path = path::dirname(mount_path),
            }
        };
        let below = at[mount_path.len()..].trim_start_matches('/');
        for name in below.split('/').filter(|name| !name.is_empty()) {
            let dir = here.ino.ok_or(Errno::ENOENT)?;
            here.ino = here.fs.lookup(dir, name)?;
            here.parent = Some(dir);
            push_name(&mut here.path, name);
        }
        if here.ino.is_none() {
            Err(Errno::ENOENT)
        } else {
            Ok(here)
        }
    }
}

/// Where the first component from `start` on begins and ends.
fn component(path: &str, start: usize) -> Option<(usize, usize)> {
    let rest = &path[start..];
    let slashes = rest.bytes().position(|byte| byte != b'/')?;
    let length = rest[slashes..].bytes().position(|byte| byte == b'/');
    let end = length.map_or(path.len(), |length| start + slashes + length);
    Some((start + slashes, end))
}

/// Goes one step down.
fn push_name(path: &mut String, name: &str) {
    if !path.ends_with('/') {
        path.push('/');
    }
    path.push_str(name);
}
