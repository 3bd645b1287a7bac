//! `coordination.k8s.io/v1`: its types. Fields, names and rules as in Kubernetes v1.36; no behaviour.
//!
//! @generated from upstream's type declarations.

use crate::meta::v1::ObjectMeta;
use apimachinery::{MicroTime, Shared, Str};

apimachinery::api_struct! {
    /// The kind `Lease` of `coordination.k8s.io/v1`.
    pub struct Lease("v1.Lease", kind "coordination.k8s.io/v1" "Lease") {
        metadata: ObjectMeta = "metadata" omitempty,
        spec: Shared<LeaseSpec> = "spec" omitempty,
    }

    /// Part of the `coordination.k8s.io/v1` API.
    pub struct LeaseSpec("v1.LeaseSpec") {
        holder_identity: Option<Str> = "holderIdentity" omitempty,
        lease_duration_seconds: Option<i32> = "leaseDurationSeconds" omitempty,
        acquire_time: Option<MicroTime> = "acquireTime" omitempty,
        renew_time: Option<MicroTime> = "renewTime" omitempty,
        lease_transitions: Option<i32> = "leaseTransitions" omitempty,
        strategy: Option<Str> = "strategy" omitempty go("v1.CoordinatedLeaseStrategy"),
        preferred_holder: Option<Str> = "preferredHolder" omitempty,
    }
}

apimachinery::api_kind! {
    Lease { "coordination.k8s.io" "v1" "coordination.k8s.io/v1", leases lease [] true [] }
}
