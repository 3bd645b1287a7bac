//! StorageObjectInUseProtection: claims, volumes and their classes of attributes are not gone before nobody uses them any more.

use apimachinery::{Object, Status};

use super::{Attributes, Operation, Plugin};

/// The plugin.
pub(super) struct StorageProtection;

impl Plugin for StorageProtection {
    fn admit(&self, attributes: &Attributes<'_>, object: &mut dyn Object) -> Result<(), Status> {
        let names = &attributes.resource.names;
        let new = attributes.operation == Operation::Create && attributes.subresource.is_empty();
        let finalizer = match names.plural.as_str() {
            "persistentvolumeclaims" if new && names.group.is_empty() => {
                "kubernetes.io/pvc-protection"
            }
            "persistentvolumes" if new && names.group.is_empty() => "kubernetes.io/pv-protection",
            "volumeattributesclasses" if new && names.group == "storage.k8s.io" => {
                "kubernetes.io/vac-protection"
            }
            _ => return Ok(()),
        };
        let finalizers = &mut object.meta_mut().finalizers;
        if !finalizers.iter().any(|known| known == finalizer) {
            finalizers.push(finalizer.into());
        }
        Ok(())
    }
}
