//! Gives every namespace its `default` service account (`pkg/controller/serviceaccount`).
//!
//! Tokens in secrets are made by [`tokens`]; pods get theirs from the TokenRequest API through a projected volume.

pub(crate) mod tokens;

use api::core::v1::{Namespace, ServiceAccount};
use apimachinery::Status;
use apimachinery::meta::v1::ObjectMeta;
use client::{Change, NamespacedName, WorkQueue};

use crate::context::Context;
use crate::worker;

const DEFAULT: &str = "default";

pub(crate) fn start(context: &Context) {
    let queue = WorkQueue::new(context.sim());
    let informers = context.informers();
    informers
        .of::<Namespace>()
        .on_change(worker::enqueue(&queue));
    let q = queue.clone();
    informers.of::<ServiceAccount>().on_change(move |change| {
        if let Change::Deleted(account) = change
            && account.metadata.name == DEFAULT
        {
            q.add(NamespacedName::new("", account.metadata.namespace.clone()));
        }
    });
    let (namespaces, accounts) = (
        informers.lister::<Namespace>(),
        informers.lister::<ServiceAccount>(),
    );
    let client = context.client("service-account-controller");
    worker::run(context, "serviceaccount", queue, move |key| {
        let name = &key.name;
        let active = namespaces
            .get("", name)
            .is_some_and(|ns| ns.status.phase == "Active");
        if !active || accounts.get(name, DEFAULT).is_some() {
            return Ok(());
        }
        let account = ServiceAccount {
            metadata: ObjectMeta::named(name.clone(), DEFAULT),
            ..ServiceAccount::default()
        };
        match client.create(account) {
            Err(status) if !harmless(&status) => Err(status),
            _ => Ok(()),
        }
    });
}

/// Somebody was faster, or the namespace is going away.
fn harmless(status: &Status) -> bool {
    status.is_already_exists() || status.is_forbidden() || status.is_not_found()
}
