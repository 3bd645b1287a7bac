//! Objects that go away by themselves (events, after an hour). Kubernetes' room for this is etcd's leases.
//!
//! All lifetimes of a resource are equal, so a queue in order of writing is in order of expiry. One task sleeps until the
//! first is due; while there is nothing to expire there is no task.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;
use std::time::Duration;

use sim::Time;

use crate::ApiServer;
use crate::context::{Context, User};
use crate::registry::delete;
use crate::storage::{Key, Revision, TableId};

/// The queue.
#[derive(Default)]
pub(crate) struct Expiry {
    due: RefCell<VecDeque<Due>>,
    running: Cell<bool>,
}

struct Due {
    at: Time,
    table: TableId,
    key: Key,
    /// The write that this belongs to; a later one has an entry of its own.
    revision: Revision,
}

impl Expiry {
    /// Notes that what was just written ends in `lifetime`, unless it is written again.
    pub(crate) fn note(
        &self,
        server: &ApiServer,
        table: TableId,
        key: &Key,
        revision: Revision,
        lifetime: Duration,
    ) {
        let at = server.sim().now() + lifetime;
        self.due.borrow_mut().push_back(Due {
            at,
            table,
            key: key.clone(),
            revision,
        });
        if self.running.replace(true) {
            return;
        }
        let handle = server.clone();
        server
            .sim()
            .spawn("apiserver/expiry", async move { run(&handle).await });
    }
}

async fn run(server: &ApiServer) {
    let user = Rc::new(User::component("system:apiserver"));
    let cx = Context::new(server.clone(), user, "kube-apiserver".into());
    loop {
        let next = server.expiry().due.borrow().front().map(|due| due.at);
        let Some(at) = next else {
            server.expiry().running.set(false);
            return;
        };
        server.sim().sleep_until(at).await;
        let now = server.sim().now();
        loop {
            let mut queue = server.expiry().due.borrow_mut();
            if queue.front().is_none_or(|due| due.at > now) {
                break;
            }
            let Some(due) = queue.pop_front() else { break };
            drop(queue);
            let found = {
                let storage = server.storage();
                storage.table(due.table).get_with_revision(&due.key)
            };
            let resource = server
                .registry()
                .iter()
                .find(|s| s.resource.table == due.table)
                .map(|s| s.resource.clone());
            if let (Some((object, revision)), Some(resource)) = (found, resource)
                && revision == due.revision
            {
                // Nobody is told when this fails, for nobody asked.
                let _ = delete::remove(&cx, &resource, &object, revision);
            }
        }
    }
}
