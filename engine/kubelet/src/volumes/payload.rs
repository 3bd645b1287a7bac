//! Files that come from the API: written all at once, and replaced all at once (upstream's `AtomicWriter`).
//!
//! ```text
//!   ..2026_11_22_17_00_00.000000001/color      the files of one version
//!   ..data -> ..2026_11_22_17_00_00.000000001  the present version
//!   color -> ..data/color                      what programs open
//! ```

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use apimachinery::time::civil_from_unix;
use os::path::NAME_MAX;
use os::{Cred, Fs, Recent, Shelf, SysResult, Vfs};
use sim::Time;

use crate::api::Token;

/// A file to be: its content and its mode.
#[derive(Clone)]
pub(super) struct Payload {
    pub(super) content: Content,
    pub(super) mode: u16,
}

/// What is in a file.
#[derive(Clone)]
pub(super) enum Content {
    /// These bytes.
    Ready(Rc<[u8]>),
    /// A small text that is made when somebody looks.
    Made(Token),
}

impl Content {
    fn bytes(&self) -> Rc<[u8]> {
        match self {
            Self::Ready(bytes) => Rc::clone(bytes),
            Self::Made(make) => make().into_bytes().into(),
        }
    }
}

impl From<Vec<u8>> for Content {
    fn from(bytes: Vec<u8>) -> Self {
        Self::Ready(bytes.into())
    }
}

impl From<&[u8]> for Content {
    fn from(bytes: &[u8]) -> Self {
        Self::Ready(bytes.into())
    }
}

/// Files by their paths.
pub(super) type Payloads = BTreeMap<String, Payload>;

/// A volume with these files. As long as they stay as they are, they are made when somebody looks.
pub(super) fn make(
    payloads: Payloads,
    group: Option<u32>,
    now: Time,
    shelf: &Shelf,
) -> SysResult<Fs> {
    let made = if cannot_fail(&payloads) {
        None
    } else {
        let fs = Fs::new("tmpfs", now.as_micros());
        write(&fs, &payloads, group, now)?;
        Some(fs)
    };
    // Smaller than the map.
    let kept: Box<[(String, Payload)]> = payloads.into_iter().collect();
    let recipe = Rc::new(move || {
        let fs = Fs::new("tmpfs", now.as_micros());
        // It cannot fail, or went well the first time.
        let _ = write(&fs, &kept.iter().cloned().collect(), group, now);
        fs.snapshot()
    });
    match made {
        None => Ok(Fs::from_recipe("tmpfs", recipe, shelf)),
        Some(fs) => {
            fs.set_recipe(recipe, shelf);
            Ok(fs)
        }
    }
}

/// Whether writing these files needs no try: a few small ones, none inside another, with names that none has already.
fn cannot_fail(payloads: &Payloads) -> bool {
    const FEW: usize = 100;
    let bytes = payloads.values().map(|payload| match &payload.content {
        Content::Ready(bytes) => bytes.len(),
        Content::Made(_) => 0,
    });
    let bytes: usize = bytes.sum();
    let plain = |path: &String| {
        !path.is_empty() && !path.starts_with('.') && !path.contains('/') && path.len() <= NAME_MAX
    };
    payloads.len() <= FEW && bytes <= 1 << 20 && payloads.keys().all(plain)
}

/// Takes contents that other volumes have, too, from them.
pub(super) fn share(payloads: &mut Payloads, known: &Recent<[u8]>) {
    for payload in payloads.values_mut() {
        if let Content::Ready(bytes) = &mut payload.content {
            *bytes = known.share(bytes);
        }
    }
}

/// What a file of a volume has now.
pub(super) fn read(fs: &Fs, path: &str) -> Option<Vec<u8>> {
    let vfs = Vfs::new(fs.clone());
    let found = vfs.read_file(&Cred::root(0), &format!("/..data/{path}"));
    found.ok().map(|text| text.to_vec())
}

