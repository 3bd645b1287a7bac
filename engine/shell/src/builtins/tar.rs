//! `tar`: packs, unpacks and lists archives, by themselves or as gzip packs them. Other compressions are refused.

use os::tar::{self, Archive, Entry, Kind};
use os::{Errno, Node, OpenFlags, Proc, path};

use crate::opts::{Opts, Spec};

/// Larger archives are refused.
const LIMIT: usize = 64 << 20;

const SPEC: Spec = Spec::new(
    "cxtvf:C:pmokOzjJN:X:P",
    &[
        ("create", 'c'),
        ("extract", 'x'),
        ("get", 'x'),
        ("list", 't'),
        ("verbose", 'v'),
        ("file", 'f'),
        ("directory", 'C'),
        ("preserve-permissions", 'p'),
        ("same-permissions", 'p'),
        ("no-same-permissions", 'o'),
        ("no-same-owner", 'o'),
        ("touch", 'm'),
        ("keep-old-files", 'k'),
        ("to-stdout", 'O'),
        ("gzip", 'z'),
        ("bzip2", 'j'),
        ("xz", 'J'),
        ("strip-components", 'N'),
        ("exclude", 'X'),
        ("absolute-names", 'P'),
    ],
);

pub(crate) async fn run(proc: Proc, mut args: Vec<String>) -> i32 {
    // The first word is options even without a dash.
    if let Some(first) = args.get_mut(1)
        && !first.starts_with('-')
    {
        first.insert(0, '-');
    }
    let failure = if proc.is_busybox() { 1 } else { 2 };
    let opts = match SPEC.parse_or_complain(&proc, &args, failure).await {
        Ok(opts) => opts,
        Err(status) => return status,
    };
    let job = Job {
        base: opts
            .value('C')
            .map_or_else(|| proc.cwd().to_string(), |dir| proc.absolute(dir)),
        proc,
        opts,
        failure,
    };
    if let Some(how) = job.opts.last_of("jJ") {
        let name = if how == 'j' { "bzip2" } else { "xz" };
        return job
            .fail(&format!("{name}: this playground knows gzip (-z) only"))
            .await;
    }
    if !job.proc.vfs().is_dir(&job.proc.cred(), &job.base) {
        let dir = job.opts.value('C').unwrap_or_default();
        let text = if job.proc.is_busybox() {
            format!("can't change directory to '{dir}': No such file or directory")
        } else {
            format!("{dir}: Cannot open: No such file or directory")
        };
        return job.fail(&text).await;
    }
    match job.opts.last_of("cxt") {
        Some('c') => job.create().await,
        Some('x') => job.extract().await,
        Some(_) => job.list().await,
        None => {
            let text = "You must specify one of the '-Acdtrux', '--delete' or '--test-label' options\nTry 'tar \
                        --help' or 'tar --usage' for more information.";
            job.fail(text).await
        }
    }
}

struct Job {
    proc: Proc,
    opts: Opts,
    /// The folder that names start from.
    base: String,
    /// The exit code of a failure.
    failure: i32,
}

impl Job {
    /// Says why nothing was done.
    async fn fail(&self, text: &str) -> i32 {
        let mut out = format!("tar: {text}\n");
        if !self.proc.is_busybox() && !text.contains('\n') {
            out.push_str("tar: Error is not recoverable: exiting now\n");
        }
        self.proc.eprint(out).await;
        self.failure
    }

    fn path(&self, name: &str) -> String {
        path::clean(&path::join(&self.base, name))
    }

    fn archive_name(&self) -> &str {
        self.opts.value('f').unwrap_or("-")
    }

