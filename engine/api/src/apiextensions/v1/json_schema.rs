//! `apiextensions.k8s.io/v1`: json schema types. Fields, names and rules as in Kubernetes v1.36; no behaviour.
//!
//! @generated from upstream's type declarations.

use super::{JSONSchemaPropsOrArray, JSONSchemaPropsOrBool, JSONSchemaPropsOrStringArray};
use apimachinery::{Map, Raw, Shared, Str};

apimachinery::api_struct! {
    /// Part of the `apiextensions.k8s.io/v1` API.
    pub struct JSONSchemaProps("v1.JSONSchemaProps") {
        id: Str = "id" omitempty,
        schema: Str = "$schema" omitempty go("v1.JSONSchemaURL"),
        ref_: Option<Str> = "$ref" omitempty,
        description: Str = "description" omitempty,
        type_: Str = "type" omitempty,
        format: Str = "format" omitempty,
        title: Str = "title" omitempty,
        default_: Option<Raw> = "default" omitempty,
        maximum: Option<f64> = "maximum" omitempty,
        exclusive_maximum: bool = "exclusiveMaximum" omitempty,
        minimum: Option<f64> = "minimum" omitempty,
        exclusive_minimum: bool = "exclusiveMinimum" omitempty,
        max_length: Option<i64> = "maxLength" omitempty,
        min_length: Option<i64> = "minLength" omitempty,
        pattern: Str = "pattern" omitempty,
        max_items: Option<i64> = "maxItems" omitempty,
        min_items: Option<i64> = "minItems" omitempty,
        unique_items: bool = "uniqueItems" omitempty,
        multiple_of: Option<f64> = "multipleOf" omitempty,
        enum_: Vec<Raw> = "enum" omitempty atomic,
        max_properties: Option<i64> = "maxProperties" omitempty,
        min_properties: Option<i64> = "minProperties" omitempty,
        required: Vec<Str> = "required" omitempty atomic,
        items: Option<Shared<JSONSchemaPropsOrArray>> = "items" omitempty,
        all_of: Vec<JSONSchemaProps> = "allOf" omitempty atomic,
        one_of: Vec<JSONSchemaProps> = "oneOf" omitempty atomic,
        any_of: Vec<JSONSchemaProps> = "anyOf" omitempty atomic,
        not: Option<Shared<JSONSchemaProps>> = "not" omitempty,
        properties: Map<Str, JSONSchemaProps> = "properties" omitempty,
        additional_properties: Option<Shared<JSONSchemaPropsOrBool>> = "additionalProperties" omitempty,
        pattern_properties: Map<Str, JSONSchemaProps> = "patternProperties" omitempty,
        dependencies: Map<Str, JSONSchemaPropsOrStringArray> = "dependencies" omitempty go("v1.JSONSchemaDependencies"),
        additional_items: Option<Shared<JSONSchemaPropsOrBool>> = "additionalItems" omitempty,
        definitions: Map<Str, JSONSchemaProps> = "definitions" omitempty go("v1.JSONSchemaDefinitions"),
        external_docs: Option<Shared<ExternalDocumentation>> = "externalDocs" omitempty,
        example: Option<Raw> = "example" omitempty,
        nullable: bool = "nullable" omitempty,
        x_preserve_unknown_fields: Option<bool> = "x-kubernetes-preserve-unknown-fields" omitempty,
        x_embedded_resource: bool = "x-kubernetes-embedded-resource" omitempty,
        x_int_or_string: bool = "x-kubernetes-int-or-string" omitempty,
        x_list_map_keys: Vec<Str> = "x-kubernetes-list-map-keys" omitempty atomic,
        x_list_type: Option<Str> = "x-kubernetes-list-type" omitempty,
        x_map_type: Option<Str> = "x-kubernetes-map-type" omitempty,
        x_validations: Vec<ValidationRule> = "x-kubernetes-validations" omitempty go("v1.ValidationRules") merge("rule") list_map(&["rule"]),
    }

    /// Part of the `apiextensions.k8s.io/v1` API.
    pub struct ValidationRule("v1.ValidationRule") {
        rule: Str = "rule",
        message: Str = "message" omitempty,
        message_expression: Str = "messageExpression" omitempty,
        reason: Option<Str> = "reason" omitempty go("v1.FieldValueErrorReason"),
        field_path: Str = "fieldPath" omitempty,
        optional_old_self: Option<bool> = "optionalOldSelf" omitempty,
    }

    /// Part of the `apiextensions.k8s.io/v1` API.
    pub struct ExternalDocumentation("v1.ExternalDocumentation") {
        description: Str = "description" omitempty,
        url: Str = "url" omitempty,
    }
}
