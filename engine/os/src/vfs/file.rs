//! Regular files held open: offset, flags, reads and writes.

use std::cell::Cell;
use std::rc::Rc;

use super::inode::{Ino, Inode, Node};
use super::{Cred, Fs, Vfs};
use crate::errno::{Errno, SysResult};

/// How to open a file, as the `O_` flags of `open(2)`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OpenFlags {
    /// For reading.
    pub read: bool,
    /// For writing.
    pub write: bool,
    /// Make it if it is not there.
    pub create: bool,
    /// Fail if it is there (with `create`).
    pub exclusive: bool,
    /// Empty it.
    pub truncate: bool,
    /// Every write goes to the end.
    pub append: bool,
}

impl OpenFlags {
    /// `<`
    pub const READ: OpenFlags = OpenFlags {
        read: true,
        write: false,
        create: false,
        exclusive: false,
        truncate: false,
        append: false,
    };
    /// `>`
    pub const WRITE: OpenFlags = OpenFlags {
        read: false,
        write: true,
        create: true,
        exclusive: false,
        truncate: true,
        append: false,
    };
    /// `>>`
    pub const APPEND: OpenFlags = OpenFlags {
        read: false,
        write: true,
        create: true,
        exclusive: false,
        truncate: false,
        append: true,
    };
    /// `<>`
    pub const READ_WRITE: OpenFlags = OpenFlags {
        read: true,
        write: true,
        create: true,
        exclusive: false,
        truncate: false,
        append: false,
    };
}

/// An open regular file. Dropping it closes it.
#[derive(Debug)]
pub struct RegularFile {
    fs: Fs,
    ino: Ino,
    flags: OpenFlags,
    offset: Cell<u64>,
    path: String,
}

impl Drop for RegularFile {
    fn drop(&mut self) {
        self.fs.closed(self.ino);
    }
}

impl Vfs {
    /// Opens (and perhaps makes) a regular file.
    pub fn open_regular(
        &self,
        cred: &Cred,
        path: &str,
        flags: OpenFlags,
    ) -> SysResult<RegularFile> {
        let mut place = self.walk(cred, path, true)?;
        let ino = match place.ino {
            Some(_) if flags.create && flags.exclusive => return Err(Errno::EEXIST),
            Some(ino) => ino,
            None if !flags.create => return Err(Errno::ENOENT),
            None if place.wants_dir => return Err(Errno::EISDIR),
            None => {
                let parent = place.writable_parent(cred)?;
                let above = place.fs.inode(parent)?;
                let gid = if above.mode & 0o2000 != 0 {
                    above.gid
                } else {
                    cred.gid
                };
                let node = Node::File(Rc::default());
                let mode = 0o666 & !cred.umask;
                let inode = Inode {
                    node,
                    mode,
                    uid: cred.uid,
                    gid,
                    mtime: cred.now,
                    nlink: 1,
                };
                let ino = place.fs.create(parent, place.name(), inode)?;
                place.ino = Some(ino);
                return Ok(RegularFile::open(place.fs, ino, flags, place.path));
            }
        };
        let inode = place.fs.inode(ino)?;
        match inode.node {
            Node::File(_) if place.wants_dir => return Err(Errno::ENOTDIR),
            Node::File(_) => {}
            Node::Dir(_) => return Err(Errno::EISDIR),
            _ => return Err(Errno::EINVAL),
        }
        if flags.write && place.read_only {
            return Err(Errno::EROFS);
        }
        cred.need(
            &inode,
            u16::from(flags.read) * 4 + u16::from(flags.write) * 2,
        )?;
        if flags.truncate && flags.write {
            place.fs.truncate(ino, 0, cred.now)?;
        }
        Ok(RegularFile::open(place.fs, ino, flags, place.path))
    }
}

impl RegularFile {
    fn open(fs: Fs, ino: Ino, flags: OpenFlags, path: String) -> Self {
        fs.opened(ino);
        RegularFile {
            fs,
            ino,
            flags,
            offset: Cell::new(0),
            path,
        }
    }

    /// Reads on from the offset; empty at the end.
    pub fn read(&self, max: usize) -> SysResult<Vec<u8>> {
        if !self.flags.read {
            return Err(Errno::EBADF);
        }
        let data = self.fs.read_at(self.ino, self.offset.get(), max)?;
        self.offset.set(self.offset.get() + data.len() as u64);
        Ok(data)
    }

    /// Writes at the offset (or the end, if opened for appending).
    pub fn write(&self, data: &[u8], now: i64) -> SysResult<usize> {
        if !self.flags.write {
            return Err(Errno::EBADF);
        }
        let offset = if self.flags.append {
            None
        } else {
            Some(self.offset.get())
        };
        self.offset
            .set(self.fs.write_at(self.ino, offset, data, now)?);
        Ok(data.len())
    }

    /// The offset of the next read or write.
    pub fn offset(&self) -> u64 {
        self.offset.get()
    }

    /// Moves the offset (`SEEK_SET`).
    pub fn seek(&self, offset: u64) {
        self.offset.set(offset);
    }

    /// Its size now.
    pub fn size(&self) -> u64 {
        self.fs.inode(self.ino).map_or(0, |inode| inode.size())
    }

    /// The file system it is on, for [`Fs::changed`].
    pub fn fs(&self) -> &Fs {
        &self.fs
    }

    /// Whether both have the same file open.
    pub fn is_same_file(&self, other: &RegularFile) -> bool {
        self.ino == other.ino && self.fs.same(&other.fs)
    }

    /// Its inode number.
    pub fn ino(&self) -> Ino {
        self.ino
    }

    /// The link-free path it was opened by.
    pub fn path(&self) -> &str {
        &self.path
    }
}
