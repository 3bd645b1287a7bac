//! A pod's volumes on its node: made before the containers start, shared by them, gone with the pod.

mod config;
mod csi;
mod mount;
mod payload;
mod setup;
mod tokens;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::Duration;

use api::core::v1::{Pod, Volume, VolumeMount};
use apimachinery::Str;
use os::Fs;
use sim::Time;
use sim::futures_util::future::{Either, select};

use crate::Uid;
use crate::kubelet::Kubelet;
use crate::pod_workers::Cancel;
use crate::sync::SyncError;

pub use setup::{Storage, host_files};

/// How the volumes are called that admission gives to pods for their tokens.
const API_ACCESS: &str = "kube-api-access-";
/// How often a real kubelet looks whether volumes are there.
const LOOK: Duration = Duration::from_millis(300);
/// How long making a volume takes.
const SETUP: Duration = Duration::from_millis(110);
/// How long until a failed volume is tried again, the first time; then twice as long.
const FIRST_RETRY: Duration = Duration::from_millis(500);
/// No longer than this.
const LAST_RETRY: Duration = Duration::from_secs(122);
/// How long a pod's step waits for its volumes.
const TIMEOUT: Duration = Duration::from_secs(123);

/// A volume that is there.
#[derive(Clone, Debug)]
pub(crate) struct Mounted {
    /// Its files.
    pub(crate) fs: Fs,
    /// What part of the file system it is; empty for all.
    pub(crate) root: String,
    /// Its files cannot be changed by containers.
    pub(crate) read_only: bool,
    /// Its files come from the API and are kept up to date; a part of it is not.
    pub(crate) projected: bool,
    /// Its files count as memory.
    pub(crate) in_memory: bool,
}

/// Why a volume is not there.
#[derive(Clone, Debug, PartialEq, Eq)]
enum NotMounted {
    /// A step has failed, for the volume of that name.
    Failed {
        step: &'static str,
        name: Str,
        why: String,
    },
    /// What it is to be made from is not there.
    NotProcessed(String),
    /// It is not attached to the node.
    NotAttached,
}

impl NotMounted {
    fn set_up(name: &Str, why: String) -> Self {
        Self::Failed {
            step: "MountVolume.SetUp failed",
            name: name.clone(),
            why,
        }
    }
}

/// The volumes of the node's pods.
#[derive(Default)]
pub(crate) struct VolumeManager {
    /// By name for each pod; most have one or two.
    mounted: RefCell<BTreeMap<Uid, Vec<(Str, Mounted)>>>,
    /// The node's own files, for `hostPath`.
    host: RefCell<Option<Fs>>,
    /// Who wants to know when somebody is to see all of them.
    root_observer: RefCell<Option<Rc<dyn Fn()>>>,
    in_use: csi::InUse,
    tokens: tokens::TokenManager,
}

impl VolumeManager {
    /// A volume of a pod, if it is there.
    pub(crate) fn get(&self, uid: &str, name: &str) -> Option<Mounted> {
        let all = self.mounted.borrow();
        let (_, found) = all.get(uid)?.iter().find(|(known, _)| known == name)?;
        Some(found.clone())
    }
}

/// A volume that is not there yet.
struct Missing<'a> {
    volume: &'a Volume,
    retry: Duration,
    due: Time,
    why: Option<NotMounted>,
}

impl Kubelet {
    /// Waits until all volumes that the pod's containers use are there.
    pub(crate) async fn wait_for_volumes(
        &self,
        pod: &Rc<Pod>,
        cancel: &Cancel,
    ) -> Result<(), SyncError> {
        let began = self.sim().now();
        let mut missing: Vec<_> = used_volumes(pod)
            .into_iter()
            .filter(|volume| {
                self.volumes()
                    .get(&pod.metadata.uid, &volume.name)
                    .is_none()
            })
            .map(|volume| Missing {
                volume,
                retry: FIRST_RETRY,
                due: began + SETUP,
                why: None,
            })
            .collect();
        if missing.is_empty() {
            return Ok(());
        }
        while !missing.is_empty() {
            let due = missing.iter().map(|missing| missing.due).min();
            let due = due.unwrap_or(began).min(began + TIMEOUT);
            let asked = std::pin::pin!(cancel.asked());
            if let Either::Left(_) = select(asked, self.sim().sleep_until(due)).await {
                return Err(SyncError::Canceled);
            }
            let now = self.sim().now();
            if now >= began + TIMEOUT {
                return Err(SyncError::Failed);
            }
            missing.retain_mut(|missing| missing.due > now || !self.try_volume(pod, missing, now));
            if let Some(message) = not_processed(&missing) {
                self.sim().sleep_until(next_look(began, now)).await;
                self.pod_event(pod, "Warning", "FailedMount", &message);
                return Err(SyncError::Failed);
            }
        }
        // What is there is noticed at the next look.
        self.sim()
            .sleep_until(next_look(began, self.sim().now()))
            .await;
        Ok(())
    }

