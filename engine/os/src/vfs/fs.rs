//! One file system: a tree of inodes behind a shared handle, with a size limit and a change bell.
//!
//! A tree that can be made again is there only while somebody looks; see [`Shelf`].
//!
//! The same [`Fs`] can be mounted in several places (a pod's volume in each of its containers).
//! It does no path walking and checks no permissions; that is [`super::Vfs`]'s part.

use std::cell::{RefCell, RefMut};
use std::fmt;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use super::Cred;
use super::inode::{Ino, Inode, Node, Tree};
use super::shelf::{Recipe, Shelf};
use crate::errno::{Errno, SysResult};
use crate::path::NAME_MAX;
use crate::program::Programs;

/// Bytes that a file system may hold unless told otherwise.
pub const DEFAULT_LIMIT: u64 = 64 << 20;
/// Inodes that a file system may hold.
const MAX_INODES: usize = 100_000;

/// A shared handle on one file system.
#[derive(Clone)]
pub struct Fs(Rc<RefCell<Inner>>);

pub(super) struct Inner {
    /// Empty while it is put away.
    tree: Option<Tree>,
    /// How the tree is made again, as long as nobody has changed it.
    recipe: Option<(Recipe, Shelf)>,
    kind: &'static str,
    used: u64,
    inodes: usize,
    limit: u64,
    /// How often an inode is open.
    open: Vec<(Ino, u32)>,
    version: u64,
    watchers: Vec<Waker>,
    /// What its executables run, where that is not for the machine to say.
    programs: Option<Programs>,
}

impl fmt::Debug for Fs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = self.0.borrow();
        write!(
            f,
            "Fs({}, {} inodes, {} bytes)",
            inner.kind, inner.inodes, inner.used
        )
    }
}

impl Fs {
    /// An empty file system; `kind` is what `mount` and `df` call it (`tmpfs`, `overlay`, …).
    pub fn new(kind: &'static str, now: i64) -> Self {
        Self::from_tree(kind, Tree::new(0o755, now))
    }

    /// A file system that starts as the given tree (an image's files, say); the tree is shared until written.
    pub fn from_tree(kind: &'static str, tree: Tree) -> Self {
        let (used, inodes) = tree.totals();
        Fs(Rc::new(RefCell::new(Inner {
            tree: Some(tree),
            used,
            inodes,
            ..Inner::empty(kind)
        })))
    }

    /// A file system whose tree is made when somebody looks, the first time, too.
    pub fn from_recipe(kind: &'static str, recipe: Recipe, shelf: &Shelf) -> Self {
        Fs(Rc::new(RefCell::new(Inner {
            recipe: Some((recipe, shelf.clone())),
            ..Inner::empty(kind)
        })))
    }

    /// Says how the tree that it has now can be made again, so that it need not be kept until somebody changes it.
    pub fn set_recipe(&self, recipe: Recipe, shelf: &Shelf) {
        self.0.borrow_mut().recipe = Some((recipe, shelf.clone()));
        shelf.note(&self.0);
    }

