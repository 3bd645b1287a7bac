//! What a stand-in image is: its names and tags, its configuration, its files, its programs.
//!
//! An image is a file in `images/` with one `static` of this type, named in the list of `images/mod.rs`. Nothing else
//! has to know of it.

use os::{Programs, Signal};

use crate::files::Files;
use crate::tags::Tags;

/// A stand-in for a public image.
pub struct Image {
    /// The repositories it is found in, in normal form (`docker.io/library/nginx`), its own name first.
    pub repositories: &'static [&'static str],
    /// The tags it has.
    pub tags: Tags,
    /// Its size in bytes, as the event `Pulled` tells it.
    pub size: u64,
    /// How it is run.
    pub config: ImageConfig,
    /// Makes its files.
    pub files: fn(&mut Files),
    /// Adds the programs that only this image has.
    pub programs: fn(&Programs),
}

/// The configuration that comes with an image.
#[derive(Clone, Copy, Debug)]
pub struct ImageConfig {
    /// The program that is run, unless the pod says `command`.
    pub entrypoint: &'static [&'static str],
    /// Its arguments, unless the pod says `command` or `args`.
    pub command: &'static [&'static str],
    /// Environment.
    pub env: &'static [(&'static str, &'static str)],
    /// Where it is run.
    pub working_dir: &'static str,
    /// Who runs it: `uid` or `uid:gid`, or a name that its `/etc/passwd` has; empty for root.
    pub user: &'static str,
    /// What asks it to end.
    pub stop_signal: Signal,
    /// The environment variable that tells the version, and for a minor version its last patch level. Programs that
    /// tell their version look there, so that `nginx:1.27` and `nginx:1.28` differ as they should.
    pub version: Option<(&'static str, &'static [(&'static str, &'static str)])>,
    /// Bytes that its program holds when it has just been started, beside what our stand-in for it says that it holds.
    pub memory: u64,
}

impl ImageConfig {
    /// What most images have: root, `/`, a plain PATH, SIGTERM.
    pub const DEFAULT: Self = Self {
        entrypoint: &[],
        command: &[],
        env: &[("PATH", DEFAULT_PATH)],
        working_dir: "/",
        user: "",
        stop_signal: Signal::TERM,
        version: None,
        memory: 512 << 10,
    };

    /// The environment of an image of that tag.
    pub fn environment(&self, tag: &str) -> impl Iterator<Item = (&'static str, String)> {
        let version = self.version.and_then(|(name, patches)| {
            let base = tag.split('-').next().unwrap_or(tag);
            base.starts_with(|c: char| c.is_ascii_digit())
                .then_some(())?;
            let version = match base.matches('.').count() {
                0 => return None,
                1 => patches
                    .iter()
                    .find(|(minor, _)| *minor == base)
                    .map_or_else(|| format!("{base}.0"), |(_, full)| (*full).to_owned()),
                _ => base.to_owned(),
            };
            Some((name, version))
        });
        let told = version.as_ref().map(|(name, _)| *name);
        self.env
            .iter()
            .filter(move |(name, _)| Some(*name) != told)
            .map(|(name, value)| (*name, (*value).to_owned()))
            .chain(version)
    }
}

/// The PATH of most images.
pub const DEFAULT_PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/// For images that bring no programs of their own.
pub(crate) fn no_programs(_: &Programs) {}
