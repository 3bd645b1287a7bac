//! `busybox`: a shell and the usual small tools.

use crate::image::{Image, ImageConfig, no_programs};
use crate::tags::Tags;

pub(super) static IMAGE: Image = Image {
    repositories: &[
        "docker.io/library/busybox",
        "registry.k8s.io/busybox",
        "registry.k8s.io/e2e-test-images/busybox",
        "k8s.gcr.io/busybox",
        "gcr.io/google-containers/busybox",
        "quay.io/prometheus/busybox",
    ],
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
