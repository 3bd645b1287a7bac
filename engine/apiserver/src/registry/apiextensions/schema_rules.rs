//! What a schema may say, structural or not: upstream's `ValidateCustomResourceDefinitionOpenAPISchema`, and whether its
//! defaults fit it.

use api::apiextensions::v1::JSONSchemaProps;
use apimachinery::Value;
use apimachinery::codec::json;

use super::{schema, schema_check, structural};
use crate::validation::field::{BadValue, Errors, Path, Verbatim};

const TYPES: [&str; 6] = ["array", "boolean", "integer", "number", "object", "string"];
const REASONS: [&str; 4] = [
    "FieldValueDuplicate",
    "FieldValueForbidden",
    "FieldValueInvalid",
    "FieldValueRequired",
];

/// Checks a whole schema.
pub(super) fn validate(root: &JSONSchemaProps, path: &Path<'_>, errors: &mut Errors) {
    if structural::is_readable(root) {
        let before = errors.len();
        structural::validate(root, path, errors);
        if errors.len() == before {
            defaults(root, true, path, errors);
        }
    }
    check(root, true, "", path, errors);
}

/// `forbidden` says where defaults are not allowed; empty where they are.
fn check(
    schema: &JSONSchemaProps,
    is_root: bool,
    forbidden: &str,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    standard(schema, forbidden, path, errors);
    if schema.unique_items {
        errors.forbidden(
            &path.child("uniqueItems"),
            "uniqueItems cannot be set to true since the runtime complexity becomes quadratic",
        );
    }
    if let Some(more) = &schema.additional_properties {
        let path = path.child("additionalProperties");
        if !schema.properties.is_empty() && (!more.allows || more.schema.is_some()) {
            let text = "additionalProperties and properties are mutual exclusive";
            errors.forbidden(&path, text);
        }
        if let Some(more) = &more.schema {
            check(more, false, forbidden, &path, errors);
        }
    }
    let properties = path.child("properties");
    for (name, schema) in &schema.properties {
        let own = is_root && matches!(name.as_str(), "metadata" | "kind" | "apiVersion");
        let reason = format!("in top-level {name}");
        let forbidden = if own { &reason } else { forbidden };
        check(schema, false, forbidden, &properties.key(name), errors);
    }
    if let Some(not) = &schema.not {
        check(not, false, forbidden, &path.child("not"), errors);
    }
    for (name, list) in [
        ("allOf", &schema.all_of),
        ("oneOf", &schema.one_of),
        ("anyOf", &schema.any_of),
    ] {
        let path = path.child(name);
        for (i, schema) in list.iter().enumerate() {
            check(schema, false, forbidden, &path.index(i), errors);
        }
    }
    if let Some(items) = structural::items(schema) {
        check(items, false, forbidden, &path.child("items"), errors);
    }
    extensions(schema, path, errors);
    list_map(schema, path, errors);
    list_items(schema, path, errors);
    rules(schema, path, errors);
}

/// What OpenAPI knows and Kubernetes does not.
fn standard(schema: &JSONSchemaProps, forbidden: &str, path: &Path<'_>, errors: &mut Errors) {
    let type_ = schema.type_.as_str();
    if !type_.is_empty() && !TYPES.contains(&type_) {
        errors.not_supported(&path.child("type"), type_, &TYPES);
    }
    if schema.default_.is_some() && !forbidden.is_empty() {
        let text = format!("must not be set {forbidden}");
        errors.forbidden(&path.child("default"), text);
    }
    for (name, given) in [
        ("id", !schema.id.is_empty()),
        ("additionalItems", schema.additional_items.is_some()),
        ("patternProperties", !schema.pattern_properties.is_empty()),
        ("definitions", !schema.definitions.is_empty()),
        ("dependencies", !schema.dependencies.is_empty()),
        ("$ref", schema.ref_.is_some()),
    ] {
        if given {
            errors.forbidden(&path.child(name), format!("{name} is not supported"));
        }
    }
    if type_ == "null" {
        let text = "type cannot be set to null, use nullable as an alternative";
        errors.forbidden(&path.child("type"), text);
    }
    let items = schema.items.as_ref();
    if items.is_some_and(|items| !items.json_schemas.is_empty()) {
        let text = "items must be a schema object and not an array";
        errors.forbidden(&path.child("items"), text);
    }
}

