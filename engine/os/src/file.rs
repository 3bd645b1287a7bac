//! Open files and the table of a process's descriptors.

use std::collections::BTreeMap;
use std::fmt;
use std::rc::Rc;
use std::task::{Context, Poll};

use bytes::Bytes;

use crate::errno::{Errno, SysResult};
use crate::pipe::{PipeReader, PipeWriter};
use crate::stream::Stream;
use crate::tty::Tty;
use crate::vfs::{Device, RegularFile};

/// Descriptors a process may have.
pub const MAX_FDS: usize = 256;
/// The most that one read gives.
pub(crate) const MAX_READ: usize = 65_536;

/// An open file. Clones are the same open file, as after `dup(2)`: they share the offset.
#[derive(Clone)]
pub struct File(Rc<Kind>);

enum Kind {
    Regular(RegularFile),
    Directory(String),
    PipeReader(PipeReader),
    PipeWriter(PipeWriter),
    Tty(Tty),
    Device(Device, Option<std::cell::RefCell<sim::Rng>>),
    Stream(Rc<dyn Stream>),
}

impl fmt::Debug for File {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.describe())
    }
}

impl File {
    /// A regular file.
    pub fn from_regular(file: RegularFile) -> Self {
        File(Rc::new(Kind::Regular(file)))
    }

    /// A directory opened for reading (which no `read` can do).
    pub fn from_directory(path: String) -> Self {
        File(Rc::new(Kind::Directory(path)))
    }

    pub(crate) fn from_pipe_reader(pipe: PipeReader) -> Self {
        File(Rc::new(Kind::PipeReader(pipe)))
    }

    pub(crate) fn from_pipe_writer(pipe: PipeWriter) -> Self {
        File(Rc::new(Kind::PipeWriter(pipe)))
    }

    /// A terminal.
    pub fn from_tty(tty: Tty) -> Self {
        File(Rc::new(Kind::Tty(tty)))
    }

    /// `/dev/null`.
    pub fn null() -> Self {
        File(Rc::new(Kind::Device(Device::Null, None)))
    }

    pub(crate) fn from_device(device: Device, rng: Option<sim::Rng>) -> Self {
        File(Rc::new(Kind::Device(
            device,
            rng.map(std::cell::RefCell::new),
        )))
    }

    /// A stream of the host's.
    pub fn from_stream(stream: impl Stream + 'static) -> Self {
        File(Rc::new(Kind::Stream(Rc::new(stream))))
    }

    /// The terminal, if it is one.
    pub fn tty(&self) -> Option<&Tty> {
        match &*self.0 {
            Kind::Tty(tty) => Some(tty),
            _ => None,
        }
    }

    /// The regular file, if it is one.
    pub fn regular(&self) -> Option<&RegularFile> {
        match &*self.0 {
            Kind::Regular(file) => Some(file),
            _ => None,
        }
    }

