//! The loop that every controller runs: take a key, sync it, try again later if that failed.

use apimachinery::{Kind, Status};
use client::{Change, NamespacedName, WorkQueue};

use crate::context::Context;

/// Runs `sync` for every key of the queue, one at a time; a failed key comes back after its back-off.
///
/// `sync` may put keys into the queue itself, such as for a later time.
pub(crate) fn run<K: Clone + Ord + 'static>(
    context: &Context,
    name: &'static str,
    queue: WorkQueue<K>,
    mut sync: impl FnMut(&K) -> Result<(), Status> + 'static,
) {
    let gate = context.gate().clone();
    context.sim().spawn(name, async move {
        while let Some(key) = queue.get().await {
            gate.pass().await;
            match sync(&key) {
                Ok(()) => queue.forget(&key),
                Err(_) => queue.add_rate_limited(key.clone()),
            }
            queue.done(&key);
        }
    });
}

/// A handler that puts the key of whatever has changed into a queue.
pub(crate) fn enqueue<K: Kind>(
    queue: &WorkQueue<NamespacedName>,
) -> impl Fn(&Change<'_, K>) + use<K> {
    let queue = queue.clone();
    move |change| queue.add(NamespacedName::of(change.object().meta()))
}

/// What is not there any more is as good as deleted.
pub(crate) fn ignore_not_found<T>(result: Result<T, Status>) -> Result<(), Status> {
    match result {
        Err(status) if !status.is_not_found() => Err(status),
        _ => Ok(()),
    }
}
