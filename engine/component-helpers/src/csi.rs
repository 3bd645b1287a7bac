//! Persistent volumes of CSI drivers, and the names that controller and kubelets know them by.
//!
//! Volumes of the cloud plugins that were once part of Kubernetes are those of the drivers that took over (upstream's
//! `csi-translation-lib`).

use api::core::v1::PersistentVolumeSpec;

/// A volume as its driver knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CsiVolume {
    /// The driver.
    pub driver: String,
    /// What the driver calls the volume.
    pub handle: String,
}

impl CsiVolume {
    /// The name that statuses of nodes have it by.
    pub fn unique_name(&self) -> String {
        format!("kubernetes.io/csi/{}^{}", self.driver, self.handle)
    }

    /// The name of the VolumeAttachment that attaches it to a node.
    pub fn attachment_name(&self, node: &str) -> String {
        let text = format!("{}{}{node}", self.handle, self.driver);
        format!("csi-{}", apimachinery::sha256::hex(text.as_bytes()))
    }
}

/// Which driver a persistent volume is of; `None` for volumes that need none.
pub fn csi_volume(spec: &PersistentVolumeSpec) -> Option<CsiVolume> {
    let (driver, handle) = if let Some(csi) = &spec.csi {
        (csi.driver.as_str(), csi.volume_handle.to_string())
    } else if let Some(disk) = &spec.aws_elastic_block_store {
        // The zone in front of it is the old plugin's.
        let id = disk.volume_id.rsplit('/').next().unwrap_or_default();
        ("ebs.csi.aws.com", id.to_owned())
    } else if let Some(disk) = &spec.gce_persistent_disk {
        let name = &disk.pd_name;
        let handle = format!("projects/UNSPECIFIED/zones/UNSPECIFIED/disks/{name}");
        ("pd.csi.storage.gke.io", handle)
    } else if let Some(disk) = &spec.azure_disk {
        ("disk.csi.azure.com", disk.disk_uri.to_string())
    } else if let Some(disk) = &spec.cinder {
        ("cinder.csi.openstack.org", disk.volume_id.to_string())
    } else if let Some(disk) = &spec.vsphere_volume {
        ("csi.vsphere.vmware.com", disk.volume_path.to_string())
    } else if let Some(disk) = &spec.portworx_volume {
        ("pxd.portworx.com", disk.volume_id.to_string())
    } else {
        return None;
    };
    Some(CsiVolume {
        driver: driver.to_owned(),
        handle,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn volumes_have_the_names_that_the_plugin_gives_them() {
        let mut spec = PersistentVolumeSpec::default();
        assert_eq!(csi_volume(&spec), None);
        let csi = api::core::v1::CSIPersistentVolumeSource {
            driver: "example.com".into(),
            volume_handle: "vol-1".into(),
            ..Default::default()
        };
        spec.csi = Some(csi.into());
        let volume = csi_volume(&spec).expect("it is of a driver");
        assert_eq!(volume.unique_name(), "kubernetes.io/csi/example.com^vol-1");
        // printf vol-1example.comnode-1 | sha256sum
        assert_eq!(
            volume.attachment_name("node-1"),
            "csi-7e0b6910d1488a403b8b1e18639248ce85baedef604dd356935f325cbc48eea3"
        );
    }

    #[test]
    fn old_plugins_volumes_are_their_successors() {
        let mut spec = PersistentVolumeSpec::default();
        let disk = api::core::v1::AWSElasticBlockStoreVolumeSource {
            volume_id: "aws://eu-west-1a/vol-0abc".into(),
            ..Default::default()
        };
        spec.aws_elastic_block_store = Some(disk.into());
        let volume = csi_volume(&spec).expect("it is of a driver");
        assert_eq!(
            volume.unique_name(),
            "kubernetes.io/csi/ebs.csi.aws.com^vol-0abc"
        );
    }
}
