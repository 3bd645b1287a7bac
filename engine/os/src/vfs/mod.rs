//! The virtual file system: what a process sees under `/`.
//!
//! ```text
//!   Vfs (mount table)  ──►  Fs (shared handle, limit)  ──►  Tree (copy-on-write inodes)
//!     /          overlay       image files + what the container wrote
//!     /data      tmpfs         an emptyDir, also mounted by the pod's other container
//!     /etc/conf  ro, sub-path  one directory or file of another Fs
//! ```
//!
//! This is what `rootfs` and volume mounts are to a container, and the learner's disk to the
//! workstation. Permissions are checked as Linux does for plain mode bits; there are no ACLs, no
//! extended attributes, no FIFOs and no sockets.

mod chroot;
mod dirs;
mod file;
mod fs;
mod inode;
mod shelf;
mod walk;

use std::cell::RefCell;
use std::rc::Rc;

pub use file::{OpenFlags, RegularFile};
pub use fs::{DEFAULT_LIMIT, Fs};
pub use inode::{Device, Ino, Inode, Node, ROOT, Tree};
pub use shelf::{Recipe, Shelf};
pub use walk::Place;

use crate::errno::{Errno, SysResult};
use crate::path;

/// Who does it, and when: the part of a process that file operations depend on.
#[derive(Clone, Debug)]
pub struct Cred {
    /// Effective user.
    pub uid: u32,
    /// Effective group.
    pub gid: u32,
    /// Supplementary groups (a pod's `fsGroup`).
    pub groups: Rc<[u32]>,
    /// Bits taken from the mode of new files.
    pub umask: u16,
    /// The virtual time in microseconds, for modification times.
    pub now: i64,
}

impl Cred {
    /// The superuser at that time.
    pub fn root(now: i64) -> Self {
        Cred {
            uid: 0,
            gid: 0,
            groups: Rc::new([]),
            umask: 0o022,
            now,
        }
    }

    /// Whether the mode bits (4 read, 2 write, 1 execute) are granted.
    pub fn allows(&self, inode: &Inode, bits: u16) -> bool {
        if self.uid == 0 {
            return bits & 1 == 0 || inode.is_dir() || inode.mode & 0o111 != 0;
        }
        let shift = if self.uid == inode.uid {
            6
        } else if self.gid == inode.gid || self.groups.contains(&inode.gid) {
            3
        } else {
            0
        };
        (inode.mode >> shift) & bits == bits
    }

    fn need(&self, inode: &Inode, bits: u16) -> SysResult<()> {
        if self.allows(inode, bits) {
            Ok(())
        } else {
            Err(Errno::EACCES)
        }
    }
}

/// One line of the mount table.
#[derive(Clone, Debug)]
pub struct Mount {
    /// Where, as a clean absolute path.
    pub path: String,
    /// What.
    pub fs: Fs,
    /// Which directory or file of it is seen there (a `subPath`).
    pub root: Ino,
    /// Writes are refused.
    pub read_only: bool,
}

/// A mount table; clones share it.
#[derive(Clone, Debug)]
pub struct Vfs {
    mounts: Rc<RefCell<Vec<Mount>>>,
}

/// What `stat(2)` tells.
#[derive(Clone, Debug)]
pub struct Stat {
    /// Inode number.
    pub ino: Ino,
    /// The inode itself.
    pub inode: Rc<Inode>,
    /// The path walked to, free of symbolic links (but for a last one not followed).
    pub path: String,
}

impl Vfs {
    /// A file system seen as `/`.
    pub fn new(root: Fs) -> Self {
        let mount = Mount {
            path: "/".into(),
            fs: root,
            root: ROOT,
            read_only: false,
        };
        Vfs {
            mounts: Rc::new(RefCell::new(vec![mount])),
        }
    }

    /// The mount table, in order of mounting.
    pub fn mounts(&self) -> Vec<Mount> {
        self.mounts.borrow().clone()
    }

    /// The file system behind `/`.
    pub fn root(&self) -> Fs {
        self.mounts.borrow()[0].fs.clone()
    }

    /// Makes `/` read-only or writable (`readOnlyRootFilesystem`).
    pub fn set_root_read_only(&self, read_only: bool) {
        self.mounts.borrow_mut()[0].read_only = read_only;
    }

    /// Mounts a file system, making the mount point (and its parents) if need be.
    pub fn mount(&self, at: &str, fs: Fs, read_only: bool, now: i64) -> SysResult<()> {
        self.mount_part(at, fs, "", read_only, now)
    }

