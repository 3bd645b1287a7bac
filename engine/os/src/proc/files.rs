//! A process's files: opening, reading, writing, the working directory.

use std::future::poll_fn;
use std::rc::Rc;
use std::task::Poll;
use std::time::Duration;

use bytes::Bytes;

use super::Proc;
use crate::errno::{Errno, SysResult};
use crate::file::{FdTable, File};
use crate::path;
use crate::signal::{Disposition, Signal};
use crate::tty::{Tty, WindowSize};
use crate::vfs::{Cred, Device, Node, OpenFlags, Vfs};

/// The price of a system call.
const SYSCALL: Duration = Duration::from_micros(2);
/// Bytes moved for the price of one microsecond.
const BYTES_PER_MICRO: usize = 1000;

/// Files.
impl Proc {
    /// The file system.
    pub fn vfs(&self) -> &Vfs {
        self.machine.vfs()
    }

    /// Who it is, for file operations now.
    pub fn cred(&self) -> Cred {
        Cred {
            uid: self.process.uid.get(),
            gid: self.process.gid.get(),
            groups: self.process.groups.clone(),
            umask: self.process.umask.get(),
            now: self.now().as_micros(),
        }
    }

    /// The working directory.
    pub fn cwd(&self) -> Rc<str> {
        self.process.cwd.borrow().clone()
    }

    /// Changes the working directory.
    pub fn chdir(&self, path: &str) -> SysResult<()> {
        let found = self.vfs().stat(&self.cred(), &self.absolute(path))?;
        if !found.inode.is_dir() {
            return Err(Errno::ENOTDIR);
        }
        if !self.cred().allows(&found.inode, 1) {
            return Err(Errno::EACCES);
        }
        *self.process.cwd.borrow_mut() = found.path.as_str().into();
        Ok(())
    }

    /// The same process with a directory as its `/`, in which it works from now on. Handles from before see what they saw.
    pub fn chroot(&self, dir: &str) -> SysResult<Proc> {
        let cred = self.cred();
        let vfs = self.vfs().rooted_at(&cred, &self.absolute(dir))?;
        if cred.uid != 0 {
            return Err(Errno::EPERM);
        }
        *self.process.cwd.borrow_mut() = "/".into();
        Ok(Proc {
            process: Rc::clone(&self.process),
            machine: self.machine.with_root(vfs),
        })
    }

    /// A path as seen from the working directory; the empty path stays empty (and is not found).
    pub fn absolute(&self, path: &str) -> String {
        if path.is_empty() {
            String::new()
        } else {
            path::join(&self.cwd(), path)
        }
    }

    /// Opens a file, directory or device.
    pub fn open(&self, path: &str, flags: OpenFlags) -> SysResult<File> {
        let full = self.absolute(path);
        let cred = self.cred();
        if let Some(fd) = descriptor_path(&full) {
            return self.fd(fd).map_err(|_| Errno::ENOENT);
        }
        match self.vfs().stat(&cred, &full) {
            Ok(found) => match &found.inode.node {
                Node::Dir(_) if flags.write => Err(Errno::EISDIR),
                Node::Dir(_) => Ok(File::from_directory(found.path)),
                Node::Device(device) => self.open_device(*device, &found.inode, flags),
                _ => Ok(File::from_regular(
                    self.vfs().open_regular(&cred, &full, flags)?,
                )),
            },
            Err(Errno::ENOENT) => Ok(File::from_regular(
                self.vfs().open_regular(&cred, &full, flags)?,
            )),
            Err(error) => Err(error),
        }
    }

    fn open_device(
        &self,
        device: Device,
        inode: &crate::vfs::Inode,
        flags: OpenFlags,
    ) -> SysResult<File> {
        let bits = u16::from(flags.read) * 4 + u16::from(flags.write) * 2;
        if !self.cred().allows(inode, bits) {
            return Err(Errno::EACCES);
        }
        match device {
            Device::Tty => {
                let tty = self.process.tty.clone().ok_or(Errno::ENOTTY)?;
                Ok(File::from_tty(tty))
            }
            Device::Fd(fd) => self.fd(fd).map_err(|_| Errno::ENOENT),
            Device::Random => {
                let seed = self.machine.0.rng.borrow_mut().next_u64();
                let rng = sim::Rng::new(seed, "random");
                Ok(File::from_device(device, Some(rng)))
            }
            _ => Ok(File::from_device(device, None)),
        }
    }

    /// The open file behind a descriptor.
    pub fn fd(&self, fd: u32) -> SysResult<File> {
        self.process.fds.borrow().get(fd)
    }

    /// A copy of the descriptor table.
    pub fn fds(&self) -> FdTable {
        self.process.fds.borrow().clone()
    }

    /// Replaces the descriptor table.
    pub fn set_fds(&self, fds: FdTable) {
        let old = self.process.fds.replace(fds);
        drop(old);
    }

    /// Puts an open file at a descriptor.
    pub fn set_fd(&self, fd: u32, file: File) -> SysResult<()> {
        let old = self.process.fds.borrow().get(fd);
        self.process.fds.borrow_mut().set(fd, file)?;
        drop(old);
        Ok(())
    }

    /// Closes a descriptor.
    pub fn close_fd(&self, fd: u32) -> SysResult<()> {
        let file = self.fd(fd)?;
        self.process.fds.borrow_mut().close(fd)?;
        drop(file);
        Ok(())
    }

    /// Whether a descriptor is a terminal.
    pub fn is_tty(&self, fd: u32) -> bool {
        self.fd(fd).is_ok_and(|file| file.tty().is_some())
    }