    /// Tries to make a volume; whether it is there now.
    fn try_volume(&self, pod: &Pod, missing: &mut Missing<'_>, now: Time) -> bool {
        let name = &missing.volume.name;
        match self.set_up_volume(pod, missing.volume) {
            Ok(mounted) => {
                let uid = self.uid(&pod.metadata.uid);
                let mut all = self.volumes().mounted.borrow_mut();
                let of_pod = all.entry(uid).or_default();
                of_pod.retain(|(known, _)| known != name);
                of_pod.reserve_exact(1);
                of_pod.push((name.clone(), mounted));
                true
            }
            Err(why) => {
                if let NotMounted::Failed { step, name, why } = &why {
                    let message = format!("{step} for volume \"{name}\" : {why}");
                    self.pod_event(pod, "Warning", "FailedMount", &message);
                }
                missing.why = Some(why);
                missing.due = now + missing.retry;
                missing.retry = (missing.retry * 2).min(LAST_RETRY);
                false
            }
        }
    }

    /// Brings the files of volumes that come from the API up to date. Tokens have times of their own, and so have the
    /// volumes that every pod gets for them.
    pub(crate) fn refresh_volumes(&self, pod: &Pod) {
        for volume in &pod.spec.volumes {
            if volume.name.starts_with(API_ACCESS) && tokens::has_token(volume) {
                continue;
            }
            if let Some(mounted) = self.volumes().get(&pod.metadata.uid, &volume.name)
                && mounted.projected
            {
                self.refresh_volume(pod, volume, &mounted.fs, false);
            }
        }
    }

    /// Lets the volumes of a pod go.
    pub(crate) fn unmount_volumes(&self, pod: &Pod) {
        let gone = self
            .volumes()
            .mounted
            .borrow_mut()
            .remove(pod.metadata.uid.as_str());
        drop(gone);
        self.stop_using_volumes(pod);
    }
}

/// When a kubelet that has looked since `began` whether volumes are there does so next.
fn next_look(began: Time, now: Time) -> Time {
    let looks = now.since(began).as_micros().div_ceil(LOOK.as_micros());
    began + LOOK * u32::try_from(looks).unwrap_or(u32::MAX)
}

/// What an event says if some volumes cannot even be worked out. A pod that only has to wait is told of nowhere.
fn not_processed(missing: &[Missing<'_>]) -> Option<String> {
    let whys = missing.iter().filter_map(|missing| match &missing.why {
        Some(NotMounted::NotProcessed(why)) => Some(why.as_str()),
        _ => None,
    });
    let whys: Vec<&str> = whys.collect();
    if whys.is_empty() {
        return None;
    }
    let names = |wanted: &dyn Fn(&Missing<'_>) -> bool| {
        let found = missing.iter().filter(|missing| wanted(missing));
        let mut names: Vec<&str> = found.map(|missing| missing.volume.name.as_str()).collect();
        names.sort_unstable();
        names.join(" ")
    };
    Some(format!(
        "Unable to attach or mount volumes: unmounted volumes=[{}], unattached volumes=[{}], failed to process \
         volumes=[{}]: {}",
        names(&|_| true),
        names(&|missing| missing.why == Some(NotMounted::NotAttached)),
        names(&|missing| matches!(missing.why, Some(NotMounted::NotProcessed(_)))),
        whys.join("; ")
    ))
}

/// The volumes that any container of the pod mounts, or has variables from, in the pod's order.
fn used_volumes(pod: &Pod) -> Vec<&Volume> {
    let spec = &pod.spec;
    let own = spec.init_containers.iter().chain(&spec.containers);
    let ephemeral = spec.ephemeral_containers.iter();
    let mounts: Vec<&VolumeMount> = own
        .flat_map(|container| &container.volume_mounts)
        .chain(ephemeral.flat_map(|container| &container.volume_mounts))
        .collect();
    let own = spec.init_containers.iter().chain(&spec.containers);
    let files: Vec<&Str> = own
        .flat_map(|container| &container.env)
        .filter_map(|variable| variable.value_from.as_ref()?.file_key_ref.as_ref())
        .map(|file| &file.volume_name)
        .collect();
    let is_used = |volume: &&Volume| {
        mounts.iter().any(|mount| mount.name == volume.name) || files.contains(&&volume.name)
    };
    spec.volumes.iter().filter(is_used).collect()
}
