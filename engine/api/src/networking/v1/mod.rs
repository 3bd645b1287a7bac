//! The API group version `networking.k8s.io/v1`.
//!
//! @generated

mod consts;
mod ingress;
mod ip_address;
mod network_policy;

pub use consts::*;
pub use ingress::*;
pub use ip_address::*;
pub use network_policy::*;