    /// Mounts one directory or file of a file system (a volume mount's `subPath`).
    pub fn mount_part(
        &self,
        at: &str,
        fs: Fs,
        part: &str,
        read_only: bool,
        now: i64,
    ) -> SysResult<()> {
        let cred = Cred::root(now);
        // The whole of a file system need not be looked at.
        let (ino, is_dir) = match part {
            "" => (ROOT, true),
            part => {
                let found = Vfs::new(fs.clone()).stat(&cred, &format!("/{part}"))?;
                (found.ino, found.inode.is_dir())
            }
        };
        let at = path::clean(at);
        // The mount point is made beneath: a read-only root does not stop the runtime.
        let read_only_root = std::mem::replace(&mut self.mounts.borrow_mut()[0].read_only, false);
        let made = self.make_mount_point(&at, is_dir, now);
        self.mounts.borrow_mut()[0].read_only = read_only_root;
        made?;
        self.mounts.borrow_mut().push(Mount {
            path: at,
            fs,
            root: ino,
            read_only,
        });
        Ok(())
    }

    /// Makes the directory or file that something is to be mounted on, unless it is there.
    pub fn make_mount_point(&self, at: &str, is_dir: bool, now: i64) -> SysResult<()> {
        let cred = &Cred::root(now);
        match self.stat(cred, at) {
            Ok(found) if found.inode.is_dir() == is_dir => Ok(()),
            Ok(_) => Err(if is_dir {
                Errno::ENOTDIR
            } else {
                Errno::EISDIR
            }),
            Err(_) if is_dir => self.mkdir_all(cred, at, 0o755),
            Err(_) => {
                self.mkdir_all(cred, path::dirname(at), 0o755)?;
                self.write_file(cred, at, b"")
            }
        }
    }

    /// Takes the newest mount at that path away.
    pub fn unmount(&self, at: &str) -> SysResult<()> {
        let at = path::clean(at);
        let mut mounts = self.mounts.borrow_mut();
        let found = mounts
            .iter()
            .rposition(|mount| mount.path == at)
            .filter(|index| *index > 0);
        mounts.remove(found.ok_or(Errno::EINVAL)?);
        Ok(())
    }

    /// Follows symbolic links to what `path` (absolute) names.
    pub fn stat(&self, cred: &Cred, path: &str) -> SysResult<Stat> {
        self.walk(cred, path, true)?.stat()
    }

    /// As [`Vfs::stat`], but a last symbolic link is told of itself.
    pub fn lstat(&self, cred: &Cred, path: &str) -> SysResult<Stat> {
        self.walk(cred, path, false)?.stat()
    }

    /// Whether the path can be reached.
    pub fn exists(&self, cred: &Cred, path: &str) -> bool {
        self.stat(cred, path).is_ok()
    }

    /// Whether the path is a directory.
    pub fn is_dir(&self, cred: &Cred, path: &str) -> bool {
        self.stat(cred, path)
            .is_ok_and(|found| found.inode.is_dir())
    }

    /// The whole content of a regular file.
    pub fn read_file(&self, cred: &Cred, path: &str) -> SysResult<Rc<Vec<u8>>> {
        let found = self.stat(cred, path)?;
        cred.need(&found.inode, 4)?;
        match &found.inode.node {
            Node::File(data) => Ok(data.clone()),
            Node::Dir(_) => Err(Errno::EISDIR),
            _ => Err(Errno::EINVAL),
        }
    }

    /// Writes a whole file, creating it with mode 0666 less the umask, or replacing its content.
    pub fn write_file(&self, cred: &Cred, path: &str, data: &[u8]) -> SysResult<()> {
        let flags = OpenFlags {
            write: true,
            create: true,
            truncate: true,
            ..OpenFlags::default()
        };
        let file = self.open_regular(cred, path, flags)?;
        file.write(data, cred.now).map(drop)
    }

    /// The names in a directory, in order.
    pub fn read_dir(&self, cred: &Cred, path: &str) -> SysResult<Vec<(Rc<str>, Stat)>> {
        let dir = self.walk(cred, path, true)?;
        let fs = dir.fs.clone();
        let found = dir.stat()?;
        cred.need(&found.inode, 4)?;
        let Node::Dir(entries) = &found.inode.node else {
            return Err(Errno::ENOTDIR);
        };
        let mut out = Vec::with_capacity(entries.len());
        for (name, ino) in entries {
            let child = path::join(&found.path, name);
            let stat = match self.mount_root(&child) {
                Some(mounted) => mounted.stat(),
                None => fs.inode(*ino).map(|inode| Stat {
                    ino: *ino,
                    inode,
                    path: child,
                }),
            };
            if let Ok(stat) = stat {
                out.push((name.clone(), stat));
            }
        }
        Ok(out)
    }

    /// The target of a symbolic link.
    pub fn read_link(&self, cred: &Cred, path: &str) -> SysResult<Rc<str>> {
        match &self.lstat(cred, path)?.inode.node {
            Node::Symlink(target) => Ok(target.clone()),
            _ => Err(Errno::EINVAL),
        }
    }

    /// The path free of symbolic links, `.` and `..`.
    pub fn real_path(&self, cred: &Cred, path: &str) -> SysResult<String> {
        Ok(self.stat(cred, path)?.path)
    }
}

#[cfg(test)]
mod tests;
