//! `apk`: `add`, `del`, `update` and `info`. Packages come alone, without others that they need.

use std::time::Duration;

use os::{Errno, Proc};

use super::{MIRROR, Package, erase, hint, reaches, root, unpack};

const HOST: &str = "dl-cdn.alpinelinux.org";
/// What somebody asked for, a name a line.
const WORLD: &str = "/etc/apk/world";
/// The packages of the image itself, and their size.
const BASE: [&str; 16] = [
    "alpine-baselayout",
    "alpine-baselayout-data",
    "alpine-keys",
    "alpine-release",
    "apk-tools",
    "busybox",
    "busybox-binsh",
    "ca-certificates-bundle",
    "libapk",
    "libcrypto3",
    "libssl3",
    "musl",
    "musl-utils",
    "scanelf",
    "ssl_client",
    "zlib",
];
const BASE_SIZE: u64 = 7_600;

/// How long the index, and a package, take to come.
const INDEX: Duration = Duration::from_millis(600);
const DOWNLOAD: Duration = Duration::from_millis(200);

/// What went wrong, and the exit code.
type Outcome = Result<(), (String, i32)>;

pub(crate) async fn main(proc: Proc) -> i32 {
    let args = proc.args();
    let mut words = args[1..]
        .iter()
        .map(String::as_str)
        .filter(|word| !word.starts_with('-'));
    let quiet = args.iter().any(|arg| arg == "-q" || arg == "--quiet");
    let command = words.next();
    let names: Vec<&str> = words.collect();
    let apk = Apk { proc: &proc, quiet };
    let outcome = match command {
        Some("add") => apk.add(&names).await,
        Some("del") => apk.del(&names).await,
        Some("update") => apk.update().await,
        Some("upgrade") => apk.upgrade().await,
        Some("info") => apk.info().await,
        Some(other) => {
            proc.hint("The playground's apk knows add, del, info, update and upgrade.");
            let text = format!("ERROR: '{other}' is not an apk command. See 'apk --help'.\n");
            Err((text, 1))
        }
        None => apk.usage().await,
    };
    match outcome {
        Ok(()) => 0,
        Err((text, code)) => {
            proc.eprint(text).await;
            code
        }
    }
}

struct Apk<'a> {
    proc: &'a Proc,
    quiet: bool,
}

