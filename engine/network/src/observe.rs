//! What happens on the network, for whoever wants to show it: names asked for, connections made or not, answers.
//!
//! Nobody listens unless [`Fabric::set_observer`](crate::Fabric::set_observer) says so. Not here: what is done with it.

use std::cell::Cell;
use std::net::Ipv4Addr;
use std::rc::Rc;

use sim::Time;

use crate::{ConnectError, HostAddr};

/// How a connection attempt ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Outcome {
    /// Somebody listens.
    #[default]
    Connected,
    /// Nobody listens on the port.
    Refused,
    /// The service has no endpoint that may be used.
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

/// An attempt to connect.
#[derive(Clone, Debug)]
pub struct Attempt {
    /// Tells attempts apart, in their order.
    pub id: u64,
    /// Who asks: `namespace/pod`, or a machine's name.
    pub from: Rc<str>,
    /// On which node.
    pub from_node: Rc<str>,
    /// What was asked for.
    pub asked: HostAddr,
    /// The endpoint that was chosen, if the address was a service's.
    pub endpoint: Option<HostAddr>,
    /// Whose address it is in the end.
    pub to: Option<Rc<str>>,
    /// On which node.
    pub to_node: Option<Rc<str>>,
    /// When it began.
    pub began: Time,
    /// When it was known how it ends.
    pub ended: Time,
    /// How it ended.
    pub outcome: Outcome,
}

/// Something that happened.
#[derive(Clone, Debug)]
pub enum Seen {
    /// A name was asked for; no addresses when there are none.
    Name {
        /// Who asked.
        from: Rc<str>,
        /// The whole name.
        name: String,
        /// The answer.
        addresses: Vec<Ipv4Addr>,
        /// When it was asked.
        began: Time,
        /// When the answer came.
        ended: Time,
    },
    /// A connection was made, or not.
    Attempt(Attempt),
    /// A request over a connection was answered; no status when the connection broke.
    Answered {
        /// The attempt that made the connection.
        id: u64,
        /// The request's method.
        method: String,
        /// The request's path.
        path: String,
        /// The status code.
        status: Option<u16>,
        /// When.
        at: Time,
    },
}

/// Whom it is told.
pub trait Observer {
    /// Something happened.
    fn saw(&self, seen: Seen);
}

/// What an attempt learns on its way.
#[derive(Default)]
pub(crate) struct Way {
    pub(crate) endpoint: Cell<Option<HostAddr>>,
    /// What the error alone does not tell.
    pub(crate) why: Cell<Option<Outcome>>,
}

impl Way {
    pub(crate) fn outcome(&self, error: Option<ConnectError>) -> Outcome {
        let plain = match error {
            None => Outcome::Connected,
            Some(ConnectError::Refused) => Outcome::Refused,
            Some(ConnectError::NoRoute) => Outcome::NoRoute,
            Some(ConnectError::TimedOut) => Outcome::TimedOut,
            Some(ConnectError::NetworkDown) => Outcome::NetworkDown,
        };
        self.why.get().unwrap_or(plain)
    }
}

/// The way back from a connection to the observer.
#[derive(Clone)]
pub(crate) struct Trail {
    pub(crate) observer: Rc<dyn Observer>,
    pub(crate) id: u64,
}
