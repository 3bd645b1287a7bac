//! The name server of the workstation: the hosts of Ingresses, all at the proxy's address.

use std::cell::RefCell;
use std::net::Ipv4Addr;

use api::networking::v1::Ingress;
use client::Lister;
use network::{Answer, NameServer};

use super::{address, is_ours, route};

/// The names. Nobody is known until there are Ingresses to look at.
#[derive(Default)]
pub(crate) struct Names(RefCell<Option<Lister<Ingress>>>);

impl Names {
    /// Says where the Ingresses are.
    pub(super) fn set(&self, ingresses: Option<Lister<Ingress>>) {
        *self.0.borrow_mut() = ingresses;
    }
}

impl NameServer for Names {
    fn lookup(&self, name: &str) -> Answer {
        let name = name.to_ascii_lowercase();
        let mut known = false;
        if let Some(ingresses) = &*self.0.borrow() {
            ingresses.for_each(|ingress| {
                let mut rules = ingress
                    .spec
                    .rules
                    .iter()
                    .filter(|rule| !rule.host.is_empty());
                known |= is_ours(ingress) && rules.any(|rule| route::is_host(&rule.host, &name));
            });
        }
        if known {
            Answer::Addresses(vec![address()])
        } else {
            Answer::NoSuchName
        }
    }

    fn reverse(&self, _ip: Ipv4Addr) -> Vec<String> {
        Vec::new()
    }
}
