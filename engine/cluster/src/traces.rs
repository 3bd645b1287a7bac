//! Requests between pods, collected for the page: what the network sees, with the names of services.
//!
//! Bounded: of more requests than fit between two looks the oldest are not told. Kubelets' own requests (probes) are left
//! out.

use std::cell::RefCell;
use std::collections::{BTreeMap, VecDeque};
use std::net::Ipv4Addr;
use std::rc::Rc;

use client::Informers;
use network::{Attempt, Observer, Outcome, Seen};
use view::request::{NameLookup, RequestTrace, Verdict};

use crate::views::instant;

/// How many changed requests wait to be told.
const MOST: usize = 64;
/// How many unanswered requests and known names are kept.
const MOST_OPEN: usize = 256;
/// How old a name may be to have led to an address.
const NAME_AGE: i64 = 30_000_000;

/// What was seen and not told yet.
pub(crate) struct Traces {
    informers: Informers,
    state: RefCell<State>,
}

#[derive(Default)]
struct State {
    /// Names by who asked and what the address is, the newest last.
    names: VecDeque<(Rc<str>, Ipv4Addr, NameLookup)>,
    open: BTreeMap<u64, RequestTrace>,
    changed: BTreeMap<u64, RequestTrace>,
}

impl Traces {
    pub(crate) fn new(informers: &Informers) -> Rc<Self> {
        Rc::new(Self {
            informers: informers.clone(),
            state: RefCell::default(),
        })
    }

    /// What has changed since the last call.
    pub(crate) fn take(&self) -> impl Iterator<Item = RequestTrace> + use<> {
        std::mem::take(&mut self.state.borrow_mut().changed).into_values()
    }

    fn trace(&self, state: &State, attempt: &Attempt) -> RequestTrace {
        let (asked, began) = (attempt.asked, instant(attempt.began));
        let mut names = state.names.iter().rev();
        let lookup = names.find(|(from, ip, lookup)| {
            *from == attempt.from && *ip == asked.ip && began.0 - lookup.answered.0 < NAME_AGE
        });
        let service = cluster_network::service_at(&self.informers, asked.ip);
        RequestTrace {
            id: attempt.id,
            from: attempt.from.to_string(),
            from_node: attempt.from_node.to_string(),
            lookup: lookup.map(|(_, _, lookup)| lookup.clone()),
            address: asked.to_string(),
            service: service.map(|key| key.to_string()),
            endpoint: attempt.to.as_deref().map(str::to_owned),
            endpoint_node: attempt.to_node.as_deref().map(str::to_owned),
            verdict: verdict(attempt.outcome),
            began,
            connected: instant(attempt.ended),
            ..RequestTrace::default()
        }
    }
}

impl Observer for Traces {
    fn saw(&self, seen: Seen) {
        let mut state = self.state.borrow_mut();
        match seen {
            Seen::Name {
                from,
                name,
                addresses,
                began,
                ended,
            } => {
                for ip in addresses {
                    let lookup = NameLookup {
                        name: name.clone(),
                        asked: instant(began),
                        answered: instant(ended),
                    };
                    state.names.push_back((Rc::clone(&from), ip, lookup));
                }
                while state.names.len() > MOST_OPEN {
                    state.names.pop_front();
                }
            }
            Seen::Attempt(attempt) => {
                let asked = matches!(&*attempt.from, "workstation" | "traffic");
                let probe = attempt.from == attempt.from_node && !asked;
                if probe {
                    return;
                }
                let trace = self.trace(&state, &attempt);
                if attempt.outcome == Outcome::Connected {
                    insert(&mut state.open, trace.clone(), MOST_OPEN);
                }
                insert(&mut state.changed, trace, MOST);
            }
            Seen::Answered {
                id,
                method,
                path,
                status,
                at,
            } => {
                let Some(mut trace) = state.open.remove(&id) else {
                    return;
                };
                trace.request = Some((method, path));
                trace.status = status;
                trace.answered = Some(instant(at));
                insert(&mut state.changed, trace, MOST);
            }
        }
    }
}

/// Puts a trace in; the oldest goes when there are too many.
fn insert(traces: &mut BTreeMap<u64, RequestTrace>, trace: RequestTrace, most: usize) {
    traces.insert(trace.id, trace);
    while traces.len() > most {
        traces.pop_first();
    }
}

fn verdict(outcome: Outcome) -> Verdict {
    match outcome {
        Outcome::Connected => Verdict::Connected,
        Outcome::Refused => Verdict::Refused,
        Outcome::NoEndpoints => Verdict::NoEndpoints,
        Outcome::NoRoute => Verdict::NoRoute,
        Outcome::Denied => Verdict::Denied,
        Outcome::TimedOut => Verdict::TimedOut,
        Outcome::NetworkDown => Verdict::NetworkDown,
    }
}
