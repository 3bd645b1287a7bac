//! The API group version `storage.k8s.io/v1`.
//!
//! @generated

mod consts;
mod csi;
mod storage_class;
mod volume_attachment;

pub use consts::*;
pub use csi::*;
pub use storage_class::*;
pub use volume_attachment::*;
