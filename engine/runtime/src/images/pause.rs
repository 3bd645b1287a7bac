//! `pause`: sleeps until it is told to end; what holds a pod's network namespace, and a placeholder in examples.

use os::{Disposition, Proc, Signal};

use crate::image::{Image, ImageConfig};
use crate::tags::Tags;

pub(super) static IMAGE: Image = Image {
    repositories: &[
        "registry.k8s.io/pause",
        "k8s.gcr.io/pause",
        "gcr.io/google-containers/pause",
        "gcr.io/google_containers/pause",
        "docker.io/kubernetes/pause",
    ],
    tags: Tags {
        names: &["go"],
        versions: &[(1, 0), (2, 0), (3, 10)],
        variants: &[],
    },
    size: 320_448,
    config: ImageConfig {
        entrypoint: &["/pause"],
        user: "65535:65535",
        ..ImageConfig::DEFAULT
    },
    files: |files| files.program("/pause", "pause", "gnu"),
    programs: |programs| programs.add("pause", pause),
};

async fn pause(proc: Proc) -> i32 {
    for signal in [Signal::INT, Signal::TERM] {
        proc.set_disposition(signal, Disposition::Catch);
    }
    let signal = proc.next_signal().await;
    let name = signal.description().to_lowercase();
    proc.eprint(format!("Shutting down, got signal: {name}\n"))
        .await;
    0
}
