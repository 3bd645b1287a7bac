//! `apt-get` and `apt`: `update`, `install`, `remove` and what is said around them. Packages come alone, without others that
//! they need, so nothing is asked; nothing is ever upgraded.

use std::time::Duration;

use os::{Errno, Proc};

use super::{MIRROR, Package, erase, hint, reaches, root, unpack};

/// Where `update` notes what the mirror has. An image comes without, so that a package is unknown until then.
const LISTS: &str = "/var/lib/apt/lists/mirror_Packages";
/// What dpkg keeps for each installed package.
const INFO: &str = "/var/lib/dpkg/info";
/// Files in a small image.
const FILES: usize = 6090;

/// How long the lists, and a package, take to come.
const UPDATE: Duration = Duration::from_millis(1200);
const DOWNLOAD: Duration = Duration::from_millis(300);

struct Mirror {
    host: &'static str,
    url: &'static str,
    release: String,
}

/// The mirror of the system that runs here.
fn mirror(proc: &Proc) -> Mirror {
    let release = proc.vfs().read_file(&root(proc), "/etc/os-release");
    let release = release.map(|text| String::from_utf8_lossy(&text).into_owned());
    let release = release.unwrap_or_default();
    let codename = release
        .lines()
        .find_map(|line| line.strip_prefix("VERSION_CODENAME="))
        .unwrap_or("bookworm");
    let ubuntu = release.lines().any(|line| line == "ID=ubuntu");
    let (host, url) = match ubuntu {
        true => ("archive.ubuntu.com", "http://archive.ubuntu.com/ubuntu"),
        false => ("deb.debian.org", "http://deb.debian.org/debian"),
    };
    Mirror {
        host,
        url,
        release: codename.to_owned(),
    }
}

/// What ends it: standard error's text. The exit code is 100, as for all of apt's errors.
type Outcome = Result<(), String>;

pub(crate) async fn main(proc: Proc) -> i32 {
    let args = proc.args();
    let tool = args[0].rsplit('/').next().unwrap_or_default().to_owned();
    let words: Vec<&str> = args[1..].iter().map(String::as_str).collect();
    let (options, words): (Vec<&str>, Vec<&str>) =
        words.into_iter().partition(|word| word.starts_with('-'));
    let quiet = options
        .iter()
        .any(|option| *option == "-qq" || *option == "--quiet=2");
    let apt = Apt {
        proc: &proc,
        quiet,
        tool: &tool,
    };
    let outcome = match words.split_first() {
        None => apt.usage().await,
        Some((&operation, names)) => apt.run(operation, names).await,
    };
    match outcome {
        Ok(()) => 0,
        Err(text) => {
            proc.eprint(text).await;
            100
        }
    }
}

struct Apt<'a> {
    proc: &'a Proc,
    quiet: bool,
    tool: &'a str,
}