    /// Its inside, with the tree in its place.
    fn inner(&self) -> RefMut<'_, Inner> {
        let inner = self.0.borrow_mut();
        if inner.tree.is_some() {
            return inner;
        }
        let recipe = inner.recipe.clone();
        drop(inner);
        let tree = recipe.as_ref().map(|(make, _)| make());
        let tree = tree.unwrap_or_default();
        let mut inner = self.0.borrow_mut();
        (inner.used, inner.inodes) = tree.totals();
        inner.tree = Some(tree);
        drop(inner);
        if let Some((_, shelf)) = recipe {
            shelf.note(&self.0);
        }
        self.0.borrow_mut()
    }

    /// A cheap copy of everything in it now.
    pub fn snapshot(&self) -> Tree {
        let tree = self.inner().tree.clone().unwrap_or_default();
        // Copies need not count again.
        tree.totals();
        tree
    }

    /// Whether both handles are of one file system.
    pub fn same(&self, other: &Fs) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }

    /// The kind given at creation.
    pub fn kind(&self) -> &'static str {
        self.0.borrow().kind
    }

    /// Bytes held, and the limit.
    pub fn usage(&self) -> (u64, u64) {
        let inner = self.0.borrow();
        // Every tree has its root, so this one was never made.
        if inner.inodes == 0 {
            drop(inner);
            let inner = self.inner();
            return (inner.used, inner.limit);
        }
        (inner.used, inner.limit)
    }

    /// Says what its executables run, on whatever machine: those of a node are found in a container, too, that has the node's
    /// disk mounted.
    pub fn set_programs(&self, programs: &Programs) {
        self.0.borrow_mut().programs = Some(programs.clone());
    }

    /// What its executables run, where that is not for the machine to say.
    pub fn programs(&self) -> Option<Programs> {
        self.0.borrow().programs.clone()
    }

    /// Sets the number of bytes it may hold.
    pub fn set_limit(&self, bytes: u64) {
        self.0.borrow_mut().limit = bytes;
    }

    /// Counts changes; compare to learn whether anything happened.
    pub fn version(&self) -> u64 {
        self.0.borrow().version
    }

    /// Ready once anything changed after `seen`.
    pub fn poll_changed(&self, seen: u64, cx: &mut Context<'_>) -> Poll<u64> {
        let mut inner = self.0.borrow_mut();
        if inner.version != seen {
            return Poll::Ready(inner.version);
        }
        let waker = cx.waker();
        if !inner.watchers.iter().any(|known| known.will_wake(waker)) {
            inner.watchers.push(waker.clone());
        }
        Poll::Pending
    }

    /// Waits until anything changed after `seen`; gives the new version.
    pub async fn changed(&self, seen: u64) -> u64 {
        std::future::poll_fn(|cx| self.poll_changed(seen, cx)).await
    }

    pub(super) fn inode(&self, ino: Ino) -> SysResult<Rc<Inode>> {
        self.inner().tree()?.get(ino).cloned()
    }

    pub(super) fn lookup(&self, dir: Ino, name: &str) -> SysResult<Option<Ino>> {
        self.inner().tree()?.lookup(dir, name)
    }

    /// An entry of a directory that `cred` may pass through, and where it leads if it is a symbolic link.
    pub(super) fn entry(
        &self,
        cred: &Cred,
        dir: Ino,
        name: &str,
    ) -> SysResult<Option<(Ino, Option<Rc<str>>)>> {
        let inner = self.inner();
        let tree = inner.tree()?;
        let inode = tree.get(dir)?;
        let Node::Dir(entries) = &inode.node else {
            return Err(Errno::ENOTDIR);
        };
        cred.need(inode, 1)?;
        let Some(ino) = entries.get(name).copied() else {
            return Ok(None);
        };
        Ok(Some(match &tree.get(ino)?.node {
            Node::Symlink(target) => (ino, Some(Rc::clone(target))),
            _ => (ino, None),
        }))
    }

    /// Changes an inode's attributes (not its content).
    pub(super) fn change<R>(&self, ino: Ino, edit: impl FnOnce(&mut Inode) -> R) -> SysResult<R> {
        let mut inner = self.inner();
        let result = edit(inner.tree_mut()?.get_mut(ino)?);
        inner.ring();
        Ok(result)
    }

    pub(super) fn create(&self, dir: Ino, name: &str, mut inode: Inode) -> SysResult<Ino> {
        if name.len() > NAME_MAX {
            return Err(Errno::ENAMETOOLONG);
        }
        let mut inner = self.inner();
        if inner.tree()?.lookup(dir, name)?.is_some() {
            return Err(Errno::EEXIST);
        }
        let size = inode.content_size();
        if inner.inodes >= MAX_INODES || inner.used + size > inner.limit {
            return Err(Errno::ENOSPC);
        }
        let now = inode.mtime;
        let is_dir = inode.is_dir();
        inode.nlink = if is_dir { 2 } else { 1 };
        inner.used += size;
        inner.inodes += 1;
        let ino = inner.tree_mut()?.insert(inode);
        inner.tree_mut()?.entries_mut(dir)?.insert(name.into(), ino);
        let parent = inner.tree_mut()?.get_mut(dir)?;
        parent.mtime = now;
        parent.nlink += u32::from(is_dir);
        inner.ring();
        Ok(ino)
    }

    /// Adds another name for an inode that exists.
    pub(super) fn link(&self, dir: Ino, name: &str, ino: Ino, now: i64) -> SysResult<()> {
        let mut inner = self.inner();
        if inner.tree()?.lookup(dir, name)?.is_some() {
            return Err(Errno::EEXIST);
        }
        inner.tree_mut()?.get_mut(ino)?.nlink += 1;
        inner.tree_mut()?.entries_mut(dir)?.insert(name.into(), ino);
        inner.tree_mut()?.get_mut(dir)?.mtime = now;
        inner.ring();
        Ok(())
    }

    /// Takes a name away; the inode goes once nothing names it and nobody has it open.
    pub(super) fn unlink(&self, dir: Ino, name: &str, now: i64) -> SysResult<()> {
        let mut inner = self.inner();
        let ino = inner
            .tree_mut()?
            .entries_mut(dir)?
            .remove(name)
            .ok_or(Errno::ENOENT)?;
        let inode = inner.tree_mut()?.get_mut(ino)?;
        let is_dir = inode.is_dir();
        inode.nlink = if is_dir {
            0
        } else {
            inode.nlink.saturating_sub(1)
        };
        let gone = inode.nlink == 0;
        let parent = inner.tree_mut()?.get_mut(dir)?;
        parent.mtime = now;
        parent.nlink -= u32::from(is_dir);
        if gone && !inner.open.iter().any(|(open, _)| *open == ino) {
            inner.free(ino);
        }
        inner.ring();
        Ok(())
    }

    /// Moves an entry; whatever had the new name must be gone already.
    pub(super) fn rename(&self, from: (Ino, &str), to: (Ino, &str), now: i64) -> SysResult<()> {
        let mut inner = self.inner();
        let ino = inner
            .tree_mut()?
            .entries_mut(from.0)?
            .remove(from.1)
            .ok_or(Errno::ENOENT)?;
        let is_dir = inner.tree()?.get(ino)?.is_dir();
        inner
            .tree_mut()?
            .entries_mut(to.0)?
            .insert(to.1.into(), ino);
        for (dir, gains) in [(from.0, false), (to.0, true)] {
            let parent = inner.tree_mut()?.get_mut(dir)?;
            parent.mtime = now;
            if is_dir {
                parent.nlink = if gains {
                    parent.nlink + 1
                } else {
                    parent.nlink.saturating_sub(1)
                };
            }
        }
        inner.ring();
        Ok(())
    }

    /// Reads from a regular file.
    pub(super) fn read_at(&self, ino: Ino, offset: u64, max: usize) -> SysResult<Vec<u8>> {
        let inner = self.inner();
        match &inner.tree()?.get(ino)?.node {
            Node::File(data) => {
                let start = usize::try_from(offset)
                    .unwrap_or(usize::MAX)
                    .min(data.len());
                let end = start.saturating_add(max).min(data.len());
                Ok(data[start..end].to_vec())
            }
            Node::Dir(_) => Err(Errno::EISDIR),
            _ => Err(Errno::EINVAL),
        }
    }

    /// Writes to a regular file; `None` as offset appends. Gives the offset after the write.
    pub(super) fn write_at(
        &self,
        ino: Ino,
        offset: Option<u64>,
        bytes: &[u8],
        now: i64,
    ) -> SysResult<u64> {
        let mut inner = self.inner();
        let old = inner.tree()?.get(ino)?.size();
        let start = offset.unwrap_or(old);
        let end = start + bytes.len() as u64;
        inner.charge(old, old.max(end))?;
        let inode = inner.tree_mut()?.get_mut(ino)?;
        inode.mtime = now;
        let Node::File(data) = &mut inode.node else {
            return Err(Errno::EINVAL);
        };
        let data = Rc::make_mut(data);
        if data.len() < start as usize {
            data.resize(start as usize, 0);
        }
        let overlap = (data.len() - start as usize).min(bytes.len());
        data[start as usize..start as usize + overlap].copy_from_slice(&bytes[..overlap]);
        data.extend_from_slice(&bytes[overlap..]);
        inner.ring();
        Ok(end)
    }

    /// Cuts or extends a regular file.
    pub(super) fn truncate(&self, ino: Ino, size: u64, now: i64) -> SysResult<()> {
        let mut inner = self.inner();
        let old = inner.tree()?.get(ino)?.size();
        inner.charge(old, size)?;
        let inode = inner.tree_mut()?.get_mut(ino)?;
        inode.mtime = now;
        match &mut inode.node {
            // A fresh vector rather than a copied and cut one: images' files are shared.
            Node::File(data) if size == 0 => *data = Rc::default(),
            Node::File(data) => Rc::make_mut(data).resize(size as usize, 0),
            _ => return Err(Errno::EINVAL),
        }
        inner.ring();
        Ok(())
    }

    pub(super) fn opened(&self, ino: Ino) {
        let open = &mut self.inner().open;
        match open.iter_mut().find(|(known, _)| *known == ino) {
            Some((_, count)) => *count += 1,
            None => open.push((ino, 1)),
        }
    }

    pub(super) fn closed(&self, ino: Ino) {
        let mut inner = self.inner();
        let Some(place) = inner.open.iter().position(|(known, _)| *known == ino) else {
            return;
        };
        inner.open[place].1 -= 1;
        if inner.open[place].1 == 0 {
            inner.open.swap_remove(place);
            let unnamed = |tree: &Tree| tree.get(ino).is_ok_and(|inode| inode.nlink == 0);
            if inner.tree().is_ok_and(unnamed) {
                inner.free(ino);
            }
        }
    }
}