    /// Whether both are the same open file.
    pub fn same(&self, other: &File) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }

    /// What `readlink /proc/self/fd/N` would show.
    pub fn describe(&self) -> String {
        match &*self.0 {
            Kind::Regular(file) => file.path().to_owned(),
            Kind::Directory(path) => path.clone(),
            Kind::PipeReader(_) | Kind::PipeWriter(_) => "pipe:".into(),
            Kind::Tty(_) => "/dev/pts/0".into(),
            Kind::Device(device, _) => format!("/dev/{device:?}").to_lowercase(),
            Kind::Stream(_) => "socket:".into(),
        }
    }

    /// Whether a read would not have to wait. (For `read -t 0` and the like; regular files always are.)
    pub fn is_ready(&self) -> bool {
        match &*self.0 {
            Kind::PipeReader(pipe) => pipe.is_ready(),
            Kind::Tty(tty) => tty.is_ready(),
            Kind::Stream(_) => false,
            _ => true,
        }
    }

    /// Reads at most `max` bytes; empty at the end.
    pub fn poll_read(&self, cx: &mut Context<'_>, max: usize) -> Poll<SysResult<Bytes>> {
        let max = max.min(MAX_READ);
        match &*self.0 {
            Kind::Regular(file) => Poll::Ready(file.read(max).map(Bytes::from)),
            Kind::Directory(_) => Poll::Ready(Err(Errno::EISDIR)),
            Kind::PipeReader(pipe) => pipe.poll_read(cx, max),
            Kind::PipeWriter(_) => Poll::Ready(Err(Errno::EBADF)),
            Kind::Tty(tty) => tty.poll_read(cx, max),
            Kind::Stream(stream) => stream.poll_read(cx, max),
            Kind::Device(device, rng) => Poll::Ready(Ok(read_device(*device, rng.as_ref(), max))),
        }
    }

    /// Writes some of the bytes; tells how many. `now` becomes a regular file's modification time.
    pub fn poll_write(
        &self,
        cx: &mut Context<'_>,
        data: &Bytes,
        now: sim::Time,
    ) -> Poll<SysResult<usize>> {
        match &*self.0 {
            Kind::Regular(file) => Poll::Ready(file.write(data, now.as_micros())),
            Kind::Directory(_) | Kind::PipeReader(_) => Poll::Ready(Err(Errno::EBADF)),
            Kind::PipeWriter(pipe) => pipe.poll_write(cx, data),
            Kind::Tty(tty) => tty.poll_write(cx, data),
            Kind::Stream(stream) => stream.poll_write(cx, data),
            Kind::Device(Device::Full, _) => Poll::Ready(Err(Errno::ENOSPC)),
            Kind::Device(..) => Poll::Ready(Ok(data.len())),
        }
    }
}

/// One page of zeros that every reader of `/dev/zero` shares.
static ZEROS: [u8; MAX_READ] = [0; MAX_READ];

fn read_device(device: Device, rng: Option<&std::cell::RefCell<sim::Rng>>, max: usize) -> Bytes {
    match (device, rng) {
        (Device::Zero | Device::Full, _) => Bytes::from_static(&ZEROS[..max]),
        (Device::Random, Some(rng)) => {
            let mut rng = rng.borrow_mut();
            let mut out = Vec::with_capacity(max + 8);
            while out.len() < max {
                out.extend_from_slice(&rng.next_u64().to_le_bytes());
            }
            out.truncate(max);
            out.into()
        }
        _ => Bytes::new(),
    }
}

/// A process's descriptors.
#[derive(Clone, Debug, Default)]
pub struct FdTable(BTreeMap<u32, File>);

impl FdTable {
    /// A table of the three standard descriptors.
    pub fn standard(stdin: File, stdout: File, stderr: File) -> Self {
        FdTable(BTreeMap::from([(0, stdin), (1, stdout), (2, stderr)]))
    }

    /// All three standard descriptors on a terminal.
    pub fn terminal(tty: &Tty) -> Self {
        let file = File::from_tty(tty.clone());
        Self::standard(file.clone(), file.clone(), file)
    }

    /// The open file behind a descriptor.
    pub fn get(&self, fd: u32) -> SysResult<File> {
        self.0.get(&fd).cloned().ok_or(Errno::EBADF)
    }

    /// Puts an open file at a descriptor, closing what was there.
    pub fn set(&mut self, fd: u32, file: File) -> SysResult<()> {
        if fd as usize >= MAX_FDS {
            return Err(Errno::EBADF);
        }
        self.0.insert(fd, file);
        Ok(())
    }

    /// Closes a descriptor.
    pub fn close(&mut self, fd: u32) -> SysResult<()> {
        self.0.remove(&fd).map(drop).ok_or(Errno::EBADF)
    }

    /// Puts an open file at the lowest free descriptor from `from` on.
    pub fn add(&mut self, file: File, from: u32) -> SysResult<u32> {
        let free = (from..MAX_FDS as u32).find(|fd| !self.0.contains_key(fd));
        let fd = free.ok_or(Errno::EMFILE)?;
        self.0.insert(fd, file);
        Ok(fd)
    }

    /// All descriptors in order.
    pub fn iter(&self) -> impl Iterator<Item = (u32, &File)> {
        self.0.iter().map(|(fd, file)| (*fd, file))
    }

    /// Closes all.
    pub fn clear(&mut self) {
        self.0.clear();
    }
}
