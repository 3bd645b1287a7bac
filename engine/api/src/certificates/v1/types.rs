//! `certificates.k8s.io/v1`: its types. Fields, names and rules as in Kubernetes v1.36; no behaviour.
//!
//! @generated from upstream's type declarations.

use crate::meta::v1::ObjectMeta;
use apimachinery::{Bytes, Map, Shared, Str, Time};

apimachinery::api_struct! {
    /// The kind `CertificateSigningRequest` of `certificates.k8s.io/v1`.
    pub struct CertificateSigningRequest("v1.CertificateSigningRequest", kind "certificates.k8s.io/v1" "CertificateSigningRequest") {
        metadata: ObjectMeta = "metadata" omitempty,
        spec: Shared<CertificateSigningRequestSpec> = "spec",
        status: Shared<CertificateSigningRequestStatus> = "status" omitempty,
    }

    /// Part of the `certificates.k8s.io/v1` API.
    pub struct CertificateSigningRequestSpec("v1.CertificateSigningRequestSpec") {
        request: Bytes = "request",
        signer_name: Str = "signerName",
        expiration_seconds: Option<i32> = "expirationSeconds" omitempty,
        usages: Vec<Str> = "usages" omitempty go("[]v1.KeyUsage") atomic,
        username: Str = "username" omitempty,
        uid: Str = "uid" omitempty,
        groups: Vec<Str> = "groups" omitempty atomic,
        extra: Map<Str, Vec<Str>> = "extra" omitempty go("map[string]v1.ExtraValue"),
    }

    /// Part of the `certificates.k8s.io/v1` API.
    pub struct CertificateSigningRequestStatus("v1.CertificateSigningRequestStatus") {
        conditions: Vec<CertificateSigningRequestCondition> = "conditions" omitempty list_map(&["type"]),
        certificate: Bytes = "certificate" omitempty,
    }

    /// Part of the `certificates.k8s.io/v1` API.
    pub struct CertificateSigningRequestCondition("v1.CertificateSigningRequestCondition") {
        type_: Str = "type" go("v1.RequestConditionType"),
        status: Str = "status" go("v1.ConditionStatus"),
        reason: Str = "reason" omitempty,
        message: Str = "message" omitempty,
        last_update_time: Time = "lastUpdateTime" omitempty,
        last_transition_time: Time = "lastTransitionTime" omitempty,
    }
}

apimachinery::api_kind! {
    CertificateSigningRequest { "certificates.k8s.io" "v1" "certificates.k8s.io/v1", certificatesigningrequests certificatesigningrequest [csr] false [] }
}
