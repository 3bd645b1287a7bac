//! The rules of volumes of particular storage systems: which fields must be given. Nothing here mounts such volumes; a
//! table says it all.

use api::core::v1::Volume;
use apimachinery::codec;
use apimachinery::reflect::{Reflect, View};

use crate::validation::field::{Errors, Path};

/// A source, the name of its path in errors, and the fields that must be given.
const REQUIRED: &[(&str, &str, &[&str])] = &[
    ("gcePersistentDisk", "persistentDisk", &["pdName"]),
    (
        "awsElasticBlockStore",
        "awsElasticBlockStore",
        &["volumeID"],
    ),
    ("iscsi", "iscsi", &["targetPortal", "iqn"]),
    ("glusterfs", "glusterfs", &["endpoints", "path"]),
    ("rbd", "rbd", &["monitors", "image"]),
    ("cinder", "cinder", &["volumeID"]),
    ("cephfs", "cephfs", &["monitors"]),
    ("quobyte", "quobyte", &["registry", "volume"]),
    ("flexVolume", "flexVolume", &["driver"]),
    ("azureFile", "azureFile", &["secretName", "shareName"]),
    ("vsphereVolume", "vsphereVolume", &["volumePath"]),
    ("photonPersistentDisk", "photonPersistentDisk", &["pdID"]),
    ("portworxVolume", "portworxVolume", &["volumeID"]),
    ("azureDisk", "azureDisk", &["diskName", "diskURI"]),
    ("storageos", "storageos", &["volumeName"]),
    ("scaleIO", "scaleIO", &["gateway", "system", "volumeName"]),
];

/// Checks the source of that JSON name.
pub(super) fn validate(volume: &Volume, source: &str, path: &Path<'_>, errors: &mut Errors) {
    let Some((_, shown, required)) = REQUIRED.iter().find(|(name, _, _)| *name == source) else {
        return;
    };
    let Some((index, _)) = volume.schema().field(source) else {
        return;
    };
    let View::Struct(fields) = volume.field(index) else {
        return;
    };
    let path = path.child(shown);
    for name in *required {
        if let Some((index, _)) = fields.schema().field(name)
            && codec::is_zero(&fields.field(index))
        {
            errors.required(&path.child(name), "");
        }
    }
}
