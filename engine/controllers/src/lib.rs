//! kube-controller-manager: makes what is into what was asked for.
//!
//! ```text
//!   informers ─► handlers ─► work queue of keys ─► sync(key): read caches, compare, write through the client
//! ```
//!
//! A controller is one folder, listed once in [`CONTROLLERS`]. It is level-triggered: a sync looks at how things are,
//! never at what happened; if it fails, it is tried again later. Specs belong to users, statuses to controllers.
//!
//! Controllers never call each other, nor anything but [`client`]. Not here: the scheduler, kubelets, the server's own
//! bookkeeping.

mod common;
mod context;
mod worker;

mod attachdetach;
mod certificates;
mod clusterroleaggregation;
mod cronjob;
mod daemonset;
mod deployment;
mod disruption;
mod endpoint;
mod endpointslice;
mod endpointslicemirroring;
mod ephemeral;
mod expand;
mod garbagecollector;
mod job;
mod namespace;
mod nodelifecycle;
mod persistentvolume;
mod podautoscaler;
mod podgc;
mod replicaset;
mod replicationcontroller;
mod resourcequota;
mod rootcacertpublisher;
mod serviceaccount;
mod statefulset;
mod storageprotection;
mod tainteviction;
mod ttl;
mod ttlafterfinished;

use client::{Client, Informers};

pub use context::{Context, Gate};
pub use pki::authority::CERTIFICATE as ROOT_CA;

/// Starts a controller.
pub type Start = fn(&Context);

/// Every controller, under the name that upstream's `--controllers` knows it by.
pub const CONTROLLERS: &[(&str, Start)] = &[
    (
        "serviceaccount-token-controller",
        serviceaccount::tokens::start,
    ),
    ("serviceaccount-controller", serviceaccount::start),
    (
        "root-ca-certificate-publisher-controller",
        rootcacertpublisher::start,
    ),
    ("namespace-controller", namespace::start),
    ("garbage-collector-controller", garbagecollector::start),
    ("daemonset-controller", daemonset::start),
    ("deployment-controller", deployment::start),
    ("statefulset-controller", statefulset::start),
    ("cronjob-controller", cronjob::start),
    ("job-controller", job::start),
    (
        "clusterrole-aggregation-controller",
        clusterroleaggregation::start,
    ),
    ("horizontal-pod-autoscaler-controller", podautoscaler::start),
    ("disruption-controller", disruption::start),
    ("resourcequota-controller", resourcequota::start),
    ("ttl-after-finished-controller", ttlafterfinished::start),
    ("replicaset-controller", replicaset::start),
    ("endpoints-controller", endpoint::start),
    ("endpointslice-controller", endpointslice::start),
    (
        "endpointslice-mirroring-controller",
        endpointslicemirroring::start,
    ),
    (
        "replicationcontroller-controller",
        replicationcontroller::start,
    ),
    (
        "persistentvolume-binder-controller",
        persistentvolume::start,
    ),
    (
        "persistentvolume-attach-detach-controller",
        attachdetach::start,
    ),
    ("persistentvolume-expander-controller", expand::start),
    ("ephemeral-volume-controller", ephemeral::start),
    (
        "persistentvolumeclaim-protection-controller",
        storageprotection::start_claims,
    ),
    (
        "persistentvolume-protection-controller",
        storageprotection::start_volumes,
    ),
    (
        "volumeattributesclass-protection-controller",
        storageprotection::start_classes,
    ),
    ("node-lifecycle-controller", nodelifecycle::start),
    ("taint-eviction-controller", tainteviction::start),
    (
        "certificatesigningrequest-signing-controller",
        certificates::start_signing,
    ),
    (
        "certificatesigningrequest-approving-controller",
        certificates::start_approving,
    ),
    (
        "certificatesigningrequest-cleaner-controller",
        certificates::start_cleaning,
    ),
    ("ttl-controller", ttl::start),
    ("pod-garbage-collector-controller", podgc::start),
];

/// kube-controller-manager.
pub struct ControllerManager {
    gate: Gate,
}

impl ControllerManager {
    /// Starts all controllers.
    pub fn start(client: &Client, informers: &Informers) -> Self {
        let context = Context::new(client, informers);
        for (_, start) in CONTROLLERS {
            start(&context);
        }
        Self {
            gate: context.gate().clone(),
        }
    }

    /// Starts some controllers, by name: for tests that look at one of them.
    ///
    /// # Panics
    /// When there is no controller of that name.
    pub fn start_some(client: &Client, informers: &Informers, names: &[&str]) -> Self {
        let context = Context::new(client, informers);
        for name in names {
            let found = CONTROLLERS.iter().find(|(known, _)| known == name);
            let (_, start) = found.unwrap_or_else(|| panic!("no controller {name}"));
            start(&context);
        }
        Self {
            gate: context.gate().clone(),
        }
    }

    /// Stops all controllers; what they hear of waits in their queues.
    pub fn pause(&self) {
        self.gate.close();
    }

    /// Lets them go on.
    pub fn resume(&self) {
        self.gate.open();
    }
}