impl Apt<'_> {
    async fn say(&self, text: impl AsRef<str>) {
        if !self.quiet {
            self.proc.print(text).await;
        }
    }

    /// What takes a moment, and is done.
    async fn done(&self, what: &str) {
        let end = if self.proc.is_tty(1) { " Done" } else { "" };
        self.say(format!("{what}...{end}\n")).await;
    }

    async fn usage(&self) -> Outcome {
        let text = format!(
            "apt 2.6.1 (amd64)\nUsage: {0} [options] command\n       {0} [options] install|remove pkg1 [pkg2 ...]\n\n\
             Most used commands:\n  update - Retrieve new lists of packages\n  install - Install new packages\n  \
             remove - Remove packages\n",
            self.tool
        );
        self.proc.print(text).await;
        Ok(())
    }

    async fn run(&self, operation: &str, names: &[&str]) -> Outcome {
        if self.tool == "apt" && !self.proc.is_tty(1) {
            let warning = "\nWARNING: apt does not have a stable CLI interface. Use with caution in scripts.\n\n";
            self.proc.eprint(warning).await;
        }
        match operation {
            "update" => self.update().await,
            "install" | "reinstall" => {
                self.lock()?;
                self.install(names).await
            }
            "remove" | "purge" => {
                self.lock()?;
                self.remove(names).await
            }
            "upgrade" | "dist-upgrade" | "full-upgrade" | "autoremove" | "autopurge" => {
                self.lock()?;
                self.read().await;
                if operation.ends_with("upgrade") {
                    self.done("Calculating upgrade").await;
                }
                self.sum(0, 0).await;
                Ok(())
            }
            "clean" | "autoclean" | "check" => self.lock(),
            other => {
                self.proc
                    .hint("The playground's apt knows update, install, remove, upgrade, autoremove and clean.");
                Err(format!("E: Invalid operation {other}\n"))
            }
        }
    }

    fn is_root(&self) -> bool {
        self.proc.cred().uid == 0
    }

    fn lock(&self) -> Outcome {
        match self.is_root() {
            true => Ok(()),
            false => Err(
                "E: Could not open lock file /var/lib/dpkg/lock-frontend - open (13: Permission denied)\n\
                 E: Unable to acquire the dpkg frontend lock (/var/lib/dpkg/lock-frontend), are you root?\n"
                    .into(),
            ),
        }
    }

    async fn update(&self) -> Outcome {
        if !self.is_root() {
            return Err(
                "E: Could not open lock file /var/lib/apt/lists/lock - open (13: Permission denied)\n\
                 E: Unable to lock directory /var/lib/apt/lists/\n"
                    .into(),
            );
        }
        let (proc, mirror) = (self.proc, mirror(self.proc));
        let Mirror { host, url, release } = &mirror;
        let known = proc.vfs().exists(&root(proc), LISTS);
        proc.vfs()
            .write_file(&root(proc), "/var/lib/apt/lists/lock", b"")
            .or_else(|error| match error {
                // The folder is made by the first update.
                Errno::ENOENT => proc
                    .vfs()
                    .mkdir_all(&root(proc), "/var/lib/apt/lists", 0o755),
                error => Err(error),
            })
            .map_err(|error| {
                format!(
                    "E: List directory /var/lib/apt/lists/partial is missing. - Acquire ({}: {})\n",
                    error as u32,
                    error.text()
                )
            })?;
        if !reaches(proc, host).await {
            self.say(format!(
                "Ign:1 {url} {release} InRelease\nErr:1 {url} {release} InRelease\n  Temporary failure resolving '{host}'\n"
            ))
            .await;
            self.done("Reading package lists").await;
            let text = format!(
                "W: Failed to fetch {url}/dists/{release}/InRelease  Temporary failure resolving '{host}'\n\
                 W: Some index files failed to download. They have been ignored, or old ones used instead.\n"
            );
            proc.eprint(text).await;
            return Ok(());
        }
        proc.sleep(UPDATE).await;
        let lines = match known {
            true => format!(
                "Hit:1 {url} {release} InRelease\nHit:2 {url} {release}-updates InRelease\n"
            ),
            false => format!(
                "Get:1 {url} {release} InRelease [151 kB]\nGet:2 {url} {release}-updates InRelease [55.4 kB]\n\
                 Get:3 {url} {release}/main amd64 Packages [8793 kB]\nFetched 8999 kB in 1s (7499 kB/s)\n"
            ),
        };
        self.say(lines).await;
        let names: Vec<&str> = packages().map(|package| package.name).collect();
        let _ = proc
            .vfs()
            .write_file(&root(proc), LISTS, names.join("\n").as_bytes());
        self.done("Reading package lists").await;
        if self.tool == "apt" {
            self.done("Building dependency tree").await;
            self.done("Reading state information").await;
            self.say("All packages are up to date.\n").await;
        }
        Ok(())
    }

    async fn read(&self) {
        for what in [
            "Reading package lists",
            "Building dependency tree",
            "Reading state information",
        ] {
            self.done(what).await;
        }
    }

    async fn sum(&self, new: usize, removed: usize) {
        self.say(format!(
            "0 upgraded, {new} newly installed, {removed} to remove and 0 not upgraded.\n"
        ))
        .await;
    }

    /// The packages by these names; with lists, what the mirror has is known, too.
    async fn find(&self, names: &[&str]) -> Result<Vec<&'static Package>, String> {
        let proc = self.proc;
        let listed = proc.vfs().exists(&root(proc), LISTS);
        let (mut found, mut errors) = (Vec::new(), String::new());
        for name in names {
            let name = name.split('=').next().unwrap_or_default();
            match packages().find(|package| package.name == name) {
                Some(package) if listed || self.is_installed(package) => found.push(package),
                other => {
                    errors.push_str(&format!("E: Unable to locate package {name}\n"));
                    match other {
                        Some(_) => proc.hint("An image comes without the lists of packages: `apt-get update` fetches them."),
                        None => hint(proc, packages().map(|package| package.name)),
                    }
                }
            }
        }
        found.sort_by_key(|package| package.name);
        found.dedup_by_key(|package| package.name);
        if errors.is_empty() {
            Ok(found)
        } else {
            Err(errors)
        }
    }

    /// Whether dpkg knows it, or its programs are part of the image.
    fn is_installed(&self, package: &Package) -> bool {
        let (vfs, cred) = (self.proc.vfs(), root(self.proc));
        let has = |path: &str| vfs.exists(&cred, path);
        vfs.exists(&cred, &list_of(package)) || package.programs.iter().all(|(path, _)| has(path))
    }

    async fn install(&self, names: &[&str]) -> Outcome {
        self.read().await;
        let wanted = self.find(names).await?;
        let (there, new): (Vec<_>, Vec<_>) = wanted
            .into_iter()
            .partition(|package| self.is_installed(package));
        for Package { name, debian, .. } in there {
            self.say(format!(
                "{name} is already the newest version ({debian}).\n"
            ))
            .await;
        }
        if !new.is_empty() {
            let list: Vec<&str> = new.iter().map(|package| package.name).collect();
            let text = format!(
                "The following NEW packages will be installed:\n  {}\n",
                list.join(" ")
            );
            self.say(text).await;
        }
        self.sum(new.len(), 0).await;
        if new.is_empty() {
            return Ok(());
        }
        let mirror = mirror(self.proc);
        let (size, installed) = (
            kilobytes(new.iter().map(|package| package.size).sum()),
            thousands(new.iter().map(|package| package.installed).sum()),
        );
        self.say(format!(
            "Need to get {size} of archives.\nAfter this operation, {installed} kB of additional disk space will be used.\n"
        ))
        .await;
        if !reaches(self.proc, mirror.host).await {
            return Err(unreachable(&mirror, &new));
        }
        for (
            at,
            Package {
                name, debian, size, ..
            },
        ) in new.iter().enumerate()
        {
            self.proc.sleep(DOWNLOAD).await;
            let (url, release, size) = (mirror.url, &mirror.release, kilobytes(*size));
            let at = at + 1;
            self.say(format!(
                "Get:{at} {url} {release}/main amd64 {name} amd64 {debian} [{size}]\n"
            ))
            .await;
        }
        self.say(format!("Fetched {size} in 0s (2231 kB/s)\n"))
            .await;
        let delays = "debconf: delaying package configuration, since apt-utils is not installed\n";
        self.proc.eprint(delays).await;
        for (at, package) in new.iter().enumerate() {
            let Package { name, debian, .. } = package;
            self.say(format!("Selecting previously unselected package {name}.\n"))
                .await;
            if at == 0 {
                self.database().await;
            }
            let file = debian.replace(':', "%3a");
            self.say(format!(
                "Preparing to unpack .../{name}_{file}_amd64.deb ...\nUnpacking {name} ({debian}) ...\n"
            ))
            .await;
            self.unpacked(package).map_err(|error| {
                format!(
                    "dpkg: error processing archive /var/cache/apt/archives/{name}_{file}_amd64.deb (--unpack):\n \
                     unable to write file: {}\nE: Sub-process /usr/bin/dpkg returned an error code (1)\n",
                    error.text()
                )
            })?;
        }
        for Package { name, debian, .. } in new {
            self.say(format!("Setting up {name} ({debian}) ...\n"))
                .await;
        }
        Ok(())
    }

    fn unpacked(&self, package: &Package) -> Result<(), Errno> {
        unpack(self.proc, package)?;
        let files: String = package
            .programs
            .iter()
            .map(|(path, _)| format!("{path}\n"))
            .collect();
        let (vfs, cred) = (self.proc.vfs(), root(self.proc));
        vfs.mkdir_all(&cred, INFO, 0o755)?;
        vfs.write_file(&cred, &list_of(package), files.as_bytes())
    }

    async fn database(&self) {
        self.say(format!(
            "(Reading database ... {FILES} files and directories currently installed.)\n"
        ))
        .await;
    }

    async fn remove(&self, names: &[&str]) -> Outcome {
        self.read().await;
        let (there, missing): (Vec<_>, Vec<_>) = self
            .find(names)
            .await?
            .into_iter()
            .partition(|package| self.is_installed(package));
        for Package { name, .. } in missing {
            self.say(format!(
                "Package '{name}' is not installed, so not removed\n"
            ))
            .await;
        }
        if there.is_empty() {
            self.sum(0, 0).await;
            return Ok(());
        }
        let list: Vec<&str> = there.iter().map(|package| package.name).collect();
        let freed = thousands(there.iter().map(|package| package.installed).sum());
        let text = format!(
            "The following packages will be REMOVED:\n  {}\n",
            list.join(" ")
        );
        self.say(text).await;
        self.sum(0, there.len()).await;
        self.say(format!(
            "After this operation, {freed} kB disk space will be freed.\n"
        ))
        .await;
        self.database().await;
        for package in there {
            let Package { name, debian, .. } = package;
            self.say(format!("Removing {name} ({debian}) ...\n")).await;
            let erased = erase(self.proc, package);
            let (vfs, cred) = (self.proc.vfs(), root(self.proc));
            let _ = vfs.unlink(&cred, &list_of(package));
            erased.map_err(|error| {
                format!(
                    "dpkg: error processing package {name} (--remove):\n {}\n\
                     E: Sub-process /usr/bin/dpkg returned an error code (1)\n",
                    error.text()
                )
            })?;
        }
        Ok(())
    }
}

