//! The end of a definition: its objects are deleted first, and while one of them waits for its finalizers, so does the
//! definition. Upstream's room for this is `k8s.io/apiextensions-apiserver/pkg/controller/finalizer`.
//!
//! Upstream looks every five seconds whether all are gone; here the last one to go wakes whoever waits.

use std::rc::Rc;
use std::time::Duration;

use api::apiextensions::v1::CustomResourceDefinition;
use apimachinery::meta::v1::DeleteOptions;
use sim::futures_util::FutureExt;

use super::establish::{context, serve, set_condition};
use crate::ApiServer;
use crate::registry::list::Filter;
use crate::registry::{Resource, delete};
use crate::watch::{Watch, WatchFrom, WatchRequest};

const FINALIZER: &str = "customresourcecleanup.apiextensions.k8s.io";
const PENDING: &str = "InstanceDeletionPending";
const IN_PROGRESS: &str = "InstanceDeletionInProgress";
/// How long it may take before somebody is told.
const PATIENCE: Duration = Duration::from_secs(60);

/// Marks a definition whose deletion begins.
pub(super) fn begin(server: &ApiServer, crd: &mut CustomResourceDefinition) {
    if crd.metadata.is_deleting() {
        return;
    }
    let finalizers = &mut crd.metadata.finalizers;
    if !finalizers.iter().any(|known| known == FINALIZER) {
        finalizers.push(FINALIZER.into());
    }
    let text =
        "CustomResourceDefinition marked for deletion; CustomResource deletion will begin soon";
    set_condition(crd, ("Terminating", "True", PENDING, text), server);
}

/// Goes on with the deletion of a definition, from where its condition says that it is.
pub(super) async fn run(server: &ApiServer, crd: &Rc<CustomResourceDefinition>) {
    if !crd
        .metadata
        .finalizers
        .iter()
        .any(|known| known == FINALIZER)
    {
        return;
    }
    let mut conditions = crd.status.conditions.iter();
    let reason = conditions.find(|known| known.type_ == "Terminating");
    let reason = reason
        .map(|known| known.reason.as_str())
        .unwrap_or_default();
    if reason == PENDING {
        let text = "CustomResource deletion is in progress";
        // What is written comes back here.
        return note(server, crd, ("Terminating", "True", IN_PROGRESS, text));
    }
    let established = crd.status.conditions.iter();
    let established = established
        .filter(|known| known.type_ == "Established")
        .any(|known| known.status == "True");
    if !established {
        return release(server, &crd.metadata.name);
    }
    serve(server, crd);
    let (group, plural) = (&crd.spec.group, &crd.spec.names.plural);
    let served = server
        .registry()
        .iter()
        .find(|served| served.names.group == *group && served.names.plural == *plural)
        .cloned();
    let Some(served) = served else {
        return release(server, &crd.metadata.name);
    };
    let resource = &served.resource;
    delete_all(server, resource);
    let first = reason == IN_PROGRESS;
    let mut gone = Box::pin(all_gone(server, resource).fuse());
    let mut tired = Box::pin(server.sim().sleep(PATIENCE).fuse());
    let in_time = sim::futures_util::select_biased! {
        () = gone => true,
        () = tired => false,
    };
    if !in_time {
        if first {
            let text =
                "could not confirm zero CustomResources remaining: context deadline exceeded";
            let condition = ("Terminating", "True", "InstanceDeletionCheck", text);
            return note(server, crd, condition);
        }
        gone.await;
    }
    release(server, &crd.metadata.name);
}

fn note(server: &ApiServer, crd: &CustomResourceDefinition, condition: (&str, &str, &str, &str)) {
    let cx = context(server);
    let Ok(current) = cx.get::<CustomResourceDefinition>("", &crd.metadata.name) else {
        return;
    };
    let mut next = (*current).clone();
    set_condition(&mut next, condition, server);
    // Whoever has written in between has made this run once more.
    let _ = cx.update_status(next);
}

/// Deletes what there is; finalizers may hold some of it back.
fn delete_all(server: &ApiServer, resource: &Rc<Resource>) {
    let cx = context(server);
    let keys: Vec<_> = {
        let storage = server.storage();
        let table = storage.table(resource.table);
        table.iter(None, None).map(|(key, _)| key.clone()).collect()
    };
    for key in keys {
        let options = DeleteOptions::default();
        // What is gone already needs no deleting.
        let _ = delete::delete(&cx, resource, &key.namespace, &key.name, options);
    }
}

async fn all_gone(server: &ApiServer, resource: &Rc<Resource>) {
    let request = WatchRequest {
        filter: Filter::default(),
        from: WatchFrom::Now,
        bookmarks: false,
        initial_events: false,
    };
    let mut watch = Watch::new(server, resource.clone(), request);
    loop {
        let left = {
            let storage = server.storage();
            let table = storage.table(resource.table);
            table.iter(None, None).next().is_some()
        };
        if !left || watch.next().await.is_none() {
            return;
        }
    }
}

/// Takes the finalizer off, with which the definition goes.
fn release(server: &ApiServer, name: &str) {
    let cx = context(server);
    let Ok(current) = cx.get::<CustomResourceDefinition>("", name) else {
        return;
    };
    if !current.metadata.is_deleting() {
        return;
    }
    let mut next = (*current).clone();
    next.metadata.finalizers.retain(|known| known != FINALIZER);
    let _ = cx.update(next);
}
