//! `storage.k8s.io/v1`: the values of its string types and well-known names.
//!
//! @generated from upstream's constants.

/// `Immediate`
pub const VOLUME_BINDING_IMMEDIATE: &str = "Immediate";
/// `WaitForFirstConsumer`
pub const VOLUME_BINDING_WAIT_FOR_FIRST_CONSUMER: &str = "WaitForFirstConsumer";
/// `ReadWriteOnceWithFSType`
pub const READ_WRITE_ONCE_WITH_FS_TYPE_FS_GROUP_POLICY: &str = "ReadWriteOnceWithFSType";
/// `File`
pub const FILE_FS_GROUP_POLICY: &str = "File";
/// `None`
pub const NONE_FS_GROUP_POLICY: &str = "None";
/// `Persistent`
pub const VOLUME_LIFECYCLE_PERSISTENT: &str = "Persistent";
/// `Ephemeral`
pub const VOLUME_LIFECYCLE_EPHEMERAL: &str = "Ephemeral";
