//! Kinds that every cluster of this version serves, but whose work nobody does here: admission by webhooks and by CEL, and
//! dynamic resource allocation. They are discovered, explained and listed; making one is refused, for an object without its
//! effect would be a lie.

use api::admissionregistration::v1::{
    MutatingAdmissionPolicy, MutatingAdmissionPolicyBinding, MutatingWebhookConfiguration,
    ValidatingAdmissionPolicy, ValidatingAdmissionPolicyBinding, ValidatingWebhookConfiguration,
};
use api::resource::v1::{DeviceClass, ResourceClaim, ResourceClaimTemplate, ResourceSlice};

use crate::registry::{Registry, Strategy};

const WEBHOOKS: &str = "this API server calls no webhooks";
const CEL: &str = "this API server evaluates no CEL";
const DEVICES: &str = "this cluster has no devices to allocate";

macro_rules! unsimulated {
    ($($strategy:ident($kind:ty): $why:expr),* $(,)?) => {
        $(
            struct $strategy;

            impl Strategy for $strategy {
                type Kind = $kind;

                fn unsimulated(&self) -> Option<&'static str> {
                    Some($why)
                }
            }
        )*

        /// Adds all of them.
        pub(crate) fn register(registry: &mut Registry) {
            $(registry.add($strategy);)*
        }
    };
}

unsimulated!(
    ValidatingWebhookConfigurationStrategy(ValidatingWebhookConfiguration): WEBHOOKS,
    MutatingWebhookConfigurationStrategy(MutatingWebhookConfiguration): WEBHOOKS,
    ValidatingAdmissionPolicyStrategy(ValidatingAdmissionPolicy): CEL,
    ValidatingAdmissionPolicyBindingStrategy(ValidatingAdmissionPolicyBinding): CEL,
    MutatingAdmissionPolicyStrategy(MutatingAdmissionPolicy): CEL,
    MutatingAdmissionPolicyBindingStrategy(MutatingAdmissionPolicyBinding): CEL,
    DeviceClassStrategy(DeviceClass): DEVICES,
    ResourceClaimStrategy(ResourceClaim): DEVICES,
    ResourceClaimTemplateStrategy(ResourceClaimTemplate): DEVICES,
    ResourceSliceStrategy(ResourceSlice): DEVICES,
);
