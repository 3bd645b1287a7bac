//! Empties namespaces that were deleted, and lets them go (`pkg/controller/namespace`).

mod conditions;
mod content;

use std::time::Duration;

use api::core::v1::Namespace;
use apimachinery::Status;
use client::{Change, Client, NamespacedName, WorkQueue};

use self::content::Remains;
use crate::context::Context;
use crate::worker;

/// How long a namespace is left alone after a change, so that last-minute objects in it are seen.
const DELETION_GRACE_PERIOD: Duration = Duration::from_secs(5);
/// The finalizer that this controller removes.
const FINALIZER: &str = "kubernetes";

pub(crate) fn start(context: &Context) {
    let queue: WorkQueue<NamespacedName> = WorkQueue::with_limiter(
        context.sim(),
        client::workqueue::RateLimiter::exponential(
            Duration::from_millis(5),
            Duration::from_secs(60),
        ),
    );
    let informer = context.informers().of::<Namespace>();
    let q = queue.clone();
    informer.on_change(move |change| {
        let namespace = change.object();
        if namespace.metadata.is_deleting() && !matches!(change, Change::Deleted(_)) {
            q.add_after(
                NamespacedName::of(&namespace.metadata),
                DELETION_GRACE_PERIOD,
            );
        }
    });
    let client = context.client("namespace-controller");
    let namespaces = informer.lister();
    let later = queue.clone();
    worker::run(context, "namespace", queue, move |key| {
        if namespaces.by_key(key).is_none() {
            return Ok(());
        }
        if let Some(estimate) = delete(&client, &key.name)? {
            // Half the time, lest the last of it be waited for in vain.
            later.add_after(key.clone(), Duration::from_secs(estimate / 2 + 1));
        }
        Ok(())
    });
}

/// Deletes what is in a namespace, and the namespace when nothing is left; else, in how many seconds to look again.
fn delete(client: &Client, name: &str) -> Result<Option<u64>, Status> {
    let namespace = match client.get::<Namespace>("", name) {
        Err(status) if status.is_not_found() => return Ok(None),
        other => other?,
    };
    if !namespace.metadata.is_deleting() {
        return Ok(None);
    }
    if namespace.spec.finalizers.is_empty() {
        let delete = client::Delete::default().uid(&namespace.metadata.uid);
        worker::ignore_not_found(client.delete::<Namespace>("", name, &delete))?;
        return Ok(None);
    }
    let remains = content::delete_all(client, &namespace);
    write_conditions(client, &namespace, &remains)?;
    if let Some(error) = remains.errors.into_iter().next() {
        return Err(error);
    }
    if remains.estimate > 0 {
        return Ok(Some(remains.estimate));
    }
    let mut finalized = Namespace::clone(&*client.get::<Namespace>("", name)?);
    finalized
        .spec
        .finalizers
        .retain(|finalizer| finalizer != FINALIZER);
    worker::ignore_not_found(client.update_subresource(finalized, "finalize"))?;
    Ok(None)
}

fn write_conditions(
    client: &Client,
    namespace: &Namespace,
    remains: &Remains,
) -> Result<(), Status> {
    let mut updated = namespace.clone();
    if conditions::update(&mut updated.status, remains, client.now()) {
        worker::ignore_not_found(client.update_status(updated))?;
    }
    Ok(())
}
