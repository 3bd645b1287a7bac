//! Changes to directories: making, removing, renaming, linking, and attributes of entries.

use std::collections::BTreeMap;

use super::inode::{Device, Inode, Node};
use super::{Cred, Place, Vfs};
use crate::errno::{Errno, SysResult};
use crate::path;

impl Vfs {
    fn create_entry(&self, cred: &Cred, path: &str, node: Node, mode: u16) -> SysResult<()> {
        let is_dir = matches!(node, Node::Dir(_));
        let place = self.walk(cred, path, false)?;
        if place.ino.is_some() {
            return Err(Errno::EEXIST);
        }
        if place.wants_dir && !is_dir {
            return Err(Errno::ENOENT);
        }
        let parent = place.writable_parent(cred)?;
        // A set-group-ID directory passes its group on (how `fsGroup` volumes work).
        let above = place.fs.inode(parent)?;
        let inherits = above.mode & 0o2000 != 0;
        let gid = if inherits { above.gid } else { cred.gid };
        let mode = if inherits && is_dir {
            mode | 0o2000
        } else {
            mode
        };
        let inode = Inode {
            node,
            mode,
            uid: cred.uid,
            gid,
            mtime: cred.now,
            nlink: 1,
        };
        place.fs.create(parent, place.name(), inode).map(drop)
    }

    /// Makes a directory.
    pub fn mkdir(&self, cred: &Cred, path: &str, mode: u16) -> SysResult<()> {
        self.create_entry(cred, path, Node::Dir(BTreeMap::new()), mode & !cred.umask)
    }

