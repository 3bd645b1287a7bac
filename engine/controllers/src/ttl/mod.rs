//! Tells kubelets by a node annotation how long they may keep secrets and config maps, which depends on the size of the
//! cluster (`pkg/controller/ttl`).

use std::cell::Cell;
use std::rc::Rc;

use api::core::v1::Node;
use client::{Change, NamespacedName, WorkQueue};

use crate::context::Context;
use crate::worker;

const ANNOTATION: &str = "node.alpha.kubernetes.io/ttl";

/// From how many nodes on, and up to how many, which number of seconds. The ranges overlap, so that a cluster at the
/// border does not go to and fro.
const BOUNDARIES: [(usize, usize, u32); 5] = [
    (0, 100, 0),
    (90, 500, 15),
    (450, 1000, 30),
    (900, 2000, 60),
    (1800, usize::MAX, 300),
];

pub(crate) fn start(context: &Context) {
    let queue = WorkQueue::new(context.sim());
    let step = Rc::new(Cell::new(0));
    let informer = context.informers().of::<Node>();
    let nodes = informer.lister();
    let (q, current, lister) = (queue.clone(), Rc::clone(&step), nodes.clone());
    informer.on_change(move |change| {
        let count = lister.len();
        let before = current.get();
        while count > BOUNDARIES[current.get()].1 {
            current.set(current.get() + 1);
        }
        while count < BOUNDARIES[current.get()].0 {
            current.set(current.get() - 1);
        }
        if current.get() != before {
            lister.for_each(|node| q.add(NamespacedName::of(&node.metadata)));
        } else if !matches!(change, Change::Deleted(_)) {
            q.add(NamespacedName::of(&change.object().metadata));
        }
    });
    let client = context.client("ttl-controller");
    worker::run(context, "ttl", queue, move |key| {
        let wanted = BOUNDARIES[step.get()].2.to_string();
        let Some(node) = nodes.by_key(key) else {
            return Ok(());
        };
        if node
            .metadata
            .annotations
            .get(ANNOTATION)
            .is_some_and(|ttl| *ttl == wanted)
        {
            return Ok(());
        }
        let patched = client.patch::<Node>("", &key.name, |node| {
            node.metadata
                .annotations
                .insert(ANNOTATION, wanted.as_str());
        });
        worker::ignore_not_found(patched)
    });
}
