//! The files of an image, made once and then shared by all containers as a copy-on-write tree.

use os::{Cred, Fs, Tree, Vfs};

/// When all images were built: 2026-01-01T00:00:00Z, in microseconds.
const BUILT: i64 = 1_767_225_600_000_000;

/// Alpine's release.
const ALPINE: &str = "3.23.2";

/// What images are built on, as far as tags tell: `nginx:1.29` on Debian, `nginx:1.29-alpine` on Alpine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Base {
    /// Debian.
    Debian,
    /// Alpine: busybox, and no bash.
    Alpine,
}

impl Base {
    /// What a tag says: `alpine`, `1.29-alpine`, `17-alpine3.22`.
    pub fn of_tag(tag: &str) -> Self {
        match tag.split('-').any(|part| part.starts_with("alpine")) {
            true => Self::Alpine,
            false => Self::Debian,
        }
    }
}

/// An image's root file system in the making.
pub struct Files {
    fs: Fs,
    vfs: Vfs,
    base: Base,
}

impl Files {
    /// A root file system with what every Linux image has: `/dev`, `/tmp`, `/etc`, `/proc`, users, …
    pub(crate) fn new(base: Base) -> Self {
        let fs = Fs::new("overlay", BUILT);
        let vfs = Vfs::new(fs.clone());
        let mut files = Self { fs, vfs, base };
        // An empty file system refuses nothing of this.
        let _ = files.vfs.make_basics(BUILT);
        for dir in [
            "/etc", "/proc", "/sys", "/run", "/usr", "/var/log", "/var/lib", "/mnt", "/opt", "/srv",
        ] {
            files.dir(dir, 0o755);
        }
        files.dir("/root", 0o700);
        files.dir("/home", 0o755);
        files.dir("/var/tmp", 0o1777);
        files.file("/etc/hosts", "");
        files.file("/etc/hostname", "");
        files.file("/etc/resolv.conf", "");
        files.users(&[("root", 0, 0, "/root")]);
        files
    }

    /// The finished tree.
    pub(crate) fn into_tree(self) -> Tree {
        self.fs.snapshot()
    }

    /// A directory, with those above it.
    pub fn dir(&mut self, path: &str, mode: u16) {
        let root = Cred {
            umask: 0,
            ..Cred::root(BUILT)
        };
        let made = self
            .vfs
            .mkdir_all(&root, path, 0o755)
            .and_then(|()| self.vfs.chmod(&root, path, mode));
        debug_assert!(made.is_ok(), "{path}: {made:?}");
    }

    /// A text file.
    pub fn file(&mut self, path: &str, text: &str) {
        let root = Cred::root(BUILT);
        let written = self
            .vfs
            .mkdir_all(&root, os::path::dirname(path), 0o755)
            .and_then(|()| self.vfs.write_file(&root, path, text.as_bytes()));
        debug_assert!(written.is_ok(), "{path}: {written:?}");
    }

    /// A symbolic link.
    pub fn link(&mut self, path: &str, target: &str) {
        let made = self.vfs.symlink(&Cred::root(BUILT), target, path);
        debug_assert!(made.is_ok(), "{path}: {made:?}");
    }

    /// An executable that runs a program; `flavor` is whose spelling of messages it has.
    pub fn program(&mut self, path: &str, program: &str, flavor: &str) {
        let made = self.vfs.install(BUILT, path, program, flavor);
        debug_assert!(made.is_ok(), "{path}: {made:?}");
    }

    /// Gives a path away.
    pub fn owner(&mut self, path: &str, uid: u32, gid: u32) {
        let done = self
            .vfs
            .chown(&Cred::root(BUILT), path, Some(uid), Some(gid));
        debug_assert!(done.is_ok(), "{path}: {done:?}");
    }

    /// `/etc/passwd` and `/etc/group` with these users: name, uid, gid, home.
    pub fn users(&mut self, users: &[(&str, u32, u32, &str)]) {
        let mut passwd = String::new();
        let mut group = String::new();
        for (name, uid, gid, home) in users {
            let shell = if *uid == 0 {
                "/bin/sh"
            } else {
                "/sbin/nologin"
            };
            passwd.push_str(&format!("{name}:x:{uid}:{gid}:{name}:{home}:{shell}\n"));
            group.push_str(&format!("{name}:x:{gid}:\n"));
        }
        self.file("/etc/passwd", &passwd);
        self.file("/etc/group", &group);
    }

    /// A shell and the small tools, all from busybox.
    pub fn busybox(&mut self) {
        for name in BUSYBOX_BIN {
            self.program(&format!("/bin/{name}"), name, "busybox");
        }
        self.dir("/usr/bin", 0o755);
        for name in BUSYBOX_USR_BIN {
            self.program(&format!("/usr/bin/{name}"), name, "busybox");
        }
    }

    /// Bash and the GNU tools, as far as a small image has them: looking at processes, at the network or at files with an
    /// editor takes packages of their own.
    pub fn gnu(&mut self) {
        self.program("/bin/bash", "bash", "gnu");
        for name in GNU_BIN {
            self.program(&format!("/bin/{name}"), name, "gnu");
        }
        for name in GNU_USR_BIN {
            self.program(&format!("/usr/bin/{name}"), name, "gnu");
        }
    }