    async fn create(&self) -> i32 {
        if self.opts.rest.is_empty() {
            let text = if self.proc.is_busybox() {
                "empty archive"
            } else {
                "Cowardly refusing to create an empty archive\nTry 'tar --help' or 'tar --usage' for more information."
            };
            return self.fail(text).await;
        }
        let out = match self.archive_name() {
            "-" => self.proc.fd(1),
            name => self.proc.open(name, OpenFlags::WRITE),
        };
        let out = match out {
            Ok(out) => out,
            Err(error) => return self.cannot_open(error).await,
        };
        let mut status = 0;
        let mut told = false;
        // What waits to be packed.
        let mut held: Vec<u8> = Vec::new();
        let mut archive = Archive::default();
        for name in &self.opts.rest {
            if name.starts_with('/') && !self.opts.has('P') && !told {
                told = true;
                let text = if self.proc.is_busybox() {
                    "tar: removing leading '/' from member names\n"
                } else {
                    "tar: Removing leading `/' from member names\n"
                };
                self.proc.eprint(text).await;
            }
            let mut pending = vec![name.clone()];
            while let Some(name) = pending.pop() {
                if self.excluded(&name) {
                    continue;
                }
                match self.entry(&name, &mut pending) {
                    Ok(Some(entry)) => {
                        if self.opts.has('v') {
                            self.proc.eprint(format!("{}\n", entry.name)).await;
                        }
                        archive.add(&entry);
                    }
                    Ok(None) => {}
                    Err(error) => {
                        status = self.failure;
                        let text = if self.proc.is_busybox() {
                            format!("tar: {name}: {}\n", error.text())
                        } else {
                            format!("tar: {name}: Cannot stat: {}\n", error.text())
                        };
                        self.proc.eprint(text).await;
                    }
                }
                let bytes = archive.take();
                if self.opts.has('z') {
                    self.proc.charge(bytes.len() as u64).await;
                    held.extend(bytes);
                } else if self.proc.write_file_to(&out, bytes).await.is_err() {
                    return self.failure;
                }
            }
        }
        let mut end: Vec<u8> = archive.finish();
        if self.opts.has('z') {
            held.extend(end);
            end = super::gzip::pack(&held, 6);
        }
        if self.proc.write_file_to(&out, end).await.is_err() {
            return self.failure;
        }
        if status != 0 {
            self.proc
                .eprint(if self.proc.is_busybox() {
                    "tar: error exit delayed from previous errors\n"
                } else {
                    "tar: Exiting with failure status due to previous errors\n"
                })
                .await;
        }
        status
    }

    fn excluded(&self, name: &str) -> bool {
        self.opts
            .values('X')
            .any(|pattern| name == pattern || path::basename(name) == pattern)
    }

    /// A file as it goes into the archive; what is in a folder comes next, in order.
    fn entry(&self, name: &str, pending: &mut Vec<String>) -> Result<Option<Entry>, Errno> {
        let (vfs, cred) = (self.proc.vfs(), self.proc.cred());
        let full = self.path(name);
        let stat = vfs.lstat(&cred, &full)?;
        let stored = match self.opts.has('P') {
            true => name,
            false => name.trim_start_matches('/'),
        };
        let mut stored = stored.to_owned();
        let kind = match &stat.inode.node {
            Node::File(_) => Kind::File(vfs.read_file(&cred, &full)?.to_vec()),
            Node::Symlink(target) => Kind::Symlink(target.to_string()),
            Node::Device(_) => return Ok(None),
            Node::Dir(_) => {
                let trimmed = name.trim_end_matches('/');
                for (child, _) in vfs.read_dir(&cred, &full)?.iter().rev() {
                    pending.push(format!("{trimmed}/{child}"));
                }
                if !stored.ends_with('/') {
                    stored.push('/');
                }
                Kind::Directory
            }
        };
        Ok(Some(Entry {
            name: stored,
            kind,
            mode: stat.inode.mode,
            uid: stat.inode.uid,
            gid: stat.inode.gid,
            mtime: stat.inode.mtime / 1_000_000,
        }))
    }

    async fn cannot_open(&self, error: Errno) -> i32 {
        let name = self.archive_name();
        let text = if self.proc.is_busybox() {
            format!("can't open '{name}': {}", error.text())
        } else {
            format!("{name}: Cannot open: {}", error.text())
        };
        self.fail(&text).await
    }

