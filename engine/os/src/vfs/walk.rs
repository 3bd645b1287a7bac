//! Path walking: from a path string to a place in some mounted file system.

use std::rc::Rc;

use super::inode::{Ino, Inode, Node};
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
    /// The name in that directory.
    pub name: Rc<str>,
    /// The entry, if it exists.
    pub ino: Option<Ino>,
    /// The path free of symbolic links.
    pub path: String,
    /// The path was written with a trailing slash, so only a directory will do.
    pub wants_dir: bool,
}

impl Place {
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
        let mut rest: Vec<String> = components(path);
        let mut links = 0;
        let mut here = self.mount_root("/").ok_or(Errno::ENOENT)?;
        here.wants_dir = false;
        let wants_dir = path.ends_with('/') || path.ends_with("/.") || path.ends_with("/..");
        while let Some(name) = rest.pop() {
            let dir_ino = here.ino.ok_or(Errno::ENOENT)?;
            let dir = here.fs.inode(dir_ino)?;
            if !dir.is_dir() {
                return Err(Errno::ENOTDIR);
            }
            cred.need(&dir, 1)?;
            if name == "." {
                continue;
            }
            if name == ".." {
                let up = path::dirname(&here.path).to_owned();
                here = self.reenter(&up)?;
                continue;
            }
            let child_path = path::join(&here.path, &name);
            if let Some(mounted) = self.mount_root(&child_path) {
                here = mounted;
                continue;
            }
            let ino = here.fs.lookup(dir_ino, &name)?;
            let last = rest.is_empty();
            if let Some(ino) = ino
                && let Node::Symlink(target) = &here.fs.inode(ino)?.node
                && (!last || follow || wants_dir)
            {
                links += 1;
                if links > MAX_LINKS {
                    return Err(Errno::ELOOP);
                }
                if target.starts_with('/') {
                    here = self.mount_root("/").ok_or(Errno::ENOENT)?;
                }
                rest.extend(components(target));
                if rest.len() > PATH_MAX {
                    return Err(Errno::ENAMETOOLONG);
                }
                continue;
            }
            if ino.is_none() && !last {
                return Err(Errno::ENOENT);
            }
            here.parent = Some(dir_ino);
            here.name = name.as_str().into();
            here.ino = ino;
            here.path = child_path;
        }
        here.wants_dir = wants_dir;
        Ok(here)
    }

    /// The root of whatever is mounted exactly there.
    fn mount_root(&self, at: &str) -> Option<Place> {
        let mounts = self.mounts.borrow();
        let mount = mounts.iter().rev().find(|mount| mount.path == at)?;
        Some(Place {
            fs: mount.fs.clone(),
            read_only: mount.read_only,
            parent: None,
            name: path::basename(at).into(),
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
            here.name = name.into();
            here.path = path::join(&here.path, name);
        }
        if here.ino.is_none() {
            Err(Errno::ENOENT)
        } else {
            Ok(here)
        }
    }
}

/// The components of a path, last first (a stack).
fn components(path: &str) -> Vec<String> {
    path.split('/')
        .rev()
        .filter(|part| !part.is_empty())
        .map(str::to_owned)
        .collect()
}
