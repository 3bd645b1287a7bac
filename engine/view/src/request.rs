//! A request on its way through the cluster: who asked whom by which name, what it became, who answered.
//!
//! A trace comes when its connection is made (or not), and once more, with the same id, when it is answered. The engine
//! keeps the last few only; the page draws them as they come and forgets them.

use serde::{Deserialize, Serialize};

use crate::Time;

/// What became of a request's connection.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Verdict {
    /// It was made.
    #[default]
    Connected,
    /// Nobody listens on the port.
    Refused,
    /// The service has no ready endpoint.
    NoEndpoints,
    /// Nobody has the address.
    NoRoute,
    /// A network policy does not let it pass.
    Denied,
    /// Nothing came back.
    TimedOut,
    /// The asker has no network (any more).
    NetworkDown,
}

/// A name that was asked for before.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NameLookup {
    /// The whole name.
    pub name: String,
    /// When it was asked for.
    pub asked: Time,
    /// When the answer came.
    pub answered: Time,
}

/// A request.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequestTrace {
    /// Tells requests apart, in their order.
    pub id: u64,
    /// Who asks: `namespace/pod`, a node's name, or `workstation`.
    pub from: String,
    /// The node it asks from.
    pub from_node: String,
    /// The name that led to the address, if one did.
    pub lookup: Option<NameLookup>,
    /// The address and port that were asked for.
    pub address: String,
    /// The service that the address belongs to, as `namespace/name`.
    pub service: Option<String>,
    /// The endpoint that was chosen: `namespace/pod`, or whose address it is otherwise.
    pub endpoint: Option<String>,
    /// The node of the endpoint.
    pub endpoint_node: Option<String>,
    /// What became of the connection.
    pub verdict: Verdict,
    /// The HTTP method and path, once it is answered.
    pub request: Option<(String, String)>,
    /// The HTTP status, if there was an answer.
    pub status: Option<u16>,
    /// When the connection was begun.
    pub began: Time,
    /// When it was made or given up.
    pub connected: Time,
    /// When the answer had come.
    pub answered: Option<Time>,
}
