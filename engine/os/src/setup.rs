//! What every root file system has: devices, `/tmp`, and the executables of an image.

use crate::errno::SysResult;
use crate::program::executable;
use crate::vfs::{Cred, Device, Vfs};

const DEVICES: [(&str, Device); 9] = [
    ("null", Device::Null),
    ("zero", Device::Zero),
    ("full", Device::Full),
    ("random", Device::Random),
    ("urandom", Device::Random),
    ("tty", Device::Tty),
    ("stdin", Device::Fd(0)),
    ("stdout", Device::Fd(1)),
    ("stderr", Device::Fd(2)),
];

impl Vfs {
    /// Makes `/dev` with its devices, and `/tmp`.
    pub fn make_basics(&self, now: i64) -> SysResult<()> {
        let root = Cred::root(now);
        self.mkdir_all(&root, "/dev", 0o755)?;
        for (name, device) in DEVICES {
            self.mknod(&root, &format!("/dev/{name}"), device, 0o666)?;
        }
        self.mkdir_all(&root, "/tmp", 0o777)?;
        self.chmod(&root, "/tmp", 0o1777)
    }

    /// Puts an executable at `path` that runs `program` (see [`executable`]).
    pub fn install(&self, now: i64, path: &str, program: &str, flavor: &str) -> SysResult<()> {
        let root = Cred::root(now);
        self.mkdir_all(&root, crate::path::dirname(path), 0o755)?;
        self.write_file(&root, path, &executable(program, flavor))?;
        self.chmod(&root, path, 0o755)
    }
}