impl Inner {
    fn empty(kind: &'static str) -> Self {
        Self {
            tree: None,
            recipe: None,
            kind,
            used: 0,
            inodes: 0,
            limit: DEFAULT_LIMIT,
            open: Vec::new(),
            version: 0,
            watchers: Vec::new(),
            programs: None,
        }
    }

    fn tree(&self) -> SysResult<&Tree> {
        self.tree.as_ref().ok_or(Errno::EIO)
    }

    /// The tree, which will not be what its recipe makes.
    fn tree_mut(&mut self) -> SysResult<&mut Tree> {
        self.recipe = None;
        self.tree.as_mut().ok_or(Errno::EIO)
    }

    /// Lets the tree go if it can be made again; false if somebody still uses it.
    pub(super) fn put_away(&mut self) -> bool {
        if self.recipe.is_none() {
            return true;
        }
        if self.open.is_empty() {
            self.tree = None;
            self.open = Vec::new();
        }
        self.tree.is_none()
    }

    fn charge(&mut self, old: u64, new: u64) -> SysResult<()> {
        let used = self.used - old + new;
        if new > old && used > self.limit {
            return Err(Errno::ENOSPC);
        }
        self.used = used;
        Ok(())
    }

    fn free(&mut self, ino: Ino) {
        let Some(tree) = &mut self.tree else { return };
        if let Ok(inode) = tree.get(ino) {
            self.used -= inode.content_size();
            self.inodes -= 1;
            tree.remove(ino);
        }
    }

    fn ring(&mut self) {
        self.version += 1;
        for waker in std::mem::take(&mut self.watchers) {
            waker.wake();
        }
    }
}
