//! What several controllers do in the same way (`pkg/controller/controller_utils`, `controller_ref_manager`).

pub(crate) mod claim;
pub(crate) mod hash;
pub(crate) mod history;
pub(crate) mod pod_control;
pub(crate) mod pod_owner;
pub(crate) mod rank;
pub(crate) mod service_pods;

use apimachinery::Kind;
use apimachinery::meta::v1::{ObjectMeta, OwnerReference};

/// A reference that makes `owner` the controller of whatever carries it.
pub(crate) fn controller_ref<K: Kind>(owner: &K) -> OwnerReference {
    let meta = owner.meta();
    OwnerReference {
        api_version: K::API_VERSION.into(),
        kind: K::KIND.into(),
        name: meta.name.clone(),
        uid: meta.uid.clone(),
        controller: Some(true),
        block_owner_deletion: Some(true),
    }
}

/// Whether the object is controlled by the one with that UID.
pub(crate) fn is_controlled_by(meta: &ObjectMeta, uid: &str) -> bool {
    meta.controller().is_some_and(|owner| owner.uid == uid)
}
