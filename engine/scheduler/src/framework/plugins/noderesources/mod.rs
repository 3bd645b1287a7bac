//! CPU, memory and the like: does the pod fit, and where does it leave the load most even?

mod balanced_allocation;
mod fit;

pub use balanced_allocation::BalancedAllocation;
pub use fit::Fit;