impl Apk<'_> {
    async fn say(&self, text: impl AsRef<str>) {
        if !self.quiet {
            self.proc.print(text).await;
        }
    }

    async fn usage(&self) -> Outcome {
        let text = "apk-tools 3.0.3, compiled for x86_64.\n\nusage: apk [<OPTIONS>...] COMMAND [<ARGUMENTS>...]\n\n\
                    Package installation and removal:\n  add        Add or modify constraints in WORLD and commit changes\n  \
                    del        Remove constraints from WORLD and commit changes\n\nSystem maintenance:\n  \
                    update     Update repository indexes\n  upgrade    Install upgrades available from repositories\n\n\
                    Querying package information:\n  info       Give detailed information about packages or repositories\n";
        self.proc.print(text).await;
        Err((String::new(), 1))
    }

    fn lock(&self) -> Outcome {
        match self.proc.cred().uid {
            0 => Ok(()),
            _ => Err((
                "ERROR: Unable to lock database: Permission denied\nERROR: Failed to open apk database: Permission denied\n".into(),
                99,
            )),
        }
    }

    /// Fetches the index.
    async fn index(&self) -> Outcome {
        let url = format!("https://{HOST}/alpine/v3.23");
        for repository in ["main", "community"] {
            self.say(format!("fetch {url}/{repository}/x86_64/APKINDEX.tar.gz\n"))
                .await;
            if !reaches(self.proc, HOST).await {
                let text = format!(
                    "WARNING: fetching {url}/{repository}: temporary error (try again later)\n"
                );
                self.proc.eprint(text).await;
            }
        }
        self.proc.sleep(INDEX).await;
        Ok(())
    }

    fn world(&self) -> Vec<String> {
        let text = self.proc.vfs().read_file(&root(self.proc), WORLD);
        let text = text.map(|text| String::from_utf8_lossy(&text).into_owned());
        let text = text.unwrap_or_default();
        text.lines().map(str::to_owned).collect()
    }

    fn set_world(&self, world: &[String]) -> Result<(), Errno> {
        let (vfs, cred) = (self.proc.vfs(), root(self.proc));
        vfs.mkdir_all(&cred, "/etc/apk", 0o755)?;
        vfs.write_file(&cred, WORLD, (world.join("\n") + "\n").as_bytes())
    }

    /// How much is there in all.
    async fn sum(&self) {
        let world = self.world();
        let extra: Vec<_> = packages()
            .filter(|package| world.iter().any(|name| name == package.name))
            .collect();
        let size: u64 = extra.iter().map(|package| package.installed).sum();
        let (count, size) = (BASE.len() + extra.len(), (BASE_SIZE + size) as f64 / 1024.0);
        self.say(format!("OK: {size:.1} MiB in {count} packages\n"))
            .await;
    }

    async fn update(&self) -> Outcome {
        self.lock()?;
        self.index().await?;
        let count = packages().count();
        if reaches(self.proc, HOST).await {
            self.say(format!("OK: {count} distinct packages available\n"))
                .await;
            return Ok(());
        }
        Err((
            format!(
                "{} unavailable, 0 stale; 0 distinct packages available\n",
                2
            ),
            2,
        ))
    }

    async fn upgrade(&self) -> Outcome {
        self.lock()?;
        self.index().await?;
        self.sum().await;
        Ok(())
    }

    async fn info(&self) -> Outcome {
        let world = self.world();
        let mut all: Vec<&str> = BASE
            .into_iter()
            .chain(world.iter().map(String::as_str))
            .collect();
        all.sort_unstable();
        self.proc.print(all.join("\n") + "\n").await;
        Ok(())
    }

    async fn add(&self, names: &[&str]) -> Outcome {
        self.lock()?;
        self.index().await?;
        let reached = reaches(self.proc, HOST).await;
        let mut world = self.world();
        let (mut new, mut errors) = (Vec::new(), String::new());
        for name in names {
            let plain = name.split(['=', '~', '<', '>']).next().unwrap_or_default();
            match packages().find(|package| package.name == plain) {
                Some(package) if reached => {
                    if !world.iter().any(|name| name == package.name) {
                        new.push(package);
                    }
                }
                other => {
                    errors.push_str(&format!(
                        "  {plain} (no such package):\n    required by: world[{name}]\n"
                    ));
                    if other.is_none() {
                        hint(self.proc, packages().map(|package| package.name));
                    }
                }
            }
        }
        if !errors.is_empty() {
            return Err((
                format!("ERROR: unable to select packages:\n{errors}"),
                names.len().min(99) as i32,
            ));
        }
        let count = new.len();
        for (at, package) in new.into_iter().enumerate() {
            self.proc.sleep(DOWNLOAD).await;
            let Package { name, alpine, .. } = package;
            self.say(format!(
                "({}/{count}) Installing {name} ({alpine})\n",
                at + 1
            ))
            .await;
            world.push((*name).to_owned());
            world.sort();
            unpack(self.proc, package)
                .and_then(|()| self.set_world(&world))
                .map_err(|error| (format!("ERROR: {name}-{alpine}: {}\n", error.text()), 1))?;
        }
        if count > 0 {
            self.say("Executing busybox-1.37.0-r30.trigger\n").await;
        }
        self.sum().await;
        Ok(())
    }

    async fn del(&self, names: &[&str]) -> Outcome {
        self.lock()?;
        let world = self.world();
        let (gone, kept): (Vec<String>, Vec<String>) = world
            .into_iter()
            .partition(|name| names.contains(&name.as_str()));
        let gone: Vec<_> = packages()
            .filter(|package| gone.iter().any(|name| name == package.name))
            .collect();
        let count = gone.len();
        for (at, package) in gone.into_iter().enumerate() {
            let Package { name, alpine, .. } = package;
            self.say(format!("({}/{count}) Purging {name} ({alpine})\n", at + 1))
                .await;
            erase(self.proc, package)
                .and_then(|()| self.set_world(&kept))
                .map_err(|error| (format!("ERROR: {name}-{alpine}: {}\n", error.text()), 1))?;
        }
        if count > 0 {
            self.say("Executing busybox-1.37.0-r30.trigger\n").await;
        }
        self.sum().await;
        Ok(())
    }
}

/// What is in Alpine.
fn packages() -> impl Iterator<Item = &'static Package> {
    MIRROR.iter().filter(|package| !package.alpine.is_empty())
}
