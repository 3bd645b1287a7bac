//! What probes have found, by container.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

/// What a probe asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum ProbeKind {
    /// Has it come up?
    Startup,
    /// Does it still work?
    Liveness,
    /// Can it serve?
    Readiness,
}

impl ProbeKind {
    /// As events call it.
    pub(crate) fn title(self) -> &'static str {
        match self {
            Self::Startup => "Startup",
            Self::Liveness => "Liveness",
            Self::Readiness => "Readiness",
        }
    }
}

/// What a probe found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ProbeResult {
    /// It has not been asked yet.
    Unknown,
    /// Yes.
    Success,
    /// No.
    Failure,
}

/// The present results. A result is what the thresholds make of the single answers.
#[derive(Default)]
pub(crate) struct Results(RefCell<BTreeMap<(Rc<str>, ProbeKind), ProbeResult>>);

impl Results {
    /// The present result for a container, if there is one.
    pub(crate) fn get(&self, container: &str, kind: ProbeKind) -> Option<ProbeResult> {
        let results = self.0.borrow();
        results.get(&(Rc::from(container), kind)).copied()
    }

    /// Notes a result; whether it differs from the one before.
    pub(crate) fn set(&self, container: &Rc<str>, kind: ProbeKind, result: ProbeResult) -> bool {
        let key = (Rc::clone(container), kind);
        self.0.borrow_mut().insert(key, result) != Some(result)
    }

    /// Forgets a result.
    pub(crate) fn remove(&self, container: &Rc<str>, kind: ProbeKind) {
        self.0.borrow_mut().remove(&(Rc::clone(container), kind));
    }
}
