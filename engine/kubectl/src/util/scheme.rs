//! The kinds that kubectl knows by their structs, as client-go's scheme does: field order, merge keys, patch strategies.
//!
//! Everything else (custom resources) is handled without a schema.

use apimachinery::reflect::{StructSchema, Ty, Typed};

macro_rules! scheme {
    ($( $group:ident :: $version:ident { $($kind:ident)* } )*) => {
        const SCHEMES: &[(&str, &Ty)] = &[
            $($( (stringify!($kind), &<api::$group::$version::$kind as Typed>::TY), )*)*
        ];
    };
}

scheme! {
    core::v1 {
        ConfigMap Endpoints Event LimitRange Namespace Node PersistentVolume PersistentVolumeClaim Pod PodTemplate
        ReplicationController ResourceQuota Secret Service ServiceAccount
    }
    apps::v1 { ControllerRevision DaemonSet Deployment ReplicaSet StatefulSet }
    batch::v1 { CronJob Job }
    autoscaling::v1 { HorizontalPodAutoscaler Scale }
    autoscaling::v2 { HorizontalPodAutoscaler }
    policy::v1 { PodDisruptionBudget Eviction }
    networking::v1 { Ingress IngressClass NetworkPolicy IPAddress ServiceCIDR }
    discovery::v1 { EndpointSlice }
    rbac::v1 { ClusterRole ClusterRoleBinding Role RoleBinding }
    storage::v1 {
        StorageClass VolumeAttachment CSIDriver CSINode CSIStorageCapacity VolumeAttributesClass
    }
    scheduling::v1 { PriorityClass }
    coordination::v1 { Lease }
    node::v1 { RuntimeClass }
    authentication::v1 { SelfSubjectReview TokenRequest }
    authorization::v1 { SelfSubjectAccessReview SelfSubjectRulesReview }
    admissionregistration::v1 {
        MutatingWebhookConfiguration ValidatingAdmissionPolicy ValidatingAdmissionPolicyBinding
        ValidatingWebhookConfiguration
    }
    certificates::v1 { CertificateSigningRequest }
    flowcontrol::v1 { FlowSchema PriorityLevelConfiguration }
    resource::v1 { DeviceClass ResourceClaim ResourceClaimTemplate ResourceSlice }
}

/// The struct of a kind, if kubectl has one.
pub fn schema_for(api_version: &str, kind: &str) -> Option<&'static StructSchema> {
    SCHEMES.iter().filter(|(name, _)| *name == kind).find_map(|(_, ty)| {
        let schema = ty.as_struct()?;
        schema.kind.is_some_and(|meta| meta.api_version == api_version).then_some(schema)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_kinds_by_version() {
        assert!(schema_for("v1", "Pod").is_some());
        assert!(schema_for("apps/v1", "Deployment").is_some());
        assert!(schema_for("autoscaling/v1", "HorizontalPodAutoscaler").is_some());
        assert!(schema_for("example.com/v1", "Pod").is_none());
    }
}
