//! Persistent volumes of CSI drivers (`pkg/volume/csi`): told as in use, waited for until the controller has attached them,
//! and then mounted by their driver.
//!
//! Drivers run in pods and register with the kubelet. No stand-in does, so mounting ends where it does on a node whose
//! driver is missing.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use api::core::v1::{PersistentVolume, Pod};
use apimachinery::Str;
use component_helpers::csi::CsiVolume;

use super::NotMounted;
use crate::Uid;
use crate::kubelet::Kubelet;

/// Volumes that have to be attached, by the pods that use them: what the node's status has as `volumesInUse`.
#[derive(Default)]
pub(super) struct InUse(RefCell<BTreeMap<Uid, BTreeSet<Str>>>);

impl Kubelet {
    /// Why a volume of a driver is not there.
    pub(super) fn csi_volume(
        &self,
        pod: &Pod,
        volume: &PersistentVolume,
        csi: &CsiVolume,
    ) -> NotMounted {
        if self.needs_attaching(csi) {
            let name: Str = csi.unique_name().into();
            self.use_volume(pod, &name);
            let node = self.api().node(&self.config().node);
            let attached = node.is_ok_and(|node| {
                let mut attached = node.status.volumes_attached.iter();
                attached.any(|known| known.name == name)
            });
            if !attached {
                return NotMounted::NotAttached;
            }
        }
        NotMounted::Failed {
            step: "MountVolume.MountDevice failed",
            name: volume.metadata.name.clone(),
            why: format!(
                "kubernetes.io/csi: attacher.MountDevice failed to create newCsiDriverClient: {}",
                not_registered(&csi.driver)
            ),
        }
    }

    /// Drivers want their volumes attached unless they say otherwise.
    fn needs_attaching(&self, csi: &CsiVolume) -> bool {
        let driver = self.api().csi_driver(&csi.driver);
        driver.map_or(true, |driver| driver.spec.attach_required != Some(false))
    }

    fn use_volume(&self, pod: &Pod, name: &Str) {
        let uid: Uid = pod.metadata.uid.as_str().into();
        let new = {
            let mut all = self.volumes().in_use.0.borrow_mut();
            all.entry(uid).or_default().insert(name.clone())
        };
        if new {
            self.node_changed();
        }
    }

    /// A pod does not use volumes any more.
    pub(super) fn stop_using_volumes(&self, pod: &Pod) {
        let had = {
            let mut all = self.volumes().in_use.0.borrow_mut();
            all.remove(pod.metadata.uid.as_str())
        };
        if had.is_some() {
            self.node_changed();
        }
    }

    /// The attachable volumes that the node's pods use, each once.
    pub(crate) fn volumes_in_use(&self) -> Vec<Str> {
        let all = self.volumes().in_use.0.borrow();
        let names: BTreeSet<&Str> = all.values().flatten().collect();
        names.into_iter().cloned().collect()
    }
}

/// What is wrong with a driver that no node plugin has registered.
pub(super) fn not_registered(driver: &str) -> String {
    format!("driver name {driver} not found in the list of registered CSI drivers")
}
