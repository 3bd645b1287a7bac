//! `alpine`: a small Linux with busybox and a package manager.

use crate::image::{Image, ImageConfig, no_programs};
use crate::tags::Tags;

const RELEASE: &str = "3.23.2";

pub(super) static IMAGE: Image = Image {
    repositories: &[
        "docker.io/library/alpine",
        "public.ecr.aws/docker/library/alpine",
    ],
    tags: Tags {
        names: &["edge"],
        versions: &[(2, 7), (3, 23)],
        variants: &[],
    },
    size: 3_861_821,
    config: ImageConfig {
        command: &["/bin/sh"],
        ..ImageConfig::DEFAULT
    },
    files: |files| {
        files.busybox();
        files.file("/etc/alpine-release", &format!("{RELEASE}\n"));
        files.file(
            "/etc/os-release",
            &format!(
                "NAME=\"Alpine Linux\"\nID=alpine\nVERSION_ID={RELEASE}\nPRETTY_NAME=\"Alpine Linux v3.23\"\n\
                 HOME_URL=\"https://alpinelinux.org/\"\nBUG_REPORT_URL=\"https://gitlab.alpinelinux.org/alpine/aports/-/issues\"\n"
            ),
        );
    },
    programs: no_programs,
};
