//! The node's heartbeat: a lease in `kube-node-lease`, renewed every ten seconds.

use std::time::Duration;

use api::coordination::v1::{Lease, LeaseSpec};
use api::core::v1::Node;
use api::meta::v1::{ObjectMeta, OwnerReference};
use apimachinery::Shared;

use crate::clock::api_micro_time;
use crate::kubelet::Kubelet;

/// How long a renewal is good for.
const DURATION_SECONDS: i32 = 40;
/// How often it is renewed.
const RENEWAL: Duration = Duration::from_secs(10);
/// How long until it is tried again, the first time; then twice as long.
const FIRST_RETRY: Duration = Duration::from_millis(200);
/// No longer than this.
const LAST_RETRY: Duration = Duration::from_secs(7);

impl Kubelet {
    /// Renews the node's lease. Never ends.
    pub(crate) async fn run_node_lease(self) {
        let mut retry = FIRST_RETRY;
        loop {
            let wait = if self.renew_lease() {
                retry = FIRST_RETRY;
                RENEWAL + RENEWAL.mul_f64(0.04 * self.random_fraction())
            } else {
                let wait = retry;
                retry = (retry * 2).min(LAST_RETRY);
                wait
            };
            self.sim().sleep(wait).await;
        }
    }

    fn renew_lease(&self) -> bool {
        let name = self.config().node.as_ref();
        let Ok(node) = self.api().node(name) else {
            return false;
        };
        let now = api_micro_time(self.sim().now());
        let mut lease = match self.api().lease(name) {
            Ok(lease) => (*lease).clone(),
            Err(error) if error.code == 404 => new_lease(&node),
            Err(_) => return false,
        };
        lease.spec.renew_time = Some(now);
        self.api().put_lease(lease).is_ok()
    }
}

fn new_lease(node: &Node) -> Lease {
    let name = node.metadata.name.clone();
    Lease {
        metadata: ObjectMeta {
            owner_references: vec![OwnerReference {
                api_version: "v1".into(),
                kind: "Node".into(),
                name: name.clone(),
                uid: node.metadata.uid.clone(),
                ..OwnerReference::default()
            }],
            ..ObjectMeta::named("kube-node-lease", name.clone())
        },
        spec: Shared::new(LeaseSpec {
            holder_identity: Some(name),
            lease_duration_seconds: Some(DURATION_SECONDS),
            ..LeaseSpec::default()
        }),
    }
}
