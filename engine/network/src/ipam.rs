//! Addresses of pods: each node hands them out of its own range (`Node.spec.podCIDR`), as the host-local plugin does.

use std::collections::BTreeSet;
use std::fmt;
use std::net::Ipv4Addr;
use std::str::FromStr;

/// A range of addresses in CIDR notation and what of it is in use.
///
/// Addresses are given out in order, going on after the last one given rather than reusing the lowest free one, so
/// that a new pod rarely has the address of one that was just deleted. The network's own address, the gateway (the
/// first host) and the broadcast address are never given out.
#[derive(Clone, Debug)]
pub struct IpRange {
    base: u32,
    prefix: u8,
    used: BTreeSet<u32>,
    last: u32,
}

/// A text that is no IPv4 range.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseRangeError(String);

impl fmt::Display for ParseRangeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "invalid CIDR address: {}", self.0)
    }
}

impl std::error::Error for ParseRangeError {}

impl FromStr for IpRange {
    type Err = ParseRangeError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let error = || ParseRangeError(text.to_owned());
        let (ip, prefix) = text.split_once('/').ok_or_else(error)?;
        let ip: Ipv4Addr = ip.parse().map_err(|_| error())?;
        let prefix: u8 = prefix.parse().map_err(|_| error())?;
        if prefix > 30 {
            return Err(error());
        }
        let base = u32::from(ip) & mask(prefix);
        Ok(Self {
            base,
            prefix,
            used: BTreeSet::new(),
            last: base + 1,
        })
    }
}

impl IpRange {
    /// Whether `ip` lies in the range.
    pub fn contains(&self, ip: Ipv4Addr) -> bool {
        u32::from(ip) & mask(self.prefix) == self.base
    }

    /// Takes the next free address; `None` when all are in use.
    pub fn allocate(&mut self) -> Option<Ipv4Addr> {
        let first = self.base + 2;
        let last = self.base + (!mask(self.prefix)) - 1;
        if first > last {
            return None;
        }
        let start = if self.last >= last {
            first
        } else {
            self.last + 1
        };
        let ip = (start..=last)
            .chain(first..start)
            .find(|ip| !self.used.contains(ip))?;
        self.used.insert(ip);
        self.last = ip;
        Some(Ipv4Addr::from(ip))
    }

    /// Gives an address back. One that was not taken is ignored.
    pub fn release(&mut self, ip: Ipv4Addr) {
        self.used.remove(&u32::from(ip));
    }

    /// How many addresses are taken.
    pub fn in_use(&self) -> usize {
        self.used.len()
    }
}

fn mask(prefix: u8) -> u32 {
    u32::MAX.checked_shl(32 - u32::from(prefix)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn goes_on_after_the_last_address_and_wraps() {
        let mut range: IpRange = "10.244.1.0/29".parse().expect("a range");
        let all: Vec<_> = std::iter::from_fn(|| range.allocate())
            .map(|ip| ip.octets()[3])
            .collect();
        assert_eq!(all, [2, 3, 4, 5, 6]);
        range.release("10.244.1.3".parse().expect("an address"));
        range.release("10.244.1.5".parse().expect("an address"));
        assert_eq!(range.allocate(), Some(Ipv4Addr::new(10, 244, 1, 3)));
        range.release("10.244.1.3".parse().expect("an address"));
        assert_eq!(range.allocate(), Some(Ipv4Addr::new(10, 244, 1, 5)));
    }

    #[test]
    fn refuses_what_is_no_range() {
        for text in ["", "10.0.0.0", "10.0.0.0/33", "10.0.0.0/31", "x/8", "::/64"] {
            assert!(text.parse::<IpRange>().is_err(), "{text}");
        }
        let range: IpRange = "10.0.0.0/8".parse().expect("a range");
        assert!(range.contains(Ipv4Addr::new(10, 9, 8, 7)));
        assert!(!range.contains(Ipv4Addr::new(11, 0, 0, 1)));
    }
}
