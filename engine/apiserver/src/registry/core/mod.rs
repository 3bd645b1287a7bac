//! The core group (`v1`).

pub(super) mod configmap;
pub(super) mod event;
pub(super) mod namespace;
pub(super) mod node;
pub(super) mod pod;
pub(super) mod podtemplate;
pub(super) mod serviceaccount;