/// What is in Debian.
fn packages() -> impl Iterator<Item = &'static Package> {
    MIRROR.iter().filter(|package| !package.debian.is_empty())
}

fn list_of(package: &Package) -> String {
    format!("{INFO}/{}.list", package.name)
}

fn unreachable(mirror: &Mirror, packages: &[&Package]) -> String {
    let Mirror { host, url, .. } = mirror;
    let lines: String = packages
        .iter()
        .map(|Package { name, debian, .. }| {
            let initial = &name[..1];
            format!(
                "E: Failed to fetch {url}/pool/main/{initial}/{name}/{name}_{debian}_amd64.deb  Temporary failure resolving '{host}'\n"
            )
        })
        .collect();
    lines
        + "E: Unable to fetch some archives, maybe run apt-get update or try with --fix-missing?\n"
}

/// A size as apt writes it: three digits.
fn kilobytes(size: f64) -> String {
    match size {
        size if size < 100.0 => format!("{size:.1} kB"),
        size if size < 10_000.0 => format!("{} kB", thousands(size.round() as u64)),
        size => format!("{:.1} MB", size / 1000.0),
    }
}

/// A number with a comma before every three digits.
fn thousands(number: u64) -> String {
    match number {
        0..1000 => number.to_string(),
        _ => format!("{},{:03}", thousands(number / 1000), number % 1000),
    }
}
