//! Garbage collection of images and of containers (`pkg/kubelet/images/image_gc_manager.go`,
//! `pkg/kubelet/kuberuntime/kuberuntime_gc.go`, `pkg/kubelet/pod_container_deletor.go`).
//!
//! ```text
//!   every 5 minutes: disk used ≥ 85 % ──▶ delete unused images, the longest unused first, until 80 %
//!   short of disk (eviction manager)  ──▶ delete all ended containers, then all unused images
//!   a container ends                  ──▶ of its earlier runs, only the latest that has ended is kept (and the one that the status tells of)
//! ```
//!
//! An image stays for two minutes at least. Nothing is looked at while the disk is not full. Not here: `imageMaximumGCAge`,
//! which is off by default, and a file system of its own for images.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use runtime::{ContainerState, PodStatus};
use sim::Notify;

use crate::kubelet::Kubelet;

/// How often the disk is looked at.
const PERIOD: Duration = Duration::from_secs(300);
/// In per cent of the disk: from here on images are deleted,
const HIGH: u64 = 85;
/// and until here.
const LOW: u64 = 80;
/// No image is deleted that is younger.
const MINIMUM_AGE: Duration = Duration::from_secs(120);
/// What a disk that is short of space has left.
const LEFT: u64 = 5 << 30;
/// Ended runs of a container that are kept.
const RUNS_KEPT: usize = 1;

/// What the collector remembers.
#[derive(Default)]
pub(crate) struct ImageGc {
    wake: Notify,
    /// The last collection failed.
    failed: Cell<bool>,
}

impl Kubelet {
    /// The disk may be fuller than before.
    pub(crate) fn wake_image_gc(&self) {
        self.image_gc().wake.notify();
    }

    /// Collects images for as long as the disk is full. Never ends.
    pub(crate) async fn run_image_gc(self) {
        let began = self.sim().now();
        loop {
            while !self.is_disk_full() {
                self.image_gc().wake.notified().await;
            }
            let passed = self.sim().now().since(began).as_micros();
            let rounds = passed / PERIOD.as_micros() + 1;
            let rounds = u32::try_from(rounds).unwrap_or(u32::MAX);
            self.sim().sleep_until(began + PERIOD * rounds).await;
            if self.is_disk_full() {
                self.collect_images();
            }
        }
    }

    /// How much the disk holds, and how much of it is free.
    fn disk_space(&self) -> (u64, u64) {
        let capacity = self.config().capacity.get("ephemeral-storage");
        let capacity = capacity.map_or(0, |capacity| u64::try_from(capacity.value()).unwrap_or(0));
        if self.node_state().pressure().disk {
            return (capacity, LEFT.min(capacity));
        }
        let images = self.runtime().images();
        let used: u64 = images.iter().map(|local| local.image.image.size).sum();
        (capacity, capacity.saturating_sub(used))
    }

    fn is_disk_full(&self) -> bool {
        let (capacity, available) = self.disk_space();
        capacity > 0 && 100 - available * 100 / capacity >= HIGH
    }

    fn collect_images(&self) {
        let (capacity, available) = self.disk_space();
        let wanted = (capacity * (100 - LOW) / 100).saturating_sub(available);
        let freed = self.free_images(wanted);
        if freed >= wanted {
            self.image_gc().failed.set(false);
            return;
        }
        let message = format!(
            "Insufficient free disk space on the node's image filesystem ({}% of {} used). Failed to free sufficient space \
             by deleting unused images (freed {freed} bytes). Investigate disk usage, as it could be used by active \
             images, logs, volumes, or other data.",
            100 - available * 100 / capacity.max(1),
            size(capacity)
        );
        self.node_event("Warning", "FreeDiskSpaceFailed", &message);
        // Only a failure that repeats is told as such.
        if self.image_gc().failed.replace(true) {
            self.node_event("Warning", "ImageGCFailed", &message);
        }
    }

    /// Deletes images that no container uses, the longest unused first, until that many bytes are free. How many are.
    pub(crate) fn free_images(&self, wanted: u64) -> u64 {
        let now = self.sim().now();
        let used = self.images_in_use();
        let mut unused = self.runtime().images();
        unused.retain(|local| !used.contains(&local.image.name));
        unused.sort_by_key(|local| (local.used_at, local.pulled_at));
        let mut freed = 0;
        for local in unused {
            if freed >= wanted {
                break;
            }
            if local.used_at < now
                && now.since(local.pulled_at) >= MINIMUM_AGE
                && self.runtime().remove_image(&local.image.name)
            {
                freed += local.image.image.size;
            }
        }
        if freed > 0 {
            self.node_changed();
        }
        freed
    }

    /// The images of all containers there are, running or not, and of volumes.
    fn images_in_use(&self) -> Vec<Rc<str>> {
        let runtime = self.runtime();
        let pods = runtime.pods();
        let containers = pods
            .iter()
            .flat_map(|uid| runtime.pod_status(uid).containers);
        let mut used: Vec<Rc<str>> = containers.map(|container| container.image).collect();
        for pod in self.pods().borrow().values() {
            for volume in &pod.spec.volumes {
                let reference = volume.image.as_ref().map(|image| image.reference.as_str());
                let reference = reference.and_then(|text| runtime::Reference::parse(text).ok());
                used.extend(reference.map(|reference| reference.to_string().into()));
            }
        }
        used
    }

    /// Deletes all containers that have ended.
    pub(crate) fn remove_ended_containers(&self) {
        for uid in self.runtime().pods() {
            for container in self.runtime().pod_status(&uid).containers {
                if container.state == ContainerState::Exited {
                    self.runtime().remove_container(&container.id);
                }
            }
        }
    }

    /// Deletes earlier runs of a container that has just ended.
    ///
    /// Not the one that the pod's status still calls the last: upstream deletes that one, too, and `kubectl logs --previous`
    /// fails until the status is made anew, which a real kubelet does sooner after an end than ours.
    pub(crate) fn remove_earlier_runs(&self, uid: &str, status: &PodStatus, name: &str) {
        let told = self.last_status(uid);
        let is_told = |id: &str| {
            let last = told.iter().flat_map(|told| &told.container_statuses);
            last.filter_map(|container| container.last_state.terminated.as_ref())
                .any(|last| last.container_id.ends_with(id))
        };
        let runs = status.containers.iter();
        let ended = runs.filter(|run| *run.name == *name && run.state == ContainerState::Exited);
        for run in ended.skip(RUNS_KEPT).filter(|run| !is_told(&run.id)) {
            self.runtime().remove_container(&run.id);
        }
    }
}

/// `30.1 GiB`
fn size(bytes: u64) -> String {
    const UNITS: [&str; 6] = ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];
    if bytes < 1024 {
        return format!("{bytes} B");
    }
    let (mut unit, mut name) = (1024_u64, 0);
    while bytes / unit >= 1024 {
        unit <<= 10;
        name += 1;
    }
    let (bytes, unit) = (u128::from(bytes), u128::from(unit));
    let tenths = (bytes * 10 + unit / 2) / unit;
    format!("{}.{} {}", tenths / 10, tenths % 10, UNITS[name])
}

#[cfg(test)]
mod tests {
    use super::size;

    #[test]
    fn sizes_have_one_decimal() {
        assert_eq!(size(100 << 30), "100.0 GiB");
        assert_eq!(size(1536), "1.5 KiB");
        assert_eq!(size(12), "12 B");
    }
}