/// Makes the files of a volume these and no others. Whether anything changed.
pub(super) fn write(
    fs: &Fs,
    payloads: &Payloads,
    group: Option<u32>,
    now: Time,
) -> SysResult<bool> {
    let vfs = Vfs::new(fs.clone());
    let root = Cred {
        umask: 0,
        ..Cred::root(now.as_micros())
    };
    let old = vfs.read_link(&root, "/..data").ok();
    if let Some(old) = &old
        && is_same(&vfs, &root, old, payloads)
    {
        return Ok(false);
    }
    let version = version_name(now);
    let dir = format!("/{version}");
    vfs.mkdir(&root, &dir, 0o755)?;
    for (path, payload) in payloads {
        let full = format!("{dir}/{path}");
        vfs.mkdir_all(&root, os::path::dirname(&full), 0o755)?;
        vfs.write_file(&root, &full, &payload.content.bytes())?;
        let mode = payload.mode | if group.is_some() { 0o440 } else { 0 };
        vfs.chmod(&root, &full, mode)?;
        if group.is_some() {
            vfs.chown(&root, &full, None, group)?;
        }
    }
    vfs.symlink(&root, &version, "/..data_tmp")?;
    vfs.rename(&root, "/..data_tmp", "/..data")?;
    link_names(&vfs, &root, payloads)?;
    if let Some(old) = old {
        vfs.remove_all(&root, &format!("/{old}"))?;
    }
    Ok(true)
}

/// Makes the names that programs open, and takes away those of files that are no more.
fn link_names(vfs: &Vfs, root: &Cred, payloads: &Payloads) -> SysResult<()> {
    let names: BTreeSet<&str> = payloads
        .keys()
        .filter_map(|path| path.split('/').next())
        .collect();
    for (name, _) in vfs.read_dir(root, "/")? {
        if !name.starts_with("..") && !names.contains(&*name) {
            vfs.unlink(root, &format!("/{name}"))?;
        }
    }
    for name in names {
        let link = format!("/{name}");
        if vfs.lstat(root, &link).is_err() {
            vfs.symlink(root, &format!("..data/{name}"), &link)?;
        }
    }
    Ok(())
}

fn is_same(vfs: &Vfs, root: &Cred, version: &str, payloads: &Payloads) -> bool {
    let contents = payloads.iter().all(|(path, payload)| {
        vfs.read_file(root, &format!("/{version}/{path}"))
            .is_ok_and(|found| **found == *payload.content.bytes())
    });
    contents && count_files(vfs, root, &format!("/{version}")) == payloads.len()
}

fn count_files(vfs: &Vfs, root: &Cred, dir: &str) -> usize {
    let entries = vfs.read_dir(root, dir).unwrap_or_default();
    entries
        .iter()
        .map(|(name, stat)| {
            if stat.inode.is_dir() {
                count_files(vfs, root, &format!("{dir}/{name}"))
            } else {
                1
            }
        })
        .sum()
}

fn version_name(now: Time) -> String {
    let t = civil_from_unix(now.as_secs());
    format!(
        "..{}_{:02}_{:02}_{:02}_{:02}_{:02}.{:09}",
        t.year,
        t.month,
        t.day,
        t.hour,
        t.minute,
        t.second,
        now.as_micros().rem_euclid(1_000_000) * 1000
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn payloads(files: &[(&str, &str)]) -> Payloads {
        let payload = |text: &str| Payload {
            content: text.as_bytes().into(),
            mode: 0o644,
        };
        files
            .iter()
            .map(|(path, text)| ((*path).to_owned(), payload(text)))
            .collect()
    }

    #[test]
    fn files_are_replaced_all_at_once() {
        let fs = Fs::new("tmpfs", 0);
        let vfs = Vfs::new(fs.clone());
        let root = Cred::root(0);
        let read = |path: &str| {
            vfs.read_file(&root, path)
                .map(|text| String::from_utf8_lossy(&text).into_owned())
        };
        let first = payloads(&[("color", "blue"), ("deep/pw", "x")]);
        assert_eq!(write(&fs, &first, None, Time::from_secs(1)), Ok(true));
        assert_eq!(write(&fs, &first, None, Time::from_secs(2)), Ok(false));
        assert_eq!(read("/color").as_deref(), Ok("blue"));
        assert_eq!(read("/deep/pw").as_deref(), Ok("x"));
        let second = payloads(&[("color", "red")]);
        assert_eq!(write(&fs, &second, None, Time::from_secs(3)), Ok(true));
        assert_eq!(read("/color").as_deref(), Ok("red"));
        let names: Vec<_> = vfs
            .read_dir(&root, "/")
            .expect("a directory")
            .into_iter()
            .map(|(name, _)| name.to_string())
            .collect();
        assert_eq!(
            names,
            ["..1970_01_01_00_00_03.000000000", "..data", "color"]
        );
    }
}
