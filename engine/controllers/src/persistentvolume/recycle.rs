//! Emptying a released volume so that it can be bound again: the policy `Recycle`, which upstream has deprecated.
//!
//! A pod `recycler-for-NAME` deletes what is in the volume's folder (`pkg/volume/util/recyclerclient`); when it has ended well,
//! the volume is available again. Only host paths and NFS have such a pod. Not here: the pod's events, told again for the
//! volume.

use api::core::v1::{Container, PersistentVolume, Pod, Volume, VolumeMount};
use apimachinery::Status;
use client::events::{NORMAL, WARNING};
use client::{Delete, NamespacedName};

use super::{BOUND_BY_CONTROLLER, Controller};
use crate::worker;

/// Where the pods are.
const NAMESPACE: &str = "default";
const PREFIX: &str = "recycler-for-";
const IMAGE: &str = "registry.k8s.io/build-image/debian-base:bookworm-v1.0.6";
const SCRIPT: &str =
    "test -e /scrub && find /scrub -mindepth 1 -delete && test -z \"$(ls -A /scrub)\" || exit 1";
/// Seconds that a pod has at least, and so many for each gibibyte.
const MINIMUM_TIMEOUT: i64 = 60;
const TIMEOUT_A_GIB: i64 = 30;

/// The volume that a pod empties, if it is such a pod.
pub(super) fn volume_of(pod: &Pod) -> Option<NamespacedName> {
    let name = pod.metadata.name.strip_prefix(PREFIX)?;
    (pod.metadata.namespace == NAMESPACE).then(|| NamespacedName::new("", name))
}

fn recycler(volume: &PersistentVolume) -> Option<Pod> {
    let spec = &volume.spec;
    if spec.host_path.is_none() && spec.nfs.is_none() {
        return None;
    }
    let size = spec
        .capacity
        .get("storage")
        .map_or(0, apimachinery::Quantity::value);
    let mut pod = Pod::default();
    pod.metadata.name = format!("{PREFIX}{}", volume.metadata.name).into();
    pod.metadata.namespace = NAMESPACE.into();
    let made = &mut *pod.spec;
    made.restart_policy = "Never".into();
    made.active_deadline_seconds = Some(((size >> 30) * TIMEOUT_A_GIB).max(MINIMUM_TIMEOUT));
    made.volumes = vec![Volume {
        name: "vol".into(),
        host_path: spec.host_path.clone(),
        nfs: spec.nfs.clone(),
        ..Volume::default()
    }];
    made.containers = vec![Container {
        name: "pv-recycler".into(),
        image: IMAGE.into(),
        command: vec!["/bin/sh".into()],
        args: vec!["-c".into(), SCRIPT.into()],
        volume_mounts: vec![VolumeMount {
            name: "vol".into(),
            mount_path: "/scrub".into(),
            ..VolumeMount::default()
        }],
        ..Container::default()
    }];
    Some(pod)
}

impl Controller {
    /// Empties a volume, a step at a time.
    pub(super) fn recycle(&self, volume: &PersistentVolume) -> Result<(), Status> {
        let name = format!("{PREFIX}{}", volume.metadata.name);
        let Some(wanted) = recycler(volume) else {
            return self.recycling_failed(volume, "No recycler plugin found for the volume!");
        };
        let Some(pod) = self.pods.get(NAMESPACE, &name) else {
            if volume.status.phase == "Failed" {
                return Ok(());
            }
            return match self.client.create(wanted) {
                Ok(_) => Ok(()),
                Err(error) if error.code == 409 => Ok(()),
                Err(error) => Err(error),
            };
        };
        let outcome = match pod.status.phase.as_str() {
            "Succeeded" => Ok(()),
            "Failed" if pod.status.message.is_empty() => {
                Err("Recycle failed: pod failed, pod.Status.Message unknown".to_owned())
            }
            "Failed" => Err(format!("Recycle failed: {}", pod.status.message)),
            _ => return Ok(()),
        };
        let delete = Delete::default().uid(&pod.metadata.uid);
        let deleted = self.client.delete::<Pod>(NAMESPACE, &name, &delete);
        worker::ignore_not_found(deleted)?;
        if let Err(why) = outcome {
            return self.recycling_failed(volume, &why);
        }
        self.recorder
            .event(volume, NORMAL, "VolumeRecycled", "Volume recycled");
        self.unbind(volume)
    }

    fn recycling_failed(&self, volume: &PersistentVolume, why: &str) -> Result<(), Status> {
        if volume.status.phase != "Failed" {
            self.recorder
                .event(volume, WARNING, "VolumeFailedRecycle", why);
        }
        self.set_volume_phase(volume, "Failed", why)
    }

    /// Makes a volume available again.
    pub(super) fn unbind(&self, volume: &PersistentVolume) -> Result<(), Status> {
        let annotations = &volume.metadata.annotations;
        let by_controller = annotations.contains_key(BOUND_BY_CONTROLLER);
        let unbind = |volume: &mut PersistentVolume| {
            if by_controller {
                volume.spec.claim_ref = None;
                volume.metadata.annotations.remove(BOUND_BY_CONTROLLER);
            } else if let Some(reference) = &mut volume.spec.claim_ref {
                reference.uid = apimachinery::Str::new();
            }
        };
        let name = &volume.metadata.name;
        let patched = self.client.patch::<PersistentVolume>("", name, unbind);
        worker::ignore_not_found(patched)?;
        self.set_volume_phase(volume, "Available", "")
    }
}