    /// Makes a directory and its parents; one that exists is fine.
    pub fn mkdir_all(&self, cred: &Cred, path: &str, mode: u16) -> SysResult<()> {
        let clean = path::clean(path);
        let mut missing = Vec::new();
        let mut at = clean.as_str();
        while at != "/" && !self.is_dir(cred, at) {
            missing.push(at);
            at = path::dirname(at);
        }
        for at in missing.into_iter().rev() {
            match self.mkdir(cred, at, mode) {
                Err(error) if !self.is_dir(cred, at) => {
                    return Err(if error == Errno::EEXIST {
                        Errno::ENOTDIR
                    } else {
                        error
                    });
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Makes a symbolic link at `path`.
    pub fn symlink(&self, cred: &Cred, target: &str, path: &str) -> SysResult<()> {
        self.create_entry(cred, path, Node::Symlink(target.into()), 0o777)
    }

    /// Makes a character device.
    pub fn mknod(&self, cred: &Cred, path: &str, device: Device, mode: u16) -> SysResult<()> {
        self.create_entry(cred, path, Node::Device(device), mode)
    }

    /// Makes another name for a file.
    pub fn link(&self, cred: &Cred, from: &str, to: &str) -> SysResult<()> {
        let source = self.walk(cred, from, false)?;
        let ino = source.ino.ok_or(Errno::ENOENT)?;
        if source.fs.inode(ino)?.is_dir() {
            return Err(Errno::EPERM);
        }
        let place = self.walk(cred, to, false)?;
        if place.ino.is_some() {
            return Err(Errno::EEXIST);
        }
        if !place.fs.same(&source.fs) {
            return Err(Errno::EXDEV);
        }
        let parent = place.writable_parent(cred)?;
        place.fs.link(parent, place.name(), ino, cred.now)
    }

    /// Removes a file, link or device.
    pub fn unlink(&self, cred: &Cred, path: &str) -> SysResult<()> {
        let place = self.walk(cred, path, false)?;
        let inode = place.inode()?.ok_or(Errno::ENOENT)?;
        if inode.is_dir() {
            return Err(Errno::EISDIR);
        }
        if place.wants_dir {
            return Err(Errno::ENOTDIR);
        }
        let parent = self.removable(cred, &place, &inode)?;
        place.fs.unlink(parent, place.name(), cred.now)
    }

    /// Removes an empty directory.
    pub fn rmdir(&self, cred: &Cred, path: &str) -> SysResult<()> {
        let place = self.walk(cred, path, false)?;
        let inode = place.inode()?.ok_or(Errno::ENOENT)?;
        let Node::Dir(entries) = &inode.node else {
            return Err(Errno::ENOTDIR);
        };
        if place.parent.is_none() || self.holds_mount(&place.path) {
            return Err(Errno::EBUSY);
        }
        if !entries.is_empty() {
            return Err(Errno::ENOTEMPTY);
        }
        let parent = self.removable(cred, &place, &inode)?;
        place.fs.unlink(parent, place.name(), cred.now)
    }

    /// Removes whatever is there, with all below it. Stops at the first thing that cannot be removed.
    pub fn remove_all(&self, cred: &Cred, path: &str) -> SysResult<()> {
        let found = self.lstat(cred, path)?;
        if !found.inode.is_dir() {
            return self.unlink(cred, path);
        }
        for (name, _) in self.read_dir(cred, &found.path)? {
            self.remove_all(cred, &path::join(&found.path, &name))?;
        }
        self.rmdir(cred, &found.path)
    }

    /// Moves or renames; replaces a file, or an empty directory by a directory.
    pub fn rename(&self, cred: &Cred, from: &str, to: &str) -> SysResult<()> {
        let source = self.walk(cred, from, false)?;
        let moved = source.inode()?.ok_or(Errno::ENOENT)?;
        let target = self.walk(cred, to, false)?;
        if !source.fs.same(&target.fs) {
            return Err(Errno::EXDEV);
        }
        if self.holds_mount(&source.path) {
            return Err(Errno::EBUSY);
        }
        if target.path == source.path || (target.ino.is_some() && target.ino == source.ino) {
            return Ok(());
        }
        if moved.is_dir() && target.path.starts_with(&format!("{}/", source.path)) {
            return Err(Errno::EINVAL);
        }
        let from_dir = self.removable(cred, &source, &moved)?;
        let to_dir = target.writable_parent(cred)?;
        match target.inode()? {
            Some(old) if old.is_dir() && !moved.is_dir() => return Err(Errno::EISDIR),
            Some(old) if !old.is_dir() && moved.is_dir() => return Err(Errno::ENOTDIR),
            Some(old) if old.is_dir() => self.rmdir(cred, &target.path)?,
            Some(_) => self.unlink(cred, &target.path)?,
            None if target.wants_dir && !moved.is_dir() => return Err(Errno::ENOTDIR),
            None => {}
        }
        source
            .fs
            .rename((from_dir, source.name()), (to_dir, target.name()), cred.now)
    }

    /// Sets permission bits.
    pub fn chmod(&self, cred: &Cred, path: &str, mode: u16) -> SysResult<()> {
        self.change(cred, path, true, |inode| inode.mode = mode & 0o7777)
    }

    /// Sets owner and group, where given.
    pub fn chown(
        &self,
        cred: &Cred,
        path: &str,
        uid: Option<u32>,
        gid: Option<u32>,
    ) -> SysResult<()> {
        let may_give = cred.uid == 0;
        if !may_give && uid.is_some_and(|uid| uid != cred.uid) {
            return Err(Errno::EPERM);
        }
        self.change(cred, path, true, |inode| {
            inode.uid = uid.unwrap_or(inode.uid);
            inode.gid = gid.unwrap_or(inode.gid);
        })
    }

    /// Sets the modification time.
    pub fn utime(&self, cred: &Cred, path: &str, mtime: i64) -> SysResult<()> {
        let place = self.walk(cred, path, true)?;
        let inode = place.inode()?.ok_or(Errno::ENOENT)?;
        if cred.uid != inode.uid {
            cred.need(&inode, 2)?;
        }
        self.change(&Cred::root(cred.now), path, true, |inode| {
            inode.mtime = mtime
        })
    }

    fn change(
        &self,
        cred: &Cred,
        path: &str,
        follow: bool,
        edit: impl FnOnce(&mut Inode),
    ) -> SysResult<()> {
        let place = self.walk(cred, path, follow)?;
        let ino = place.ino.ok_or(Errno::ENOENT)?;
        if place.read_only {
            return Err(Errno::EROFS);
        }
        if cred.uid != 0 && cred.uid != place.fs.inode(ino)?.uid {
            return Err(Errno::EPERM);
        }
        place.fs.change(ino, edit)
    }

    /// The parent directory, if the entry may be removed from it (sticky bit included).
    fn removable(&self, cred: &Cred, place: &Place, inode: &Inode) -> SysResult<super::Ino> {
        let parent = place.writable_parent(cred)?;
        let dir = place.fs.inode(parent)?;
        if dir.mode & 0o1000 != 0 && cred.uid != 0 && cred.uid != inode.uid && cred.uid != dir.uid {
            return Err(Errno::EPERM);
        }
        Ok(parent)
    }

    fn holds_mount(&self, path: &str) -> bool {
        let below = format!("{}/", path.trim_end_matches('/'));
        self.mounts
            .borrow()
            .iter()
            .any(|mount| mount.path == path || mount.path.starts_with(&below))
    }
}