/// A type that an extension asks for.
fn needs_type(
    schema: &JSONSchemaProps,
    wanted: &str,
    by: &str,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    let path = path.child("type");
    let text = format!("must be {wanted} if {by} is specified");
    match schema.type_.as_str() {
        "" => errors.required(&path, text),
        found if found != wanted => errors.invalid(&path, found, text),
        _ => {}
    }
}

fn extensions(schema: &JSONSchemaProps, path: &Path<'_>, errors: &mut Errors) {
    if schema.x_preserve_unknown_fields == Some(false) {
        let path = path.child("x-kubernetes-preserve-unknown-fields");
        errors.invalid(&path, false, "must be true or undefined");
    }
    if let Some(map_type) = schema.x_map_type.as_deref() {
        let name = "x-kubernetes-map-type";
        needs_type(schema, "object", name, path, errors);
        if !matches!(map_type, "atomic" | "granular") {
            errors.not_supported(&path.child(name), map_type, &["atomic", "granular"]);
        }
    }
    let name = "x-kubernetes-list-type";
    let list_type = schema.x_list_type.as_deref();
    if let Some(list_type) = list_type {
        if schema.type_ != "array" {
            needs_type(schema, "array", name, path, errors);
        } else if list_type == "set"
            && let Some(item) = structural::items(schema)
        {
            let text = "must be atomic as item of a list with x-kubernetes-list-type=set";
            let items = path.child("items");
            // Upstream shows the item's list type in both cases.
            let shown = Verbatim(
                item.x_list_type
                    .as_ref()
                    .map_or("\"null\"".into(), BadValue::render),
            );
            let whole = |given: &Option<apimachinery::Str>| given.as_deref() == Some("atomic");
            if item.type_ == "array" && item.x_list_type.is_some() && !whole(&item.x_list_type) {
                errors.invalid(&items.child(name), shown, text);
            } else if item.type_ == "object" && !whole(&item.x_map_type) {
                errors.invalid(&items.child("x-kubernetes-map-type"), shown, text);
            }
        }
        if !matches!(list_type, "atomic" | "set" | "map") {
            errors.not_supported(&path.child(name), list_type, &["atomic", "set", "map"]);
        }
    }
    if !schema.x_list_map_keys.is_empty() {
        let text = "must be map if x-kubernetes-list-map-keys is non-empty";
        match list_type {
            None => errors.required(&path.child(name), text),
            Some("map") => {}
            Some(other) => errors.invalid(&path.child(name), other, text),
        }
    }
}

/// A list whose items have a key.
fn list_map(schema: &JSONSchemaProps, path: &Path<'_>, errors: &mut Errors) {
    if schema.x_list_type.as_deref() != Some("map") {
        return;
    }
    let keys = &schema.x_list_map_keys;
    let keys_path = path.child("x-kubernetes-list-map-keys");
    let items = path.child("items");
    if keys.is_empty() {
        let text = "must not be empty if x-kubernetes-list-type is map";
        errors.required(&keys_path, text);
    }
    if schema.items.is_none() {
        let text = "must have a schema if x-kubernetes-list-type is map";
        errors.required(&items, text);
    }
    let Some(item) = structural::items(schema) else {
        return;
    };
    if item.type_ != "object" {
        let text = "must be object if parent array's x-kubernetes-list-type is map";
        errors.invalid(&items.child("type"), item.type_.as_str(), text);
        return;
    }
    let shown = || {
        Verbatim(json::compact(
            &keys.iter().map(|key| Value::from(key.as_str())).collect(),
        ))
    };
    for (i, key) in keys.iter().enumerate() {
        match item.properties.get(key.as_str()) {
            Some(found) if matches!(found.type_.as_str(), "array" | "object") => {
                let text = "must be a scalar type if parent array's x-kubernetes-list-type is map";
                let properties = items.child("properties");
                let at = properties.key(key);
                errors.invalid(&at.child("type"), item.type_.as_str(), text);
            }
            Some(_) => {}
            None => {
                let text = "entries must all be names of item properties";
                errors.invalid(&keys_path, shown(), text);
            }
        }
        if keys[..i].contains(key) {
            errors.invalid(&keys_path, shown(), "must not contain duplicate entries");
        }
    }
}

