//! The network between pods, services and nodes.
//!
//! ```text
//!   program ── Netns::connect(addr, port) ──▶ Fabric ──▶ listener of another Netns
//!                                              │
//!                     service address? ── Router (kube-proxy's part) picks an endpoint
//!                     may it?          ── Policy (NetworkPolicy's part) lets it pass or drops it
//!                     how far?         ── Link: latency between the nodes, or cut
//!   program ── Netns::ask(server, name) ──▶ NameServer (the cluster's DNS)
//! ```
//!
//! A [`Netns`] is what Linux calls a network namespace: an address and the ports something listens on. Every pod's
//! sandbox has one, shared by its containers; every node has one, shared by its host-network pods; the learner's
//! workstation has one too. A connection is a pair of byte [`Stream`]s; [`http`] is spoken over them.
//!
//! Not here: which pods exist (the runtime makes their namespaces), probes (the kubelet's), and what programs say to
//! each other (the runtime's images). Packets, MTUs and routing protocols are not modelled.

mod address;
mod dns;
mod fabric;
pub mod http;
mod ipam;
mod link;
mod netns;
mod observe;
mod stream;

pub use address::{HostAddr, LOOPBACK};
pub use dns::{Answer, NameServer, NoServer};
pub use fabric::{Fabric, Policy, Route, Router};
pub use ipam::{IpRange, ParseRangeError};
pub use link::{Link, Links};
pub use netns::{AddrInUse, ConnectError, Listener, Netns, NetnsConfig};
pub use observe::{Attempt, Observer, Outcome, Seen};
pub use stream::{ReadHalf, Reset, Stream, WriteHalf};
