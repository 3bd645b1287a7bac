//! `busybox`: a shell and the usual small tools.

use crate::image::{Image, ImageConfig, no_programs};
use crate::tags::Tags;

const REPOSITORIES: &[&str] = &[
    "docker.io/library/busybox",
    "registry.k8s.io/busybox",
    "registry.k8s.io/e2e-test-images/busybox",
    "k8s.gcr.io/busybox",
    "gcr.io/google-containers/busybox",
    "quay.io/prometheus/busybox",
];

/// Up to 1.28, which the documentation asks for where it looks names up: its `nslookup` leaves that to the C library, with
/// the search list.
pub(super) static UP_TO_1_28: Image = Image {
    repositories: REPOSITORIES,
    tags: Tags {
        names: &[],
        versions: &[(1, 28)],
        variants: &[],
    },
    size: 727_869,
    config: IMAGE.config,
    files: |files| {
        (IMAGE.files)(files);
        files.program("/usr/bin/nslookup", "nslookup", net_tools::BUSYBOX_1_28);
    },
    programs: no_programs,
};

pub(super) static IMAGE: Image = Image {
    repositories: REPOSITORIES,
    tags: Tags {
        names: &["stable", "unstable", "musl", "glibc", "uclibc"],
        versions: &[(1, 38)],
        variants: &["musl", "glibc", "uclibc"],
    },
    size: 2_223_659,
    config: ImageConfig {
        command: &["sh"],
        ..ImageConfig::DEFAULT
    },
    files: |files| {
        files.busybox();
        files.dir("/var/spool/mail", 0o755);
        files.dir("/var/www", 0o755);
    },
    programs: no_programs,
};
