//! Inodes, and the tree of them that one file system holds.
//!
//! A [`Tree`] is cheap to copy: its table of inodes and the inodes themselves are shared until
//! someone writes. A thousand containers of one image hold that image's files once.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::rc::Rc;

use crate::errno::{Errno, SysResult};

/// The number of an inode within its file system.
pub type Ino = u32;
/// The root directory of every tree.
pub const ROOT: Ino = 0;

/// Character devices that a tree can hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Device {
    /// Swallows all, gives nothing.
    Null,
    /// Endless zero bytes.
    Zero,
    /// Always full.
    Full,
    /// Endless (seeded) random bytes.
    Random,
    /// The process's controlling terminal.
    Tty,
    /// The opening process's own descriptor of that number (`/dev/stdout` and its kin).
    Fd(u32),
}

/// What an inode is.
#[derive(Clone, Debug)]
pub enum Node {
    /// A regular file and its bytes.
    File(Rc<Vec<u8>>),
    /// A directory and its entries (without `.` and `..`).
    Dir(BTreeMap<Rc<str>, Ino>),
    /// A symbolic link and its target.
    Symlink(Rc<str>),
    /// A character device.
    Device(Device),
}

/// A file, directory, link or device with its attributes.
#[derive(Clone, Debug)]
pub struct Inode {
    /// What it is.
    pub node: Node,
    /// Permission bits (`0o7777`).
    pub mode: u16,
    /// Owner.
    pub uid: u32,
    /// Group.
    pub gid: u32,
    /// Last change, in microseconds since the Unix epoch.
    pub mtime: i64,
    /// Number of directory entries that point here.
    pub nlink: u32,
}

impl Inode {
    /// The letter that `ls -l` starts with.
    pub fn type_letter(&self) -> char {
        match self.node {
            Node::File(_) => '-',
            Node::Dir(_) => 'd',
            Node::Symlink(_) => 'l',
            Node::Device(_) => 'c',
        }
    }

    /// Whether it is a directory.
    pub fn is_dir(&self) -> bool {
        matches!(self.node, Node::Dir(_))
    }

    /// Bytes that it holds as a file.
    pub(super) fn content_size(&self) -> u64 {
        match &self.node {
            Node::File(data) => data.len() as u64,
            _ => 0,
        }
    }

    /// Size in bytes as `stat(2)` gives it.
    pub fn size(&self) -> u64 {
        match &self.node {
            Node::File(data) => data.len() as u64,
            Node::Dir(_) => 4096,
            Node::Symlink(target) => target.len() as u64,
            Node::Device(_) => 0,
        }
    }
}

/// All inodes of one file system.
#[derive(Clone, Debug)]
pub struct Tree {
    inodes: Rc<Vec<Option<Rc<Inode>>>>,
    free: Vec<Ino>,
    /// Bytes in files and number of inodes, once counted: every container starts with a copy of its image's.
    totals: Cell<Option<(u64, usize)>>,
}

impl Default for Tree {
    fn default() -> Self {
        Self::new(0o755, 0)
    }
}

impl Tree {
    /// A tree with an empty root directory of the given mode.
    pub fn new(mode: u16, mtime: i64) -> Self {
        let root = Inode {
            node: Node::Dir(BTreeMap::new()),
            mode,
            uid: 0,
            gid: 0,
            mtime,
            nlink: 2,
        };
        Tree {
            inodes: Rc::new(vec![Some(Rc::new(root))]),
            free: Vec::new(),
            totals: Cell::default(),
        }
    }

    /// Bytes in files, and the number of inodes.
    pub(super) fn totals(&self) -> (u64, usize) {
        if let Some(totals) = self.totals.get() {
            return totals;
        }
        let sizes = self.iter().map(|(_, inode)| inode.content_size());
        let totals = sizes.fold((0, 0), |(bytes, count), size| (bytes + size, count + 1));
        self.totals.set(Some(totals));
        totals
    }

    /// The inode of that number.
    pub fn get(&self, ino: Ino) -> SysResult<&Rc<Inode>> {
        self.inodes
            .get(ino as usize)
            .and_then(Option::as_ref)
            .ok_or(Errno::ENOENT)
    }

    /// The inode of that number, to be changed.
    pub fn get_mut(&mut self, ino: Ino) -> SysResult<&mut Inode> {
        self.totals.set(None);
        let slot = Rc::make_mut(&mut self.inodes)
            .get_mut(ino as usize)
            .and_then(Option::as_mut);
        slot.map(Rc::make_mut).ok_or(Errno::ENOENT)
    }

    /// Stores a new inode.
    pub fn insert(&mut self, inode: Inode) -> Ino {
        self.totals.set(None);
        let inodes = Rc::make_mut(&mut self.inodes);
        match self.free.pop() {
            Some(ino) => {
                inodes[ino as usize] = Some(Rc::new(inode));
                ino
            }
            None => {
                // Every container has a copy of its image's, and adds a few.
                if inodes.len() == inodes.capacity() {
                    inodes.reserve_exact((inodes.len() / 8).max(8));
                }
                inodes.push(Some(Rc::new(inode)));
                (inodes.len() - 1) as Ino
            }
        }
    }

    /// Forgets an inode; its number may be used again.
    pub fn remove(&mut self, ino: Ino) {
        self.totals.set(None);
        if let Some(slot) = Rc::make_mut(&mut self.inodes).get_mut(ino as usize)
            && slot.take().is_some()
        {
            self.free.push(ino);
        }
    }

    /// Looks up an entry of a directory.
    pub fn lookup(&self, dir: Ino, name: &str) -> SysResult<Option<Ino>> {
        match &self.get(dir)?.node {
            Node::Dir(entries) => Ok(entries.get(name).copied()),
            _ => Err(Errno::ENOTDIR),
        }
    }

    /// The entries of a directory, to be changed.
    pub fn entries_mut(&mut self, dir: Ino) -> SysResult<&mut BTreeMap<Rc<str>, Ino>> {
        match &mut self.get_mut(dir)?.node {
            Node::Dir(entries) => Ok(entries),
            _ => Err(Errno::ENOTDIR),
        }
    }

    /// All inodes in use (for sizes and limits).
    pub fn iter(&self) -> impl Iterator<Item = (Ino, &Rc<Inode>)> {
        self.inodes
            .iter()
            .enumerate()
            .filter_map(|(ino, slot)| slot.as_ref().map(|inode| (ino as Ino, inode)))
    }
}
