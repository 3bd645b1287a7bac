//! `apiregistration.k8s.io/v1`: its types. Fields, names and rules as in Kubernetes v1.36; no behaviour.
//!
//! @generated from upstream's type declarations.

use crate::meta::v1::ObjectMeta;
use apimachinery::{Bytes, Shared, Str, Time};

apimachinery::api_struct! {
    /// Part of the `apiregistration.k8s.io/v1` API.
    pub struct ServiceReference("v1.ServiceReference") {
        namespace: Str = "namespace" omitempty,
        name: Str = "name" omitempty,
        port: Option<i32> = "port" omitempty,
    }

    /// Part of the `apiregistration.k8s.io/v1` API.
    pub struct APIServiceSpec("v1.APIServiceSpec") {
        service: Option<Shared<ServiceReference>> = "service" omitempty,
        group: Str = "group" omitempty,
        version: Str = "version" omitempty,
        insecure_skip_tls_verify: bool = "insecureSkipTLSVerify" omitempty,
        ca_bundle: Bytes = "caBundle" omitempty atomic,
        group_priority_minimum: i32 = "groupPriorityMinimum",
        version_priority: i32 = "versionPriority",
    }

    /// Part of the `apiregistration.k8s.io/v1` API.
    pub struct APIServiceCondition("v1.APIServiceCondition") {
        type_: Str = "type" go("v1.APIServiceConditionType"),
        status: Str = "status" go("v1.ConditionStatus"),
        last_transition_time: Time = "lastTransitionTime" omitempty,
        reason: Str = "reason" omitempty,
        message: Str = "message" omitempty,
    }

    /// Part of the `apiregistration.k8s.io/v1` API.
    pub struct APIServiceStatus("v1.APIServiceStatus") {
        conditions: Vec<APIServiceCondition> = "conditions" omitempty merge("type") list_map(&["type"]),
    }

    /// The kind `APIService` of `apiregistration.k8s.io/v1`.
    pub struct APIService("v1.APIService", kind "apiregistration.k8s.io/v1" "APIService") {
        metadata: ObjectMeta = "metadata" omitempty,
        spec: Shared<APIServiceSpec> = "spec" omitempty,
        status: Shared<APIServiceStatus> = "status" omitempty,
    }
}

apimachinery::api_kind! {
    APIService { "apiregistration.k8s.io" "v1" "apiregistration.k8s.io/v1", apiservices apiservice [] false ["api-extensions"] }
}
