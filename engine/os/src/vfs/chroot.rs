//! A directory seen as `/`, for `chroot(2)`.

use super::{Cred, Mount, Vfs};
use crate::errno::{Errno, SysResult};

impl Vfs {
    /// What is seen by whoever has the directory `dir` as `/`: it, and what is mounted below it by now.
    pub fn rooted_at(&self, cred: &Cred, dir: &str) -> SysResult<Vfs> {
        let place = self.walk(cred, dir, true)?;
        let (fs, read_only) = (place.fs.clone(), place.read_only);
        let found = place.stat()?;
        if !found.inode.is_dir() {
            return Err(Errno::ENOTDIR);
        }
        cred.need(&found.inode, 1)?;
        let root = Mount {
            path: "/".into(),
            fs,
            root: found.ino,
            read_only,
        };
        let above = found.path.trim_end_matches('/');
        let mut mounts = vec![root];
        for mount in self.mounts.borrow().iter() {
            let below = mount.path.strip_prefix(above);
            if let Some(below) = below.filter(|path| path.starts_with('/') && path.len() > 1) {
                mounts.push(Mount {
                    path: below.to_owned(),
                    ..mount.clone()
                });
            }
        }
        Ok(Vfs {
            mounts: std::rc::Rc::new(std::cell::RefCell::new(mounts)),
        })
    }
}
