//! `apiextensions.k8s.io/v1`: custom resource definition types. Fields, names and rules as in Kubernetes v1.36; no behaviour.
//!
//! @generated from upstream's type declarations.

use super::JSONSchemaProps;
use crate::meta::v1::ObjectMeta;
use apimachinery::{Bytes, Shared, Str, Time};

apimachinery::api_struct! {
    /// Part of the `apiextensions.k8s.io/v1` API.
    pub struct CustomResourceDefinitionSpec("v1.CustomResourceDefinitionSpec") {
        group: Str = "group",
        names: CustomResourceDefinitionNames = "names",
        scope: Str = "scope" go("v1.ResourceScope"),
        versions: Vec<CustomResourceDefinitionVersion> = "versions" atomic,
        conversion: Option<Shared<CustomResourceConversion>> = "conversion" omitempty,
        preserve_unknown_fields: bool = "preserveUnknownFields" omitempty,
    }

    /// Part of the `apiextensions.k8s.io/v1` API.
    pub struct CustomResourceConversion("v1.CustomResourceConversion") {
        strategy: Str = "strategy" go("v1.ConversionStrategyType"),
        webhook: Option<Shared<WebhookConversion>> = "webhook" omitempty,
    }

    /// Part of the `apiextensions.k8s.io/v1` API.
    pub struct WebhookConversion("v1.WebhookConversion") {
        client_config: Option<Shared<WebhookClientConfig>> = "clientConfig" omitempty,
        conversion_review_versions: Vec<Str> = "conversionReviewVersions" atomic,
    }

    /// Part of the `apiextensions.k8s.io/v1` API.
    pub struct WebhookClientConfig("v1.WebhookClientConfig") {
        url: Option<Str> = "url" omitempty,
        service: Option<Shared<ServiceReference>> = "service" omitempty,
        ca_bundle: Bytes = "caBundle" omitempty,
    }

    /// Part of the `apiextensions.k8s.io/v1` API.
    pub struct ServiceReference("v1.ServiceReference") {
        namespace: Str = "namespace",
        name: Str = "name",
        path: Option<Str> = "path" omitempty,
        port: Option<i32> = "port" omitempty,
    }

    /// Part of the `apiextensions.k8s.io/v1` API.
    pub struct CustomResourceDefinitionVersion("v1.CustomResourceDefinitionVersion") {
        name: Str = "name",
        served: bool = "served",
        storage: bool = "storage",
        deprecated: bool = "deprecated" omitempty,
        deprecation_warning: Option<Str> = "deprecationWarning" omitempty,
        schema: Option<Shared<CustomResourceValidation>> = "schema" omitempty,
        subresources: Option<Shared<CustomResourceSubresources>> = "subresources" omitempty,
        additional_printer_columns: Vec<CustomResourceColumnDefinition> = "additionalPrinterColumns" omitempty atomic,
        selectable_fields: Vec<SelectableField> = "selectableFields" omitempty atomic,
    }

    /// Part of the `apiextensions.k8s.io/v1` API.
    pub struct SelectableField("v1.SelectableField") {
        json_path: Str = "jsonPath",
    }

    /// Part of the `apiextensions.k8s.io/v1` API.
    pub struct CustomResourceColumnDefinition("v1.CustomResourceColumnDefinition") {
        name: Str = "name",
        type_: Str = "type",
        format: Str = "format" omitempty,
        description: Str = "description" omitempty,
        priority: i32 = "priority" omitempty,
        json_path: Str = "jsonPath",
    }

    /// Part of the `apiextensions.k8s.io/v1` API.
    pub struct CustomResourceDefinitionNames("v1.CustomResourceDefinitionNames") {
        plural: Str = "plural",
        singular: Str = "singular" omitempty,
        short_names: Vec<Str> = "shortNames" omitempty atomic,
        kind: Str = "kind",
        list_kind: Str = "listKind" omitempty,
        categories: Vec<Str> = "categories" omitempty atomic,
    }

    /// Part of the `apiextensions.k8s.io/v1` API.
    pub struct CustomResourceDefinitionCondition("v1.CustomResourceDefinitionCondition") {
        type_: Str = "type" go("v1.CustomResourceDefinitionConditionType"),
        status: Str = "status" go("v1.ConditionStatus"),
        last_transition_time: Time = "lastTransitionTime" omitempty,
        reason: Str = "reason" omitempty,
        message: Str = "message" omitempty,
        observed_generation: i64 = "observedGeneration" omitempty,
    }

    /// Part of the `apiextensions.k8s.io/v1` API.
    pub struct CustomResourceDefinitionStatus("v1.CustomResourceDefinitionStatus") {
        conditions: Vec<CustomResourceDefinitionCondition> = "conditions" list_map(&["type"]),
        accepted_names: CustomResourceDefinitionNames = "acceptedNames",
        stored_versions: Vec<Str> = "storedVersions" atomic,
        observed_generation: i64 = "observedGeneration" omitempty,
    }

    /// The kind `CustomResourceDefinition` of `apiextensions.k8s.io/v1`.
    pub struct CustomResourceDefinition("v1.CustomResourceDefinition", kind "apiextensions.k8s.io/v1" "CustomResourceDefinition") {
        metadata: ObjectMeta = "metadata" omitempty,
        spec: Shared<CustomResourceDefinitionSpec> = "spec",
        status: Shared<CustomResourceDefinitionStatus> = "status" omitempty,
    }

    /// Part of the `apiextensions.k8s.io/v1` API.
    pub struct CustomResourceValidation("v1.CustomResourceValidation") {
        open_apiv3_schema: Option<Shared<JSONSchemaProps>> = "openAPIV3Schema" omitempty,
    }

    /// Part of the `apiextensions.k8s.io/v1` API.
    pub struct CustomResourceSubresources("v1.CustomResourceSubresources") {
        status: Option<Shared<CustomResourceSubresourceStatus>> = "status" omitempty,
        scale: Option<Shared<CustomResourceSubresourceScale>> = "scale" omitempty,
    }

    /// Part of the `apiextensions.k8s.io/v1` API.
    pub struct CustomResourceSubresourceStatus("v1.CustomResourceSubresourceStatus") {
    }

    /// Part of the `apiextensions.k8s.io/v1` API.
    pub struct CustomResourceSubresourceScale("v1.CustomResourceSubresourceScale") {
        spec_replicas_path: Str = "specReplicasPath",
        status_replicas_path: Str = "statusReplicasPath",
        label_selector_path: Option<Str> = "labelSelectorPath" omitempty,
    }
}

apimachinery::api_kind! {
    CustomResourceDefinition { "apiextensions.k8s.io" "v1" "apiextensions.k8s.io/v1", customresourcedefinitions customresourcedefinition [crd, crds] false ["api-extensions"] }
}
