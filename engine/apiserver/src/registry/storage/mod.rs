//! The group `storage.k8s.io`.

pub(crate) mod csi;
pub(crate) mod storageclass;
pub(crate) mod volumeattachment;
pub(crate) mod volumeattributesclass;
