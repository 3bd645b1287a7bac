//! DefaultStorageClass: claims that name no class get the default one.

use std::cmp::Reverse;

use api::core::v1::PersistentVolumeClaim;
use api::storage::v1::StorageClass;
use apimachinery::{Object, Status};

use super::{Attributes, Operation, Plugin, lookup_all};
use crate::registry::{CLASS_ANNOTATION, is_default_storage_class};

/// The plugin.
pub(super) struct DefaultStorageClass;

impl Plugin for DefaultStorageClass {
    fn admit(&self, attributes: &Attributes<'_>, object: &mut dyn Object) -> Result<(), Status> {
        if attributes.operation != Operation::Create || !attributes.is("", "persistentvolumeclaims")
        {
            return Ok(());
        }
        let Some(claim) = object.downcast_mut::<PersistentVolumeClaim>() else {
            return Ok(());
        };
        let named = claim.spec.storage_class_name.is_some()
            || claim.metadata.annotations.contains_key(CLASS_ANNOTATION);
        if named {
            return Ok(());
        }
        let classes = lookup_all::<StorageClass>(attributes.cx, "");
        // Of several the newest wins, and of those of the same age the first by name.
        let default = classes
            .iter()
            .filter(|class| is_default_storage_class(class))
            .max_by_key(|class| {
                (
                    class.metadata.creation_timestamp,
                    Reverse(&class.metadata.name),
                )
            });
        if let Some(class) = default {
            claim.spec.storage_class_name = Some(class.metadata.name.clone());
        }
        Ok(())
    }
}