    /// What the system has that the tag stands for.
    pub fn base(&mut self) {
        match self.base {
            Base::Debian => self.debian("bookworm"),
            Base::Alpine => self.alpine(),
        }
    }

    /// What an Alpine image has: busybox and a package manager.
    pub fn alpine(&mut self) {
        self.busybox();
        self.program("/sbin/apk", "apk", "gnu");
        self.file("/etc/alpine-release", &format!("{ALPINE}\n"));
        self.file(
            "/etc/os-release",
            &format!(
                "NAME=\"Alpine Linux\"\nID=alpine\nVERSION_ID={ALPINE}\nPRETTY_NAME=\"Alpine Linux v3.23\"\n\
                 HOME_URL=\"https://alpinelinux.org/\"\nBUG_REPORT_URL=\"https://gitlab.alpinelinux.org/alpine/aports/-/issues\"\n"
            ),
        );
    }

    /// What a Debian image has.
    pub fn debian(&mut self, release: &str) {
        self.gnu();
        for name in ["dash", "sh"] {
            self.program(&format!("/bin/{name}"), "dash", "gnu");
        }
        for name in ["apt", "apt-get"] {
            self.program(&format!("/usr/bin/{name}"), "apt-get", "gnu");
        }
        self.file("/etc/debian_version", "12.11\n");
        self.file(
            "/etc/os-release",
            &format!(
                "PRETTY_NAME=\"Debian GNU/Linux 12 ({release})\"\nNAME=\"Debian GNU/Linux\"\n\
                 VERSION_ID=\"12\"\nVERSION=\"12 ({release})\"\nVERSION_CODENAME={release}\nID=debian\n\
                 HOME_URL=\"https://www.debian.org/\"\n"
            ),
        );
    }
}

/// The tools that busybox has in `/bin`.
const BUSYBOX_BIN: &[&str] = &[
    "sh", "ash", "ls", "cat", "echo", "pwd", "mkdir", "rmdir", "rm", "cp", "mv", "ln", "touch",
    "chmod", "chown", "date", "sleep", "true", "false", "ps", "kill", "grep", "egrep", "fgrep",
    "sed", "gzip", "gunzip", "tar", "hostname", "uname", "mount", "df", "dd", "stat", "su", "sync",
    "usleep", "vi", "watch", "more", "printenv", "base64", "ping", "netstat", "busybox", "stty",
    "ip",
];

/// The tools that busybox has in `/usr/bin`.
const BUSYBOX_USR_BIN: &[&str] = &[
    "[",
    "test",
    "env",
    "id",
    "whoami",
    "head",
    "tail",
    "wc",
    "sort",
    "uniq",
    "cut",
    "tr",
    "tee",
    "seq",
    "printf",
    "basename",
    "dirname",
    "expr",
    "find",
    "xargs",
    "which",
    "yes",
    "awk",
    "du",
    "free",
    "top",
    "uptime",
    "nproc",
    "timeout",
    "time",
    "md5sum",
    "sha256sum",
    "sha512sum",
    "od",
    "hexdump",
    "less",
    "diff",
    "cmp",
    "paste",
    "rev",
    "tac",
    "nl",
    "fold",
    "realpath",
    "readlink",
    "mktemp",
    "wget",
    "nslookup",
    "nc",
    "telnet",
    "traceroute",
    "clear",
    "reset",
    "tty",
    "who",
    "killall",
    "pgrep",
    "pkill",
    "pidof",
    "install",
    "comm",
    "split",
    "strings",
    "xxd",
    "arch",
    "chroot",
    "sha1sum",
    "tsort",
];

/// The GNU tools in `/bin`.
const GNU_BIN: &[&str] = &[
    "sh", "ls", "cat", "echo", "pwd", "mkdir", "rmdir", "rm", "cp", "mv", "ln", "touch", "chmod",
    "chown", "chgrp", "date", "sleep", "true", "false", "grep", "egrep", "fgrep", "sed", "gzip",
    "gunzip", "zcat", "tar", "hostname", "uname", "mount", "df", "dd", "stat", "su", "sync",
    "more", "login", "pidof",
];

/// The GNU tools in `/usr/bin`.
const GNU_USR_BIN: &[&str] = &[
    "[",
    "test",
    "env",
    "id",
    "whoami",
    "head",
    "tail",
    "wc",
    "sort",
    "uniq",
    "cut",
    "tr",
    "tee",
    "seq",
    "printf",
    "basename",
    "dirname",
    "expr",
    "find",
    "xargs",
    "which",
    "yes",
    "awk",
    "du",
    "nproc",
    "timeout",
    "md5sum",
    "sha256sum",
    "od",
    "diff",
    "cmp",
    "paste",
    "rev",
    "tac",
    "nl",
    "fold",
    "realpath",
    "readlink",
    "mktemp",
    "tty",
    "install",
    "comm",
    "split",
    "perl",
    "base64",
    "printenv",
    "arch",
    "chroot",
    "sha1sum",
    "sha224sum",
    "sha384sum",
    "sha512sum",
    "tsort",
    "clear",
    "expand",
    "factor",
    "getent",
    "groups",
    "join",
    "nice",
    "nohup",
    "numfmt",
    "sha1sum",
    "sha512sum",
    "shuf",
    "stty",
    "tput",
    "truncate",
    "unexpand",
];
