//! Addresses of the cluster's network. IPv4 only: the cluster is single-stack, as most are.

use std::fmt;
use std::net::Ipv4Addr;

/// The loopback address that every network namespace has.
pub const LOOPBACK: Ipv4Addr = Ipv4Addr::LOCALHOST;

/// An address and a port.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HostAddr {
    /// The address.
    pub ip: Ipv4Addr,
    /// The port.
    pub port: u16,
}

impl HostAddr {
    /// The port `port` of `ip`.
    pub const fn new(ip: Ipv4Addr, port: u16) -> Self {
        Self { ip, port }
    }
}

impl fmt::Display for HostAddr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.ip, self.port)
    }
}