/// What is told apart by its value must have one.
fn list_items(schema: &JSONSchemaProps, path: &Path<'_>, errors: &mut Errors) {
    let Some(list_type @ ("set" | "map")) = schema.x_list_type.as_deref() else {
        return;
    };
    let Some(item) = structural::items(schema) else {
        return;
    };
    let items = path.child("items");
    if item.nullable {
        let text = format!("cannot be nullable when x-kubernetes-list-type is {list_type}");
        errors.forbidden(&items.child("nullable"), text);
    }
    let properties = items.child("properties");
    let keys = schema.x_list_map_keys.iter().filter(|_| list_type == "map");
    for key in keys {
        let Some(found) = item.properties.get(key.as_str()) else {
            continue;
        };
        let at = properties.key(key);
        if !item.required.contains(key) && found.default_.is_none() {
            let text = "this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property";
            errors.required(&at.child("default"), text);
        }
        if found.nullable {
            let text = "this property is in x-kubernetes-list-map-keys, so it cannot be nullable";
            errors.forbidden(&at.child("nullable"), text);
        }
    }
}

/// What can be said of rules without evaluating them.
fn rules(schema: &JSONSchemaProps, path: &Path<'_>, errors: &mut Errors) {
    let path = path.child("x-kubernetes-validations");
    let broken = |text: &str| text.contains(['\n', '\r']);
    for (i, rule) in schema.x_validations.iter().enumerate() {
        let path = path.index(i);
        let (text, message) = (rule.rule.trim(), rule.message.trim());
        let at = path.child("message");
        if text.is_empty() {
            errors.required(&path.child("rule"), "rule is not specified");
        } else if !rule.message.is_empty() && message.is_empty() {
            errors.invalid(&at, rule.message.as_str(), "must be non-empty if specified");
        } else if broken(message) {
            errors.invalid(&at, rule.message.as_str(), "must not contain line breaks");
        } else if broken(text) && message.is_empty() {
            let text = "message must be specified if rule contains line breaks";
            errors.required(&at, text);
        }
        if !rule.message_expression.is_empty() && rule.message_expression.trim().is_empty() {
            let text = "messageExpression must be non-empty if specified";
            errors.required(&path.child("messageExpression"), text);
        }
        if let Some(reason) = rule.reason.as_deref().filter(|r| !REASONS.contains(r)) {
            errors.not_supported(&path.child("reason"), reason, &REASONS);
        }
    }
}

/// Checks that defaults are what their schemas ask for.
fn defaults(schema: &JSONSchemaProps, embedded: bool, path: &Path<'_>, errors: &mut Errors) {
    let default = schema.default_.as_ref().map(apimachinery::Raw::to_value);
    if let Some(default) = default.filter(|default| !default.is_null()) {
        let at = path.child("default");
        let mut pruned = default.clone();
        let mut unknown = Vec::new();
        // A path that is not empty: nothing in here is a whole object, unless its schema says so.
        schema::prune(schema, &mut pruned, "default", &mut unknown);
        if !unknown.is_empty() {
            errors.invalid(&at, default.clone(), "must not have unknown fields");
        }
        let mut found = Errors::new();
        schema_check::validate(schema, &default, &mut found);
        for mut error in found.into_list() {
            error.field = match error.field.as_str() {
                "" | "<nil>" => at.to_string().into(),
                inner => format!("{at}.{inner}").into(),
            };
            errors.push(error);
        }
    }
    if let Some(items) = structural::items(schema) {
        defaults(items, false, &path.child("items"), errors);
    }
    let properties = path.child("properties");
    for (name, inner) in &schema.properties {
        let own = embedded || schema.x_embedded_resource;
        if !(own && matches!(name.as_str(), "metadata" | "kind" | "apiVersion")) {
            defaults(inner, false, &properties.key(name), errors);
        }
    }
}
