//! Image registries: what can be pulled, how long it takes, and what they say when it cannot.
//!
//! One [`Registry`] stands for all registries of the world. What it refuses it refuses in containerd's words.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::fmt;
use std::rc::Rc;
use std::time::Duration;

use os::{Programs, Recent, Shelf, Tree};

use crate::digest::pseudo_sha256;
use crate::files::{Base, Files};
use crate::image::Image;
use crate::images;
use crate::reference::Reference;

/// Registries whose names can be resolved.
const HOSTS: [&str; 12] = [
    "docker.io",
    "registry.k8s.io",
    "k8s.gcr.io",
    "gcr.io",
    "us-docker.pkg.dev",
    "quay.io",
    "ghcr.io",
    "mcr.microsoft.com",
    "public.ecr.aws",
    "registry.access.redhat.com",
    "docker.elastic.co",
    "nvcr.io",
];

/// A registry that gives its images only to those it knows; they are those of Docker Hub's library.
pub const PRIVATE_REGISTRY: &str = "registry.private.test";
/// Who may pull from it …
pub const PRIVATE_USER: &str = "student";
/// … and with what.
pub const PRIVATE_PASSWORD: &str = "learning-by-doing";

/// What somebody shows to a registry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credentials {
    /// Who it is.
    pub username: String,
    /// The proof.
    pub password: String,
}

/// How long a pull takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PullSpeed {
    /// Always the same, whatever the size.
    Fixed(Duration),
    /// So many bytes a second, after a moment for the manifest.
    BytesPerSecond(u64),
}

/// An image as a registry describes it: which one, under which name, with which digest.
#[derive(Clone)]
pub struct Resolved {
    /// The image.
    pub image: &'static Image,
    /// What it is built on.
    pub base: Base,
    /// The reference it was asked for by, normalised.
    pub name: Rc<str>,
    /// The same image by its content: `docker.io/library/nginx@sha256:…`.
    pub by_digest: Rc<str>,
    /// The id of its configuration: `sha256:…`.
    pub id: Rc<str>,
}

impl fmt::Debug for Resolved {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

/// Why an image could not be pulled; its text is containerd's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PullError {
    /// The gRPC code's name.
    pub code: &'static str,
    /// What went wrong.
    pub text: String,
}

impl fmt::Display for PullError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "rpc error: code = {} desc = {}", self.code, self.text)
    }
}

impl std::error::Error for PullError {}

/// What tells images apart: their own name, the versions they have, and what they are built on.
type ImageKey = (&'static str, &'static [(u32, u32)], Base);

/// All registries.
pub struct Registry {
    speed: Cell<PullSpeed>,
    slow: Cell<Option<PullSpeed>>,
    down: Cell<bool>,
    trees: RefCell<BTreeMap<ImageKey, Tree>>,
    shared: Shared,
}

/// What all nodes' containers have in common without knowing it.
#[derive(Clone, Default)]
pub struct Shared {
    /// Files that were made last, of those that can be made again.
    pub shelf: Shelf,
    /// Contents of files, and lines of logs.
    pub contents: Recent<[u8]>,
    /// Names and values of variables, names of images, files of the kubelet's.
    pub texts: Recent<str>,
}

impl Default for Registry {
    fn default() -> Self {
        Self {
            speed: Cell::new(PullSpeed::Fixed(Duration::from_millis(600))),
            slow: Cell::new(None),
            down: Cell::new(false),
            trees: RefCell::default(),
            shared: Shared::default(),
        }
    }
}

impl Registry {
    /// Adds the programs of all images to the table from which containers run them.
    pub fn register_programs(programs: &Programs) {
        for image in images::all() {
            (image.programs)(programs);
        }
    }

    /// Makes pulls faster or slower.
    pub fn set_speed(&self, speed: PullSpeed) {
        self.speed.set(speed);
    }

    /// A fault: pulls are that slow for now.
    pub fn set_slow(&self, speed: Option<PullSpeed>) {
        self.slow.set(speed);
    }

    /// A fault: no registry answers.
    pub fn set_down(&self, down: bool) {
        self.down.set(down);
    }

    /// How long a pull of so many bytes takes; a refusal takes as long as no bytes.
    pub fn pull_time(&self, size: u64) -> Duration {
        match self.slow.get().unwrap_or(self.speed.get()) {
            PullSpeed::Fixed(time) => time,
            PullSpeed::BytesPerSecond(speed) => {
                let micros = size.saturating_mul(1_000_000) / speed.max(1);
                Duration::from_millis(500) + Duration::from_micros(micros)
            }
        }
    }

