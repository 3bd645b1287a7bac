//! A process of the emulated machine as kubectl's [`Host`].

use std::cell::RefCell;

use os::{Disposition, Errno, Proc, Signal, Spawn, TtyMode};
use sim::Rng;

use crate::host::{FileError, FileInfo, Host, Listener, Stream, Unwritten, Wait};

/// The process that runs kubectl.
pub struct ProcHost {
    proc: Proc,
    rng: RefCell<Rng>,
}

impl ProcHost {
    /// A host that is this process.
    pub fn new(proc: Proc) -> ProcHost {
        let rng = proc.sim().rng(&format!("kubectl/{}", proc.pid()));
        ProcHost {
            proc,
            rng: RefCell::new(rng),
        }
    }

    fn path(&self, path: &str) -> String {
        self.proc.absolute(path)
    }

    fn signal(&self, signal: Signal) -> Wait<'_, ()> {
        self.proc.set_disposition(signal, Disposition::Catch);
        Box::pin(async move { while self.proc.next_signal().await != signal {} })
    }
}

fn number(stream: Stream) -> u32 {
    match stream {
        Stream::In => 0,
        Stream::Out => 1,
        Stream::Err => 2,
    }
}

fn file_error(errno: Errno) -> FileError {
    match errno {
        Errno::ENOENT => FileError::NotFound,
        Errno::EISDIR => FileError::IsDirectory,
        Errno::ENOTDIR => FileError::NotDirectory,
        Errno::EACCES | Errno::EPERM => FileError::Denied,
        other => FileError::Other(other.text().to_lowercase()),
    }
}

impl Host for ProcHost {
    fn env(&self, name: &str) -> Option<String> {
        self.proc.env(name)
    }

    fn now(&self) -> i64 {
        self.proc.now().as_micros()
    }

    fn sleep(&self, micros: i64) -> Wait<'static, ()> {
        let proc = self.proc.clone();
        let duration = std::time::Duration::from_micros(u64::try_from(micros).unwrap_or(0));
        Box::pin(async move { proc.sleep(duration).await })
    }

    fn write<'a>(&'a self, stream: Stream, bytes: &'a [u8]) -> Wait<'a, Result<(), Unwritten>> {
        Box::pin(async move {
            self.proc
                .write(number(stream), bytes.to_vec())
                .await
                .map_err(|errno| match errno {
                    os::Errno::EPIPE => Unwritten::Closed,
                    errno => Unwritten::Lost(errno.text().to_lowercase()),
                })
        })
    }

    fn read(&self) -> Wait<'_, Vec<u8>> {
        Box::pin(async move {
            self.proc
                .read(0, 64 << 10)
                .await
                .map(|b| b.to_vec())
                .unwrap_or_default()
        })
    }

    fn is_terminal(&self, stream: Stream) -> bool {
        self.proc.is_tty(number(stream))
    }

    fn window(&self) -> Option<(u16, u16)> {
        self.proc
            .window_size()
            .map(|size| (size.columns, size.rows))
    }

    fn window_changes(&self) -> Wait<'_, ()> {
        self.signal(Signal::WINCH)
    }

    fn interrupted(&self) -> Wait<'_, ()> {
        self.signal(Signal::INT)
    }

    fn listen(&self, address: &str, port: u16) -> Result<Box<dyn Listener>, String> {
        super::socket::listen(self.proc.machine(), address, port)
    }

    fn set_raw(&self, raw: bool) {
        if let Some(tty) = self.proc.tty() {
            tty.set_mode(if raw { TtyMode::RAW } else { TtyMode::COOKED });
        }
    }

    fn working_folder(&self) -> String {
        self.proc.cwd().to_string()
    }

    fn read_file(&self, path: &str) -> Result<Vec<u8>, FileError> {
        let data = self
            .proc
            .vfs()
            .read_file(&self.proc.cred(), &self.path(path));
        data.map(|d| d.to_vec()).map_err(file_error)
    }

    fn write_file(&self, path: &str, bytes: &[u8]) -> Result<(), FileError> {
        self.proc
            .vfs()
            .write_file(&self.proc.cred(), &self.path(path), bytes)
            .map_err(file_error)
    }

    fn stat(&self, path: &str) -> Result<FileInfo, FileError> {
        let stat = self
            .proc
            .vfs()
            .stat(&self.proc.cred(), &self.path(path))
            .map_err(file_error)?;
        Ok(FileInfo {
            is_dir: stat.inode.is_dir(),
            len: stat.inode.size(),
            mode: u32::from(stat.inode.mode),
        })
    }

    fn list(&self, path: &str) -> Result<Vec<String>, FileError> {
        let entries = self
            .proc
            .vfs()
            .read_dir(&self.proc.cred(), &self.path(path))
            .map_err(file_error)?;
        let mut names: Vec<String> = entries
            .into_iter()
            .map(|(name, _)| name.to_string())
            .collect();
        names.sort_unstable();
        Ok(names)
    }

    fn make_dir(&self, path: &str) -> Result<(), FileError> {
        self.proc
            .vfs()
            .mkdir_all(&self.proc.cred(), &self.path(path), 0o755)
            .map_err(file_error)
    }

    fn remove(&self, path: &str) -> Result<(), FileError> {
        self.proc
            .vfs()
            .remove_all(&self.proc.cred(), &self.path(path))
            .map_err(file_error)
    }

    fn spawn<'a>(&'a self, argv: &'a [String]) -> Wait<'a, Result<i32, String>> {
        Box::pin(async move {
            let spawn = Spawn {
                args: argv.to_vec(),
                ..self.proc.fork_spawn()
            };
            let name = argv.first().cloned().unwrap_or_default();
            match self.proc.machine().spawn_command(spawn) {
                Ok(child) => Ok(child.wait_end().await.code()),
                Err(os::ExecError::NotFound) => Err(format!(
                    "exec: \"{name}\": executable file not found in $PATH"
                )),
                Err(error) => Err(format!(
                    "fork/exec {name}: {}",
                    error.errno().text().to_lowercase()
                )),
            }
        })
    }

    fn hint(&self, text: &str) {
        self.proc.hint(text);
    }

    fn random(&self) -> u64 {
        self.rng.borrow_mut().next_u64()
    }
}
