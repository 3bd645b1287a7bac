//! `resource.k8s.io/v1`: the values of its string types and well-known names.
//!
//! @generated from upstream's constants.

/// `resource.kubernetes.io/delete-protection`
pub const FINALIZER: &str = "resource.kubernetes.io/delete-protection";
/// `resource.kubernetes.io/extended-resource-claim`
pub const EXTENDED_RESOURCE_CLAIM_ANNOTATION: &str =
    "resource.kubernetes.io/extended-resource-claim";
/// `resource.kubernetes.io/pod-claim-name`
pub const POD_RESOURCE_CLAIM_ANNOTATION: &str = "resource.kubernetes.io/pod-claim-name";
/// `deviceclass.resource.kubernetes.io/`
pub const RESOURCE_DEVICE_CLASS_PREFIX: &str = "deviceclass.resource.kubernetes.io/";
/// `binding`
pub const SUBRESOURCE_BINDING: &str = "binding";
/// `driver`
pub const SUBRESOURCE_DRIVER: &str = "driver";
/// `associated-node:`
pub const VERB_PREFIX_ASSOCIATED_NODE: &str = "associated-node:";
/// `arbitrary-node:`
pub const VERB_PREFIX_ARBITRARY_NODE: &str = "arbitrary-node:";
/// `spec.nodeName`
pub const RESOURCE_SLICE_SELECTOR_NODE_NAME: &str = "spec.nodeName";
/// `spec.driver`
pub const RESOURCE_SLICE_SELECTOR_DRIVER: &str = "spec.driver";
/// `None`
pub const DEVICE_TAINT_EFFECT_NONE: &str = "None";
/// `NoSchedule`
pub const DEVICE_TAINT_EFFECT_NO_SCHEDULE: &str = "NoSchedule";
/// `NoExecute`
pub const DEVICE_TAINT_EFFECT_NO_EXECUTE: &str = "NoExecute";
/// `resource.kubernetes.io/admin-access`
pub const DRA_ADMIN_NAMESPACE_LABEL_KEY: &str = "resource.kubernetes.io/admin-access";
/// `ExactCount`
pub const DEVICE_ALLOCATION_MODE_EXACT_COUNT: &str = "ExactCount";
/// `All`
pub const DEVICE_ALLOCATION_MODE_ALL: &str = "All";
/// `Exists`
pub const DEVICE_TOLERATION_OP_EXISTS: &str = "Exists";
/// `Equal`
pub const DEVICE_TOLERATION_OP_EQUAL: &str = "Equal";
/// `FromClass`
pub const ALLOCATION_CONFIG_SOURCE_CLASS: &str = "FromClass";
/// `FromClaim`
pub const ALLOCATION_CONFIG_SOURCE_CLAIM: &str = "FromClaim";