    /// Whether a registry wants to know who asks.
    pub fn is_private(host: &str) -> bool {
        host == PRIVATE_REGISTRY
    }

    /// Whether an image may be used by those who show these credentials.
    pub fn admits(reference: &Reference, shown: &[Credentials]) -> bool {
        !Self::is_private(&reference.domain) || shown.iter().any(is_known)
    }

    /// Looks an image up.
    pub fn resolve(
        &self,
        reference: &Reference,
        shown: &[Credentials],
    ) -> Result<Resolved, PullError> {
        let host = reference.domain.as_str();
        if self.down.get() {
            return Err(unreachable_host(
                reference,
                &format!("dial tcp: lookup {host}: i/o timeout"),
            ));
        }
        let private = Self::is_private(host);
        if private && !Self::admits(reference, shown) {
            return Err(unauthorized(reference, shown));
        }
        if !private && !HOSTS.contains(&host) && !host.ends_with(".pkg.dev") {
            let name = host.split(':').next().unwrap_or(host);
            return Err(unreachable_host(
                reference,
                &format!("dial tcp: lookup {name}: no such host"),
            ));
        }
        let repository = reference.repository();
        let tag = reference.tag.as_deref();
        let public = if private {
            format!("docker.io/library/{}", reference.path)
        } else {
            repository.clone()
        };
        let known = images::all().filter(|image| image.repositories.contains(&public.as_str()));
        // Old versions that differ much are images of their own, named later.
        let known: Vec<_> = known.collect();
        let has_tag =
            |image: &&&Image| tag.is_some_and(|tag| tag != "latest" && image.tags.contains(tag));
        let Some(image) = known.iter().rev().find(has_tag).or(known.first()).copied() else {
            return Err(unknown_repository(reference));
        };
        let exists = match (&reference.digest, tag) {
            (Some(digest), tag) => digest_of(&repository, tag.unwrap_or("latest")) == *digest,
            (None, Some(tag)) => image.tags.contains(tag),
            (None, None) => false,
        };
        if !exists {
            return Err(not_found(reference));
        }
        let digest = digest_of(&repository, tag.unwrap_or("latest"));
        let share = |text: &str| self.shared.texts.share(text);
        Ok(Resolved {
            image,
            base: Base::of_tag(tag.unwrap_or("latest")),
            name: share(&reference.to_string()),
            id: share(&format!(
                "sha256:{}",
                pseudo_sha256(&format!("config {digest}"))
            )),
            by_digest: share(&format!("{repository}@{digest}")),
        })
    }

    /// What all nodes' containers share.
    pub(crate) fn shared(&self) -> &Shared {
        &self.shared
    }

    /// The image's files, shared by all containers.
    pub(crate) fn tree(&self, image: &'static Image, base: Base) -> Tree {
        let name = (image.repositories[0], image.tags.versions, base);
        if let Some(tree) = self.trees.borrow().get(&name) {
            return tree.clone();
        }
        let mut files = Files::new(base);
        (image.files)(&mut files);
        let tree = files.into_tree();
        self.trees.borrow_mut().insert(name, tree.clone());
        tree
    }
}

fn digest_of(repository: &str, tag: &str) -> String {
    format!("sha256:{}", pseudo_sha256(&format!("{repository}:{tag}")))
}

/// The two steps in which every failure is wrapped.
fn failed_to_resolve(code: &'static str, reference: &Reference, why: &str) -> PullError {
    PullError {
        code,
        text: format!(
            "failed to pull and unpack image \"{reference}\": failed to resolve reference \"{reference}\": {why}"
        ),
    }
}

fn unknown_repository(reference: &Reference) -> PullError {
    if reference.domain == "docker.io" {
        failed_to_resolve(
            "Unknown",
            reference,
            "pull access denied, repository does not exist or may require authorization: \
             server message: insufficient_scope: authorization failed",
        )
    } else {
        not_found(reference)
    }
}

fn not_found(reference: &Reference) -> PullError {
    failed_to_resolve("NotFound", reference, &format!("{reference}: not found"))
}

fn is_known(shown: &Credentials) -> bool {
    shown.username == PRIVATE_USER && shown.password == PRIVATE_PASSWORD
}

fn unauthorized(reference: &Reference, shown: &[Credentials]) -> PullError {
    if shown.is_empty() {
        return failed_to_resolve(
            "Unknown",
            reference,
            "pull access denied, repository does not exist or may require authorization: \
             authorization failed: no basic auth credentials",
        );
    }
    let why = format!(
        "unexpected status from HEAD request to {}: 401 Unauthorized",
        manifest_url(&reference.domain, reference)
    );
    failed_to_resolve("Unknown", reference, &why)
}

