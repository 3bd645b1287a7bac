//! APIs that another server answers, behind this one's address: what kube-aggregator does for an `APIService`.
//!
//! An extension has a group version of its own. This server authenticates and authorises, shows it in discovery, and passes
//! requests on.

use apimachinery::{Status, Value};

use super::{Request, Response, Route};

/// A server behind this one.
pub trait Extension {
    /// Its group and version.
    fn group_version(&self) -> (&'static str, &'static str);

    /// Its resources, as in an `APIResourceList`.
    fn resources(&self) -> Vec<Value>;

    /// Answers a request for one of its resources.
    ///
    /// # Errors
    /// Whatever it says.
    fn answer(&self, request: &Request, route: &Route) -> Result<Response, Status>;
}
