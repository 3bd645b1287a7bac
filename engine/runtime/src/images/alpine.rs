//! `alpine`: a small Linux with busybox and a package manager.

use crate::image::{Image, ImageConfig, no_programs};
use crate::tags::Tags;

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
    files: |files| files.alpine(),
    programs: no_programs,
};
