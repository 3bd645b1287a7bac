//! The API group version `batch/v1`.
//!
//! @generated

mod consts;
mod cron_job;
mod job;

pub use consts::*;
pub use cron_job::*;
pub use job::*;