    /// The controlling terminal.
    pub fn tty(&self) -> Option<Tty> {
        self.process.tty.clone()
    }

    /// The window behind a standard descriptor or the controlling terminal, if there is one.
    pub fn window_size(&self) -> Option<WindowSize> {
        let fds = self.process.fds.borrow();
        let of_fd = [1, 0, 2]
            .into_iter()
            .find_map(|fd| fds.get(fd).ok()?.tty().map(Tty::size));
        of_fd.or_else(|| self.process.tty.as_ref().map(Tty::size))
    }

    /// Reads from a descriptor: at most `max` bytes, at least one; empty at the end.
    pub async fn read(&self, fd: u32, max: usize) -> SysResult<Bytes> {
        let file = self.fd(fd)?;
        self.read_file_from(&file, max).await
    }

    /// Reads from an open file, as [`Proc::read`].
    pub async fn read_file_from(&self, file: &File, max: usize) -> SysResult<Bytes> {
        let data = poll_fn(|cx| {
            if let Some(tty) = file.tty()
                && self.in_background_of(tty)
            {
                if self.process.disposition(Signal::TTIN) == Disposition::Ignore {
                    return Poll::Ready(Err(Errno::EIO));
                }
                self.process.deliver(Signal::TTIN, false);
                return Poll::Pending;
            }
            file.poll_read(cx, max)
        })
        .await?;
        self.cpu(transfer_cost(data.len())).await;
        Ok(data)
    }

    fn in_background_of(&self, tty: &Tty) -> bool {
        let own = self.process.tty.as_ref().is_some_and(|own| own.same(tty));
        own && tty
            .foreground()
            .is_some_and(|group| group != self.process.group.get())
    }

    /// Reads a descriptor to its end, holding at most `limit` bytes ("File too large" beyond).
    pub async fn read_to_end(&self, fd: u32, limit: usize) -> SysResult<Vec<u8>> {
        let file = self.fd(fd)?;
        let mut all = Vec::new();
        loop {
            let data = self.read_file_from(&file, 65_536).await?;
            if data.is_empty() {
                return Ok(all);
            }
            if all.len() + data.len() > limit {
                return Err(Errno::EFBIG);
            }
            all.extend_from_slice(&data);
        }
    }

    /// Writes all bytes to a descriptor. A closed pipe ends the process by SIGPIPE, a full capture by SIGXFSZ,
    /// unless it handles or ignores them. What the standard output does not take is remembered until the program's end
    /// ([`Proc::take_lost_output`]), as stdio does.
    pub async fn write(&self, fd: u32, data: impl Into<Bytes>) -> SysResult<()> {
        let data = data.into();
        let written = match self.fd(fd) {
            Ok(file) => self.write_file_to(&file, data).await,
            // Nothing is written nowhere.
            Err(_) if data.is_empty() => Ok(()),
            Err(error) => Err(error),
        };
        if fd == 1
            && let Err(error) = written
        {
            self.process.lost.set(Some(error));
        }
        written
    }

    /// Why something written to the standard output is lost, if it is; asked at a program's end, which says so.
    pub fn take_lost_output(&self) -> Option<Errno> {
        self.process.lost.take()
    }

    /// Writes all bytes to an open file, as [`Proc::write`].
    pub async fn write_file_to(&self, file: &File, data: impl Into<Bytes>) -> SysResult<()> {
        let mut data: Bytes = data.into();
        self.cpu(transfer_cost(data.len())).await;
        while !data.is_empty() {
            let now = self.now();
            let written = match poll_fn(|cx| file.poll_write(cx, &data, now)).await {
                Ok(written) => written,
                Err(error) => {
                    match error {
                        Errno::EPIPE => self.raise(Signal::PIPE).await,
                        Errno::EFBIG => self.raise(Signal::XFSZ).await,
                        _ => {}
                    }
                    return Err(error);
                }
            };
            data = data.slice(written..);
            if self.machine.has_memory_files() {
                self.charge(0).await;
            }
        }
        Ok(())
    }

    /// Writes text to standard output. Errors are for the end ([`Proc::take_lost_output`]); a closed pipe has ended the
    /// process.
    pub async fn print(&self, text: impl AsRef<str>) {
        let _ = self
            .write(1, Bytes::copy_from_slice(text.as_ref().as_bytes()))
            .await;
    }

    /// Writes text to standard error.
    pub async fn eprint(&self, text: impl AsRef<str>) {
        let _ = self
            .write(2, Bytes::copy_from_slice(text.as_ref().as_bytes()))
            .await;
    }

    /// The content of a file by its path, devices and descriptors included.
    pub async fn read_path(&self, path: &str, limit: usize) -> SysResult<Vec<u8>> {
        let file = self.open(path, OpenFlags::READ)?;
        let mut all = Vec::new();
        loop {
            let data = self.read_file_from(&file, 65_536).await?;
            if data.is_empty() {
                return Ok(all);
            }
            if all.len() + data.len() > limit {
                return Err(Errno::EFBIG);
            }
            all.extend_from_slice(&data);
        }
    }
}

/// The descriptor that a path like `/dev/fd/63` stands for.
fn descriptor_path(path: &str) -> Option<u32> {
    let number = path
        .strip_prefix("/dev/fd/")
        .or_else(|| path.strip_prefix("/proc/self/fd/"))?;
    number.parse().ok()
}

fn transfer_cost(bytes: usize) -> Duration {
    SYSCALL + Duration::from_micros((bytes / BYTES_PER_MICRO) as u64)
}
