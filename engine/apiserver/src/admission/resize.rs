//! PersistentVolumeClaimResize: only claims of a class that allows it may ask for more.

use api::core::v1::PersistentVolumeClaim;
use api::storage::v1::StorageClass;
use apimachinery::{Object, Status, Str};

use super::{Attributes, Operation, Plugin, lookup};
use crate::registry::CLASS_ANNOTATION;

/// The plugin.
pub(super) struct PersistentVolumeClaimResize;

fn class_of(claim: &PersistentVolumeClaim) -> Str {
    match claim.metadata.annotations.get(CLASS_ANNOTATION) {
        Some(class) => class.clone(),
        None => claim.spec.storage_class_name.clone().unwrap_or_default(),
    }
}

impl Plugin for PersistentVolumeClaimResize {
    fn validate(
        &self,
        attributes: &Attributes<'_>,
        object: Option<&dyn Object>,
    ) -> Result<(), Status> {
        if attributes.operation != Operation::Update || !attributes.is("", "persistentvolumeclaims")
        {
            return Ok(());
        }
        let claim = |object: Option<&dyn Object>| {
            let claim = object.and_then(|object| object.downcast_ref::<PersistentVolumeClaim>());
            claim.cloned()
        };
        let (Some(new), Some(old)) = (claim(object), claim(attributes.old)) else {
            return Ok(());
        };
        let size = |claim: &PersistentVolumeClaim| {
            let request = claim.spec.resources.requests.get("storage");
            request.map_or(0, |request| request.nanos())
        };
        if size(&new) <= size(&old) {
            return Ok(());
        }
        let refuse = |because: &str| Err(attributes.forbidden(object, because));
        if old.status.phase != "Bound" {
            return refuse("Only bound persistent volume claims can be expanded");
        }
        let (class, before) = (class_of(&new), class_of(&old));
        let allowed = !class.is_empty()
            && class == before
            && lookup::<StorageClass>(attributes.cx, "", &class)
                .is_some_and(|class| class.allow_volume_expansion == Some(true));
        if allowed {
            return Ok(());
        }
        refuse(
            "only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize",
        )
    }
}
