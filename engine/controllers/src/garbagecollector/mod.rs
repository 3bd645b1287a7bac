//! Deletes objects whose owners are gone, and carries out foreground and orphaning deletion
//! (`pkg/controller/garbagecollector`).
//!
//! ```text
//!   watch of every resource ─► Graph: who owns whom ─► attempt_to_delete ─► does any owner still exist?
//!                                                  └─► attempt_to_orphan ─► take the owner off its dependents
//! ```
//!
//! The graph holds only objects that have owners or are owners; it is a hint where to look. What is done is decided by
//! what the API says then.

mod attempt;
mod graph;
mod monitor;

use std::cell::RefCell;
use std::rc::Rc;

use api::apiextensions::v1::CustomResourceDefinition;
use apimachinery::Str;
use client::{AnyResource, Client, WorkQueue};

use self::graph::Graph;
use crate::context::Context;
use crate::worker;

/// Dependents go first.
pub(crate) const FINALIZER_FOREGROUND: &str = "foregroundDeletion";
/// Dependents stay.
pub(crate) const FINALIZER_ORPHAN: &str = "orphan";

/// The garbage collector. Cloning gives the same one.
#[derive(Clone)]
struct Collector {
    client: Client,
    graph: Rc<RefCell<Graph>>,
    /// Objects, by UID, that may have to go.
    to_delete: WorkQueue<Str>,
    /// Objects, by UID, whose dependents are to be let go of.
    to_orphan: WorkQueue<Str>,
    monitored: Rc<RefCell<Vec<AnyResource>>>,
}

pub(crate) fn start(context: &Context) {
    let collector = Collector {
        client: context.client("generic-garbage-collector"),
        graph: Rc::default(),
        to_delete: WorkQueue::new(context.sim()),
        to_orphan: WorkQueue::new(context.sim()),
        monitored: Rc::default(),
    };
    collector.monitor_all();
    // New kinds of objects come with custom resource definitions.
    let c = collector.clone();
    context
        .informers()
        .of::<CustomResourceDefinition>()
        .on_change(move |_| c.monitor_all());
    let c = collector.clone();
    worker::run(
        context,
        "garbage-collector",
        collector.to_delete.clone(),
        move |uid| c.attempt_to_delete(uid),
    );
    let queue = collector.to_orphan.clone();
    worker::run(context, "garbage-collector-orphan", queue, move |uid| {
        collector.attempt_to_orphan(uid)
    });
}
