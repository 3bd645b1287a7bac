//! Objects that go away by themselves (events, after an hour).
//!
//! Kubernetes has etcd's leases for this: a write takes the lease of the write before it while that ends late enough, so
//! that a lease stands for up to a thousand objects, which end together up to a minute late
//! (`k8s.io/apiserver/pkg/storage/etcd3/lease_manager.go`).
//!
//! Here a lease is known by the revisions that were written under it: nothing is kept for each object. One task sleeps until
//! the first lease ends; while there is none there is no task.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;
use std::time::Duration;

use sim::Time;

use crate::ApiServer;
use crate::context::{Context, User};
use crate::registry::delete;
use crate::storage::{Revision, TableId};

/// How much longer than wanted a new lease lasts, for the writes that come after: at most this, and at most a twentieth.
const REUSE: Duration = Duration::from_secs(60);
const REUSE_PART: u32 = 20;
/// How many writes a lease is for.
const MOST_WRITES: u32 = 1000;

/// The leases, those that end first in front.
#[derive(Default)]
pub(crate) struct Expiry {
    leases: RefCell<VecDeque<Lease>>,
    running: Cell<bool>,
}

struct Lease {
    ends: Time,
    table: TableId,
    /// The first and the last write. What is written again later is under a later lease.
    written: (Revision, Revision),
    writes: u32,
}

impl Expiry {
    /// Notes that what was just written lasts for `lifetime`, unless it is written again.
    pub(crate) fn note(
        &self,
        server: &ApiServer,
        table: TableId,
        revision: Revision,
        lifetime: Duration,
    ) {
        let wanted = server.sim().now() + lifetime;
        let latest = wanted + REUSE.min(lifetime / REUSE_PART);
        let mut leases = self.leases.borrow_mut();
        match leases.back_mut() {
            Some(last)
                if last.table == table
                    && (wanted < last.ends && last.ends <= latest)
                    && last.writes < MOST_WRITES =>
            {
                last.written.1 = revision;
                last.writes += 1;
            }
            _ => leases.push_back(Lease {
                ends: latest,
                table,
                written: (revision, revision),
                writes: 1,
            }),
        }
        drop(leases);
        if self.running.replace(true) {
            return;
        }
        let handle = server.clone();
        server
            .sim()
            .spawn("apiserver/expiry", async move { run(&handle).await });
    }

    /// Takes a lease that has ended by `now`.
    fn ended(&self, now: Time) -> Option<Lease> {
        self.leases
            .borrow_mut()
            .pop_front_if(|lease| lease.ends <= now)
    }
}

async fn run(server: &ApiServer) {
    let user = Rc::new(User::component("system:apiserver"));
    let cx = Context::new(server.clone(), user, "kube-apiserver".into());
    loop {
        let next = server.expiry().leases.borrow().front().map(|l| l.ends);
        let Some(ends) = next else {
            server.expiry().running.set(false);
            return;
        };
        server.sim().sleep_until(ends).await;
        while let Some(lease) = server.expiry().ended(server.sim().now()) {
            revoke(&cx, &lease);
        }
    }
}

/// Takes away what was written under a lease, and not since.
fn revoke(cx: &Context, lease: &Lease) {
    let server = &cx.server;
    let Some(resource) = server
        .registry()
        .iter()
        .find(|s| s.resource.table == lease.table)
        .map(|s| s.resource.clone())
    else {
        return;
    };
    let (first, last) = lease.written;
    let left = server.storage().table(lease.table).written(first, last);
    for (object, revision) in left {
        // Nobody is told when this fails, for nobody asked.
        let _ = delete::remove(cx, &resource, &object, revision);
    }
}
