//! `apps/v1`: the values of its string types and well-known names.
//!
//! @generated from upstream's constants.

/// `controller-revision-hash`
pub const CONTROLLER_REVISION_HASH_LABEL_KEY: &str = "controller-revision-hash";
/// `deprecated.deployment.rollback.to`
pub const DEPRECATED_ROLLBACK_TO: &str = "deprecated.deployment.rollback.to";
/// `deprecated.daemonset.template.generation`
pub const DEPRECATED_TEMPLATE_GENERATION: &str = "deprecated.daemonset.template.generation";
/// `statefulset.kubernetes.io/pod-name`
pub const STATEFUL_SET_POD_NAME_LABEL: &str = "statefulset.kubernetes.io/pod-name";
/// `apps.kubernetes.io/pod-index`
pub const POD_INDEX_LABEL: &str = "apps.kubernetes.io/pod-index";
/// `OrderedReady`
pub const ORDERED_READY_POD_MANAGEMENT: &str = "OrderedReady";
/// `Parallel`
pub const PARALLEL_POD_MANAGEMENT: &str = "Parallel";
/// `RollingUpdate`
pub const ROLLING_UPDATE_STATEFUL_SET_STRATEGY_TYPE: &str = "RollingUpdate";
/// `OnDelete`
pub const ON_DELETE_STATEFUL_SET_STRATEGY_TYPE: &str = "OnDelete";
/// `Retain`
pub const RETAIN_PERSISTENT_VOLUME_CLAIM_RETENTION_POLICY_TYPE: &str = "Retain";
/// `Delete`
pub const DELETE_PERSISTENT_VOLUME_CLAIM_RETENTION_POLICY_TYPE: &str = "Delete";
/// `pod-template-hash`
pub const DEFAULT_DEPLOYMENT_UNIQUE_LABEL_KEY: &str = "pod-template-hash";
/// `Recreate`
pub const RECREATE_DEPLOYMENT_STRATEGY_TYPE: &str = "Recreate";
/// `RollingUpdate`
pub const ROLLING_UPDATE_DEPLOYMENT_STRATEGY_TYPE: &str = "RollingUpdate";
/// `Available`
pub const DEPLOYMENT_AVAILABLE: &str = "Available";
/// `Progressing`
pub const DEPLOYMENT_PROGRESSING: &str = "Progressing";
/// `ReplicaFailure`
pub const DEPLOYMENT_REPLICA_FAILURE: &str = "ReplicaFailure";
/// `RollingUpdate`
pub const ROLLING_UPDATE_DAEMON_SET_STRATEGY_TYPE: &str = "RollingUpdate";
/// `OnDelete`
pub const ON_DELETE_DAEMON_SET_STRATEGY_TYPE: &str = "OnDelete";
/// `ReplicaFailure`
pub const REPLICA_SET_REPLICA_FAILURE: &str = "ReplicaFailure";