fn manifest_url(host: &str, reference: &Reference) -> String {
    let manifest = reference
        .tag
        .as_deref()
        .or(reference.digest.as_deref())
        .unwrap_or("latest");
    format!("https://{host}/v2/{}/manifests/{manifest}", reference.path)
}

fn unreachable_host(reference: &Reference, why: &str) -> PullError {
    let host = match reference.domain.as_str() {
        "docker.io" => "registry-1.docker.io",
        host => host,
    };
    let url = manifest_url(host, reference);
    failed_to_resolve(
        "Unknown",
        reference,
        &format!("failed to do request: Head \"{url}\": {why}"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pull(text: &str) -> Result<Resolved, PullError> {
        pull_as(text, &[])
    }

    fn pull_as(text: &str, shown: &[Credentials]) -> Result<Resolved, PullError> {
        let reference = Reference::parse(text).expect(text);
        Registry::default().resolve(&reference, shown)
    }

    #[test]
    fn a_private_registry_wants_to_know_who_asks() {
        let image = "registry.private.test/nginx:1.27";
        let shown = |password: &str| Credentials {
            username: PRIVATE_USER.to_owned(),
            password: password.to_owned(),
        };
        let begin = format!(
            "rpc error: code = Unknown desc = failed to pull and unpack image \"{image}\": failed to resolve reference \
             \"{image}\": "
        );
        let error = pull(image).expect_err("refused").to_string();
        let text = "pull access denied, repository does not exist or may require authorization: authorization failed: no \
                    basic auth credentials";
        assert_eq!(error, format!("{begin}{text}"));
        let error = pull_as(image, &[shown("guess")]).expect_err("refused");
        let text = "unexpected status from HEAD request to https://registry.private.test/v2/nginx/manifests/1.27: 401 \
                    Unauthorized";
        assert_eq!(error.to_string(), format!("{begin}{text}"));
        let both = [shown("guess"), shown(PRIVATE_PASSWORD)];
        let image = pull_as(image, &both).expect("admitted");
        assert_eq!(&*image.name, "registry.private.test/nginx:1.27");
        assert!(pull_as("registry.private.test/nosuch", &both).is_err());
    }

    #[test]
    fn every_image_is_found_by_all_its_names() {
        for image in images::all() {
            for repository in image.repositories {
                let reference = Reference::parse(repository).expect(repository);
                assert_eq!(reference.repository(), *repository, "not in normal form");
                assert!(pull(repository).is_ok(), "{repository}");
            }
        }
    }

    #[test]
    fn names_and_digests() {
        let nginx = pull("nginx").expect("nginx");
        assert_eq!(&*nginx.name, "docker.io/library/nginx:latest");
        assert!(
            nginx
                .by_digest
                .starts_with("docker.io/library/nginx@sha256:")
        );
        assert_ne!(pull("nginx:1.27").expect("1.27").by_digest, nginx.by_digest);
        assert!(pull(&nginx.by_digest).is_ok());
    }

    #[test]
    fn refuses_in_containerds_words() {
        let cases = [
            (
                "ngnix",
                "rpc error: code = Unknown desc = failed to pull and unpack image \
                 \"docker.io/library/ngnix:latest\": failed to resolve reference \
                 \"docker.io/library/ngnix:latest\": pull access denied, repository does not exist or may require \
                 authorization: server message: insufficient_scope: authorization failed",
            ),
            (
                "nginx:nosuchtag",
                "rpc error: code = NotFound desc = failed to pull and unpack image \
                 \"docker.io/library/nginx:nosuchtag\": failed to resolve reference \
                 \"docker.io/library/nginx:nosuchtag\": docker.io/library/nginx:nosuchtag: not found",
            ),
            (
                "registry.example.com:5000/app:v1",
                "rpc error: code = Unknown desc = failed to pull and unpack image \
                 \"registry.example.com:5000/app:v1\": failed to resolve reference \
                 \"registry.example.com:5000/app:v1\": failed to do request: Head \
                 \"https://registry.example.com:5000/v2/app/manifests/v1\": dial tcp: lookup registry.example.com: \
                 no such host",
            ),
        ];
        for (text, expected) in cases {
            let error = pull(text).expect_err(text);
            assert_eq!(error.to_string(), expected);
        }
    }

    #[test]
    fn files_of_all_images_can_be_made() {
        let registry = Registry::default();
        for image in images::all() {
            for base in [Base::Debian, Base::Alpine] {
                let _ = registry.tree(image, base);
            }
        }
    }
}
