//! What the status tells.

use apimachinery::{Status, Str, Time};
use client::Client;
use component_helpers::pod;

use super::Replicated;
use crate::common::claim::PodsByState;

/// The counts of a status.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Counts {
    /// All pods.
    pub(crate) replicas: i32,
    /// Those with all labels of the template.
    pub(crate) fully_labeled: i32,
    /// Those that are ready.
    pub(crate) ready: i32,
    /// Those that have been ready for long enough.
    pub(crate) available: i32,
    /// Those that were deleted and are not gone yet.
    pub(crate) terminating: Option<i32>,
}

fn count(number: usize) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

impl Counts {
    /// Counts the pods of a set.
    pub(crate) fn of<K: Replicated>(set: &K, pods: &PodsByState, now: Time) -> Self {
        let labels = set.template().metadata.labels;
        let has_all = |pod: &api::core::v1::Pod| {
            labels
                .iter()
                .all(|(key, value)| pod.metadata.labels.get(key.as_str()) == Some(value))
        };
        let active = &pods.active;
        let min_ready = set.min_ready_seconds();
        Self {
            replicas: count(active.len()),
            fully_labeled: count(active.iter().filter(|pod| has_all(pod)).count()),
            ready: count(active.iter().filter(|pod| pod::is_ready(pod)).count()),
            available: count(
                active
                    .iter()
                    .filter(|p| pod::is_available(p, min_ready, now))
                    .count(),
            ),
            terminating: set
                .tells_terminating()
                .then(|| count(pods.terminating.len())),
        }
    }
}

/// Writes the status if it has changed.
pub(super) fn write<K: Replicated>(
    client: &Client,
    set: &K,
    counts: &Counts,
    trouble: Option<&Status>,
) -> Result<(), Status> {
    let failure = trouble.map(|status| (reason(set, counts), status.message.clone()));
    let unchanged = set.counts() == *counts
        && set.observed_generation() == set.meta().generation
        && set.failure().is_some() == failure.is_some();
    if unchanged {
        return Ok(());
    }
    let now = client.now();
    let mut updated = set.clone();
    updated.set_status(counts, failure.clone(), now);
    match client.update_status(updated) {
        Err(status) if status.is_conflict() => {
            // Somebody else has written meanwhile; the status is still true.
            let meta = set.meta();
            let mut fresh = K::clone(&*client.get::<K>(&meta.namespace, &meta.name)?);
            fresh.set_status(counts, failure, now);
            client.update_status(fresh).map(drop)
        }
        Err(status) if !status.is_not_found() => Err(status),
        _ => Ok(()),
    }
}

fn reason<K: Replicated>(set: &K, counts: &Counts) -> Str {
    if counts.replicas < set.replicas() {
        "FailedCreate".into()
    } else {
        "FailedDelete".into()
    }
}