    /// The entries of the archive that are asked for, or the exit code.
    async fn read(&self) -> Result<Vec<Entry>, i32> {
        let bytes = match self.archive_name() {
            "-" => self.proc.read_to_end(0, LIMIT).await,
            name => self.proc.read_path(name, LIMIT).await,
        };
        let bytes = match bytes {
            Ok(bytes) => bytes,
            Err(error) => return Err(self.cannot_open(error).await),
        };
        // GNU's finds out by itself, in files.
        let packed = bytes.starts_with(&[0x1f, 0x8b]);
        let bytes = match self.opts.has('z') || (packed && self.archive_name() != "-") {
            false => bytes,
            true => match super::gzip::unpack(&bytes) {
                Ok(bytes) => bytes,
                Err(text) => {
                    self.proc.eprint(format!("\ngzip: stdin: {text}\n")).await;
                    return Err(self.fail("Child returned status 1").await);
                }
            },
        };
        let found = match tar::entries(&bytes) {
            Ok((found, _)) => found,
            Err(error) => {
                let text = match (error, self.proc.is_busybox()) {
                    (tar::Error::Truncated, true) => "short read",
                    (tar::Error::Truncated, false) => "Unexpected EOF in archive",
                    (tar::Error::Header, true) => "invalid tar magic",
                    (tar::Error::Header, false) => "This does not look like a tar archive",
                };
                return Err(self.fail(text).await);
            }
        };
        let wanted = &self.opts.rest;
        let is_wanted = |name: &str| {
            let name = name.trim_end_matches('/');
            wanted.is_empty()
                || wanted.iter().any(|w| {
                    let w = w.trim_end_matches('/');
                    name.strip_prefix(w)
                        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
                })
        };
        Ok(found
            .into_iter()
            .filter(|entry| is_wanted(&entry.name) && !self.excluded(&entry.name))
            .collect())
    }

    async fn list(&self) -> i32 {
        let entries = match self.read().await {
            Ok(entries) => entries,
            Err(status) => return status,
        };
        for entry in entries {
            self.proc.print(format!("{}\n", entry.name)).await;
        }
        0
    }

    async fn extract(&self) -> i32 {
        let entries = match self.read().await {
            Ok(entries) => entries,
            Err(status) => return status,
        };
        let strip = self.opts.value('N').and_then(|n| n.parse::<usize>().ok());
        let mut status = 0;
        for entry in entries {
            if self.opts.has('v') {
                self.proc.print(format!("{}\n", entry.name)).await;
            }
            if let (Kind::File(bytes), true) = (&entry.kind, self.opts.has('O')) {
                let _ = self.proc.write(1, bytes.clone()).await;
                continue;
            }
            let parts: Vec<&str> = entry
                .name
                .split('/')
                .filter(|part| !matches!(*part, "" | "." | ".."))
                .skip(strip.unwrap_or(0))
                .collect();
            if parts.is_empty() {
                continue;
            }
            if let Err(error) = self.unpack(&entry, &parts.join("/")) {
                status = self.failure;
                let text = if self.proc.is_busybox() {
                    format!("tar: can't open '{}': {}\n", entry.name, error.text())
                } else {
                    format!("tar: {}: Cannot open: {}\n", entry.name, error.text())
                };
                self.proc.eprint(text).await;
                if self.proc.is_busybox() {
                    return status;
                }
            }
        }
        if status != 0 {
            self.proc
                .eprint("tar: Exiting with failure status due to previous errors\n")
                .await;
        }
        status
    }

    fn unpack(&self, entry: &Entry, name: &str) -> Result<(), Errno> {
        let (vfs, cred) = (self.proc.vfs(), self.proc.cred());
        let full = self.path(name);
        vfs.mkdir_all(&cred, path::dirname(&full), 0o755)?;
        let exists = vfs.lstat(&cred, &full).is_ok();
        if exists && self.opts.has('k') && entry.kind != Kind::Directory {
            return Err(Errno::EEXIST);
        }
        match &entry.kind {
            Kind::Directory if vfs.is_dir(&cred, &full) => return Ok(()),
            Kind::Directory => vfs.mkdir(&cred, &full, entry.mode)?,
            Kind::Symlink(target) => {
                let _ = vfs.unlink(&cred, &full);
                vfs.symlink(&cred, target, &full)?;
                return Ok(());
            }
            Kind::File(bytes) => {
                if exists && !vfs.is_dir(&cred, &full) {
                    vfs.unlink(&cred, &full)?;
                }
                vfs.write_file(&cred, &full, bytes)?;
            }
        }
        let masked = match self.opts.has('o') {
            true => entry.mode & !cred.umask,
            false => entry.mode,
        };
        vfs.chmod(&cred, &full, masked)?;
        // Only root can give files away, and it does so only when nobody says otherwise.
        if cred.uid == 0 && !self.opts.has('o') {
            vfs.chown(&cred, &full, Some(entry.uid), Some(entry.gid))?;
        }
        if !self.opts.has('m') {
            vfs.utime(&cred, &full, entry.mtime.saturating_mul(1_000_000))?;
        }
        Ok(())
    }
}
